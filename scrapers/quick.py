"""Well-formed RSS, RDF and Atom -> what feedparser would find in it, many times faster; None where it is not sure.

The parser is feedparser's own, expat, so that well-formed means the same; ``walking`` knows its rules. No document type
gets here, and so no entity. Nothing is mended: that is feedparser's part.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree  # noqa: ICN001  its name says what it is

from feedparser.encodings import convert_to_utf8, parse_content_type

from scrapers.instants import instant
from scrapers.items import Document, Entry
from scrapers.naming import Unsure, declarations
from scrapers.walking import Context, Walk
from scrapers.wishes import Link

_MOST_TAGS = 1_000_000
"""An element takes some hundred bytes; what has more of them is read without a tree."""
_DECLARED = re.compile(rb"<\?.*encoding=['\"](.*?)['\"].*\?>")
_UTF_8 = frozenset({"utf-8", "utf8", ""})
_XML = re.compile(r"application/(?:xml|.*\+xml)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was found. ``said`` and ``links`` are for ``wishes``: the feed's own words, not its entries'."""

    entries: tuple[Entry, ...]
    title: str | None
    version: str
    said: Mapping[str, list[str]]
    links: tuple[Link, ...]
    misnamed: bool
    """Whether it is in another encoding than it says."""
    plain: bool
    """Whether it is UTF-8 and says so: then each part of it is."""


def read(document: Document, headers: Mapping[str, str]) -> Read | None:
    """``headers`` are what feedparser would be told of the answer."""
    plain = _is_utf_8(document.body, headers)
    body, misnamed = (document.body.removeprefix(codecs.BOM_UTF8), False) if plain else _decoded(document.body, headers)
    if body.count(b"<") > _MOST_TAGS:
        return None
    try:
        names, version = declarations(body)
        parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314  a document type is refused: there are no entities
        parser.feed(body)
        walk = Walk(names, version, headers.get("content-language"))
        walk.over(parser.close())
    except (Unsure, ElementTree.ParseError):
        return None
    values = walk.feed.values
    return Read(
        entries=tuple(_entry(each, values.get("language")) for each in walk.entries),
        title=values.get("title"),
        version=walk.version,
        said=walk.said,
        links=tuple(walk.links),
        misnamed=misnamed,
        plain=plain,
    )


def _decoded(body: bytes, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """The body as feedparser decodes it, and whether its encoding is not what was said."""
    told: dict[str, object] = {}
    decoded = convert_to_utf8(headers, body, told)
    return decoded if told["encoding"] else b"", bool(told.get("bozo"))


def _is_utf_8(body: bytes, headers: Mapping[str, str]) -> bool:
    """And is said to be nothing else."""
    line = (body[: body.find(b"\n")] if b"\n" in body else body).removeprefix(codecs.BOM_UTF8)
    end = line.find(b"?>") + 2
    if line.startswith(b"<?") and b"encoding=" in line[end : line.rfind(b"?>")]:  # then feedparser believes the last
        return False
    declared = _DECLARED.match(line[:end])
    kind, charset = parse_content_type(headers.get("content-type", ""))
    named = {charset.lower(), declared[1].decode("latin-1").lower() if declared else ""}
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return _XML.fullmatch(kind) is not None and named <= _UTF_8


def _entry(found: Context, feed_language: str | None) -> Entry:
    values = found.values
    content, language = max((one for one in found.contents if one[0]), key=lambda one: len(one[0]), default=("", None))
    return Entry(
        guid=values.get("id"),
        link=values.get("link"),
        title=values.get("title", ""),
        summary=values.get("summary", ""),
        content=content,
        author=_said(values.get("author")),
        published=_said(values.get("published") or values.get("updated") or values.get("created")),
        published_at=_moment(found.dates),
        language=_said(_tag(language or found.language)) or _said(feed_language),
    )


def _moment(dates: Mapping[str, str]) -> datetime | None:
    found = (instant(dates[name]) for name in ("published", "updated", "created") if dates.get(name))
    return next((one for one in found if one is not None), None)


def _tag(language: str | None) -> str | None:
    return language.replace("_", "-") if language else None


def _said(value: str | None) -> str | None:
    return value if value and value.strip() else None
