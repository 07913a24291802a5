"""Finds the source behind an address: the feeds its page names, else a feed at a usual place, else a sitemap.

It asks one thing after the other, and stops at the first way that leads somewhere: who looks for a feed is a guest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from scrapers.discover import Candidate, Look, Rules, Way, is_of_comments
from scrapers.items import Document, Failed, Kind

PLACES = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "feeds", "?feed=rss2")
SITEMAPS = (
    "sitemap_news.xml",
    "news-sitemap.xml",
    "sitemap-news.xml",
    "news_sitemap.xml",
    "sitemap.xml",
    "sitemap_index.xml",
)

_MOST_NAMED = 8
_MOST_SITEMAPS = 4
_STALE = timedelta(days=90)

Ask = Callable[[str], Awaitable[Document | Failed]]
Looks = Callable[[Document], Awaitable[Look | Failed]]
Reads = Callable[[Document, tuple[str, ...]], Awaitable[Rules | Failed]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A source that answered. ``titled`` is false where its entries are addresses alone."""

    url: str
    title: str
    kind: Kind
    way: Way
    entries: int
    newest: datetime | None
    titled: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """An address that was asked and is no source, and what it is."""

    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The sources, the best first, and all that was asked in vain."""

    found: tuple[Found, ...]
    tried: tuple[Tried, ...]


async def find(url: str, ask: Ask, look: Looks, read: Reads, now: datetime) -> Finding:
    return await _Search(ask, look, read, now).of(url)


class _Search:
    def __init__(self, ask: Ask, look: Looks, read: Reads, now: datetime) -> None:
        self._ask, self._look, self._read, self._now = ask, look, read, now
        self._found: dict[str, Found] = {}
        self._tried: dict[str, Tried] = {}
        self._ends: set[str] = set()

    async def of(self, url: str) -> Finding:
        page, seen = await self._seen(url)
        if page is not None and seen is not None:
            if seen.kind is not None:
                await self._keep(Candidate(url, "", Way.ITSELF), page, seen)
            else:
                await self._behind(page, seen)
        return Finding(tuple(sorted(self._found.values(), key=self._rank)), tuple(self._tried.values()))

    async def _behind(self, page: Document, seen: Look) -> None:
        await self._all(seen.names[:_MOST_NAMED])
        if self._useful():
            return
        guesses, maps = _places(page.url), _at(page.url, SITEMAPS)
        rules = await self._rules(urljoin(page.url, "/robots.txt"), (*guesses, *maps))
        await self._first(Candidate(each, "", Way.PLACE) for each in guesses if each in rules.allowed)
        if self._useful():
            return
        named = sorted(rules.sitemaps, key=lambda each: "news" not in each.url.lower())
        await self._all(named[:_MOST_SITEMAPS])
        if not self._useful():
            await self._first(Candidate(each, "", Way.PLACE) for each in maps if each in rules.allowed)

    async def _all(self, candidates: Iterable[Candidate]) -> None:
        for each in candidates:
            await self._consider(each)

    async def _first(self, candidates: Iterable[Candidate]) -> None:
        for each in candidates:
            await self._consider(each)
            if self._useful():
                return

    async def _consider(self, candidate: Candidate) -> None:
        if candidate.url in self._found or candidate.url in self._tried:
            return
        document, seen = await self._seen(candidate.url)
        if document is None or seen is None:
            return
        if seen.kind is None:
            self._tried[candidate.url] = Tried(candidate.url, "neither a feed nor a sitemap")
            return
        await self._keep(candidate, document, seen)

    async def _seen(self, url: str) -> tuple[Document | None, Look | None]:
        document = await self._ask(url)
        if isinstance(document, Failed):
            self._tried[url] = Tried(url, document.detail)
            return None, None
        seen = await self._look(document)
        if isinstance(seen, Failed):
            self._tried[url] = Tried(url, seen.detail)
            return document, None
        return document, seen

    async def _keep(self, candidate: Candidate, document: Document, seen: Look) -> None:
        """Under the address that it moved to for good, else under the one that was asked; once."""
        if document.url in self._ends:
            return
        self._ends.add(document.url)
        url = document.url if document.moved else candidate.url
        if seen.part is not None:
            _, newest = await self._seen(seen.part)
            if newest is not None and newest.kind is Kind.SITEMAP:
                seen = replace(newest, part=None)
        assert seen.kind is not None
        self._found.setdefault(
            url,
            Found(
                url=url,
                title=seen.title or candidate.title,
                kind=seen.kind,
                way=candidate.way,
                entries=seen.entries,
                newest=seen.newest,
                titled=seen.titled,
            ),
        )

    async def _rules(self, url: str, guesses: tuple[str, ...]) -> Rules:
        """As for pages: without a robots.txt all may be asked; where it cannot be had or read, nothing."""
        document = await self._ask(url)
        if isinstance(document, Failed):
            missing = document.status is not None and 400 <= document.status < 500 and document.status != 429
            return Rules(allowed=guesses) if missing else Rules()
        read = await self._read(document, guesses)
        return Rules() if isinstance(read, Failed) else read

    def _useful(self) -> bool:
        return any(each.entries for each in self._found.values())

    def _rank(self, found: Found) -> tuple[bool, bool, bool, bool]:
        stale = found.newest is not None and found.newest < self._now - _STALE
        return is_of_comments(found.url, found.title), not found.entries, stale, not found.titled


def _places(url: str) -> tuple[str, ...]:
    """Of the site; and below the page, where it is a part of a site."""
    below = urljoin(url, url.partition("?")[0].partition("#")[0].rstrip("/") + "/feed")
    return tuple(dict.fromkeys((below, *_at(url, PLACES))))


def _at(url: str, places: Iterable[str]) -> tuple[str, ...]:
    return tuple(urljoin(url, f"/{place}") for place in places)
