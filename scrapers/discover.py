"""What a document is to somebody who looks for a source: a feed, a sitemap, or a page and the feeds it names; pure.

It runs in a worker that may be killed, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scrapers import feeds, sitemap
from scrapers.canonical import web_link
from scrapers.feeds import Feed
from scrapers.items import Document, Entry, Kind
from scrapers.plain import line

_KINDS = {"application/rss+xml", "application/rdf+xml", "application/atom+xml", "application/feed+json"}
_MOST = 50
_SOON = timedelta(days=1)


class Way(StrEnum):
    """How a source was found."""

    ITSELF = "it is one itself"
    LINK = "named by the page"
    PLACE = "at a usual place"
    ROBOTS = "named by robots.txt"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a source, and has not been asked."""

    url: str
    title: str
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``kind`` is None for what is no source; then ``names`` are the feeds that it names, if it is a page.

    ``titled``: its entries have titles. ``part`` is where the newest part of a sitemap's index is.
    """

    kind: Kind | None = None
    title: str = ""
    entries: int = 0
    newest: datetime | None = None
    titled: bool = False
    part: str | None = None
    names: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to who looks for a source: the sitemaps it names, and which addresses may be asked."""

    sitemaps: tuple[Candidate, ...] = ()
    allowed: tuple[str, ...] = ()


def look(document: Document, now: datetime) -> Look:
    mapped = sitemap.parse(document, now)
    if isinstance(mapped, sitemap.Index):
        return Look(kind=Kind.SITEMAP, part=next((part.url for part in mapped.parts), None))
    if isinstance(mapped, sitemap.Sitemap):
        return _seen(Kind.SITEMAP, mapped.title, mapped.entries, now)
    feed = feeds.parse(document)
    if isinstance(feed, Feed):
        return _seen(Kind.FEED, feed.title, feed.entries, now)
    return Look(names=feeds_of(document))


def _seen(kind: Kind, title: str | None, entries: tuple[Entry, ...], now: datetime) -> Look:
    dates = [entry.published_at for entry in entries if entry.published_at and entry.published_at < now + _SOON]
    return Look(
        kind=kind,
        title=line(title or "")[:200],
        entries=len(entries),
        newest=max(dates, default=None),
        titled=any(entry.title for entry in entries),
    )


def feeds_of(document: Document) -> tuple[Candidate, ...]:
    """The feeds that a page names, in its order, those of comments last; none for bytes that are no page."""
    from lxml import etree, html  # noqa: PLC0415  only a worker should pay for it

    try:
        page = html.document_fromstring(document.body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = web_link(next(iter(page.xpath("//base/@href")), None), document.url) or document.url
    found: dict[str, Candidate] = {}
    for link in page.xpath("//link[@href]"):
        url = web_link(link.get("href"), base)
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        if url and kind in _KINDS and "alternate" in (link.get("rel") or "").lower().split() and len(found) < _MOST:
            found.setdefault(url, Candidate(url, line(link.get("title") or "")[:200], Way.LINK))
    return tuple(sorted(found.values(), key=lambda each: is_of_comments(each.url, each.title)))


def is_of_comments(url: str, title: str) -> bool:
    return "comments" in url.lower() or "comments" in title.lower()


def rules(document: Document, agent: str, urls: Iterable[str]) -> Rules:
    """``agent`` is the name that robots.txt files know us by."""
    from protego import Protego  # noqa: PLC0415  comes with Scrapy

    read = Protego.parse(document.body.decode("utf-8", "replace"))
    named = (web_link(each, document.url) for each in read.sitemaps)
    sitemaps = tuple(dict.fromkeys(Candidate(each, "", Way.ROBOTS) for each in named if each))[:_MOST]
    return Rules(sitemaps, tuple(url for url in urls if read.can_fetch(url, agent)))
