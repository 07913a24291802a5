"""A source is added to the file without touching what stands there."""

import pytest

from monitor.config import ConfigError, add_source, load
from scrapers.items import Source

NEW = Source(id="halvora", url="https://halvora.example/feed?a=1", title='Halvora "News"\r\n\x1b[31m', language="en")


def test_an_added_source_is_read_with_the_others(configure):
    folder = configure()
    add_source(folder, NEW)
    assert [(source.id, source.name, source.url) for source in load(folder, {}).sources] == [
        ("geekwire", "geekwire", "https://geekwire.example/feed/"),
        ("halvora", 'Halvora "News"   [31m', "https://halvora.example/feed?a=1"),
    ]


def test_what_the_owner_wrote_stays(configure):
    folder = configure()
    file = folder / "sources.toml"
    file.write_text("# mine\n" + file.read_text("utf-8") + "# the end", "utf-8")
    before = file.read_text("utf-8")
    add_source(folder, NEW)
    assert file.read_text("utf-8").startswith(before)


def test_a_source_that_is_there_is_refused_and_nothing_is_written(configure):
    folder = configure()
    before = (folder / "sources.toml").read_bytes()
    with pytest.raises(ConfigError, match="url: the same in source 1"):
        add_source(folder, Source(id="other", url="https://geekwire.example/feed/"))
    assert (folder / "sources.toml").read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {"pinkslip.toml", "rules", "sources.toml"}


def test_a_broken_file_is_not_made_longer(configure):
    folder = configure(sources="[[source]")
    with pytest.raises(ConfigError, match="not TOML"):
        add_source(folder, NEW)
