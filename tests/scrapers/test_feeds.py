"""A feed's bytes -> its entries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scrapers.feeds import Feed, parse
from scrapers.items import Document, Entry, Failed, Reason

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Northwind Wire</title><language>en-GB</language>
<item><title>Halvora cuts 400 jobs</title><link>https://news.example/halvora</link><guid>h-1</guid>
<description>&lt;p&gt;About a tenth.&lt;/p&gt;</description><content:encoded><![CDATA[<p>All of it.</p>]]></content:encoded>
<pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate></item>
<item><title>Brantiq opens an office</title><link>/brantiq</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Kelpanto</title>
<entry><id>tag:news.example,2026:1</id><title type="html">Volmar &amp;amp; S&#246;hne</title>
<link href="https://news.example/volmar"/><summary>Kurz</summary><updated>2026-11-23T10:00:00Z</updated></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://news.example/"><title>Tirmona</title></channel>
<item rdf:about="https://news.example/t"><title>Tirmona trims</title><link>https://news.example/t</link></item></rdf:RDF>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Quillon",
    "language": "en",
    "items": [
        {
            "id": 7,
            "url": "https://news.example/quillon",
            "title": "Quillon <Games> & co",
            "content_html": "<p>Text</p>",
            "date_published": "2026-11-23T11:00:00+01:00",
            "authors": [{"name": "A. Writer"}],
        },
        {"id": "x", "external_url": "https://news.example/x", "content_text": "a < b", "date_published": "soon"},
        "not an object",
    ],
}


def document(body: bytes, kind: bytes | None = b"application/xml") -> Document:
    headers = ((b"content-type", kind),) if kind is not None else ()
    return Document(url="https://news.example/feed", status=200, headers=headers, body=body)


def fed(body: bytes, kind: bytes | None = b"application/xml") -> Feed:
    feed = parse(document(body, kind))
    assert isinstance(feed, Feed)
    return feed


def test_an_entry_is_as_its_publisher_wrote_it() -> None:
    assert fed(RSS).entries[0] == Entry(
        guid="h-1",
        link="https://news.example/halvora",
        title="Halvora cuts 400 jobs",
        summary="<p>About a tenth.</p>",
        content="<p>All of it.</p>",
        author=None,
        published="Mon, 23 Nov 2026 10:00:00 +0100",
        published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        language="en-GB",
    )


@pytest.mark.parametrize(("body", "title"), [(ATOM, "Volmar &amp; Söhne"), (RDF, "Tirmona trims")])
def test_atom_and_rdf_are_feeds_too(body: bytes, title: str) -> None:
    assert [entry.title for entry in fed(body).entries] == [title]


def test_an_entry_without_a_date_has_none() -> None:
    assert fed(RSS).entries[1].published_at is None


def test_a_json_feed_is_a_feed() -> None:
    first, second = fed(json.dumps(JSON_FEED).encode(), b"application/feed+json").entries
    assert (first.guid, first.title, first.published_at, first.author, second.link, second.summary) == (
        "7",
        "Quillon &lt;Games&gt; &amp; co",
        datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        "A. Writer",
        "https://news.example/x",
        "a &lt; b",
    )


NOT_FEEDS = {
    "a login page": b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
    "a challenge": b"<html><head><title>Just a moment...</title></head><body><script>x()</script></body></html>",
    "an empty answer": b"",
    "white space": b" \n ",
    "JSON": b'{"error": "no"}',
    "JSON that is no feed": b'{"version": "2", "items": []}',
    "broken JSON": b'{"version": "https://jsonfeed.org/version/1", "items": [',
    "deep JSON": b'{"a":' + b"[" * 100_000,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "a gzip file": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x04\x00\x43\xbe\xb7\xe8",
    "a sitemap": b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example</loc></url></urlset>',
    "words": b"Not today.",
    "a path": b"/etc/passwd",
    "a URL": b"http://127.0.0.1/feed",
}


@pytest.mark.parametrize("body", NOT_FEEDS.values(), ids=NOT_FEEDS.keys())
def test_what_is_no_feed_is_told_as_such(body: bytes) -> None:
    failed = parse(document(body, b"text/html"))
    assert isinstance(failed, Failed)
    assert failed.reason is Reason.NOT_A_FEED


def test_a_feed_without_entries_is_a_feed() -> None:
    assert fed(b"<rss version='2.0'><channel><title>New</title></channel></rss>").entries == ()


@pytest.mark.parametrize("cut", [0.4, 0.6, 0.8, 0.95])
@pytest.mark.parametrize("body", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_a_feed_without_its_end_is_not_complete(body: bytes, cut: float) -> None:
    assert not fed(body[: int(len(body) * cut)]).complete


def test_the_entries_of_a_feed_without_its_end_are_entries() -> None:
    assert len(fed(RSS[: RSS.index(b"<item><title>Brantiq")]).entries) == 1


@pytest.mark.parametrize("body", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_a_whole_feed_is_complete_though_it_is_ill_formed(body: bytes) -> None:
    assert fed(body.replace(b"</title>", b" & more &nosuch;</title>", 1)).complete


NAME = "Ünlü & Söhne 株 é"
DECLARED = (
    '<?xml version="1.0" encoding="{}"?><rss version="2.0"><channel><item><title>{}</title></item></channel></rss>'
)
ENCODINGS = [
    ("utf-8", "utf-8", b"application/xml", "Société"),
    ("iso-8859-1", "iso-8859-1", b"application/xml", "Société"),
    ("iso-8859-1", "iso-8859-1", b"text/xml", "Société"),
    ("iso-8859-1", "utf-8", b"application/xml; charset=utf-8", "Société"),
    ("utf-8", "iso-8859-1", b"text/xml; charset=iso-8859-1", "Société"),
    ("utf-8", "utf-8-sig", b"application/xml; charset=iso-8859-1", "Société"),
    ("utf-16", "utf-16", b"application/xml", "Société 株"),
    ("utf-16le", "utf-16le", b"application/xml", "Société 株"),
    ("utf-8", "utf-16", b"application/xml; charset=utf-8", "Société 株"),
    ("gb2312", "gb18030", b"application/xml", "裁员 𠀀"),
    ("utf-8", "windows-1252", b"application/xml", "Brantiq’s “cut”"),
    ("utf-8", "utf-8", b"text/html", "Société"),
    ("iso-2022-jp", "iso-2022-jp", b"text/xml", "人員削減"),
]


@pytest.mark.parametrize(("declared", "actual", "kind", "title"), ENCODINGS)
def test_a_text_is_read_in_the_encoding_that_rfc_7303_names(
    declared: str, actual: str, kind: bytes, title: str
) -> None:
    body = DECLARED.format(declared, title).encode(actual)
    assert fed(body, kind).entries[0].title == title
