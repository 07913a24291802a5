"""Pages of our own for each claim."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from scrapers.items import DateTrust, Document, Failed, Page, Reason
from scrapers.pages import extract

STORY = (
    "Halvora will cut 120 jobs at its plant in Tirmona, the company said on Tuesday. "
    "The cuts fall on packaging and logistics, and notices go out before the end of the month. "
    "A spokesperson for the works council said that talks about severance had begun last week. "
    "Zürich, Köln and Málaga are not affected."
)


def served(html: str | bytes, kind: str | None = "text/html; charset=utf-8") -> Document:
    headers = ((b"content-type", kind.encode()),) if kind is not None else ()
    body = html if isinstance(html, bytes) else html.encode()
    return Document(url="https://news.example/halvora", status=200, headers=headers, body=body)


def html(head: str = "", story: str = STORY, lang: str = ' lang="en-GB"') -> str:
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in story.rstrip(".").split(". "))
    return (
        f"<!doctype html><html{lang}><head>{head}</head><body><nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav>"
        f"<article><h1>Halvora cuts jobs</h1>{paragraphs}</article>"
        f"<footer>All rights reserved</footer></body></html>"
    )


def linked(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def test_the_text_is_the_article_without_what_surrounds_it():
    page = extract(served(html()))
    assert isinstance(page, Page)
    assert all(sentence in page.text for sentence in STORY.split(". "))
    assert "All rights reserved" not in page.text
    assert "Sport" not in page.text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>c</title>" + linked(headline="Tom &amp; Co") + '<meta property="og:title" content="a">', "Tom & Co"),
        ("<title>c</title>" + linked(headline=["b"]) + '<meta property="og:title" content=" a &amp;\n z">', "a & z"),
        ("<title>c</title>", "Halvora cuts jobs"),
        ('<meta property="og:title" content="Halvora cuts jobs – VM – 02.03.2026">', "Halvora cuts jobs"),
        ('<meta property="og:title" content="Halvora cuts jobs-share prices">', "Halvora cuts jobs-share prices"),
        (
            '<meta property="og:title" content="Halvora - cuts - The Volmar"><meta property="og:site_name" content="The Volmar">',
            "Halvora - cuts",
        ),
        (
            '<meta property="og:title" content="The Volmar"><meta property="og:site_name" content="The Volmar">',
            "The Volmar",
        ),
    ],
    ids=["linked first", "then og:title", "then the heading", "no more than it", "a hyphen", "no outlet", "only it"],
)
def test_the_title_is_the_headline_alone(head, title):
    assert extract(served(html(head))).title == title


def test_a_page_may_have_no_title():
    assert extract(served(html().replace("<h1>Halvora cuts jobs</h1>", ""))).title is None


NOON = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "time", "trust"),
    [
        (linked(datePublished="2026-03-02T09:30:00-05:00"), NOON, DateTrust.EXACT),
        (
            linked(**{"@graph": [{"@type": "Person"}, {"@type": ["Report"], "datePublished": "2026-03-02T14:30:00Z"}]}),
            NOON,
            DateTrust.EXACT,
        ),
        ('<meta property="article:published_time" content="2026-03-02T14:30">', NOON, DateTrust.ZONE_ASSUMED),
        ('<meta name="Date" content="Mon, 02 Mar 2026 09:30:00 -0500">', NOON, DateTrust.EXACT),
        ('<meta name="date" content="2026-03-02">', NOON.replace(hour=0, minute=0), DateTrust.DAY),
        ('<meta itemprop="datePublished" content="2026-03-02 14:30:00 +0000">', NOON, DateTrust.EXACT),
        (linked(datePublished="1970-01-01T00:00:00Z"), None, None),
        (linked(datePublished="9999-12-31T23:59:59-10:00"), None, None),
        (linked(datePublished="0001-01-01T00:00:00+10:00"), None, None),
        (linked(datePublished="yesterday"), None, None),
        ('<script type="application/ld+json">{"broken</script>', None, None),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', None, None),
    ],
    ids=[
        "with a zone", "in a graph", "without a zone", "RFC 822", "a day", "itemprop", "1970", "9999", "year 1",
        "not a date", "broken", "too deep",
    ],
)  # fmt: skip
def test_the_date_is_the_publishers_own_and_says_how_much_of_it_was_written(head, time, trust):
    page = extract(served(html(head)))
    assert (page.published_at, page.date_trust) == (time, trust)


def test_a_date_that_is_absurd_does_not_hide_one_that_is_not():
    head = (
        linked(datePublished="0001-01-01") + '<meta property="article:published_time" content="2026-03-02T14:30:00Z">'
    )
    assert extract(served(html(head))).published_at == NOON


def test_the_date_shown_is_taken_where_none_is_written_for_machines():
    story = html().replace("<h1>", "<time itemprop='datePublished' datetime='2026-03-02T15:30+0100'>today</time><h1>")
    assert extract(served(story)).published_at == NOON


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        (linked(author="Ada Lindqvist"), "Ada Lindqvist"),
        (linked(author=[{"name": "By Ada Lindqvist"}, {"name": "Jo &amp; Co"}]), "Ada Lindqvist, Jo & Co"),
        (linked(author=[{"name": "Ada"}, {"name": "Ada"}]), "Ada"),
        (
            linked(
                **{"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Ada Lindqvist"}]}
            ),
            "Ada Lindqvist",
        ),
        (linked(author={"@id": "#nobody"}) + '<meta name="Author" content="Ada Lindqvist">', "Ada Lindqvist"),
        ('<meta property="article:author" content="https://social.example/ada">', None),
        (
            '<meta name="dc.creator" content="Lindqvist, Ada"><meta name="dc.creator" content="Li, Bo">',
            "Ada Lindqvist, Bo Li",
        ),
        (linked(author=[["deep"], 7, None]), None),
        (linked(author="x" * 1_000), "x" * 200),
    ],
    ids=["a name", "people", "once", "by reference", "unknown reference", "an address", "family first", "odd", "long"],
)
def test_the_authors_are_names_in_a_line(head, authors):
    assert extract(served(html(head))).authors == authors


@pytest.mark.parametrize(
    "shown",
    [
        "<a rel='author' href='/ada'>Ada Lindqvist</a>",
        "<div itemprop='author'><b>By</b> <span itemprop='name'>Ada Lindqvist</span></div>",
        "<p class='byline'>By Ada Lindqvist</p>",
        "<span class='article-authorName'>Von Ada Lindqvist</span>",
    ],
)
def test_a_byline_is_read_where_machines_are_told_nothing(shown):
    assert extract(served(html().replace("<h1>", f"{shown}<h1>"))).authors == "Ada Lindqvist"


LONG = " ".join(f"Brantiq answered question {n} of the works council in a letter that we have seen." for n in range(12))


def test_the_text_in_json_ld_is_taken_where_the_page_shows_less():
    page = extract(served(html(linked(articleBody=f"<p>{STORY}</p><p>{LONG}</p>"))))
    assert page.text.count("Brantiq answered") == 12
    assert "<p>" not in page.text


def test_a_teaser_in_json_ld_does_not_shorten_the_text():
    page = extract(served(html(linked(articleBody=STORY[:210]), story=f"{STORY} {LONG}")))
    assert page.text.count("Brantiq answered") == 12


def test_lines_that_the_publisher_does_not_count_as_the_articles_are_left_out():
    boxes = "<p>Our letter brings you the morning.</p><p>It is free and takes a minute, say those who have it.</p>"
    page = extract(
        served(
            html(linked(articleBody=f"{STORY} {LONG}"), story=f"{STORY} {LONG}").replace(
                "</article>", f"{boxes}</article>"
            )
        )
    )
    assert page.text.count("Brantiq answered") == 12
    assert "takes a minute" not in page.text


@pytest.mark.parametrize(
    ("head", "free"),
    [
        (linked(isAccessibleForFree=True), True),
        (linked(isAccessibleForFree="False"), False),
        (linked(isAccessibleForFree="http://schema.org/False"), False),
        (linked(hasPart={"@type": "WebPageElement", "isAccessibleForFree": False}), False),
        (linked(isAccessibleForFree=True, hasPart=[{"isAccessibleForFree": "false"}, 7]), False),
        ('<meta property="article:content_tier" content="locked">', False),
        ('<meta property="article:content_tier" content="free">', True),
        (linked(isAccessibleForFree=True) + '<meta property="article:content_tier" content="metered">', True),
        (linked(isAccessibleForFree="perhaps"), None),
        ("", None),
    ],
)
def test_whether_it_is_free_is_what_the_publisher_says(head, free):
    assert extract(served(html(head))).free is free


MUCH = " ".join([LONG] * 3)


@pytest.mark.parametrize(
    ("head", "story", "teaser"),
    [
        (linked(isAccessibleForFree=False), STORY, True),
        (linked(isAccessibleForFree=False), MUCH, False),
        (linked(isAccessibleForFree=False, wordCount=1_400), MUCH, True),
        (linked(isAccessibleForFree=False, wordCount="520"), MUCH, False),
        (linked(isAccessibleForFree=False, articleBody=f"{STORY} {MUCH}"), STORY, False),
        (linked(isAccessibleForFree=True), f"{STORY} Subscribe to continue reading", False),
        ("", f"{STORY} Subscribe to continue reading", True),
        ("", f"{STORY} Jetzt weiterlesen mit Volmarer Plus", True),
        ("", f"{STORY} Réservé aux abonnés", True),
        ("", f"{STORY} Para seguir leyendo, hazte socio", True),
        ("", f"{STORY} Lees verder met een abonnement", True),
        ("", f"{STORY} Bli prenumerant i dag", True),
        ("", STORY, False),
    ],
    ids=["closed", "metered", "says so", "whole", "in JSON-LD", "free", "en", "de", "fr", "es", "nl", "sv", "open"],
)
def test_the_beginning_of_a_closed_article_is_a_teaser(head, story, teaser):
    assert extract(served(html(head, story=story))).teaser is teaser


@pytest.mark.parametrize("lang", [' lang="en-GB"', ' lang="DE"', ' lang="english"', ""])
def test_the_language_is_that_of_the_text_where_the_page_says_none_or_another(lang):
    assert extract(served(html(lang=lang, story=f"{STORY} {LONG}"))).language == "en"


def test_the_language_is_what_the_page_says_where_the_text_cannot_tell():
    assert extract(served(html(lang=' lang="zu_ZA"', story="Tirmona Kelpanto Brantiq. " * 20))).language == "zu"


@pytest.mark.parametrize(
    ("encoding", "kind", "head"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", None, '<meta charset="windows-1252">'),
        ("utf-8-sig", "text/html; charset=koi8-r", ""),
        ("iso-8859-1", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", '<meta charset="windows-1252">'),
        ("cp1252", "text/html", ""),
        ("mac_roman", "text/html; charset=macintosh", ""),
        ("utf-16", "text/html", ""),
        ("utf-16-le", "text/html; charset=utf-16le", ""),
        ("utf-7", "text/html; charset=utf-8", ""),
    ],
)
def test_the_charset_is_found_or_nothing_breaks(encoding, kind, head):
    page = extract(served(html(head).encode(encoding), kind))
    assert ("Zürich, Köln and Málaga" in page.text) is (encoding != "utf-7")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (served(html(story="Halvora cuts jobs. More soon.")), Reason.NO_TEXT),
        (served(b"%PDF-1.7 " + STORY.encode(), "application/pdf"), Reason.NO_TEXT),
        (served(json.dumps({"text": STORY}), "application/json"), Reason.NO_TEXT),
        (served(b"", "text/html"), Reason.NO_TEXT),
        (served(b"\x1f\x8b\x08" + bytes(range(256)) * 9, "text/html"), Reason.NO_TEXT),
        (served(b"<" * 10_000, "text/html"), Reason.NO_TEXT),
        (served(html() + " " * 2**21), Reason.TOO_LARGE),
    ],
    ids=["short", "PDF", "JSON", "empty", "bytes", "brackets", "large"],
)
def test_what_gives_no_article_is_a_failure_with_its_reason(document, reason):
    outcome = extract(document)
    assert isinstance(outcome, Failed)
    assert outcome.reason is reason


def test_packed_bytes_are_not_unpacked_here():
    outcome = extract(served(gzip.compress(html().encode())))
    assert isinstance(outcome, Failed)
