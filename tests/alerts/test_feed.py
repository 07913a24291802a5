"""Feeds of layoffs: what RFC 4287 and JSON Feed 1.1 ask for, and that nothing from outside gets out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from monitor.alerts import feed
from monitor.model import Layoff, Report, Stage
from tests.alerts.examples import BRANTIQ, FIRST, HALVORA, NOW, SECOND

GRAMMAR = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))
FEED = feed.Feed(id="layoffs", title="Layoffs", updated=NOW)
HOSTILE = "\"><script>alert(1)</script>&amp;]]><!-- \x00\x1b[31m\ud800\ufffe\u202e=cmd|' /C calc'!A0"
TAGS = {"p", "blockquote", "strong", "ul", "li", "a", "div"}


def atom(*items: feed.Item, about: feed.Feed = FEED) -> bytes:
    return b"".join(feed.atom(about, items))


def jsonfeed(*items: feed.Item, about: feed.Feed = FEED) -> dict:
    return json.loads(b"".join(feed.jsonfeed(about, items)))


def problems(document: bytes) -> list[str]:
    """What is wrong with an Atom document: against the grammar, and what the grammar cannot say."""
    tree = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    found = [] if GRAMMAR.validate(tree) else [str(error) for error in GRAMMAR.error_log]
    spaces = {"a": "http://www.w3.org/2005/Atom"}
    ids = tree.xpath("//a:id/text()", namespaces=spaces)
    found += ["an id twice"] if len(ids) != len(set(ids)) else []
    for entry in tree.xpath("//a:entry", namespaces=spaces):
        alternates = entry.xpath("a:link[@rel='alternate']", namespaces=spaces)
        found += ["two alternates"] if len(alternates) > 1 else []
        found += markup(entry.xpath("string(a:content)", namespaces=spaces))
    return found


def markup(content: str) -> list[str]:
    """What stands in the HTML of an item and should not."""
    elements = list(html.fragment_fromstring(content, create_parent="div").iter())
    return [
        *(f"<{each.tag}>" for each in elements if each.tag not in TAGS),
        *(f"{each.tag} {name}={value}" for each in elements for name, value in each.attrib.items()
          if name != "href" or not value.startswith(("http://", "https://"))),
    ]  # fmt: skip


def test_a_layoff_is_an_entry_with_its_sentence_its_numbers_bold_and_its_sources() -> None:
    document = atom(feed.of_layoff(HALVORA, (FIRST, SECOND)))
    read = feedparser.parse(document)
    (entry,) = read.entries

    assert (read.bozo, read.version, problems(document)) == (False, "atom10", [])
    assert entry.title == "Halvora: 1,100 jobs, about 8 % of staff"
    assert "<strong>1,100</strong> people go" in entry.content[0].value
    assert [link.href for link in entry.links] == [FIRST.url, SECOND.url]
    assert "The Wire" in entry.content[0].value


def test_an_id_stays_whatever_changes_in_the_layoff() -> None:
    later = replace(HALVORA, stage=Stage.REVERSED, headcount=5, updated_at=NOW + timedelta(days=3), revision=4)
    before, after = feed.of_layoff(HALVORA, ()), feed.of_layoff(later, (), page="https://news.example/l/1")

    assert before.id == after.id == f"tag:pinkslip.invalid,2026:layoff:{HALVORA.id}"
    assert (after.updated, after.published) == (later.updated_at, HALVORA.opened_at)


def test_our_own_page_comes_first_where_there_is_one() -> None:
    item = feed.of_layoff(HALVORA, (FIRST,), page="https://news.example/layoffs/halvora-2026-11")
    about = replace(FEED, page="https://news.example/", address="https://news.example/layoffs.atom")
    entry = feedparser.parse(atom(item, about=about)).entries[0]
    (as_json,) = jsonfeed(item)["items"]

    assert problems(atom(item, about=about)) == []
    assert (entry.link, entry.links[1].rel) == ("https://news.example/layoffs/halvora-2026-11", "via")
    assert (as_json["url"], as_json["external_url"]) == (entry.link, FIRST.url)
    assert jsonfeed(about=about)["feed_url"] == "https://news.example/layoffs.atom"


def test_a_layoff_that_nobody_can_be_read_about_is_an_entry_all_the_same() -> None:
    item = feed.of_layoff(replace(BRANTIQ, company=None), (replace(FIRST, url=None),))

    assert problems(atom(item)) == []
    assert "url" not in jsonfeed(item)["items"][0]


def test_a_feed_of_nothing_is_a_feed() -> None:
    assert problems(atom()) == []
    assert jsonfeed()["items"] == []


def test_many_sources_are_cut_and_counted() -> None:
    reports = tuple(replace(FIRST, article_id=str(n), url=f"https://wire.example/{n}") for n in range(60))
    item = feed.of_layoff(replace(HALVORA, reports=60), reports)

    assert len(item.sources) == 50
    assert "and 10 more" in item.html


def test_json_feed_holds_what_version_1_1_asks_for() -> None:
    document = jsonfeed(feed.of_layoff(HALVORA, (FIRST, SECOND)))
    (item,) = document["items"]

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert set(document) == {"version", "title", "authors", "items"}
    assert set(item) == {"id", "url", "title", "content_html", "date_published", "date_modified", "tags", "_pinkslip"}
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item[name]) for name in ("date_published", "date_modified")
    )
    assert (item["_pinkslip"]["headcount"], item["tags"]) == (1100, ["confirmed", "Halvora"])


def test_an_article_is_an_entry_too() -> None:
    item = feed.of_article(
        article_id="a1", title="Rates <b>fall</b>", url="https://herald.example/r", outlet="herald", summary="Down & out",
        at=NOW, flagged=True,
    )  # fmt: skip
    entry = feedparser.parse(atom(item)).entries[0]

    assert problems(atom(item)) == []
    assert entry.content[0].value.startswith("<p>Down &amp; out</p>")
    assert (entry.link, entry.tags[0].term) == ("https://herald.example/r", "layoff")


texts = st.one_of(st.text(max_size=60), st.just(HOSTILE), st.text("<>&\"'\\]\x00\x85\ufffe\ud800{}", max_size=30))
urls = st.one_of(st.none(), texts, texts.map("https://x.example/{}".format), texts.map("javascript:{}".format))


def layoff(company: str | None, sentence: str, stated: str | None, place: str | None) -> Layoff:
    return replace(HALVORA, company=company, sentence=sentence, stated=stated, place=place)


def report(outlet: str, title: str, url: str | None) -> Report:
    return replace(FIRST, outlet=outlet, title=title, url=url)


@settings(deadline=None)
@given(st.builds(layoff, st.none() | texts, texts, st.none() | texts, st.none() | texts),
       st.lists(st.builds(report, texts, texts, urls), max_size=3).map(tuple), urls)  # fmt: skip
def test_nothing_from_outside_gets_out_of_its_place(
    told: Layoff, reports: tuple[Report, ...], page: str | None
) -> None:
    item = feed.of_layoff(told, reports, page=page)
    document = atom(item)

    assert problems(document) == []
    assert not feedparser.parse(document).bozo
    (as_json,) = jsonfeed(item)["items"]
    assert markup(as_json["content_html"]) == []
    assert as_json["title"].strip()


def test_times_are_of_utc() -> None:
    there = datetime.fromisoformat("2026-11-23T10:14:00+01:00")
    updated = feedparser.parse(atom(about=replace(FEED, updated=there))).feed.updated

    assert updated == there.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
