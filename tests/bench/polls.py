"""What a poll costs, from the request to the commit, beside reader and newsboat in the same run; and how it grows.

    python -m tests.bench.polls

``make bench-peers`` installs reader into an environment of its own; newsboat comes from the system's packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitor import decide
from monitor.archive import Archive
from scrapers.items import Memory
from tests.bench.polling import publish
from tests.making import NOW, POLICY, judged, news, source, state

_READER = Path(".venv-bench/bin/python")
_FEEDS, _ITEMS, _HOSTS = 400, 30, 100
_EDITIONS = ("0", "0", "0", "1", "2")
_CASES = (("cold", slice(0, 1)), ("all unchanged", slice(1, 3)), ("one in twenty with a new item", slice(3, 5)))
_OURS = (sys.executable, "-c", "from tests.bench import polling; polling.main()")

Passes = list[dict[str, float]]


def measure() -> None:
    with tempfile.TemporaryDirectory() as name, pressed(_FEEDS, _ITEMS, _HOSTS) as feeds:
        folder = Path(name)
        ours = _passes([*_OURS, str(_made(folder, "ours")), *_EDITIONS], feeds)
        _told("pinkslip, with search", ours, ours)
        if _READER.exists():
            for way in ("search", "plain"):
                command = [str(_READER), "tests/bench/with_reader.py", str(folder / f"{way}.db"), way, *_EDITIONS]
                _told(f"reader, {'with' if way == 'search' else 'without'} search", _passes(command, feeds), ours)
        else:
            print("BENCH polls: skipped: reader is not installed (make bench-peers)")
        if shutil.which("newsboat"):
            _told("newsboat, no search index", _newsboat(_made(folder, "newsboat"), feeds), ours)
        else:
            print("BENCH polls: skipped: newsboat is not installed (it is a package of most systems)")
    _many()
    _growth()


@contextmanager
def pressed(feeds: int, items: int, hosts: int) -> Iterator[list[str]]:
    """A press of so many feeds, and their addresses."""
    command = [sys.executable, "-m", "tests.bench.press", str(feeds), str(items), str(hosts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as press:
        try:
            yield [line.strip() for line in iter(press.stdout.readline, "\n")]
        finally:
            press.kill()


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _passes(command: list[str], feeds: list[str]) -> Passes:
    answer = subprocess.run(command, input="\n".join(feeds), stdout=subprocess.PIPE, text=True, check=True)
    passes = [json.loads(line) for line in answer.stdout.splitlines()]
    failed = sum(each["failed"] for each in passes)
    if failed:
        sys.exit(f"{failed:.0f} polls failed: {command}")
    return passes


def _newsboat(folder: Path, feeds: list[str]) -> Passes:
    (folder / "urls").write_text("\n".join(feeds))
    (folder / "config").write_text("reload-threads 16\n")
    files = [
        part
        for flag, name in zip("uCc", ("urls", "config", "cache"), strict=True)
        for part in (f"-{flag}", str(folder / name))
    ]
    passes: Passes = []
    for edition in _EDITIONS:
        publish(feeds[0], edition)
        began, spent = time.perf_counter(), _children()
        subprocess.run(["newsboat", *files, "-x", "reload"], check=True, stdout=subprocess.DEVNULL)
        passes.append({"seconds": time.perf_counter() - began, "cpu": _children() - spent})
    return passes


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _told(name: str, passes: Passes, ours: Passes) -> None:
    for case, which in _CASES:
        best, mine = _best(passes[which]), _best(ours[which])
        versus = "" if passes is ours else f" · we take 1/{best['cpu'] / mine['cpu']:.3g} of its CPU"
        per_poll = best["cpu"] / _FEEDS * 1e3
        print(
            f"BENCH polls, {case}: {name}: {_FEEDS / best['seconds']:,.0f} feeds/s, {per_poll:.2f} ms of CPU{versus}",
            flush=True,
        )


def _best(passes: Passes) -> dict[str, float]:
    return min(passes, key=lambda each: each["cpu"])


def _many() -> None:
    with tempfile.TemporaryDirectory() as folder, pressed(10_000, 1, 500) as feeds:
        first, second = _passes([*_OURS, folder, "0", "0"], feeds)
    print(
        f"BENCH polls, 10,000 feeds: peak memory {second['memory']:.0f} MB ({first['memory']:.0f} after the cold pass), "
        f"largest worker {second['worker']:.0f} MB; unchanged: {second['cpu'] / 10:.2f} ms of CPU each"
    )


def _growth() -> None:
    costs = []
    for count in (1_000, 100_000):
        with tempfile.TemporaryDirectory() as folder, pressed(200, 5, 50) as feeds:
            _fill(Path(folder) / "pinkslip.db", count)
            costs.append(_best(_passes([*_OURS, folder, "0", "0", "0"], feeds)[1:])["cpu"] / 200 * 1e3)
    few, many = costs
    print(f"BENCH polls, unchanged: 1 k articles: {few:.2f} ms · 100 k: {many:.2f} ms · {many / few:.2f} ×")


def _fill(file: Path, count: int) -> None:
    archive = Archive.open(file)
    with archive.writing():
        archive.sources.enroll([source()], NOW - timedelta(days=9))
    for start in range(0, count, 5_000):
        items = [
            judged(f"Town hall {n} opens its doors on day {n}", flagged=False, kind=None)
            for n in range(start, min(start + 5_000, count))
        ]
        with archive.writing():
            known = archive.known("herald", items, NOW, POLICY.window)
            plan = decide.plan(
                source(), state(), news(*items), items, known, POLICY, memory=Memory(), now=NOW, jitter=0.0
            )
            archive.apply(plan, NOW)
    archive.close()


if __name__ == "__main__":
    measure()
