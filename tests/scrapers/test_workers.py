"""Processes for parsing that may be killed."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from scrapers import read
from scrapers.items import Document, Failed, News, Source
from scrapers.workers import Killed, Workers
from tests.scrapers import hanging

FIRST_USER = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
SOURCE = Source(id="wire", url="https://news.example/feed")


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers() as running:
        yield running


class Heartbeat:
    """The longest time for which the loop did not come round."""

    def __init__(self) -> None:
        self.gap = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        clock = asyncio.get_running_loop().time
        last = clock()
        while True:
            await asyncio.sleep(0.01)
            now = clock()
            self.gap, last = max(self.gap, now - last), now


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


async def test_the_next_work_finds_a_process_at_once(workers: Workers) -> None:
    with pytest.raises(Killed):
        await workers.run(hanging.spin, seconds=0.3)
    started = asyncio.get_running_loop().time()
    await workers.run(hanging.worker)
    took = asyncio.get_running_loop().time() - started
    print(f"FIGURE X1 restart_seconds={took:.2f}")
    assert took < 5.0


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


def _rss(inside: str, doctype: str = "") -> bytes:
    return f"<?xml version='1.0'?>{doctype}<rss version='2.0'><channel>{inside}</channel></rss>".encode()


def _hostile() -> Iterator[tuple[str, bytes]]:
    item = "<item><title>{}</title><link>https://news.example/a</link></item>"
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    yield "billion laughs", _rss(item.format("&l12;"), f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>')
    yield "quadratic entities", _rss(item.format("&q;" * 50_000), f'<!DOCTYPE x [<!ENTITY q "{"q" * 50_000}">]>')
    yield "a file", _rss(item.format("&f;"), '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>')
    yield "a parameter entity", _rss(item.format("x"), '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>')
    yield "an external DTD", _rss(item.format("x"), '<!DOCTYPE x SYSTEM "file:///etc/passwd">')
    yield (
        "65,000 attributes",
        _rss("<item " + " ".join(f'a{n}="b"' for n in range(65_000)) + "><title>x</title></item>"),
    )
    yield "200,000 levels", _rss("<a>" * 200_000)
    yield "200,000 levels in a title", _rss(item.format("&lt;div>" * 200_000))
    yield "a million items", _rss("<item/>" * 1_000_000)
    yield "a title of 9 MB", _rss(item.format("t" * 9_000_000))
    yield "nested CDATA", _rss(item.format("<![CDATA[" * 100_000 + "]]>" * 100_000))


@pytest.mark.slow
async def test_no_hostile_document_stalls_the_loop_or_reads_a_file(workers: Workers) -> None:
    await workers.run(hanging.worker)
    told: dict[str, str] = {}
    async with Heartbeat() as heart:
        for name, body in _hostile():
            document = Document(url=SOURCE.url, status=200, headers=(), body=body)
            told[name] = await _outcome(workers, document)
    print(f"FIGURE X1 gap={heart.gap:.3f} {told}")
    assert (FIRST_USER in str(told), heart.gap < 1.0) == (False, True)


async def _outcome(workers: Workers, document: Document) -> str:
    try:
        outcome, _ = await workers.run(read.news, document, SOURCE, seconds=2.0)
    except Killed as killed:
        return killed.reason
    match outcome:
        case News():
            return f"{outcome.entries} {[one.title[:40] for one in outcome.articles[:1]]}"
        case Failed():
            return outcome.detail
