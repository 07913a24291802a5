"""Pages of our own for each claim, and real ones, where they are, for the figures."""

from __future__ import annotations

import gzip
import json
import os
import re
import tarfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.items import Document, Failed, Page, Reason
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
        (
            "<title>c</title>" + linked(headline="b") + '<meta property="og:title" content=" a &amp;\n z">',
            "a & z",
        ),
        ("<title>c</title>" + linked(headline="Tom &amp; Co"), "Tom & Co"),
        ("<title>c</title>" + linked(headline=["b"]), "c"),
        (
            '<title>Halvora - cuts - The Volmar</title><meta property="og:site_name" content="The Volmar">',
            "Halvora - cuts",
        ),
        ('<title>The Volmar</title><meta property="og:site_name" content="The Volmar">', "The Volmar"),
        ("", None),
    ],
    ids=["og:title first", "then the linked headline", "if it is text", "no outlet", "only the outlet", "none"],
)
def test_the_title_is_the_one_written_for_sharing(head, title):
    assert extract(served(html(head))).title == title


@pytest.mark.parametrize(
    ("head", "time"),
    [
        (linked(datePublished="2026-03-02T09:30:00-05:00"), datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        (
            linked(**{"@graph": [{"@type": "Person"}, {"@type": ["Report"], "datePublished": "2026-03-02T09:30:00Z"}]}),
            datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        ),
        (
            '<meta property="article:published_time" content="2026-03-02T09:30:00">',
            datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        ),
        (linked(datePublished="yesterday"), None),
        ('<script type="application/ld+json">{"broken</script>', None),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', None),
    ],
    ids=["with a zone", "in a graph", "in a meta element", "not a date", "broken", "too deep"],
)
def test_the_date_is_the_publishers_own(head, time):
    assert extract(served(html(head))).published_at == time


@pytest.mark.parametrize(
    ("lang", "expected"),
    [(' lang="en-GB"', "en"), (' lang="DE"', "de"), (' lang="x"', None), (' lang="english"', None), ("", None)],
)
def test_the_language_is_what_the_page_says(lang, expected):
    assert extract(served(html(lang=lang))).language == expected


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


def test_real_pages_give_most_of_their_text_title_and_date():
    folder = os.environ.get("PINKSLIP_DATA") or pytest.skip("skipped: no data")
    recalls, titles, days = [], 0, 0
    pages = measured(Path(folder) / "pages.tar")[::2][:40]
    for body, expected in pages:
        page = extract(served(body, "text/html"))
        assert isinstance(page, Page)
        recalls.append(recall(page, expected))
        titles += words(page.title or "") == words(expected["title"])
        days += str(page.published_at)[:10] == expected["publishing_date"][:10]
    mean = sum(recalls) / len(recalls)
    print(f"FIGURE pages n={len(pages)} recall={mean:.3f} titles={titles} days={days}")  # the figure
    assert mean > 0.9
    assert days > 0.85 * len(pages)


def measured(path: Path) -> list[tuple[bytes, dict]]:
    """Each outlet's pages and what is expected of them, both in order of time."""
    pages: dict[str, list[bytes]] = defaultdict(list)
    described: dict[str, list[bytes]] = defaultdict(list)
    with tarfile.open(path) as archive:
        for member in sorted((member for member in archive if member.isfile()), key=lambda member: member.name):
            content = archive.extractfile(member).read()
            outlet = re.sub(r"(_\d{4}_\d\d_\d\d)?\.(json|html\.gz)$", "", member.name)
            (pages if member.name.endswith(".gz") else described)[outlet].append(content)
    return [
        (gzip.decompress(body), expected)
        for outlet in pages
        for body, expected in zip(pages[outlet], versions(described[outlet][0]), strict=True)
    ]


def versions(content: bytes) -> list[dict]:
    return sorted(json.loads(content).values(), key=lambda version: version["publishing_date"])


def recall(page: Page, expected: dict) -> float:
    """The share of the expected paragraphs' characters whose paragraph stands in the text, word for word."""
    paragraphs = [words(text) for section in expected["body"]["sections"] for text in section["paragraphs"]]
    found = sum(len(paragraph) for paragraph in paragraphs if paragraph in words(page.text))
    return found / max(1, sum(map(len, paragraphs)))


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
