"""Ask one source, give an outcome: all that ``monitor`` knows of fetching.

It keeps the manners that need memory (one request at a time and host, and a pause between two) and turns whatever
goes wrong with strangers' servers and bytes into a value. When to ask is not decided here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple, assert_never, cast

from scrapers import listed, listing, parts, read, renewed, websub
from scrapers.addresses import Network
from scrapers.canonical import canonical as canonical_url
from scrapers.discover import Look, Rules, look, rules
from scrapers.egress import Door, Refused, parsed
from scrapers.finding import Finding, Found, find
from scrapers.items import Article, Document, Failed, Kind, Memory, News, Outcome, Reason, Source, Unchanged, Wish
from scrapers.links import is_unresolved
from scrapers.poll import Clock, poll
from scrapers.sitemap import Index
from scrapers.turns import Turns
from scrapers.websub import LARGEST_PUSH, authentic, question, signs
from scrapers.workers import Killed, Workers

if TYPE_CHECKING:
    from scrapers.crawl import Crawler

__all__ = ["LARGEST_PUSH", "Collector", "Finding", "Found", "authentic", "canonical_url", "question", "signs"]

_log = logging.getLogger(__name__)

_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")

_FEED_SECONDS = 5.0
_BYTES_PER_SECOND = 500_000
"""A quarter of what feedparser reads on an idle machine."""
_SPLIT_HERE = 2**18
"""Bytes that are looked through in a few milliseconds, and so without a worker."""
_PAGE_SECONDS = 10.0
_CRAWL_SECONDS = 20.0


Witness = Callable[[str, Document | Unchanged | Failed], None]


def _wall() -> datetime:
    return datetime.now(UTC)


def _nobody(_url: str, _answer: Document | Unchanged | Failed) -> None:
    pass


class Collector:
    """Owns the door (if none is given), the parsing processes and, from the first page on, the Scrapy child."""

    def __init__(
        self,
        *,
        user_agent: str,
        allow_private: tuple[Network, ...],
        per_host_delay: float,
        door: Door | None = None,
        clock: Clock = _wall,
    ) -> None:
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._per_host_delay = per_host_delay
        self._clock = clock
        self._owns_door = door is None
        self._door = door or Door(user_agent=user_agent, allow_private=allow_private)
        self._workers = Workers()
        self._turns = Turns(per_host_delay)
        self._crawler: Crawler | None = None
        self.witness: Witness = _nobody
        """Told of each answer, for those who want to show what is asked."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        crawler, self._crawler = self._crawler, None
        if crawler is not None:
            await crawler.close()
        await self._workers.close()
        if self._owns_door:
            await self._door.close()

    async def poll(self, source: Source, memory: Memory) -> tuple[Outcome, Memory]:
        """The outcome, and what to remember for the next time; of what had no end, nothing."""
        match source.kind:
            case Kind.FEED:
                return await self._feed(source, memory)
            case Kind.SITEMAP:
                return await parts.poll(source, memory, self._asked, self._sitemap)
            case Kind.LISTING:
                return await self._listing(source, memory)
            case _:
                assert_never(source.kind)

    async def _feed(self, source: Source, memory: Memory) -> tuple[Outcome, Memory]:
        answer, kept = await self._asked(source.url, memory)
        if isinstance(answer, Unchanged | Failed):
            return answer, kept
        if memory.spans and len(answer.body) <= _SPLIT_HERE and (spans := renewed.known(answer, memory.spans)):
            return renewed.unchanged(answer, spans), replace(kept, spans=spans)
        seconds = _FEED_SECONDS + len(answer.body) / _BYTES_PER_SECOND
        result = await self._parsed(renewed.since, answer, source, memory.spans, seconds=seconds)
        if isinstance(result, Failed):
            return result, memory
        outcome, whole, spans = result
        if isinstance(outcome, Failed):
            return outcome, memory
        return outcome, replace(kept, spans=spans) if whole else Memory()

    async def pushed(self, source: Source, document: Document) -> News | Failed:
        """What a hub pushed, read as a poll's answer is; it changes nothing of what is remembered of polls."""
        seconds = _FEED_SECONDS + len(document.body) / _BYTES_PER_SECOND
        result = await self._parsed(read.news, document, source, seconds=seconds)
        return result if isinstance(result, Failed) else result[0]

    async def ask_hub(self, wish: Wish) -> Failed | None:
        """None: the hub took the wish, and will ask back."""
        try:
            host = parsed(wish.hub).netloc.decode()
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail)
        async with self._turns.of(host):
            return await websub.ask(self._door, wish)

    async def _sitemap(self, document: Document, source: Source) -> tuple[News | Index | Failed, bool]:
        seconds = _FEED_SECONDS + len(document.body) / _BYTES_PER_SECOND
        result = await self._parsed(listed.of_sitemap, document, source, self._clock(), seconds=seconds)
        return (result, False) if isinstance(result, Failed) else result

    async def _listing(self, source: Source, memory: Memory) -> tuple[Outcome, Memory]:
        """A page like any other: Scrapy fetches it, under the site's robots.txt."""
        answer, kept = await self._asked(source.url, memory, cast("Door", self._crawling()))
        if not isinstance(answer, Document):
            return answer, kept
        result = await self._parsed(listed.of_listing, answer, source, self._clock(), seconds=_PAGE_SECONDS)
        if isinstance(result, Failed):
            return result, memory
        outcome, _ = result
        return outcome, memory if isinstance(outcome, Failed) else kept

    @property
    def door(self) -> Door:
        return self._door

    async def page(self, article: Article, body: str | None = None) -> Article | Failed:
        """The article with the text of its page, fetched by Scrapy under the site's robots.txt; ``body`` selects it."""
        from scrapers import pages  # noqa: PLC0415  for those who want pages

        if article.url is None:
            return Failed(reason=Reason.URL, detail="the article has no link")
        if is_unresolved(article.url):
            return Failed(reason=Reason.URL, detail="link unresolved: it leads to an aggregator, not to the article")
        try:
            host = parsed(article.url).netloc.decode()
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail)
        # Scrapy keeps its own pauses; this keeps a poll of the same host out of them.
        async with self._turns.of(host):
            document = await self._crawling().fetch(article.url, deadline=_CRAWL_SECONDS)
        if isinstance(document, Failed):
            return document
        if body is None:
            page = await self._parsed(pages.extract, document, seconds=_PAGE_SECONDS)
        else:
            page = await self._parsed(listing.extract, document, body, seconds=_PAGE_SECONDS)
        return page if isinstance(page, Failed) else read.with_page(article, page)

    async def find(self, url: str) -> Finding:
        """The source at an address, or those behind the page there."""
        return await find(url, self._document, self._look, self._rules, self._clock())

    async def _document(self, url: str) -> Document | Failed:
        answer, _ = await self._asked(url, Memory())
        assert not isinstance(answer, Unchanged)  # who remembers nothing is told all
        return answer

    async def _look(self, document: Document) -> Look | Failed:
        return await self._parsed(look, document, self._clock(), seconds=_FEED_SECONDS)

    async def _rules(self, document: Document, urls: tuple[str, ...]) -> Rules | Failed:
        return await self._parsed(rules, document, self._user_agent.partition("/")[0], urls, seconds=_FEED_SECONDS)

    async def _asked(
        self, url: str, memory: Memory, door: Door | None = None
    ) -> tuple[Document | Unchanged | Failed, Memory]:
        try:
            host = parsed(url).netloc.decode()
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail), memory
        async with self._turns.of(host):
            answer, kept = await poll(door or self._door, url, memory, clock=self._clock)
        self.witness(url, answer)
        return answer, kept

    async def _parsed(self, function: Callable[[*_Arguments], _T], *args: *_Arguments, seconds: float) -> _T | Failed:
        try:
            return await self._workers.run(function, *args, seconds=seconds)
        except Killed as killed:
            return Failed(reason=Reason.PARSER, detail=str(killed))
        except Exception as error:  # noqa: BLE001  whatever a parser raises on hostile bytes, it is this source's trouble alone
            _log.warning("parser failed function=%s error=%s", function.__name__, type(error).__name__)
            return Failed(reason=Reason.MALFORMED, detail=f"the parser failed: {type(error).__name__}")

    def _crawling(self) -> Crawler:
        if self._crawler is None:
            from scrapers.crawl import Crawler  # noqa: PLC0415  most runs need no Scrapy

            self._crawler = Crawler(
                user_agent=self._user_agent,
                allow_private=self._allow_private,
                per_host_delay=self._per_host_delay,
            )
        return self._crawler
