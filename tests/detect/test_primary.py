"""Whether an article is the employer's own word."""

import pytest

from monitor.detect.companies import load
from monitor.detect.primary import is_primary
from monitor.model import Company

HALVORA = Company(name="Halvora", key="halvora", field="title", start=0, end=7, text="Halvora")


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "companies.toml"
    path.write_text('[[company]]\nname = "Halvora"\ndomain = "halvora.example"\n')
    return load(path)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://halvora.example/news/1", True),
        ("https://newsroom.halvora.example/1", True),
        ("https://www.prnewswire.com/halvora", True),
        ("https://www.sec.gov/Archives/1", True),
        ("https://nothalvora.example/1", False),
        ("https://halvora.example.herald.example/1", False),
        ("https://herald.example/halvora", False),
        (None, False),
    ],
)
def test_the_host_tells_whose_word_it_is(directory, url, own):
    assert is_primary(url, HALVORA, directory) is own


def test_without_an_employer_it_is_nobodys(directory):
    assert not is_primary("https://halvora.example/1", None, directory)
