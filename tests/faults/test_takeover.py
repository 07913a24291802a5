"""R17: one daemon an archive. A second one leaves at once, naming the first; after a kill -9 the next one takes over."""

import asyncio
import signal
import time

import pytest

from monitor.archive import holder
from tests.faults.harness import Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import Receiver


@pytest.mark.slow
async def test_a_second_daemon_leaves_at_once_and_a_third_takes_over_from_a_killed_one(tmp_path):
    async with Origin() as origin, Receiver() as receiver:
        origin.on("/feed", Reply(body=rss(())))
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        archive = tmp_path / "pinkslip.db"
        first = Process(tmp_path)
        first.start()
        assert await within(30, first.polls), first.log.read_text()
        origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq"])))

        second = Process(tmp_path)
        began = time.monotonic()
        second.start()
        code = await asyncio.to_thread(second.process.wait, 10)
        left = time.monotonic() - began
        assert await within(20, lambda: first.states() == {"delivered": 2}), first.log.read_text()

        first.stop(signal.SIGKILL)
        third = Process(tmp_path)
        began = time.monotonic()
        third.start()
        assert await within(10, lambda: holder(archive) == str(third.process.pid)), third.log.read_text()
        took = time.monotonic() - began
        asked = len(origin.requests)
        assert await within(20, lambda: len(origin.requests) > asked + 1), third.log.read_text()
        assert third.stop(signal.SIGTERM) == 0
        raw = len(receiver.received) - 2
    print(f"FIGURE R17 code={code} left_s={left:.2f} takeover_s={took:.2f} raw_dup={raw}")
    assert f"another daemon holds this archive: pid {first.process.pid}" in first.log.read_text()
    assert (code, raw) == (75, 0)
    books = "ledger decided={0} pending=0 held=0 delivered={0} dead=0 suppressed=0"
    assert all(books.format(number) in first.log.read_text() for number in (0, 2)), "one line at each start"
    # A second is what it takes on a machine at rest; importing is most of it.
    assert max(left, took) <= 3
