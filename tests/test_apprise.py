"""Alerts by way of Apprise: a mail server and receivers on loopback that really get them, and a fence that holds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.alerts import compose
from monitor.deliver import Courier
from monitor.model import Alert, AlertKind, Channel, ChannelKind, Delivery, Secret, Telling, Verdict
from scrapers.egress import Door
from tests.alerts.examples import ALERT_ID, HALVORA, OPENED, owed
from tests.receiver import Receiver, Reply

pytest.importorskip("apprise", reason="skipped: no apprise")

LOOPBACK = (ip_network("127.0.0.0/8"),)
CANARY = "canary-5d1c"


def channel(*urls: str) -> Channel:
    return Channel(id="phone", kind=ChannelKind.APPRISE, urls=tuple(map(Secret, urls)))


def alert(there: Channel, telling: Telling = OPENED) -> Alert:
    return owed(there, compose(there, ALERT_ID, telling), telling.kind)


@contextlib.asynccontextmanager
async def courier(deadline: float = 10.0, *, private: bool = True) -> AsyncIterator[Courier]:
    async with Door(user_agent="pinkslip-test", allow_private=LOOPBACK if private else ()) as door:
        yield Courier(door, print, deadline=deadline)


async def posted(there: Channel, *, deadline: float = 10.0, private: bool = True, repeat: bool = False) -> Delivery:
    async with courier(deadline, private=private) as ours:
        return await ours.post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=repeat)


def json_url(receiver: Receiver, path: str = "hook") -> str:
    return f"json://127.0.0.1:{receiver.port}/{path}"


def processes() -> list[bytes]:
    """What anybody on this machine can read of the processes we have started for Apprise."""
    ours = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    seen = [b"".join(Path(f"/proc/{pid}/{part}").read_bytes() for part in ("cmdline", "environ")) for pid in ours]
    return [each for each in seen if b"apprised" in each]


@contextlib.asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A real one, of a package that is made to receive mail."""
    smtp = pytest.importorskip("aiosmtpd.smtp", reason="skipped: no aiosmtpd")
    taken: list[bytes] = []

    class Keeping:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
            taken.append(envelope.content)
            return "250 taken"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: smtp.SMTP(Keeping(), hostname="mail.example"), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], taken
    finally:
        server.close()


async def test_a_mail_arrives_with_title_and_text() -> None:
    async with mail_server() as (port, taken):
        there = channel(f"mailto://127.0.0.1:{port}/?from=pinkslip@example.org&to=desk@example.org")
        delivery = await posted(there)

    (mail,) = (message_from_bytes(each, policy=policy.default) for each in taken)
    text = mail.get_body(("plain", "html")).get_content()
    assert (delivery.verdict, delivery.detail) == (Verdict.SENT, "taken")
    assert (mail["subject"], mail["to"]) == ("Halvora: 1,100 jobs, about 8 % of staff", "desk@example.org")
    assert "will let 1,100 people go" in text
    assert "https://wire.example.org/halvora?a=1" in text


async def test_a_receiver_gets_the_message_and_nothing_of_apprise() -> None:
    async with Receiver() as receiver:
        there = channel(json_url(receiver))
        delivery = await posted(there)

    (received,) = receiver.received
    message, written = json.loads(received.body), json.loads(alert(there).body)
    assert delivery.verdict is Verdict.SENT
    assert (message["title"], message["message"]) == (written["title"], written["body"])
    assert received.headers["user-agent"] == "Pinkslip"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (302, Verdict.PERMANENT),
        (401, Verdict.RETRY),
        (410, Verdict.DISABLED),
        (429, Verdict.THROTTLED),
        (500, Verdict.RETRY),
        (503, Verdict.THROTTLED),
    ],
)
async def test_a_status_means_what_it_means_to_a_webhook(status: int, verdict: Verdict) -> None:
    elsewhere = (("location", "http://127.0.0.1:9/"),)
    async with Receiver(otherwise=Reply(status, headers=elsewhere)) as receiver:
        delivery = await posted(channel(json_url(receiver)))

    assert (delivery.verdict, delivery.status, len(receiver.received)) == (verdict, status, 1)


