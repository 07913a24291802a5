"""One life of a newswire in simulated time: a real archive, real HTTP on loopback, and a clock that is told the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from monitor.archive import Archive
from monitor.config import Settings
from monitor.cycle import Newswire
from monitor.deliver import Courier
from scrapers.collect import Collector

SECOND = """
[[channel]]
id = "team"
kind = "webhook"
url = "{url}"
secret = "{secret}"
"""


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Life:
    """What a daemon does with every tick, done when it is told to."""

    newswire: Newswire
    archive: Archive
    clock: Clock

    async def poll(self) -> None:
        for due in await self.newswire.every(due_only=True):
            await self.newswire.ask(due)

    async def pay(self) -> None:
        for channel_id in self.newswire.channels:
            await self.newswire.pay(channel_id)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return list(self.archive.db.query(sql))

    def next_due(self) -> datetime:
        (due,) = self.archive.db.execute("select min(due_at) from alerts where state = 'pending'").fetchone()
        return datetime.fromisoformat(due)


@asynccontextmanager
async def life(settings: Settings, clock: Clock, deadline: float = 5.0) -> AsyncIterator[Life]:
    """From the start of a daemon to its end."""
    archive = Archive.open(settings.archive)
    collector = Collector(
        user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0, clock=clock
    )
    try:
        async with collector:
            courier = Courier(collector.door, lambda _: None, deadline=deadline)
            newswire = Newswire(settings, archive, collector, courier, clock, Random(1))
            await newswire.enroll()
            yield Life(newswire, archive, clock)
            newswire.close()
    finally:
        archive.close()
