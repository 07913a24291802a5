"""kill -9 at any moment loses no alert, and tells none twice to a receiver that drops repeats by their id."""

import asyncio
import os
import random
import signal
import string
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.harness import SECRET, Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import read_log

KILLS = int(os.environ.get("PINKSLIP_KILLS", "20"))
EMPLOYERS = tuple(f"Vel{a}{b}ora" for a in string.ascii_lowercase for b in "lmnr")[: 4 * KILLS]
RECEIVER = Path(__file__).parents[1] / "receiver.py"


@pytest.fixture
def receiver(tmp_path):
    faults = "500:12,429=1:6,reset:6,late=0.3:6"
    command = [sys.executable, RECEIVER, "--log", tmp_path / "taken.jsonl", "--secret", SECRET, "--faults", faults]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.slow
async def test_every_flagged_article_is_delivered_over_kills_at_any_moment(tmp_path, receiver):
    shown = []
    rng = random.Random(11)
    daemon = Process(tmp_path)

    def publish(_):
        shown.extend(EMPLOYERS[len(shown) : len(shown) + 3] if daemon.lives > 1 else ())
        return Reply(body=rss(shown))

    def settled():
        return daemon.states() == {"delivered": len(EMPLOYERS)}

    async with Origin() as origin:
        origin.on("/feed", publish)
        configure(tmp_path, receiver, [("wire", origin.url("/feed"))])
        daemon.start()
        assert await within(20, lambda: daemon.polls() == 1), daemon.log.read_text()
        assert daemon.stop(signal.SIGTERM) == 0
        for _ in range(KILLS):
            daemon.start()
            await asyncio.sleep(rng.uniform(0.6, 2.0))
            daemon.stop(signal.SIGKILL)
            daemon.let_time_pass()
        shown.extend(EMPLOYERS[len(shown) :])
        lives = 0
        while not settled() and lives < 15:
            daemon.start()
            await within(4, settled)
            assert daemon.stop(signal.SIGTERM) == 0
            daemon.let_time_pass()
            lives += 1

    taken = [one.id for one in read_log(tmp_path / "taken.jsonl") if one.taken]
    owed = {row[0] for row in daemon.rows("select id from alerts")}
    lost = len(EMPLOYERS) - len(set(taken))
    print(
        f"FIGURE R1 kills={KILLS} alerts={len(owed)} lost={lost} dup={len(set(taken) - owed)} raw_dup={len(taken) - len(set(taken))}"
    )
    assert (daemon.states(), set(taken)) == ({"delivered": len(EMPLOYERS)}, owed)
    assert daemon.rows("pragma integrity_check") == [("ok",)]
    assert all(one.verified for one in read_log(tmp_path / "taken.jsonl"))
