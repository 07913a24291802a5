"""R2: kill -9 exactly at each step between seeing an article and writing down that its alert was taken."""

import asyncio
import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from monitor.archive.outbox import imbalances, ledger
from monitor.config import load
from monitor.model import Secret
from tests.faults.harness import SECRET, configure, rss
from tests.faults.life import life
from tests.origin import Origin, Reply
from tests.receiver import verifies

INSERT = r"insert into \W?alerts\b"
COUNT = "update alerts set attempts"
MARK = r"insert into \W?deliveries\b"
STATEMENTS = {
    "before the alert is inserted": INSERT,
    "after it is inserted": f"{INSERT}>.",
    "before that is committed": f"{INSERT}>commit",
    "after that is committed": f"{INSERT}>commit>.",
    "before the attempt is counted": COUNT,
    "before that is committed too": f"{COUNT}>commit",
    "after that is committed too": f"{COUNT}>commit>.",
    "before the delivery is written": MARK,
    "before the alert is marked": f"{MARK}>update alerts set state",
    "before the mark is committed": f"{MARK}>commit",
    "after the mark is committed": f"{MARK}>commit>.",
}
MOMENTS = ("connected", "head", "body", "half an answer", "answer")
EMPLOYERS = ("Halvora", "Brantiq")
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Hook:
    """Takes what is posted to ``/POINT``; at the moment named by a point it kills who posts there."""

    pids: dict[str, int] = field(default_factory=dict)
    taken: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    forged: int = 0
    ports: tuple[int, int] = (0, 0)
    """The second one is for the point that is no request yet, and so has no path."""

    def url(self, point):
        return f"http://127.0.0.1:{self.ports[point == 'connected']}/{point.replace(' ', '-')}"

    async def serve(self, reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if writer.get_extra_info("sockname")[1] == self.ports[1]:
                self.kill_at("connected", "connected")
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                point = head[0].split(" ")[1].strip("/").replace("-", " ")
                self.kill_at("head", point)
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in head[1:])}
                body = await reader.readexactly(int(headers["content-length"]))
                self.forged += not verifies(SECRET, body, headers)
                company = json.loads(body)["data"]["company"]
                self.taken.setdefault(point, []).append((company, headers["webhook-id"]))
                self.kill_at("body", point)
                writer.write(ANSWER[:20])
                await writer.drain()
                self.kill_at("half an answer", point)
                writer.write(ANSWER[20:])
                await writer.drain()
                self.kill_at("answer", point)
        writer.close()

    def kill_at(self, moment, point):
        if moment == point and point in self.pids:
            os.kill(self.pids.pop(point), signal.SIGKILL)


@pytest.mark.slow
async def test_whatever_step_it_is_killed_at_every_alert_arrives_once(tmp_path):
    hook = Hook()
    servers = [await asyncio.start_server(hook.serve, "127.0.0.1", 0) for _ in hook.ports]
    hook.ports = tuple(server.sockets[0].getsockname()[1] for server in servers)
    points = [*STATEMENTS, *MOMENTS]
    async with Origin() as origin:
        origin.on("/feed", Reply(body=rss(())))
        template = tmp_path / "template"
        template.mkdir()
        configure(template, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        settings = load(template, {}, examples=False)
        async with life(settings, now) as first:  # the first poll tells nobody
            await first.poll()
        origin.on("/feed", Reply(body=rss(EMPLOYERS)))
        two = asyncio.Semaphore(2)

        async def killed(point):
            async with two:
                return await kill(hook, template, tmp_path / point.replace(" ", "-"), point)

        codes = await asyncio.gather(*map(killed, points))
        books = [await recovered(settings, tmp_path / point.replace(" ", "-"), hook.url(point)) for point in points]
    for server in servers:
        server.close()
    told = {point: dict.fromkeys(EMPLOYERS, frozenset()) for point in points}
    for point in points:
        for company, name in hook.taken.get(point, ()):
            told[point][company] |= {name}
    lost = sum(not ids for by in told.values() for ids in by.values())
    dup = sum(len(ids) - 1 for by in told.values() for ids in by.values() if ids)
    raw = sum(len(hook.taken[point]) - len(set(hook.taken[point])) for point in points)
    died = sum(code == -signal.SIGKILL for code in codes)
    print(f"FIGURE R2 points={died}/{len(points)} lost={lost} dup={dup} raw_dup={raw} forged={hook.forged}")
    assert (died, lost, dup, hook.forged) == (len(points), 0, 0, 0)
    assert raw <= len(MOMENTS) + 4, "more repeats than attempts whose end was not written down"
    assert books == [({"delivered": 2}, ())] * len(points)


def now():
    return datetime.now(UTC)


async def kill(hook, template, folder, point):
    """One pass over a feed with news in it, that ends at this point."""
    shutil.copytree(template, folder, symlinks=True)
    config = folder / "pinkslip.toml"
    config.write_text(config.read_text().replace("http://127.0.0.1:9/", hook.url(point)))
    command = [sys.executable, "-m", "tests.faults.killed", STATEMENTS.get(point, ""), "--config", str(folder)]
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, "once", "--all", stdout=log, stderr=log)
    if point in MOMENTS:
        hook.pids[point] = process.pid
    return await process.wait()


async def recovered(settings, folder, url):
    """The next life brings it to an end; gives where the alerts stand, and what is wrong with the books."""
    (channel,) = settings.policy.channels
    there = replace(channel, url=Secret(url))
    mine = replace(settings, archive=folder / "pinkslip.db", policy=replace(settings.policy, channels=(there,)))
    async with life(mine, now) as running:
        for due in await running.newswire.every(due_only=False):
            await running.newswire.ask(due)
        await running.pay()
        assert running.rows("pragma integrity_check") == [{"integrity_check": "ok"}]
        states = running.rows("select state, count(*) as n from alerts group by state")
        return {row["state"]: row["n"] for row in states}, imbalances(ledger(running.archive.db))