async def test_a_private_address_is_not_dialled() -> None:
    async with Receiver() as receiver, mail_server() as (port, taken):
        by_number = await posted(channel(json_url(receiver)), private=False)
        by_name = await posted(channel(f"json://localhost:{receiver.port}/"), private=False)
        by_mail = await posted(
            channel(f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org"), private=False
        )

    assert (receiver.received, taken) == ([], [])
    for delivery in (by_number, by_name, by_mail):
        assert (delivery.verdict, delivery.ambiguous) == (Verdict.RETRY, False)
        assert "allow_private" in delivery.detail


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as proxy, Receiver() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        delivery = await posted(channel(json_url(receiver)))

    assert (delivery.verdict, proxy.received, len(receiver.received)) == (Verdict.SENT, [], 1)


@pytest.mark.parametrize("how", ["silent", "drip"])
async def test_it_ends_at_the_deadline_and_leaves_no_process(how: str) -> None:
    async with Receiver(otherwise=Reply(how=how)) as receiver:
        delivery = await posted(channel(json_url(receiver)), deadline=1.5)

    assert delivery.took.total_seconds() < 2.5
    assert (delivery.verdict, delivery.ambiguous) == (Verdict.RETRY, True)
    assert processes() == []


async def test_a_secret_stands_in_no_command_line_and_no_environment() -> None:
    async with Receiver(otherwise=Reply(how="silent")) as receiver:
        posting = asyncio.create_task(posted(channel(json_url(receiver, CANARY)), deadline=2.0))
        while not receiver.received:  # noqa: ASYNC110 (a receiver tells nobody)
            await asyncio.sleep(0.02)
        seen = processes()
        await posting

    assert len(seen) == 1
    assert [each for each in seen if CANARY.encode() in each] == []


async def test_of_several_addresses_only_those_that_missed_it_are_tried_again() -> None:
    async with Receiver() as good, Receiver(script=[Reply(500)]) as bad, courier() as ours:
        there = channel(json_url(good), json_url(bad))
        first = await ours.post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=False)
        second = await ours.post(there, alert(there), attempt=2, now=datetime.now(UTC), repeat=False)

    assert (first.verdict, second.verdict) == (Verdict.RETRY, Verdict.SENT)
    assert first.detail.startswith("1 of 2 addresses did not take it")
    assert (len(good.received), len(bad.received)) == (1, 2)


async def test_one_address_that_is_gone_does_not_disable_the_others() -> None:
    async with Receiver() as good, Receiver(otherwise=Reply(410)) as gone:
        delivery = await posted(channel(json_url(good), json_url(gone)))

    assert delivery.verdict is Verdict.PERMANENT


async def test_a_url_that_apprise_does_not_know_is_hopeless() -> None:
    delivery = await posted(channel(f"nosuch://{CANARY}"))

    assert (delivery.verdict, CANARY in repr(delivery)) == (Verdict.PERMANENT, False)


async def test_a_repeat_is_marked() -> None:
    async with Receiver() as receiver:
        await posted(channel(json_url(receiver)), repeat=True)

    assert f"possible repeat · {ALERT_ID}" in json.loads(receiver.received[0].body)["message"]


async def test_nothing_from_outside_can_mention_or_link() -> None:
    hostile = replace(HALVORA, company="@everyone <!channel> [free](https://evil.example) <b>", sentence="@here: <@U1>")
    async with Receiver() as receiver, courier() as ours:
        there = channel(json_url(receiver))
        telling = Telling(kind=AlertKind.OPENED, now=OPENED.now, layoff=hostile, reports=OPENED.reports)
        await ours.post(there, alert(there, telling), attempt=1, now=datetime.now(UTC), repeat=False)

    message = json.loads(receiver.received[0].body)
    text = message["title"] + message["message"]
    assert [sign for sign in ("@e", "@h", "@U", "<", ">", "](") if sign in text] == []


async def test_no_failure_tells_a_secret(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    replies = [Reply(500, CANARY.encode()), Reply(404), Reply(how="reset"), Reply(how="half"), Reply(how="refuse")]
    async with Receiver(script=replies) as receiver:
        there = channel(f"json://user:{CANARY}@127.0.0.1:{receiver.port}/{CANARY}?+X-Token={CANARY}")
        told += [repr(await posted(there, deadline=3.0)) for _ in replies]
    other = ("mailto://u:{}@127.0.0.1:1?to=a@example.org", "{}://x", "json://[{}")
    told += [repr(await posted(channel(url.format(CANARY)), deadline=3.0, private=False)) for url in other]
    told += [repr(there), caplog.text, *capfd.readouterr()]
    hits = sum(text.count(CANARY) for text in told)
    with capfd.disabled():
        print(f"\nFIGURE K1 channel=apprise attempts={len(replies) + len(other)} hits={hits}")

    assert hits == 0


def fenced(code: str, allowed: str = "") -> str:
    script = (
        "from ipaddress import ip_network; from scrapers import fence; import socket, os, subprocess\n"
        f"fence.put_up(tuple(map(ip_network, {allowed!r}.split())), lambda: print('passed'), lambda: print('stopped'))\n"
        f"try:\n    {code}\nexcept OSError as error: print(type(error).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip().replace("\n", " ") + done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.create_connection(('localhost', 9))",
        "socket.socket().connect(('localhost', 9))",
        "socket.socket().connect_ex(('169.254.169.254', 80))",
        "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', 9))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.0.0.1', 53))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('10.0.0.1', 53))",
        "__import__('_socket').socket().connect(('127.0.0.1', 9))",
        "socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
    ],
)
def test_the_fence_holds(code: str) -> None:
    assert fenced(code) in {"stopped FencedError", "stopped stopped FencedError"}


@pytest.mark.parametrize(
    "code", ["subprocess.run(['true'])", "os.system('true')", "os.fork()", "os.execv('/bin/true', ['x'])"]
)
def test_no_process_leaves_the_fence(code: str) -> None:
    assert fenced(code) == "PermissionError"


def test_what_the_operator_named_may_be_dialled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert fenced(f"socket.create_connection({server.getsockname()!r})", "127.0.0.0/8") == "passed"
