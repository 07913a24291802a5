"""Our side of the measurement of polls, in a process of its own: what `pinkslip once --all` does, pass after pass.

    python -c "from tests.bench import polling; polling.main()" <folder> <edition> <edition> ... < addresses of feeds

Prints a line of JSON for each pass: the seconds it took, those of CPU, the workers' among them, new articles, and peak
memory in MB, of this process and of the largest worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import resource
import sys
import time
import urllib.request
from pathlib import Path
from random import SystemRandom
from urllib.parse import urljoin

from monitor import journal
from monitor.archive import Archive
from monitor.cli.running import _ask
from monitor.config import load, starter
from monitor.cycle import Newswire
from monitor.daemon import collector_for, utc_now
from monitor.deliver import Courier

_SETTINGS = """
[archive]
path = "pinkslip.db"
[http]
allow_private = ["127.0.0.0/8"]
min_every = "1s"
per_host_delay = "0s"
[[channel]]
id = "console"
kind = "console"
"""
_TICKS = os.sysconf("SC_CLK_TCK")


def publish(feed: str, edition: str) -> None:
    with urllib.request.urlopen(urljoin(feed, f"/edition/{edition}")) as answer:
        answer.read()


def cpu() -> float:
    """Of this process, and of its workers, living and gone."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + gone.ru_utime + gone.ru_stime + sum(map(_cpu_of, _workers()))


def memory() -> tuple[float, float]:
    """Peak MB of this process, and of the largest worker."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return own, max([_peak_of(worker) for worker in _workers()], default=0.0)


def _workers() -> list[int]:
    return [int(each) for each in Path("/proc/self/task").glob("*/children") for each in each.read_text().split()]


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_of(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def furnish(folder: Path, feeds: list[str]) -> None:
    """A folder as an operator has it: settings and sources, with the rules and companies that come with the program."""
    (folder / "pinkslip.toml").write_text(_SETTINGS)
    sources = (f'[[source]]\nid = "feed-{number}"\nurl = "{feed}"\n' for number, feed in enumerate(feeds))
    (folder / "sources.toml").write_text("\n".join(sources))
    for name in ("rules", "companies.toml"):
        (folder / name).symlink_to(starter() / name)


async def measure(folder: Path, feeds: list[str], editions: list[str]) -> None:
    furnish(folder, feeds)
    settings = load(folder, {})
    journal.configure(stream=io.StringIO())
    collector = collector_for(settings)
    courier = Courier(collector.door, print)
    async with collector:
        with contextlib.closing(Archive.open(settings.archive)) as archive:
            newswire = Newswire(settings, archive, collector, courier, utc_now, SystemRandom())
            await newswire.enroll()
            for edition in editions:
                publish(feeds[0], edition)
                print(json.dumps(await _pass(newswire)), flush=True)
            newswire.close()


async def _pass(newswire: Newswire) -> dict[str, float]:
    began, spent = time.perf_counter(), cpu()
    polls = await _ask(newswire, everything=True)
    took, spent = time.perf_counter() - began, cpu() - spent
    own, worker = memory()
    failed = sum(poll.outcome not in {"baseline", "news", "unchanged"} for poll in polls)
    new = sum(poll.new for poll in polls)
    return {"seconds": took, "cpu": spent, "new": new, "failed": failed, "memory": own, "worker": worker}


def main() -> None:
    asyncio.run(measure(Path(sys.argv[1]), sys.stdin.read().split(), sys.argv[2:]))
