"""A newswire that lives through simulated time in a process of its own, step by step with whoever started it.

``python -m tests.faults.day FOLDER``. It prints ``{"next": …}``, the moment of its next step, and waits for a line; then
that moment is now: it asks all that is due, and prints ``{"at": …, "every": {source: seconds}}`` for what it asked.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from monitor import schedule
from monitor.archive import Archive
from monitor.config import load
from monitor.cycle import Due, Newswire
from monitor.deliver import Courier
from monitor.rounds import Rounds
from scrapers.collect import Collector

_AT_ONCE = 10
_STEP = timedelta(minutes=1)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def moments(start: datetime) -> Iterator[datetime]:
    """Each minute in turn, as the other side allows it."""
    now = start
    while True:
        print(json.dumps({"next": now.isoformat()}), flush=True)
        if not sys.stdin.readline():
            return
        yield now
        now += _STEP


async def live(folder: Path, start: datetime) -> None:
    settings = load(folder, {})
    clock = Clock(start)
    archive = Archive.open(settings.archive)
    collector = Collector(
        user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0, clock=clock
    )
    async with collector:
        newswire = Newswire(settings, archive, collector, Courier(collector.door, lambda _: None), clock, Random(1))
        await newswire.enroll()
        rounds = Rounds(newswire, clock)
        for now in moments(start):
            clock.now = now
            asked: list[Due] = []
            while due := await newswire.due(frozenset(), _AT_ONCE):
                await asyncio.gather(*map(newswire.ask, due))
                asked += due
            await rounds.survey()
            await newswire.release()
            await asyncio.gather(*map(newswire.pay, newswire.channels))
            states = {state.id: state for state in archive.sources.states([each.source.id for each in asked])}
            every = {
                each.source.id: schedule.interval(
                    each.source, states[each.source.id].rhythm, settings.policy.min_every
                ).total_seconds()
                for each in asked
            }
            print(json.dumps({"at": now.isoformat(), "every": every}), flush=True)
        newswire.close()
    archive.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
