"""kill -9 at any moment loses no alert, and tells none twice to a receiver that drops repeats by their id."""

import asyncio
import json
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
PAGE = (
    b"<html><body><article>"
    + b"<p>The company told its staff on Monday. It gave no more details than that.</p>" * 20
    + b"</article></body></html>"
)
RECEIVER = Path(__file__).parents[1] / "receiver.py"


@pytest.fixture
def receiver(tmp_path):
    faults = "500:12,429=1:6,reset:6,late=0.3:6"
    command = [sys.executable, RECEIVER, "--log", tmp_path / "taken.jsonl", "--secret", SECRET, "--faults", faults]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


class Attack:
    """Lives of one daemon, each ended by SIGKILL at a random moment, while a feed grows."""

    def __init__(self, folder, origin, employers):
        self.daemon = Process(folder)
        self.origin = origin
        self.employers = employers
        self.shown = []
        origin.on("/feed", self.publish)

    def publish(self, _):
        self.shown.extend(self.employers[len(self.shown) : len(self.shown) + 3] if self.daemon.lives > 2 else ())
        return Reply(body=rss(self.shown, self.origin.url("/page")))

    async def run(self, kills, longest):
        rng = random.Random(11)
        self.daemon.start()
        await asyncio.sleep(0.7)  # into the first poll
        self.daemon.stop(signal.SIGKILL)
        self.daemon.start()
        assert await within(20, lambda: self.daemon.polls() == 1), self.daemon.log.read_text()
        assert self.daemon.stop(signal.SIGTERM) == 0
        for _ in range(kills):
            self.daemon.start()
            await asyncio.sleep(rng.uniform(0.6, longest))
            self.daemon.stop(signal.SIGKILL)
            self.daemon.let_time_pass()
        self.shown.extend(self.employers[len(self.shown) :])
        lives = 0
        while not self.settled() and lives < 20:
            started = self.started()
            self.daemon.start()
            assert await within(30, lambda before=started: self.started() > before)
            await within(longest + 3, self.settled)
            assert self.daemon.stop(signal.SIGTERM) == 0
            self.daemon.let_time_pass()
            lives += 1

    def started(self):
        """Lives that came so far as to hear signals."""
        return self.daemon.log.read_text().count("started pid=")

    def settled(self):
        told = self.daemon.rows("select count(distinct layoff_id) from alerts") if self.daemon.lives > 2 else [(0,)]
        return set(self.daemon.states()) == {"delivered"} and told == [(len(self.employers),)]


def figures(attack, taken, kills, name):
    """Employers by the ids under which the receiver was told of them."""
    told = {}
    for one in taken:
        data = json.loads(one.body)["data"]
        for layoff in data.get("layoffs", [data]):
            told.setdefault(layoff["company"], set()).add(one.id)
    lost = len(set(attack.employers) - set(told))
    dup = sum(len(ids) - 1 for ids in told.values())
    raw = len(taken) - len({one.id for one in taken})
    print(f"FIGURE {name} kills={kills} layoffs={len(attack.employers)} lost={lost} dup={dup} raw_dup={raw}")
    return lost, dup


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kills", "longest", "settings"),
    [
        ("R1", KILLS, 2.0, {}),
        ("R1-pages-and-digests", max(KILLS // 4, 5), 4.0, {"page_wait": "5s", "storm": "8", "full_text": "auto"}),
    ],
)
async def test_every_flagged_article_is_told_once_over_kills_at_any_moment(
    tmp_path, receiver, name, kills, longest, settings
):
    async with Origin() as origin:
        origin.on("/page", Reply(body=PAGE, headers=((b"Content-Type", b"text/html"),)))
        configure(tmp_path, receiver, [("wire", origin.url("/feed"))], **settings)
        attack = Attack(tmp_path, origin, EMPLOYERS[: 4 * kills])
        await attack.run(kills, longest)

    received = read_log(tmp_path / "taken.jsonl")
    assert figures(attack, [one for one in received if one.taken], kills, name) == (0, 0)
    assert set(attack.daemon.states()) == {"delivered"}
    assert attack.daemon.rows("pragma integrity_check") == [("ok",)]
    assert all(one.verified for one in received)
