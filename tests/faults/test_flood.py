"""X5, X6: all at once, over a real daemon: old news is told to nobody, ten thousand layoffs in a handful of messages."""

import asyncio
import itertools
import json
import signal
import string
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.harness import Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import Receiver

FEEDS, OLD = 50, 200
FLOOD = 10_000
STORM = 20


def employers(count):
    letters = itertools.product(string.ascii_lowercase, repeat=3)
    return ["Vel" + "".join(each) + "ora" for each in itertools.islice(letters, count)]


def kinds(receiver):
    return [json.loads(one.body)["type"] for one in receiver.received]


@pytest.fixture
def daemon(tmp_path):
    daemon = Process(tmp_path)
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_fifty_sources_full_of_old_layoffs_are_archived_and_told_to_nobody(daemon):
    told = employers(FEEDS * OLD)
    long_ago = datetime.now(UTC) - timedelta(days=30)
    async with Origin() as origin, Receiver() as receiver:
        feeds = []
        for number in range(FEEDS):
            body = rss(told[number * OLD : (number + 1) * OLD], page=f"https://news{number}.example/", at=long_ago)
            origin.on(f"/{number}", lambda _, body=body: Reply(body=body))
            feeds.append((f"wire-{number}", origin.url(f"/{number}")))
        configure(daemon.folder, receiver.url, feeds, storm=str(STORM))
        daemon.start()
        assert await within(120, lambda: daemon.polls() >= FEEDS), daemon.log.read_text()
        assert daemon.stop(signal.SIGTERM) == 0
    (stored,), (flagged,) = daemon.rows(
        "select count(*) from articles union all select count(*) from flags where flagged"
    )
    print(f"\nFIGURE X5 feeds={FEEDS} stored={stored} flagged={flagged} messages={len(receiver.received)}")
    assert (stored, flagged, receiver.received, daemon.states()) == (FEEDS * OLD, FEEDS * OLD, [], {})


@pytest.mark.slow
async def test_ten_thousand_layoffs_in_one_poll_are_archived_and_told_in_a_handful_of_messages(daemon):
    told = employers(FLOOD)
    async with Origin() as origin, Receiver() as receiver:
        published, now = told[:1], datetime.now(UTC)
        origin.on("/feed", lambda _: Reply(body=rss(published, at=now)))
        configure(daemon.folder, receiver.url, [("wire", origin.url("/feed"))], storm=str(STORM))
        daemon.start()
        assert await within(30, daemon.polls), daemon.log.read_text()
        published = told
        began = time.monotonic()
        assert await within(120, lambda: len(daemon.rows("select 1 from articles")) == FLOOD), daemon.log.read_text()
        ingest = time.monotonic() - began
        assert await within(30, lambda: len(receiver.received) == STORM), daemon.log.read_text()
        cpu = daemon.cpu()
        await asyncio.sleep(10)
        idle = (daemon.cpu() - cpu) / 10
        assert daemon.stop(signal.SIGTERM) == 0
        daemon.let_time_pass()
        daemon.start()
        assert await within(30, lambda: set(daemon.states()) == {"delivered"}), (
            daemon.states(),
            daemon.log.read_text(),
        )
        assert daemon.stop(signal.SIGTERM) == 0
    messages = kinds(receiver)
    counted = sum(json.loads(one.body)["data"]["total"] for one in receiver.received if b'"digest"' in one.body)
    print(
        f"\nFIGURE X6 stored={FLOOD} messages={len(messages)} in_digest={counted} ingest={ingest:.1f}s waiting_cpu={idle:.3f}"
    )
    assert (messages.count("layoff.opened"), messages.count("digest"), counted) == (STORM, 1, FLOOD - 1 - STORM)
    assert idle < 0.5, "what is held must cost nothing while it waits"
