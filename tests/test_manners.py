"""A day of polling, as the publishers see it: real HTTP, a clock that runs fast, three restarts and a kill -9."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Self

import pytest

from monitor.archive import Archive
from monitor.config import load
from monitor.cycle import Newswire
from monitor.deliver import Courier
from monitor.rounds import Rounds
from scrapers.collect import Collector
from tests.faults.harness import configure, rss
from tests.making import NOW
from tests.origin import Origin, Reply, Request

DAY = timedelta(hours=24)
FEEDS = 50
THROTTLED = 7
"""The feed that answers 429 for a while, and the hours it asks for."""
WAIT = timedelta(hours=3)
CACHED = 11
"""The feed whose server says that its answers are good for two hours."""
GOOD_FOR = timedelta(hours=2)
EVERY = 'every = "30m"'


@dataclass
class Press:
    """Fifty publishers, each with a rhythm of its own; time is what the newswire was last told."""

    now: datetime = NOW
    asked: dict[int, list[datetime]] = field(default_factory=dict)
    unconditional: Counter[int] = field(default_factory=Counter)
    requests: int = 0
    kill_at: int | None = None
    kills: int = 0
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    throttled_at: datetime | None = None

    def answer(self, number: int, request: Request) -> Reply:
        self.requests += 1
        self.asked.setdefault(number, []).append(self.now)
        self.unconditional[number] += request.header("if-none-match") is None
        if self.requests == self.kill_at:
            self.killed.set()
            return Reply(delay=30)
        if number == THROTTLED and self.throttled_at is None and self.now > NOW + 4 * timedelta(hours=1):
            self.throttled_at = self.now
            return Reply(status=429, headers=((b"Retry-After", str(int(WAIT.total_seconds())).encode()),))
        edition = int((self.now - NOW) / timedelta(minutes=20 + 17 * number))
        tag = b'"%d"' % edition
        kept = ((b"Cache-Control", b"max-age=%d" % GOOD_FOR.total_seconds()),) if number == CACHED else ()
        if request.header("if-none-match") == tag:
            return Reply(status=304, headers=kept)
        return Reply(body=self._feed(number, edition), headers=((b"ETag", tag), *kept))

    def _feed(self, number: int, edition: int) -> bytes:
        items = "".join(
            f"<item><title>Item {each} of {number}</title><guid>{number}-{each}</guid>"
            f"<pubDate>{format_datetime(NOW + each * timedelta(minutes=20 + 17 * number))}</pubDate></item>"
            for each in range(max(edition - 10, -10), edition + 1)
        )
        return f'<rss version="2.0"><channel><title>{number}</title>{items}</channel></rss>'.encode()


class Life:
    """One process of the newswire."""

    def __init__(self, folder: Path, press: Press) -> None:
        self._folder, self._press = folder, press

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.day", str(self._folder), self._press.now.isoformat(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    async def until(self, end: datetime) -> AsyncIterator[tuple[datetime, dict[str, float]]]:
        assert self._process.stdin is not None
        while True:
            said = await self._line()
            if said is None or (now := datetime.fromisoformat(said["next"])) >= end:
                break
            self._press.now = now
            self._process.stdin.write(b"\n")
            told = await self._line()
            if told is None:
                break
            yield now, told["every"]
        self._process.stdin.close()

    async def _line(self) -> dict[str, object] | None:
        assert self._process.stdout is not None
        reading = asyncio.ensure_future(self._process.stdout.readline())
        killed = asyncio.ensure_future(self._press.killed.wait())
        await asyncio.wait({reading, killed}, return_when=asyncio.FIRST_COMPLETED)
        killed.cancel()
        if self._press.killed.is_set():
            reading.cancel()
            self._press.killed.clear()
            self._press.kills += 1
            self._process.kill()
            await self._process.wait()
            return None
        line = await reading
        return json.loads(line) if line else None


@pytest.mark.slow
async def test_a_day_of_fifty_feeds_with_three_restarts_and_a_kill(tmp_path: Path) -> None:
    press = Press()
    every: dict[int, list[float]] = {}
    async with contextlib.AsyncExitStack() as stack:
        origins = [await stack.enter_async_context(Origin()) for _ in range(FEEDS)]
        for number, origin in enumerate(origins):
            origin.on("/feed", lambda request, number=number: press.answer(number, request))
        configure(tmp_path, "http://127.0.0.1:9/", [(f"f{n}", origins[n].url("/feed")) for n in range(FEEDS)])
        settings = tmp_path / "pinkslip.toml"
        settings.write_text(settings.read_text().replace('min_every = "1s"', 'min_every = "15m"'))
        sources = tmp_path / "sources.toml"
        sources.write_text(sources.read_text().replace('every = "1s"', EVERY))
        lives = 0
        for hours, kill in ((5, False), (9, True), (10, False), (16, False), (24, False)):
            press.kill_at = press.requests + 60 if kill else None
            lives += 1
            async with Life(tmp_path, press) as life:
                async for _, intervals in life.until(NOW + timedelta(hours=hours)):
                    for name, seconds in intervals.items():
                        every.setdefault(int(name[1:]), []).append(seconds)
    gaps = {n: [(b - a).total_seconds() for a, b in pairwise(times)] for n, times in press.asked.items()}
    shortest = min(min(each) for each in gaps.values())
    spacing = min(gap / min(every[number]) for number, each in gaps.items() for gap in each)
    adapted = {number: each[-1] / 60 for number, each in every.items()}
    inside = [at for at in press.asked[THROTTLED] if press.throttled_at < at < press.throttled_at + WAIT]
    print(
        f"FIGURE C2 feeds={FEEDS} requests={press.requests} unconditional={sum(press.unconditional.values())} "
        f"min_spacing={spacing:.2f} shortest_s={shortest:.0f} restarts={lives - 1 - press.kills} kills={press.kills} "
        f"adapted_min={min(adapted.values()):.0f}..{max(adapted.values()):.0f}"
    )
    print(f"FIGURE C3 requests_inside_window={len(inside)}")
    assert press.kills == 1
    assert set(press.unconditional.values()) == {1}, "one unconditional request for ever"
    assert spacing >= 0.98
    assert inside == []
    assert min(gaps[CACHED]) >= GOOD_FOR.total_seconds()
    assert press.asked[THROTTLED][-1] > press.throttled_at + WAIT, "it was asked again"
    assert adapted[0] < adapted[FEEDS - 1], "a source that brings more news is asked more often"


@pytest.mark.slow
async def test_a_source_that_is_gone_for_days_is_told_once_and_never_given_up(tmp_path: Path) -> None:
    """404 for four days, flapping between; then it is back."""
    gone = timedelta(days=4)
    asked: list[datetime] = []
    clock = [NOW]

    def answer(_: Request) -> Reply:
        asked.append(clock[0])
        if NOW < clock[0] < NOW + gone:
            return Reply(status=(404, 500, 503)[len(asked) % 3])
        return Reply(body=rss(["Halvora"] if clock[0] == NOW else ["Brantiq"]))

    async with Origin() as origin:
        origin.on("/feed", answer)
        configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        config = tmp_path / "sources.toml"
        config.write_text(config.read_text().replace('every = "1s"', EVERY))
        settings = load(tmp_path, {})
        archive = Archive.open(settings.archive)
        collector = Collector(user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0)
        async with collector:
            courier = Courier(collector.door, print)
            newswire = Newswire(settings, archive, collector, courier, lambda: clock[0], Random(1))
            await newswire.enroll()
            rounds = Rounds(newswire, lambda: clock[0])
            told: list[tuple[str, datetime]] = []
            while clock[0] < NOW + gone + timedelta(days=2):
                for due in await newswire.due(frozenset(), 1):
                    await newswire.ask(due)
                await rounds.survey()
                alerts = archive.db.query(
                    "select kind, created_at from alerts where kind like 'source.%' order by rowid"
                )
                told = [(row["kind"], datetime.fromisoformat(row["created_at"])) for row in alerts]
                clock[0] += timedelta(minutes=1)
            newswire.close()
        archive.close()
    waits = [later - earlier for earlier, later in pairwise(asked)]
    back = next(at for at in asked if at >= NOW + gone)
    hours = (back - NOW - gone).total_seconds() / 3600
    notice = (told[0][1] - asked[1]) / timedelta(minutes=30)
    print(
        f"FIGURE C8 requests={len(asked)} longest_wait_h={max(waits).total_seconds() / 3600:.1f} "
        f"notice_intervals={notice:.1f} recovery_h={hours:.1f} told={len(told)}"
    )
    assert [kind for kind, _ in told] == ["source.down", "source.recovered"]
    assert notice <= 3.5  # its jitter lengthens an interval by up to a tenth
    assert max(waits) <= timedelta(hours=24) * 1.1
    assert hours <= 24
