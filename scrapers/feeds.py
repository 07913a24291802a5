"""A feed's bytes -> its entries, as their publisher wrote them; pure, for a worker that may be killed.

feedparser's word counts for RSS, RDF and Atom. What ``quick`` is sure to read as it does is read there, the rest by
itself; JSON Feed, which it does not know, is read here. Its sanitising is off: we keep no markup (``plain`` takes it
out), and it is two thirds of the time. It is imported on first use, as only a worker should pay for it.
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

from scrapers import wishes
from scrapers.items import Document, Entry, Failed, Hints, Hub, Reason

_XML_TYPES = re.compile(r"text/(?:xml|[\w.+-]+\+xml)", re.IGNORECASE)
_ROOT_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_WIDE_ROOT_END = re.compile(rb"<\0?/\0?(?:r\0?s\0?s|f\0?e\0?e\0?d|r\0?d\0?f\0?:\0?R\0?D\0?F)\0?>")
_TAIL = 2**16
_NOT_WIDE = re.compile(rb"<\?xml[^<>]*?encoding=[\"'](?:utf-?(?:16|32)|ucs-?[24]|iso-10646-ucs)", re.IGNORECASE)
"""What says so in bytes is not: feedparser would read pairs of letters as one."""
_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
)
_FIRST_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_SKIPPED = {
    "hour": re.compile(rb"<hour>\s*([0-9]+)\s*</hour>", re.IGNORECASE),
    "day": re.compile(rb"<day>\s*([a-z]+)\s*</day>", re.IGNORECASE),
}
_LONGEST_HEAD = 2**16
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_JSON_FEED = re.compile(r"https?://jsonfeed\.org/version/\d", re.IGNORECASE)

_NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a parser found. ``complete`` is false when the end of the document is missing.

    Then its entries are news, but its validators must not be kept: with them the rest would never be served.
    ``sure``: it is well-formed and in plain UTF-8, and so is each of its items; ``spans`` may tell them by their bytes.
    """

    entries: tuple[Entry, ...]
    complete: bool
    title: str | None
    version: str
    sure: bool = False
    hints: Hints = _NO_HINTS
    hub: Hub | None = None


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
    from scrapers import quick  # noqa: PLC0415  it brings feedparser

    headers = _headers(document)
    read = quick.read(document, headers)
    if read is None:
        return _parse_with_feedparser(document, headers)
    return Feed(
        entries=read.entries,
        complete=not read.misnamed or _is_whole(document.body),
        title=_text(read.title),
        version=read.version,
        sure=read.plain,
        hints=wishes.hints(read.said),
        hub=wishes.hub(read.links, document),
    )


def _parse_with_feedparser(document: Document, headers: dict[str, str]) -> Feed | None:
    import feedparser  # noqa: PLC0415  see above

    # Bytes in a file: of a bare string feedparser opens the file or the URL that it may name.
    read = feedparser.parse(
        io.BytesIO(_REFERENCE.sub(_character, document.body)),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.get("version") and not read.entries:
        return None
    language = _text(read.feed.get("language"))
    links = [(link.get("rel") or "", link.get("href") or "") for link in read.feed.get("links", ())]
    return Feed(
        entries=tuple(_entry(found, language) for found in read.entries),
        complete=not read.bozo or _is_whole(document.body),
        title=_text(read.feed.get("title")),
        version=read.get("version") or "",
        hints=wishes.hints(_said(read.feed, document.body)),
        hub=wishes.hub(links, document),
    )


def _character(found: re.Match[bytes]) -> bytes:
    """Feedparser gives a whole document up for one reference to what is no character."""
    number = int(found[1], 16) if found[1] else int(found[2][:9])
    return found[0] if number < 0xD800 or 0xE000 <= number < 0x110000 else b"&#xFFFD;"


def _said(feed: Any, body: bytes) -> dict[str, list[str]]:
    """What ``wishes`` reads. Of many hours and days feedparser keeps one, so they are looked for in the feed's head."""
    names = {"ttl": "ttl", "sy_updateperiod": "updateperiod", "sy_updatefrequency": "updatefrequency"}
    said = {name: [feed[key]] for key, name in names.items() if isinstance(feed.get(key), str)}
    start = _FIRST_ITEM.search(body)
    head = body[: start.start() if start else len(body)][:_LONGEST_HEAD]
    skipped = {name: pattern.findall(head) for name, pattern in _SKIPPED.items()}
    return said | {name: [text.decode("latin-1") for text in texts] for name, texts in skipped.items()}


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
    if not charset and _NOT_WIDE.match(document.body):
        kind = "application/xml; charset=utf-8"
    for mark, name in _BOMS:
        if document.body.startswith(mark):
            kind = f"application/xml; charset={name}"
            break
    language = (document.header("content-language") or b"").decode("latin-1")
    return {"content-type": kind, **({"content-language": language} if language else {})}


def _entry(found: Any, feed_language: str | None) -> Entry:
    from scrapers.instants import of_struct  # noqa: PLC0415  it brings feedparser

    contents = [part for part in found.get("content", ()) if part.get("value")]
    longest: Any = max(contents, key=lambda part: len(part["value"]), default={})
    # Not found.get: it gives the one for the other, with a warning.
    written = dict.get(found, "published") or dict.get(found, "updated") or dict.get(found, "created")
    parsed = (
        dict.get(found, "published_parsed") or dict.get(found, "updated_parsed") or dict.get(found, "created_parsed")
    )
    detail: Any = found.get("title_detail")
    detail = detail if isinstance(detail, dict) else {}  # an element may have that name
    return Entry(
        guid=found.get("id"),
        link=found.get("link"),
        title=found.get("title") or "",
        summary=found.get("summary") or "",
        content=longest.get("value") or "",
        author=_text(found.get("author")),
        published=_text(written),
        published_at=of_struct(parsed),
        language=_text(longest.get("language") or detail.get("language")) or feed_language,
    )


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
        hub=wishes.hub(_json_links(read), document),
    )


def _json_links(read: dict[str, object]) -> list[wishes.Link]:
    hubs = read.get("hubs")
    urls = [hub.get("url") for hub in hubs if _is_websub(hub)] if isinstance(hubs, list) else []
    links = [("hub", url) for url in urls if isinstance(url, str)]
    return [*links, ("self", _text(read.get("feed_url")) or "")]


def _is_websub(hub: object) -> bool:
    return isinstance(hub, dict) and str(hub.get("type")).lower() == "websub"


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
