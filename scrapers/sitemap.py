"""A sitemap's bytes -> what it lists, or the sitemaps that an index names; pure, for a worker that may be killed.

A news sitemap says title, date and language. A plain one says addresses and when each page last changed, which is
neither a title nor the day of publication: its entries have none, until their pages are read. It fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scrapers.canonical import same_site, web_link
from scrapers.inflate import NotInflatable, inflation
from scrapers.items import Document, Entry, Failed, Reason

LARGEST = 10 * 2**20
"""Bytes, unpacked."""
RECENT = timedelta(days=3)
"""For how long a page that changed is still news, and a part of an index is still asked."""
MOST_ENTRIES = 1_000
MOST_PARTS = 5
"""Parts of an index that are asked in one poll."""

_GZIP = b"\x1f\x8b"
_CHUNK = 2**16
_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
"""The commonest fault of all: the ampersand of a query, as it is."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ROOTS = {"urlset", "sitemapindex"}
_FEEDS = {"rss", "feed", "RDF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """``complete`` is false when its end is missing. ``older`` were left out: changed too long ago, or too many."""

    entries: tuple[Entry, ...]
    complete: bool
    title: str | None
    older: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A sitemap that an index names. ``changed_at`` is None where the index does not say."""

    url: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Index:
    """The parts worth asking, newest first. ``others`` were left out."""

    parts: tuple[Part, ...]
    complete: bool
    others: int


class _NoSitemapError(Exception):
    """What it is instead."""


def parse(document: Document, now: datetime) -> Sitemap | Index | Failed:
    """What is recent in it at ``now``; Failed as ``NOT_A_FEED`` for what is no sitemap."""
    try:
        body = _unpacked(document.body)
        root, found, whole = _read(body)
    except NotInflatable as error:
        return Failed(reason=error.reason, detail=str(error), status=document.status)
    except _NoSitemapError as error:
        return Failed(reason=Reason.NOT_A_FEED, detail=str(error), status=document.status)
    if root == "sitemapindex":
        return _index(found, document.url, whole, now)
    return _sitemap(found, whole, now)


@dataclass(frozen=True, slots=True)
class _Found:
    """A ``url`` or ``sitemap`` as written; ``news`` is None where it has no news tags."""

    loc: str
    changed: str
    news: dict[str, str] | None


def _unpacked(body: bytes) -> bytes:
    """Of a file that is gzip, whatever its headers call it: the transfer's own packing is undone already."""
    if not body.startswith(_GZIP):
        return body
    inflated = inflation([(b"content-encoding", b"gzip")], LARGEST)
    inflated.feed(body)
    if inflated.over:
        raise NotInflatable(Reason.TOO_LARGE, f"more than {LARGEST} bytes")
    return inflated.whole()


def _read(body: bytes) -> tuple[str, list[_Found], bool]:
    """The root's name, what it holds, and whether it has its end. An ill-formed one gives what can be read."""
    from lxml import etree  # noqa: PLC0415  only a worker should pay for it

    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    body = _BARE.sub(b"&amp;", body)
    root, found, whole = "", list[_Found](), True
    try:
        for start in range(0, len(body), _CHUNK):
            parser.feed(body[start : start + _CHUNK])
            root = _taken(parser, root, found)
        parser.close()
    except etree.XMLSyntaxError:
        root = _taken(parser, root, found)
        whole = _END.search(body[-_CHUNK:]) is not None
    if not root:
        raise _NoSitemapError("not a sitemap: not XML" if body.strip() else "an empty answer")
    return root, found, whole


def _taken(parser: Any, root: str, found: list[_Found]) -> str:
    """What was parsed by now, into ``found``; gives the root's name."""
    for event, element in parser.read_events():
        root = root or _root(element)
        if event == "end" and _name(element) in {"url", "sitemap"}:
            found.extend(_written(element))
            _forget(element)
    return root


def _root(element: Any) -> str:
    """Refuses a document type: no sitemap has one, and its entities unfold without end."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise _NoSitemapError("not a sitemap: it declares a document type")
    name = _name(element)
    if name in _FEEDS:
        raise _NoSitemapError('a feed, not a sitemap: its kind is "feed"')
    if name not in _ROOTS:
        raise _NoSitemapError("not a sitemap")
    return name


def _name(element: Any) -> str:
    """Without its namespace, or the prefix of one that nobody declared."""
    tag = element.tag
    return re.split(r"[}:]", tag)[-1] if isinstance(tag, str) else ""


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _written(element: Any) -> Iterator[_Found]:
    texts: dict[str, str] = {}
    news: dict[str, str] | None = None
    for child in element:
        name = _name(child)
        if name == "news":
            news = {_name(each): _text(each) for each in child.iter() if _name(each)}
        elif name in {"loc", "lastmod"}:
            texts.setdefault(name, _text(child))
    if texts.get("loc"):
        yield _Found(texts["loc"], texts.get("lastmod", ""), news)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext(with_tail=False)).split())


def _index(found: list[_Found], base: str, whole: bool, now: datetime) -> Index:  # noqa: FBT001
    """A part that says it is old is not asked. Those that say nothing come last, and of them news first."""
    dated: list[Part] = []
    undated: list[Part] = []
    for each in found:
        url, changed_at = web_link(each.loc, base), moment(each.changed)
        if url and not same_site(url, base):  # nobody may send us to others
            continue
        if url and (changed_at is None or changed_at > now + RECENT):
            undated.append(Part(url, None))
        elif url and changed_at is not None and changed_at > now - RECENT:
            dated.append(Part(url, changed_at))
    dated.sort(key=lambda part: part.changed_at or now, reverse=True)
    undated.sort(key=lambda part: "news" not in part.url.lower())
    parts = tuple(dict.fromkeys((*dated, *undated)))[:MOST_PARTS]
    return Index(parts, whole, len(found) - len(parts))


def _sitemap(found: list[_Found], whole: bool, now: datetime) -> Sitemap:  # noqa: FBT001
    """News as it stands; of plain pages those that changed of late, the latest first, and those that do not say."""
    news = [_news(each, each.news) for each in found if each.news is not None]
    changed = [(moment(each.changed), each) for each in found if each.news is None]
    changed.sort(key=lambda pair: pair[0] or now - RECENT, reverse=True)
    plain = [_plain(each) for at, each in changed if at is None or at >= now - RECENT]
    entries = (*news, *plain)[:MOST_ENTRIES]
    titles = (each.news.get("name", "") for each in found if each.news is not None)
    title = next((title for title in titles if title), None)
    return Sitemap(entries=entries, complete=whole, title=title, older=len(found) - len(entries))


def _news(found: _Found, news: dict[str, str]) -> Entry:
    written = news.get("publication_date") or None
    return _entry(found.loc, news.get("title", ""), written, news.get("language") or None)


def _plain(found: _Found) -> Entry:
    return _entry(found.loc, "", None, None)


def _entry(loc: str, title: str, written: str | None, language: str | None) -> Entry:
    return Entry(
        guid=None,
        link=loc,
        title=title,
        summary="",
        content="",
        author=None,
        published=written,
        published_at=moment(written) if written else None,
        language=language,
    )


def moment(written: str) -> datetime | None:
    """A W3C date, or one as mail and RSS write it, in UTC. A month or a year alone is no date."""
    try:
        read = datetime.fromisoformat(written) if _DAY.match(written) else parsedate_to_datetime(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
