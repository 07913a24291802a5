"""A source is added to the file without touching what stands there."""

import pytest

from monitor.config import ConfigError, add_source, add_sources, load
from scrapers.items import Kind, Selectors, Source

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


@pytest.mark.parametrize(
    "source",
    [
        Source(id="map", url="https://m.example/news.xml", kind=Kind.SITEMAP, enabled=False),
        Source(
            id="list",
            url="https://l.example/",
            kind=Kind.LISTING,
            selectors=Selectors(links='//a[@class="x"]', date="time", body=".story > p"),
        ),
    ],
)
def test_what_is_added_is_read_again_as_it_was_meant(source, configure):
    folder = configure()
    add_source(folder, source)
    assert load(folder, {}).sources[1] == source


def test_several_are_added_together_or_not_at_all(configure):
    folder = configure()
    before = (folder / "sources.toml").read_bytes()
    with pytest.raises(ConfigError):
        add_sources(folder, [NEW, Source(id="bad", url="ftp://a.example/")])
    assert (folder / "sources.toml").read_bytes() == before
    add_sources(folder, [NEW, Source(id="wire", url="https://wire.example/feed")])
    assert [source.id for source in load(folder, {}).sources] == ["geekwire", "halvora", "wire"]


def test_the_file_keeps_its_mode_its_mark_and_its_line_ends(configure):
    folder = configure(sources='\ufeff[[source]]\r\nid = "a"\r\nurl = "https://a.example/"\r\n')
    file = folder / "sources.toml"
    file.chmod(0o640)
    before = file.read_bytes()
    add_source(folder, NEW)
    assert (file.read_bytes().startswith(before), file.stat().st_mode & 0o777) == (True, 0o640)
