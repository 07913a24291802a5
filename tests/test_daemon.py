"""The daemon as a process: signals, probes, reloads."""

import asyncio
import json
import re
import signal
import sys
import time
import urllib.request
from contextlib import AsyncExitStack

import pytest

from monitor.archive import HeldError, hold
from tests.faults.harness import Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import Receiver
from tests.receiver import Reply as Answer


@pytest.fixture
async def origin():
    async with Origin() as origin:
        origin.on("/feed", Reply(body=rss(())))
        yield origin


@pytest.fixture
async def daemon(tmp_path, origin):
    """A daemon that has polled its one source for the first time."""
    async with Receiver() as receiver:
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        config = tmp_path / "pinkslip.toml"
        config.write_text(config.read_text().replace("listen = false", 'listen = "127.0.0.1:0"'))
        process = Process(tmp_path)
        process.receiver = receiver
        process.start()
        assert await within(20, process.polls), process.log.read_text()
        yield process
        process.end()


def ask(daemon, path):
    address = re.search(r"listen=(\S+)", daemon.log.read_text())[1]
    with urllib.request.urlopen(address + path, timeout=5) as answer:
        return answer.read().decode()


async def test_it_says_that_it_is_well(daemon):
    assert json.loads(await asyncio.to_thread(ask, daemon, "/healthz"))["status"] == "ok"


async def test_it_counts_for_prometheus(daemon):
    said = await asyncio.to_thread(ask, daemon, "/metrics")
    assert 'pinkslip_alerts{state="delivered"} 0.0' in said
    assert 'pinkslip_sources_by_condition{condition="silent"} 0.0' in said


async def test_it_stops_within_ten_seconds_and_says_so(daemon):
    began = time.monotonic()
    assert daemon.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert "stopped" in daemon.log.read_text()


async def test_a_wrong_configuration_leaves_the_old_one_running(daemon, origin):
    sources = daemon.folder / "sources.toml"
    right = sources.read_text()
    sources.write_text(right.replace("every", "evry"))
    daemon.process.send_signal(signal.SIGHUP)
    assert await within(5, lambda: "reload_refused" in daemon.log.read_text())
    asked = len(origin.requests)
    assert await within(5, lambda: len(origin.requests) > asked)
    assert "did you mean 'every'?" in daemon.log.read_text()
    assert "config_last_reload_successful 0.0" in await asyncio.to_thread(ask, daemon, "/metrics")


async def test_a_reload_takes_up_a_new_source(daemon, origin):
    origin.on("/other", Reply(body=rss(())))
    sources = daemon.folder / "sources.toml"
    sources.write_text(sources.read_text() + f'\n[[source]]\nid = "other"\nurl = "{origin.url("/other")}"\n')
    daemon.process.send_signal(signal.SIGHUP)
    assert await within(5, lambda: any(request.path == "/other" for request in origin.requests))


async def test_news_reaches_the_receiver_signed_and_once(daemon, origin):
    origin.on("/feed", Reply(body=rss(["Halvora"])))
    assert await within(10, lambda: daemon.states() == {"delivered": 1}), daemon.log.read_text()
    (one,) = daemon.receiver.received
    data = json.loads(one.body)
    assert (data["type"], data["data"]["company"], data["data"]["headcount"]) == ("layoff.opened", "Halvora", 300)


async def test_a_restart_sends_nothing_again_and_asks_nothing_unconditionally(daemon, origin):
    origin.on("/feed", Reply(body=rss(["Halvora"]), headers=((b"ETag", b'"v1"'),)))
    assert await within(10, lambda: daemon.states() == {"delivered": 1})
    assert daemon.stop(signal.SIGTERM) == 0
    asked = len(origin.requests)
    daemon.start()
    assert await within(10, lambda: len(origin.requests) > asked + 1)
    assert len(daemon.receiver.received) == 1
    assert all(request.header("if-none-match") == b'"v1"' for request in origin.requests[asked:])


async def test_it_stops_in_time_with_a_post_that_nobody_answers(daemon, origin):
    daemon.receiver.otherwise = Answer(how="silent")
    origin.on("/feed", Reply(body=rss(["Halvora"])))
    assert await within(10, lambda: daemon.receiver.received)
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    status = await asyncio.to_thread(daemon.stop, signal.SIGTERM)
    print(f"FIGURE R20 stop_s={time.monotonic() - began:.1f}")
    assert (status, time.monotonic() - began < 10) == (0, True)
    assert daemon.states() == {"pending": 1}


async def test_a_host_that_hangs_holds_up_nobody_else(daemon, origin):
    """C6: twenty feeds of one silent host, and the one good feed goes on being asked."""
    origin.on("/hang", Reply(raw=b"", hang=True))
    address = origin.url("/hang").replace("127.0.0.1", "localhost")
    lines = [f'[[source]]\nid = "hang{n}"\nurl = "{address}?{n}"\n' for n in range(20)]
    sources = daemon.folder / "sources.toml"
    sources.write_text(sources.read_text() + "\n".join(lines))
    daemon.process.send_signal(signal.SIGHUP)
    assert await within(10, lambda: any(request.path == "/hang" for request in origin.requests))
    asked = len([request for request in origin.requests if request.path == "/feed"])
    assert await within(8, lambda: len([r for r in origin.requests if r.path == "/feed"]) >= asked + 3)


async def test_the_daemon_of_an_archive_under_another_name_is_found(daemon, tmp_path):
    (tmp_path / "link.db").symlink_to(tmp_path / "pinkslip.db")
    with pytest.raises(HeldError, match=str(daemon.process.pid)), hold(tmp_path / "link.db"):
        pass


async def test_a_port_that_is_taken_is_said_in_one_line(tmp_path, origin):
    configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
    config = tmp_path / "pinkslip.toml"
    config.write_text(config.read_text().replace("listen = false", f'listen = "127.0.0.1:{origin.port}"'))
    process = Process(tmp_path)
    process.start()
    assert await asyncio.to_thread(process.process.wait, 20) == 78
    assert "choose another port" in process.log.read_text()
    assert "Traceback" not in process.log.read_text()


async def test_ctrl_c_ends_one_pass_with_130(tmp_path, origin):
    origin.on("/slow", Reply(raw=b"", hang=True))
    configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/slow"))])
    once = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor.cli", "--config", str(tmp_path), "once", stderr=asyncio.subprocess.PIPE
    )
    assert await within(20, lambda: origin.requests)
    once.send_signal(signal.SIGINT)
    _, said = await once.communicate()
    assert (once.returncode, b"interrupted" in said, b"Traceback" in said) == (130, True, False)


async def test_a_start_with_hundreds_due_is_no_flood(tmp_path):
    async with AsyncExitStack() as stack:
        origins = [await stack.enter_async_context(Origin()) for _ in range(40)]
        for one in origins:
            one.on("/feed", Reply(body=rss(())))
        configure(tmp_path, "http://127.0.0.1:9/", [(f"f{n}", one.url("/feed")) for n, one in enumerate(origins)])
        sources = tmp_path / "sources.toml"
        sources.write_text(sources.read_text().replace('every = "1s"', 'every = "1h"'))
        process = Process(tmp_path)
        process.start()
        assert await within(30, lambda: sum(len(one.requests) for one in origins) == 40), process.log.read_text()
        process.end()
        times = sorted(request.at for one in origins for request in one.requests)
    most = max(sum(start <= at < start + 1 for at in times) for start in times)
    print(f"FIGURE C10 feeds=40 most_in_a_second={most}")
    assert most <= 11  # one of the last second may have been late on its way
