"""The newsroom: every outlet of the programme on a port of its own, publishing on a clock."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import Self

from monitor.demo import pages
from monitor.demo.feeds import Item, written
from monitor.demo.loopback import Loopback, Request, Response
from monitor.demo.stories import Outlet, Page, Programme, Story

_TRACKING = "?utm_source=roundup&utm_medium=feed&utm_campaign=daily"
_RETRY_AFTER = 2


class Newsroom:
    """Serves from ``async with`` until its end. What is not in the baseline waits for ``open``."""

    def __init__(self, programme: Programme, now: Callable[[], datetime]) -> None:
        self.counts: Counter[str] = Counter()
        """Answers by what they were: feed, not_modified, page, robots, unavailable, gone, closed, not_found."""
        self._programme = programme
        self._now = now
        self._started = now()
        self._opened: datetime | None = None
        self._stack = AsyncExitStack()
        self._desks: dict[str, _Desk] = {}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for outlet in self._programme.outlets:
                desk = _Desk(self, outlet)
                await stack.enter_async_context(desk.server)
                self._desks[outlet.id] = desk
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def open(self) -> None:
        """From now on the clock runs and the waves come."""
        self._opened = self._now()

    @property
    def baseline_served(self) -> bool:
        """Every outlet's feed was asked for and given."""
        return all(desk.served for desk in self._desks.values())

    @property
    def exhausted(self) -> bool:
        """Everything is published, and every outlet's feed was given since."""
        return all(desk.complete for desk in self._desks.values())

    @property
    def polls(self) -> int:
        """How often a feed was asked for."""
        return sum(self.counts[answer] for answer in ("feed", "not_modified", "unavailable"))

    def site(self, outlet_id: str) -> str:
        return self._desks[outlet_id].server.url

    def feed(self, outlet_id: str) -> str:
        return f"{self.site(outlet_id)}/feed"

    def link(self, story: Story) -> str:
        """The link under which a story is carried."""
        if story.carries is None:
            return f"{self.site(story.outlet)}{story.path}"
        carried = next(other for other in self._programme.stories if other.slug == story.carries)
        return f"{self.link(carried)}{_TRACKING}"

    def published(self, outlet: Outlet) -> tuple[Story, ...]:
        """What the outlet carries by now, newest first."""
        now = self._now()
        shown = [story for story in self._programme.at(outlet) if self._is_out(story, now)]
        return tuple(sorted(shown, key=lambda story: story.at, reverse=True))

    def at(self, story: Story) -> datetime:
        """When a story appears; of one that waits for the opening this is not known before it."""
        begin = self._started if story.baseline or self._opened is None else self._opened
        return (begin + story.at).replace(microsecond=0)

    def _is_out(self, story: Story, now: datetime) -> bool:
        return story.baseline or (self._opened is not None and now >= self._opened + story.at)

    def total(self, outlet: Outlet) -> int:
        return len(self._programme.at(outlet))


@dataclass(frozen=True, slots=True)
class _Feed:
    kind: str
    body: bytes
    etag: str | None
    last_modified: datetime | None


class _Desk:
    """One outlet's answers."""

    def __init__(self, room: Newsroom, outlet: Outlet) -> None:
        self.server = Loopback(self.answer)
        self.served = False
        self.complete = False
        self._room = room
        self._outlet = outlet
        self._asked = 0

    def answer(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        if request.method not in {"GET", "HEAD"}:
            return _plain(405, "This newsroom can only be read.")
        if path == "/feed":
            return self._feed(request)
        if path == "/robots.txt":
            return self._robots()
        if path == "/":
            return _packed(request, "text/html; charset=utf-8", pages.front(self._outlet))
        return self._page(request, path)

    def _feed(self, request: Request) -> Response:
        self._asked += 1
        if self._outlet.stumbles and self._asked == 2:
            self._room.counts["unavailable"] += 1
            return _plain(503, "The press is being oiled.", ("Retry-After", str(_RETRY_AFTER)))
        feed = self._current()
        self.served = True
        self.complete = len(self._room.published(self._outlet)) == self._room.total(self._outlet)
        validators = _validators(feed)
        if _holds(request, feed):
            self._room.counts["not_modified"] += 1
            return Response(304, validators)
        self._room.counts["feed"] += 1
        return _packed(request, feed.kind, feed.body, *validators)

    def _current(self) -> _Feed:
        stories = self._room.published(self._outlet)
        kind, body = written(self._outlet, self.server.url, [self._item(story) for story in stories])
        return _Feed(
            kind=kind,
            body=body,
            etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"' if self._outlet.etag else None,
            last_modified=max(map(self._room.at, stories)) if self._outlet.last_modified else None,
        )

    def _item(self, story: Story) -> Item:
        return Item(
            guid=f"{self._outlet.id}-{story.slug}",
            link=self._room.link(story),
            title=story.title,
            teaser=story.teaser,
            text=pages.paragraphs(story) if self._gives_whole(story) else "",
            author=story.author,
            published=self._room.at(story),
        )

    def _gives_whole(self, story: Story) -> bool:
        return self._outlet.full and story.page is Page.OPEN and story.carries is None

    def _page(self, request: Request, path: str) -> Response:
        own = (story for story in self._room.published(self._outlet) if story.carries is None and story.path == path)
        story = next(own, None)
        if story is None:
            self._room.counts["not_found"] += 1
            return _plain(404, "No such page.")
        if story.page is Page.GONE:
            self._room.counts["gone"] += 1
            return _plain(404, "This page has gone.")
        self._room.counts["closed" if story.page is Page.CLOSED else "page"] += 1
        body = pages.article(self._outlet, self.server.url, story, self._room.at(story))
        return _packed(request, "text/html; charset=utf-8", body)

    def _robots(self) -> Response:
        self._room.counts["robots"] += 1
        delay = f"Crawl-delay: {self._outlet.crawl_delay}\n" if self._outlet.crawl_delay else ""
        return _plain(200, f"User-agent: *\n{delay}Disallow: /premium/\n")


def _validators(feed: _Feed) -> tuple[tuple[str, str], ...]:
    etag = (("ETag", feed.etag),) if feed.etag else ()
    modified = (("Last-Modified", format_datetime(feed.last_modified, usegmt=True)),) if feed.last_modified else ()
    return etag + modified


def _holds(request: Request, feed: _Feed) -> bool:
    """Whether the asker has this very feed; where both validators are given only the ETag counts (RFC 9110, 13.2.2)."""
    tags = request.header("if-none-match")
    if tags is not None:
        return feed.etag is not None and feed.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = request.header("if-modified-since")
    if since is None or feed.last_modified is None:
        return False
    try:
        return feed.last_modified <= parsedate_to_datetime(since)
    except ValueError:
        return False


def _packed(request: Request, kind: str, body: bytes, *headers: tuple[str, str]) -> Response:
    described = (("Content-Type", kind), ("Vary", "Accept-Encoding"), *headers)
    if "gzip" not in (request.header("accept-encoding") or ""):
        return Response(200, described, body)
    return Response(200, (*described, ("Content-Encoding", "gzip")), gzip.compress(body, mtime=0))


def _plain(status: int, text: str, *headers: tuple[str, str]) -> Response:
    return Response(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), text.encode())
