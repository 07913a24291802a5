"""Listings: what selectors find on a page, and on an article's page."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.items import Document, Entry, Failed, Page, Reason, Selectors
from scrapers.listing import MOST_ENTRIES, extract, parse
from scrapers.selectors import fault

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASE = "https://kelpanto.example"
PAGE = """<!doctype html><html lang="en"><head><title>Newsroom</title></head><body><nav><a href="/about">About</a></nav>
<article><a href="/img"><img src="x.jpg"></a><h2><a href="/news/1">Kelpanto cuts <b>400</b> jobs &amp; closes a plant</a></h2>
<p class="teaser">Kelpanto said on Monday …<script>x()</script></p><time datetime="2026-11-23T09:30:00-05:00">today</time></article>
<article><h2><a href="news/2?a=1#top">Kelpanto names a chair</a></h2><span class="on">Posted 3 hours ago</span><span class="on">20 November 2026</span></article>
<article><h2>No link here</h2></article></body></html>"""


def document(body: str | bytes, kind: bytes = b"text/html; charset=utf-8") -> Document:
    raw = body.encode() if isinstance(body, str) else body
    return Document(url=f"{BASE}/newsroom", status=200, headers=((b"content-type", kind),), body=raw)


def listed(links: str, body: str | bytes = PAGE, language: str | None = None, **others: str) -> tuple[Entry, ...]:
    read = parse(document(body), Selectors(links=links, **others), language, NOW)
    assert isinstance(read, tuple), read
    return read


@pytest.mark.parametrize(
    ("links", "title"),
    [
        ("h2 a", None),
        ("article", "h2"),
        ("//article", ".//h2"),
        ("//article", "//h2"),
        ("//h2/a", None),
        ("article h2", None),
    ],
)
def test_links_are_found_by_css_and_by_xpath_with_their_words(links: str, title: str | None) -> None:
    entries = listed(links, **({"title": title} if title else {}))
    assert [(entry.link, entry.title) for entry in entries] == [
        (f"{BASE}/news/1", "Kelpanto cuts 400 jobs &amp; closes a plant"),
        (f"{BASE}/news/2?a=1#top", "Kelpanto names a chair"),
    ]


@pytest.mark.parametrize("links", ["h2 a::attr(href)", "//h2/a/@href"])
def test_addresses_alone_have_no_title_and_none_is_made_up(links: str) -> None:
    assert [entry.title for entry in listed(links)] == ["", ""]


def test_dates_are_read_from_what_is_written_for_machines_else_from_words() -> None:
    first, second = listed("article", date="time, .on:last-child")
    assert (first.published, first.published_at) == (
        "2026-11-23T09:30:00-05:00", datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (second.published, second.published_at) == ("20 November 2026", datetime(2026, 11, 20, tzinfo=UTC))


def test_a_time_element_is_the_date_where_nothing_else_is_said() -> None:
    assert [entry.published_at is None for entry in listed("article")] == [False, True]


def test_a_summary_is_text_without_scripts() -> None:
    assert [entry.summary for entry in listed("article", summary=".teaser")] == ["Kelpanto said on Monday …", ""]


@pytest.mark.parametrize(
    ("written", "language", "read"),
    [
        ("20. November 2026, 14:30 Uhr", "de", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("20 novembre 2026", None, datetime(2026, 11, 20, tzinfo=UTC)),
        ("hace 3 horas", "es", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Dec 30", "en", datetime(2025, 12, 30, tzinfo=UTC)),
        ("20.11.2026", None, datetime(2026, 11, 20, tzinfo=UTC)),
        ("04.11.2026", None, datetime(2026, 11, 4, tzinfo=UTC)),
        ("04/11/2026", "en-GB", datetime(2026, 11, 4, tzinfo=UTC)),
        ("11/04/2026", "en-US", datetime(2026, 11, 4, tzinfo=UTC)),
        ("04/11/2026", "fr", datetime(2026, 11, 4, tzinfo=UTC)),
        ("04/11/2026", "en", None),
        ("04/11/2026", None, None),
        ("20/11/2026", "en", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20", "xx", datetime(2026, 11, 20, tzinfo=UTC)),
        ("20 November 2026", "xx-YY", datetime(2026, 11, 20, tzinfo=UTC)),
        ("November", "en", None),
        ("by our own reporters", "en", None),
        ("9999-12-31T23:59:59-14:00", "en", None),
    ],
)
def test_dates_in_words_are_read_unless_they_can_be_read_two_ways(
    written: str, language: str | None, read: object
) -> None:
    body = f"<article><a href='/1'>Volmar Motors</a><i>{written}</i></article>"
    (entry,) = listed("article", body, language, date="i")
    assert (entry.published, entry.published_at) == (written, read)


@pytest.mark.parametrize("body", [PAGE, "", "<html></html>", "%PDF-1.7", '{"a": 1}'])
def test_selectors_that_match_no_link_are_a_failure(body: str) -> None:
    read = parse(document(body), Selectors(links="ul.gone a"), None, NOW)
    assert isinstance(read, Failed)
    assert (read.reason, read.detail) == (Reason.NO_MATCH, "nothing on the page matches links = 'ul.gone a'")


def test_links_that_lead_to_no_page_are_none() -> None:
    body = "".join(
        f'<a href="{href}">x</a>' for href in ("javascript:x()", "mailto:a@b.example", "http://u:p@a.example/")
    )
    read = parse(document(body), Selectors(links="a"), None, NOW)
    assert isinstance(read, Failed)
    assert read.reason is Reason.NO_MATCH


def test_a_base_element_counts_and_an_address_is_listed_once_with_its_words() -> None:
    body = '<base href="https://cdn.example/x/"><a href="1"><img></a><a href="1">Nexora cuts jobs</a>'
    assert [(entry.link, entry.title) for entry in listed("a", body)] == [
        ("https://cdn.example/x/1", "Nexora cuts jobs")
    ]


def test_a_page_in_another_charset_is_read() -> None:
    page = '<html><head><meta charset="windows-1252"></head><a href="/1">Brantiq k\u00fcrzt</a></html>'
    read = parse(document(page.encode("cp1252"), b"text/html"), Selectors(links="a"), None, NOW)
    assert isinstance(read, tuple)
    assert read[0].title == "Brantiq kürzt"


@pytest.mark.parametrize(
    "body",
    ["<div>" * 200_000 + "<a href=/1>x</a>", "<a href='/%s'>x</a>" * 90_000, f"<article><a href=/1>x</a><time>{'9' * 10**6}</time></article>"],
    ids=["nested", "many", "long date"],
)  # fmt: skip
def test_hostile_pages_end_soon_and_within_bounds(body: str) -> None:
    start = time.monotonic()
    read = parse(document(body), Selectors(links="a, article"), None, NOW)
    assert isinstance(read, Failed) or len(read) <= MOST_ENTRIES
    assert time.monotonic() - start < 5


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_can_raise(noise: bytes) -> None:
    parse(document(b"<a href='/1'>" + noise), Selectors(links="a", date="*"), None, NOW)


TEXT = "".join(
    f"<p>Halvora will cut {number}00 jobs at plant {number}, it said on Monday in a filing.</p>"
    for number in range(1, 8)
)


def test_the_text_of_a_page_is_what_the_body_selector_says() -> None:
    page = f"<html><body><div class='x'>{TEXT}</div><div class='story'>{TEXT.replace('Halvora', 'Tirmona')}</div></body></html>"
    read = extract(document(page), ".story")
    assert isinstance(read, Page)
    assert ("Halvora" in read.text, read.text.count("Tirmona"), read.text.count("\n\n")) == (False, 7, 6)


def test_a_body_selector_finds_text_where_nothing_else_does() -> None:
    hidden = f"<html><body><div data-story='{'Halvora cuts jobs. ' * 30}'></div></body></html>"
    assert isinstance(extract(document(hidden), ".story"), Failed)
    assert isinstance(extract(document(hidden), "div::attr(data-story)"), Page)


def test_a_page_without_what_the_body_selector_says_is_read_as_any_page() -> None:
    read = extract(document(f"<html><body><article>{TEXT}</article></body></html>"), ".gone")
    assert isinstance(read, Page)
    assert "Halvora" in read.text


@pytest.mark.parametrize(
    "selector", ["h2 a", "a::attr(href)", "a:has(b)", "//a[1]", "(//a)[1]", "./b", ".story", "//a[re:test(@href,'x')]"]
)
def test_right_selectors_have_no_fault(selector: str) -> None:
    assert fault(selector) is None


@pytest.mark.parametrize(
    "selector", ["", "h2 >", "a[href=", "a:foo", "//a[", "//ns:a", "//a[foo()]", "(//a)=1", "count(//a)"]
)
def test_wrong_selectors_have_one(selector: str) -> None:
    assert fault(selector)
