"""Processes for parsing that may be killed."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from scrapers.workers import Killed, Workers
from tests.scrapers import hanging


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers() as running:
        yield running


async def test_work_is_done_in_another_process(workers: Workers) -> None:
    assert await workers.run(hanging.worker) != os.getpid()


@pytest.mark.parametrize(
    ("function", "reason"), [(hanging.spin, "time"), (hanging.devour, "memory"), (hanging.crash, "crash")]
)
async def test_work_that_does_not_end_by_itself_is_ended(
    workers: Workers, function: Callable[[], None], reason: str
) -> None:
    with pytest.raises(Killed) as caught:
        await workers.run(function, seconds=5.0 if reason != "time" else 0.5)
    assert caught.value.reason == reason


async def test_an_exception_comes_back_as_it_is(workers: Workers) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        await workers.run(hanging.fail)


async def test_closing_leaves_no_process(workers: Workers) -> None:
    pids = {await workers.run(hanging.worker) for _ in range(4)}
    await workers.close()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)  # noqa: ASYNC240, PTH110  /proc never blocks


async def test_closed_workers_take_no_work(workers: Workers) -> None:
    await workers.close()
    with pytest.raises(Killed):
        await workers.run(hanging.worker)


ORPHANS = """
import asyncio, sys
from scrapers.workers import Workers
from tests.scrapers import hanging

async def main():
    workers = Workers(count=1)
    print(await workers.run(hanging.worker), flush=True)
    await workers.run(hanging.nap, 60.0, seconds=60.0)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_the_processes_end_with_a_killed_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(ORPHANS)
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": root},
    )
    with parent:
        assert parent.stdout is not None
        watched = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([watched], [], [], 10.0)
    os.close(watched)
    assert (ended, parent.returncode) == ([watched], -signal.SIGKILL)
