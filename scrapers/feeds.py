"""A feed's bytes -> its entries, as their publisher wrote them; pure, for a worker that may be killed.

feedparser reads RSS, RDF and Atom, and its word counts; JSON Feed, which it does not know, is read here. Its
sanitising is off: we keep no markup (``plain`` takes it out), and it is two thirds of the time. feedparser itself
is imported on first use, as only a worker should pay for it.
"""

from __future__ import annotations

import codecs
import html
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapers.items import Document, Entry, Failed, Reason

_XML_TYPES = re.compile(r"text/(?:xml|[\w.+-]+\+xml)", re.IGNORECASE)
_ROOT_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_WIDE_ROOT_END = re.compile(rb"<\0?/\0?(?:r\0?s\0?s|f\0?e\0?e\0?d|r\0?d\0?f\0?:\0?R\0?D\0?F)\0?>")
_TAIL = 2**16
_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
)
_JSON_FEED = re.compile(r"https?://jsonfeed\.org/version/\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a parser found. ``complete`` is false when the end of the document is missing.

    Then its entries are news, but its validators must not be kept: with them the rest would never be served.
    """

    entries: tuple[Entry, ...]
    complete: bool
    title: str | None
    version: str


def parse(document: Document) -> Feed | Failed:
    """The entries of a document; Failed as ``NOT_A_FEED`` for one that is none."""
    start = document.body[:512].lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    feed = _parse_json(document) if start.startswith(b"{") else _parse_xml(document)
    if feed is None:
        return Failed(reason=Reason.NOT_A_FEED, detail=_described(document, start), status=document.status)
    return feed


def _described(document: Document, start: bytes) -> str:
    if not start:
        return "an empty answer"
    kind = (document.header("content-type") or b"no content type").split(b";")[0].decode("latin-1").strip()[:80]
    return f"not a feed: {kind!r}"


def _parse_xml(document: Document) -> Feed | None:
    import feedparser  # noqa: PLC0415  see above

    # Bytes in a file: of a bare string feedparser opens the file or the URL that it may name.
    read = feedparser.parse(
        io.BytesIO(document.body),
        response_headers=_headers(document),
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.get("version") and not read.entries:
        return None
    language = _text(read.feed.get("language"))
    return Feed(
        entries=tuple(_entry(found, language) for found in read.entries),
        complete=not read.bozo or _is_whole(document.body),
        title=_text(read.feed.get("title")),
        version=read.get("version") or "",
    )


def _is_whole(body: bytes) -> bool:
    """Whether an ill-formed document has its end. Many feeds are ill-formed for years, and still polled politely."""
    tail = body[-_TAIL:]
    return (_ROOT_END.search(tail) or _WIDE_ROOT_END.search(tail)) is not None


def _headers(document: Document) -> dict[str, str]:
    """What feedparser shall know of the answer. Not its address: it would make ids and links other than written.

    RFC 7303: a byte order mark precedes the header's charset, that the XML declaration, and ``text/xml``
    without a charset is no longer ASCII. feedparser still holds RFC 3023.
    """
    kind = (document.header("content-type") or b"application/xml").decode("latin-1")
    charset = "charset=" in kind.lower()
    if not charset and (_XML_TYPES.match(kind) or kind.lower().startswith("text/")):
        kind = "application/xml"
    for mark, name in _BOMS:
        if document.body.startswith(mark):
            kind = f"application/xml; charset={name}"
            break
    language = (document.header("content-language") or b"").decode("latin-1")
    return {"content-type": kind, **({"content-language": language} if language else {})}


def _entry(found: Any, feed_language: str | None) -> Entry:
    contents = [part for part in found.get("content", ()) if part.get("value")]
    longest: Any = max(contents, key=lambda part: len(part["value"]), default={})
    # Not found.get: it gives the one for the other, with a warning.
    written = dict.get(found, "published") or dict.get(found, "updated") or dict.get(found, "created")
    parsed = (
        dict.get(found, "published_parsed") or dict.get(found, "updated_parsed") or dict.get(found, "created_parsed")
    )
    return Entry(
        guid=found.get("id"),
        link=found.get("link"),
        title=found.get("title") or "",
        summary=found.get("summary") or "",
        content=longest.get("value") or "",
        author=_text(found.get("author")),
        published=_text(written),
        published_at=_moment(parsed),
        language=_text(longest.get("language") or found.get("title_detail", {}).get("language")) or feed_language,
    )


def _moment(parsed: Any) -> datetime | None:
    """Of a struct_time in UTC; a leap second is the second before it."""
    if parsed is None:
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _parse_json(document: Document) -> Feed | None:
    try:
        read = json.loads(document.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not _JSON_FEED.match(str(read.get("version"))):
        return None
    items = read.get("items")
    if not isinstance(items, list):
        return None
    language = _text(read.get("language"))
    return Feed(
        entries=tuple(_json_entry(item, language) for item in items if isinstance(item, dict)),
        complete=True,
        title=_text(read.get("title")),
        version="json",
    )


def _json_entry(item: dict[str, object], feed_language: str | None) -> Entry:
    guid = item.get("id")
    published = _text(item.get("date_published")) or _text(item.get("date_modified"))
    text = html.escape(_text(item.get("content_text")) or "", quote=False)
    content = _text(item.get("content_html")) or text
    return Entry(
        guid=str(guid) if isinstance(guid, int | float) else _text(guid),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=html.escape(_text(item.get("title")) or "", quote=False),
        summary=html.escape(_text(item.get("summary")) or "", quote=False) or content,
        content=content,
        author=_json_author(item),
        published=published,
        published_at=_json_moment(published),
        language=_text(item.get("language")) or feed_language,
    )


def _json_author(item: dict[str, object]) -> str | None:
    authors = item.get("authors")
    one = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return _text(one.get("name")) if isinstance(one, dict) else None


def _json_moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    try:
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except OverflowError:
        return None
