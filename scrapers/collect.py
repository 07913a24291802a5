"""Ask one source, give an outcome: all that ``monitor`` knows of fetching.

It keeps the manners that need memory (one request at a time and host, and a pause between two) and turns whatever
goes wrong with strangers' servers and bytes into a value. When to ask is not decided here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple

from scrapers import read
from scrapers.addresses import Network
from scrapers.canonical import canonical as canonical_url
from scrapers.discover import Found, feeds_of
from scrapers.egress import Door, Refused, parsed
from scrapers.items import Article, Document, Failed, Memory, Outcome, Reason, Source, Unchanged
from scrapers.poll import Clock, poll
from scrapers.workers import Killed, Workers

if TYPE_CHECKING:
    from scrapers.crawl import Crawler

__all__ = ["Collector", "Found", "canonical_url"]

_log = logging.getLogger(__name__)

_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")

_FEED_SECONDS = 5.0
_BYTES_PER_SECOND = 500_000
"""A quarter of what feedparser reads on an idle machine."""
_PAGE_SECONDS = 10.0
_CRAWL_SECONDS = 20.0


def _wall() -> datetime:
    return datetime.now(UTC)


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
        self._turns = _Turns(per_host_delay)
        self._crawler: Crawler | None = None

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
        answer, kept = await self._asked(source.url, memory)
        if isinstance(answer, Unchanged | Failed):
            return answer, kept
        seconds = _FEED_SECONDS + len(answer.body) / _BYTES_PER_SECOND
        result = await self._parsed(read.news, answer, source, seconds=seconds)
        if isinstance(result, Failed):
            return result, memory
        outcome, whole = result
        if isinstance(outcome, Failed):
            return outcome, memory
        return outcome, kept if whole else Memory()

    @property
    def door(self) -> Door:
        return self._door

    async def page(self, article: Article) -> Article | Failed:
        """The article with the text of its page, fetched by Scrapy under the site's robots.txt."""
        from scrapers import pages  # noqa: PLC0415  for those who want pages

        if article.url is None:
            return Failed(reason=Reason.URL, detail="the article has no link")
        try:
            host = parsed(article.url).netloc.decode()
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail)
        # Scrapy keeps its own pauses; this keeps a poll of the same host out of them.
        async with self._turns.of(host):
            document = await self._crawling().fetch(article.url, deadline=_CRAWL_SECONDS)
        if isinstance(document, Failed):
            return document
        page = await self._parsed(pages.extract, document, seconds=_PAGE_SECONDS)
        return page if isinstance(page, Failed) else read.with_page(article, page)

    async def discover(self, url: str) -> tuple[Found, ...] | Failed:
        """The feeds behind a page; a feed is its own. Failed as ``NOT_A_FEED`` when there is none."""
        document, _ = await self._asked(url, Memory())
        if isinstance(document, Failed):
            return document
        assert isinstance(document, Document)
        result = await self._parsed(read.news, document, Source(id="", url=url), seconds=_FEED_SECONDS)
        if isinstance(result, Failed):
            return result
        outcome, _ = result
        if not isinstance(outcome, Failed):
            return (Found(document.url, "", "feed"),)
        found = await self._parsed(feeds_of, document, seconds=_FEED_SECONDS)
        return found or Failed(reason=Reason.NOT_A_FEED, detail="no feed, and a page that names none")

    async def _asked(self, url: str, memory: Memory) -> tuple[Document | Unchanged | Failed, Memory]:
        try:
            host = parsed(url).netloc.decode()
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail), memory
        async with self._turns.of(host):
            return await poll(self._door, url, memory, clock=self._clock)

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


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0
    free_at: float = 0.0


class _Turns:
    """One at a time and host, with a pause between; hosts are forgotten when their pause is over."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._turns: OrderedDict[str, _Turn] = OrderedDict()

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(host, _Turn())
        turn.wanted += 1
        clock = asyncio.get_running_loop().time
        try:
            async with turn.lock:
                if (pause := turn.free_at - clock()) > 0:
                    await asyncio.sleep(pause)
                try:
                    yield
                finally:
                    turn.free_at = clock() + self._delay
        finally:
            turn.wanted -= 1
            self._turns.move_to_end(host)
            self._forget(clock())

    def _forget(self, now: float) -> None:
        """From the one longest unused on: nearly all of them are in the order of their end."""
        while self._turns:
            host, turn = next(iter(self._turns.items()))
            if turn.wanted or turn.free_at > now:
                return
            del self._turns[host]
