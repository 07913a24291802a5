"""The daemon: ticks over what is due, answers signals and probes, and stops within ten seconds losing nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.archive import Archive, DiskError
from monitor.cards import Cards
from monitor.config import ConfigError, Settings
from monitor.cycle import Due, Newswire
from monitor.decide import host
from monitor.deliver import Courier
from monitor.hubs import Hubs, forget
from monitor.journal import crash, note, warn
from monitor.listener import Health, listening
from monitor.model import PageRequest
from monitor.rounds import Rounds
from scrapers.collect import Collector

_TICK = timedelta(seconds=1)
_ROUND = timedelta(minutes=1)
_ASKED_AT_ONCE = 16
_ASKED_PER_SECOND = 10
_PAGES_AT_ONCE = 8
_LAST_DELIVERIES = 6.0


def utc_now() -> datetime:
    return datetime.now(UTC)


def collector_for(settings: Settings) -> Collector:
    return Collector(
        user_agent=settings.user_agent,
        allow_private=settings.allow_private,
        per_host_delay=settings.per_host_delay.total_seconds(),
        clock=utc_now,
    )


class Daemon:
    """Keeps a newswire going. ``load`` reads the configuration anew; it raises ``ConfigError`` where it is wrong."""

    def __init__(self, settings: Settings, load: Callable[[], Settings], say: Callable[[str], None]) -> None:
        self._settings = settings
        self._load = load
        self._say = say
        self._stopping = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._trouble = ""
        self._asking: dict[str, str] = {}
        """Sources that are being asked, and their hosts."""
        self._begun: deque[float] = deque()
        """When the last ones were begun to be asked, by the loop's clock."""
        self._reading: set[str] = set()
        self._jobs: set[asyncio.Task[None]] = set()
        self._deliveries: set[asyncio.Task[None]] = set()
        self.health = Health(settings, clock=utc_now)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; SIGHUP reloads."""
        archive = Archive.open(self._settings.archive)
        collector = collector_for(self._settings)
        self._newswire = Newswire(
            self._settings, archive, collector, Courier(collector.door, self._say), utc_now, SystemRandom()
        )
        self._rounds = Rounds(self._newswire, utc_now)
        self._cards = Cards(self._newswire, utc_now, SystemRandom())
        scheduler = AsyncIOScheduler(timezone=UTC)
        # APScheduler's defaults drop a job that is a second late; ours runs late rather than never.
        # A tick that takes longer than a second is no news to it either: /healthz says when one takes too long.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        ticking = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler.add_job(self._tick, "interval", seconds=_TICK.total_seconds(), **ticking)
        scheduler.add_job(self._look_round, "interval", seconds=_ROUND.total_seconds(), **ticking)
        scheduler.add_job(self._state, "interval", hours=1, next_run_time=utc_now(), **ticking)
        try:
            async with contextlib.AsyncExitStack() as stack:
                self._watch_signals()
                await stack.enter_async_context(collector)
                await self._newswire.enroll()
                await self._find_hubs()
                public_url = self._settings.public_url
                address = await stack.enter_async_context(listening(self._settings.listen, self.health, public_url))
                note("started", pid=os.getpid(), archive=str(self._settings.archive), listen=address, **self._size())
                scheduler.start()
                await self._stopping.wait()
                note("stopping", asking=len(self._asking), delivering=len(self._deliveries))
                scheduler.shutdown(wait=False)
                await self._finish()
        finally:
            self._newswire.close()
            archive.close()
        note("stopped")

    def _watch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._start, self._reload, self._jobs)

    async def _tick(self) -> None:
        """Start what is due, each kind by itself: what goes wrong with one must not keep the others from going on."""
        trouble = ""
        for step in (self._ask_due, self._read_wanted, self._newswire.release, self._ask_hubs):
            try:
                await step()
            except DiskError as error:
                trouble = f"the archive: {error}; is the disk full?"
            except Exception as error:  # noqa: BLE001 (any bug; it is logged, and counted)
                trouble = f"{type(error).__name__} in {step.__name__}"
                if trouble != self._trouble:
                    crash("tick_crashed", error)
        self._deliver()
        self._start(self._cards.edit, self._deliveries)
        if trouble and trouble != self._trouble:
            warn("tick_failed", trouble=trouble, remedy="it is tried again every second")
        if not trouble:
            self.health.ticked(utc_now())
        self._trouble = trouble

    async def _ask_due(self) -> None:
        free = min(self._unspent(), _ASKED_AT_ONCE - len(self._asking))
        busy = frozenset(self._asking.values())
        for due in await self._newswire.due(busy, free) if free > 0 else ():
            self._begun.append(asyncio.get_running_loop().time())
            self._asking[due.source.id] = host(due.source.url)
            self._start(partial(self._ask, due), self._jobs)

    async def _find_hubs(self) -> None:
        if self._settings.public_url is None:
            await self._newswire.in_archive(forget)
            return
        self.health.hubs = Hubs(self._newswire, self._settings.public_url, utc_now, self._deliver)
        await self.health.hubs.enroll()

    async def _ask_hubs(self) -> None:
        if (hubs := self.health.hubs) is not None:
            for subscription in await hubs.due():
                self._start(partial(hubs.ask, subscription), self._jobs)

    def _unspent(self) -> int:
        """How many more may be asked within this second: a start with hundreds due is no flood."""
        second_ago = asyncio.get_running_loop().time() - 1
        while self._begun and self._begun[0] <= second_ago:
            self._begun.popleft()
        return _ASKED_PER_SECOND - len(self._begun)

    async def _read_wanted(self) -> None:
        for request in await self._newswire.pages_wanted(_PAGES_AT_ONCE):
            if request.article.id not in self._reading and len(self._reading) < _PAGES_AT_ONCE:
                self._reading.add(request.article.id)
                self._start(partial(self._read, request), self._jobs)

    async def _ask(self, due: Due) -> None:
        try:
            poll = await self._newswire.ask(due)
            self.health.polls[poll.outcome] += 1
        finally:
            self._asking.pop(due.source.id, None)
        self._deliver()
        await self._ask_due()  # the next one of this host need not wait for the tick

    async def _read(self, request: PageRequest) -> None:
        try:
            await self._newswire.read_page(request)
        finally:
            self._reading.discard(request.article.id)
        self._deliver()

    def _deliver(self) -> None:
        for channel_id in self._newswire.channels:
            self._start(partial(self._newswire.pay, channel_id), self._deliveries)

    async def _look_round(self) -> None:
        """How the sources fare, and what they dropped before we came: neither is a matter of seconds."""
        try:
            await self._rounds.survey()
            await self._rounds.fill_gaps()
        except DiskError as error:
            warn("round_failed", trouble=str(error), remedy="it is tried again every minute")
        self._deliver()

    async def _state(self) -> None:
        """The books, at every start and hourly."""
        found = await asyncio.to_thread(self.health.check)
        note("ledger", decided=found.decided, **found.states)
        for trouble in self.health.imbalances or ():
            warn("ledger_broken", trouble=trouble, remedy="pinkslip db check, and a word to the project")

    async def _reload(self) -> None:
        async with self._reloading:
            await self._load_anew()

    async def _load_anew(self) -> None:
        try:
            settings = await asyncio.to_thread(self._load)
        except ConfigError as error:
            self.health.reloaded(ok=False)
            for problem in error.problems:
                warn("config_problem", problem=str(problem))
            warn(
                "reload_refused", problems=len(error.problems), remedy="the old configuration stays; see pinkslip check"
            )
            return
        except Exception:  # any bug; a reload that met one has not happened
            self.health.reloaded(ok=False)
            raise
        if _fixed(settings) != _fixed(self._settings):
            warn("reload_partly", remedy="changes to [archive], [http] and [server] take effect at the next start")
        await self._newswire.adopt(settings)
        if self.health.hubs is not None:
            await self.health.hubs.enroll()
        self.health.reloaded(ok=True, settings=settings)
        note("reloaded", **self._size())

    def _size(self) -> dict[str, int]:
        settings = self._newswire.settings
        return {"sources": len(self._newswire.sources), "channels": len(settings.policy.channels)}

    def _start(self, job: Callable[[], Coroutine[None, None, None]], kind: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(job())
        kind.add(task)
        task.add_done_callback(partial(self._ended, kind))

    def _ended(self, kind: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        kind.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.health.crashed()
            crash("job_crashed", error)

    async def _finish(self) -> None:
        """Give up polls, which are asked again after their interval; let posts end that are under way."""
        self._newswire.stopping = True
        for task in tuple(self._jobs):
            task.cancel()
        if self._deliveries:
            await asyncio.wait(self._deliveries, timeout=_LAST_DELIVERIES)
        for task in tuple(self._deliveries):
            task.cancel()
        await asyncio.gather(*self._jobs, *self._deliveries, return_exceptions=True)


def _fixed(settings: Settings) -> tuple[object, ...]:
    """What is made once, at the start."""
    http = (settings.contact, settings.allow_private, settings.per_host_delay)
    return settings.archive, settings.listen, settings.public_url, http
