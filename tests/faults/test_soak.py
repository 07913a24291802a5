"""R18: an hour's life in small: many feeds, faults on both sides, kills at random, and nothing lost, doubled or leaked."""

import asyncio
import itertools
import json
import os
import random
import signal
import string
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.archive import Reader
from monitor.archive.outbox import imbalances, ledger
from tests.faults.harness import SECRET, Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import read_log

MINUTES = float(os.environ.get("PINKSLIP_SOAK", "0"))
HOSTS, FEEDS_EACH = 20, 10
KILL_EVERY = 20.0
ITEM_EVERY = 2.0
WARM_UP = 60.0
LONG_ENOUGH = 600.0
"""Seconds after which the growth of memory says something."""
RECEIVER = Path(__file__).parents[1] / "receiver.py"
FAULTS = (
    Reply(status=500),
    Reply(status=503, headers=((b"Retry-After", b"1"),)),
    Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<rss"),
    Reply(raw=b""),
    Reply(body=b"<html><title>Just a moment</title></html>"),
    Reply(delay=3, body=b"<rss/>"),
)


class Press:
    """Two hundred feeds on twenty hosts, of which one answer in twenty is a fault."""

    def __init__(self):
        self.rng = random.Random(18)
        self.started = datetime.now(UTC)
        self.feeds = {}
        self.employers = []
        self.names = ("Vel" + "".join(each) + "ora" for each in itertools.product(string.ascii_lowercase, repeat=3))

    def script(self, name):
        self.feeds[name] = []

        def answer(_):
            if self.employers and self.rng.random() < 0.05:
                return self.rng.choice(FAULTS)
            return Reply(body=rss(self.feeds[name], at=self.started))

        return answer

    def publish(self):
        employer = next(self.names)
        self.employers.append(employer)
        self.rng.choice(list(self.feeds.values())).append(employer)


def memory(pid):
    """Resident MiB, and open files."""
    status = Path(f"/proc/{pid}/statm").read_text().split()
    return int(status[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def slope(samples):
    """By least squares, per second."""
    n = len(samples)
    mean_t, mean_v = sum(t for t, _ in samples) / n, sum(v for _, v in samples) / n
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    return sum((t - mean_t) * (v - mean_v) for t, v in samples) / spread


async def beset(daemon, press, seconds):
    """Kills at random moments, while news keeps coming."""
    kills, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        life = time.monotonic() + press.rng.uniform(0.5, 1.5) * KILL_EVERY
        while time.monotonic() < life:
            press.publish()
            await asyncio.sleep(ITEM_EVERY)
        daemon.stop(signal.SIGKILL)
        daemon.let_time_pass()
        kills += 1
        daemon.start()
    return kills


async def watched(daemon, press, seconds):
    """One life in peace, news coming on: memory and files over time."""
    began, samples = time.monotonic(), []
    while (at := time.monotonic() - began) < seconds:
        press.publish()
        samples.append((at, *memory(daemon.process.pid)))
        await asyncio.sleep(ITEM_EVERY)
    warm = min(WARM_UP, seconds / 2)
    return [sample for sample in samples if sample[0] > warm]


def settled(daemon, press):
    told = daemon.rows("select count(distinct layoff_id) from alerts")
    return set(daemon.states()) == {"delivered"} and told == [(len(press.employers),)]


async def drained(daemon, press):
    for _ in range(20):
        daemon.stop(signal.SIGTERM)
        daemon.let_time_pass()
        daemon.start()
        if await within(90, lambda: settled(daemon, press)):
            break
    return daemon.stop(signal.SIGTERM)


@pytest.fixture
def receiver(tmp_path):
    faults = "500:5,429=1:3,reset:2,late=0.3:5"
    command = [sys.executable, RECEIVER, "--log", tmp_path / "taken.jsonl", "--secret", SECRET, "--faults", faults]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.skipif(not MINUTES, reason="takes PINKSLIP_SOAK minutes; make faults sets it")
async def test_a_long_life_with_faults_and_kills_loses_doubles_and_leaks_nothing(tmp_path, receiver):
    press, daemon = Press(), Process(tmp_path)
    try:
        async with AsyncExitStack() as stack:
            feeds = []
            for number in range(HOSTS):
                origin = await stack.enter_async_context(Origin(host=f"127.0.1.{number + 1}"))
                for path in (f"/{each}" for each in range(FEEDS_EACH)):
                    name = f"f{number}-{path[1:]}"
                    origin.on(path, press.script(name))
                    feeds.append((name, origin.url(path)))
            configure(tmp_path, receiver, feeds, storm="1000")
            sources = tmp_path / "sources.toml"
            sources.write_text(sources.read_text().replace('every = "1s"', 'every = "30s"'))
            config = tmp_path / "pinkslip.toml"
            config.write_text(config.read_text() + "sources = false\n")
            daemon.start()
            first = "select count(*) from sources where succeeded_at is not null"
            assert await within(120, lambda: daemon.polls() and daemon.rows(first) == [(len(feeds),)])
            kills = await beset(daemon, press, MINUTES * 30)
            peace = await watched(daemon, press, MINUTES * 30)
            assert await drained(daemon, press) == 0
    finally:
        daemon.end()
    told = {}
    received = read_log(tmp_path / "taken.jsonl")
    for one in received:
        if one.taken:
            told.setdefault(json.loads(one.body)["data"]["company"], set()).add(one.id)
    lost = len(set(press.employers) - set(told))
    dup = sum(len(ids) - 1 for ids in told.values())
    growth = slope([(at, mib) for at, mib, _ in peace]) * 600
    files = [count for _, _, count in peace]
    reader = Reader.open(tmp_path / "pinkslip.db")
    wrong = imbalances(ledger(reader.db))
    reader.close()
    print(
        f"FIGURE R18 minutes={MINUTES:g} feeds={len(press.feeds)} kills={kills} layoffs={len(press.employers)} lost={lost} "
        f"dup={dup} rss_mib_per_10min={growth:.2f} files={files[0]}..{max(files)} imbalances={len(wrong)}"
    )
    assert (lost, dup, wrong) == (0, 0, ())
    assert all(one.verified for one in received)
    assert max(files) <= files[0] + 20
    assert growth <= 1 or MINUTES * 30 < LONG_ENOUGH
