"""The demonstration: newsroom, receiver and the real daemon between them, watched until all that must come has come."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.archive import ArchiveError, Reader
from monitor.archive.reader import Counts, Wanted
from monitor.demo import folder as folders
from monitor.demo.daemon import Daemon
from monitor.demo.folder import Folder
from monitor.demo.newsroom import Newsroom
from monitor.demo.receiver import Receiver
from monitor.demo.screen import Screen
from monitor.demo.stories import Programme, Story, programme
from monitor.demo.summary import Run, Seen
from monitor.demo.verdict import Verdict, verdict

_START = 30.0
"""Seconds that the daemon may take until it knows every outlet."""

_SHOW = 40.0
"""Seconds that all alerts may take, from the newsroom's opening."""

_GRACE = 2.0
"""Seconds to wait, once all has come, for what must not."""

_GLANCE = 0.2


async def show(folder: Folder, *, listen: int, screen: Screen, now: Callable[[], datetime]) -> Run:
    plan = programme(now().date())
    secret = folders.signing_secret()
    async with (
        Newsroom(plan, now) as room,
        Receiver(secret, now, lambda line: screen.aside("receiver", line)) as receiver,
    ):
        outlets = {room.feed(outlet.id): outlet for outlet in plan.outlets}
        folders.furnish(folder, outlets, hook=receiver.url, secret=secret, listen=listen)
        screen.aside("newsroom", f"{len(plan.outlets)} outlets open on {room.site(plan.outlets[0].id)} and other ports")
        async with Daemon(folder, screen.alert) as daemon:
            watch = _Watch(plan, room, receiver, daemon, folder, screen)
            try:
                await watch.to_the_end()
            finally:
                watch.close()  # the last to close the archive folds its log into it: that shall be the daemon
            exit_code = await daemon.stop()
            with contextlib.closing(watch):
                return watch.run(exit_code)


class _Watch:
    """Looks at all parts a few times a second."""

    def __init__(  # noqa: PLR0913 (the parts it watches)
        self, plan: Programme, room: Newsroom, receiver: Receiver, daemon: Daemon, folder: Folder, screen: Screen
    ) -> None:
        self._plan = plan
        self._room = room
        self._receiver = receiver
        self._daemon = daemon
        self._folder = folder
        self._screen = screen
        self._begun = time.monotonic()
        self._reader: Reader | None = None
        self._out: set[str] = set()

    def close(self) -> None:
        """Let go of the archive; the next question opens it again."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    async def to_the_end(self) -> None:
        self._announce()
        if not await self._until(self._baseline_is_kept, _START):
            return
        self._screen.aside("pinkslip", "knows every outlet now; what was there before is archived and told to nobody")
        self._room.open()
        if await self._until(self._all_came, _SHOW):
            await self._until(lambda: False, _GRACE)

    def run(self, exit_code: int) -> Run:
        """What happened, read from a daemon that has ended."""
        reader = self._open()
        return Run(
            took=time.monotonic() - self._begun,
            plan=self._plan,
            asked=self._room.counts,
            polls=self._room.polls,
            counts=self._counts(),
            seen=_seen(reader) if reader is not None else (),
            receiver=self._receiver,
            stories=self._stories(),
            published={url: self._room.at(story) for url, story in self._stories().items()},
            verdict=self._verdict(),
            exit_code=exit_code,
        )

    async def _until(self, fulfilled: Callable[[], bool], seconds: float) -> bool:
        """Whether it was in time; a daemon that ended fulfils nothing more."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._daemon.ended:
            self._glance()
            if fulfilled():
                return True
            await asyncio.sleep(_GLANCE)
        return False

    def _glance(self) -> None:
        self._announce()
        counts = self._counts()
        if counts is None:
            return
        waits = counts.alerts["pending"] + counts.alerts["held"]
        self._screen.progress(
            f"{time.monotonic() - self._begun:.0f} s · {self._room.polls} polls · {counts.articles} articles:"
            f" {counts.flagged} flagged, {counts.articles - counts.flagged} not · {counts.layoffs} layoffs"
            f" · {counts.alerts['delivered']} sent, {waits} owed"
        )

    def _announce(self) -> None:
        """Say what the newsroom has published since the last look."""
        out = {story.slug: outlet.title for outlet in self._plan.outlets for story in self._room.published(outlet)}
        new = out.keys() - self._out
        if new:
            stories = "1 story" if len(new) == 1 else f"{len(new)} stories"
            self._screen.aside("newsroom", f"{stories} published at {_listed(sorted({out[slug] for slug in new}))}")
            self._out |= new

    def _baseline_is_kept(self) -> bool:
        reader = self._open()
        return reader is not None and self._room.baseline_served and _succeeded(reader) == len(self._plan.outlets)

    def _all_came(self) -> bool:
        counts = self._counts()
        owed = counts is None or counts.alerts["pending"] + counts.alerts["held"] > 0
        return self._room.exhausted and not owed and not self._verdict().missing

    def _verdict(self) -> Verdict:
        return verdict(self._plan, self._receiver.taken.values(), self._stories())

    def _stories(self) -> dict[str, Story]:
        return {self._room.link(story): story for story in self._plan.stories if story.carries is None}

    def _counts(self) -> Counts | None:
        reader = self._open()
        return reader.counts([outlet.id for outlet in self._plan.outlets]) if reader is not None else None

    def _open(self) -> Reader | None:
        """The archive, as soon as the daemon has made it."""
        if self._reader is None:
            try:
                self._reader = Reader.open(self._folder.archive)
            except ArchiveError:
                return None
        return self._reader


def _listed(titles: Sequence[str]) -> str:
    more = len(titles) - 3
    return f"{', '.join(titles[:3])} and {more} more" if more > 1 else ", ".join(titles)


def _succeeded(reader: Reader) -> int:
    return sum(row["succeeded_at"] is not None for row in reader.sources().records())


def _seen(reader: Reader) -> tuple[Seen, ...]:
    return tuple(
        Seen(url=row["url"], flagged=bool(row["flagged"]), kind=row["kind"], copy=row["duplicate_of"] is not None)
        for row in reader.articles(Wanted()).records()
    )
