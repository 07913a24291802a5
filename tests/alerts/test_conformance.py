"""What every kind of channel must do, whatever meets it: give a verdict in time, keep the alert as it is, tell no secret.

A new ``ChannelKind`` gets an entry in ``KITS``, or the first test fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from monitor.alerts import compose
from monitor.deliver import Courier
from monitor.deliver.apprise import _harmless
from monitor.model import Channel, ChannelKind, Delivery, Secret, Telling, Verdict
from scrapers.egress import Door
from tests.alerts.examples import ALERT_ID, ALL, OPENED, owed
from tests.receiver import Receiver, Reply

CANARY = "canary-77d1"
KEY = "Y2FuYXJ5"
LOOPBACK = (ip_network("127.0.0.0/8"),)
NOBODY = 1
"""A port on which nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """How a kind is set up against a receiver on loopback, and how what it posts is read back.

    ``yes`` is an answer that takes the message; ``read`` gives what of the body arrived, and ``meant`` what should have.
    """

    channel: Callable[[str], Channel]
    yes: bytes = b"ok"
    read: Callable[[bytes], object] = bytes
    meant: Callable[[bytes], object] = bytes
    sample: int = 1
    """Of the statuses each is tried, or every so many: a process takes its time."""
    deadline: float = 0.5
    slack: float = 0.5
    believes: frozenset[str] = frozenset()
    """Garbage that a library of others takes for a yes."""


def webhook(origin: str) -> Channel:
    url = Secret(f"{origin}/{CANARY}?token={CANARY}")
    return Channel(id="crm", kind=ChannelKind.WEBHOOK, url=url, secrets=(Secret(f"whsec_{KEY}"),))


def slack(origin: str) -> Channel:
    return Channel(id="desk", kind=ChannelKind.SLACK, url=Secret(f"{origin}/services/{CANARY}"))


def slack_app(origin: str) -> Channel:
    token = Secret(f"xoxb-{CANARY}")
    return Channel(id="app", kind=ChannelKind.SLACK_APP, url=Secret(f"{origin}/{CANARY}"), token=token, to="C0123ABCD")


def apprise(origin: str) -> Channel:
    scheme, _, authority = origin.partition("://")
    url = f"{scheme.replace('http', 'json')}://user:{CANARY}@{authority}/{CANARY}?+X-Token={CANARY}"
    return Channel(id="phone", kind=ChannelKind.APPRISE, urls=(Secret(url),))


def of_app(posted: bytes) -> object:
    return {name: part for name, part in json.loads(posted).items() if name != "channel"}


def of_apprise(posted: bytes) -> object:
    message = json.loads(posted)
    return {"title": message["title"], "body": message["message"]}


def meant_by_apprise(body: bytes) -> object:
    return {name: _harmless(text) for name, text in json.loads(body).items()}


KITS = {
    ChannelKind.WEBHOOK: Kit(channel=webhook),
    ChannelKind.SLACK: Kit(channel=slack, read=json.loads, meant=json.loads),
    ChannelKind.SLACK_APP: Kit(
        channel=slack_app, yes=b'{"ok":true,"ts":"1.2","channel":"C0123ABCD"}', read=of_app, meant=json.loads
    ),
    ChannelKind.APPRISE: Kit(
        channel=apprise,
        read=of_apprise,
        meant=meant_by_apprise,
        sample=3,
        deadline=2.0,
        slack=1.5,
        believes=frozenset({"negative length"}),
    ),
}
NOT_POSTED = {ChannelKind.CONSOLE}
"""Kinds that post nothing; each has its own tests below."""

STATUSES = (
    *(100, 101, 103, 199, 200, 201, 202, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399),
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 417, 418, 421, 422, 423, 425, 426),
    *(428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 599),
)
BODIES = (
    b"",
    f"https://x.example/{CANARY}?token={CANARY}".encode(),
    b'{"ok":false,"error":"' + CANARY.encode() + b'"}',
)

HOW = ("refuse", "reset", "silent", "drip", "half", "flood")

GARBAGE = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "another protocol": b"SSH-2.0-OpenSSH_9.7\r\n",
    "no such status": b"HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
    "no number": b"HTTP/1.1 two hundred\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nokk",
    "short body": b"HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\nok",
    "bad chunks": b"HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "bad gzip": b"HTTP/1.1 500 No\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8bxx",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50_000,
    "a long line": b"HTTP/1.1 500 " + b"n" * 400_000 + b"\r\n\r\n",
    "continue for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
    "hostile header": f"HTTP/1.1 302 Found\r\nlocation: http://\x00{CANARY}[\r\nretry-after: {'9' * 5000}\r\n\r\n".encode(),
}

HOSTILE = (
    "@everyone @here <!channel> <@U1> [free](https://evil.example) *bold* `code` &amp;",
    '"; DROP TABLE alerts; -- \r\nwebhook-id: forged\r\n\r\n{{7*7}} ${jndi:ldap://x} %s {0}',
    "\u202egnp.exe\u2066 \x1b[31m\x00\x07 zero\u200bwidth \ud800 \u2028 \ufffe",
    "A\u0301" * 4_000 + "👨‍👩‍👧‍👦" * 500,
    "",
)


@pytest.fixture(params=list(KITS), ids=str)
def kit(request: pytest.FixtureRequest) -> Kit:
    if request.param is ChannelKind.APPRISE and importlib.util.find_spec("apprise") is None:
        pytest.skip("skipped: no apprise")
    return KITS[request.param]


@contextlib.asynccontextmanager
async def courier(kit: Kit, printed: Callable[[str], None] = print) -> AsyncIterator[Courier]:
    async with Door(user_agent="pinkslip-test", allow_private=LOOPBACK) as door:
        yield Courier(door, printed, deadline=kit.deadline, pause=0)


async def post(
    kit: Kit, ours: Courier, channel: Channel, telling: Telling = OPENED, *, repeat: bool = False
) -> Delivery:
    """One attempt, and what holds of all of them."""
    alert = owed(channel, compose(channel, ALERT_ID, telling), telling.kind)
    body = bytes(alert.body)
    delivery = await ours.post(channel, alert, attempt=1, now=datetime.now(UTC), repeat=repeat)

    assert isinstance(delivery.verdict, Verdict)
    assert (delivery.alert_id, delivery.channel_id, alert.body) == (ALERT_ID, channel.id, body)
    assert delivery.took.total_seconds() <= kit.deadline + kit.slack
    assert 0 < len(delivery.detail) <= 300
    assert delivery.detail.isprintable()
    assert delivery.verdict is not Verdict.SENT or delivery.status is None or 200 <= delivery.status < 300
    assert delivery.retry_after is None or 0 < delivery.retry_after.total_seconds() <= 86_400
    return delivery


async def all_of(work: Iterable[Callable[[], object]], at_once: int = 4) -> list[object]:
    turns = asyncio.Semaphore(at_once)

    async def one(each):
        async with turns:
            return await each()

    return list(await asyncio.gather(*map(one, work)))


def secrets_in(*told: object) -> int:
    return sum(str(text).count(secret) for text in told for secret in (CANARY, KEY))


@contextlib.asynccontextmanager
async def answering(raw: bytes) -> AsyncIterator[int]:
    """Whatever is asked, these bytes are the answer, and then the end."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(raw)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def test_every_kind_of_channel_takes_part() -> None:
    assert set(KITS) | NOT_POSTED == set(ChannelKind)
    assert all(KITS[kind].channel("http://127.0.0.1:1").kind is kind for kind in KITS)


async def test_what_is_posted_is_what_was_composed_and_a_yes_is_sent(kit: Kit) -> None:
    async with Receiver(otherwise=Reply(200, kit.yes)) as receiver, courier(kit) as ours:
        channel = kit.channel(receiver.url.removesuffix("/hook"))
        verdicts = [(await post(kit, ours, channel, telling)).verdict for telling in ALL]

    assert verdicts == [Verdict.SENT] * len(ALL)
    assert [kit.read(one.body) for one in receiver.received] == [
        kit.meant(compose(channel, ALERT_ID, telling)) for telling in ALL
    ]


async def test_each_status_has_a_verdict_and_only_a_2xx_is_sent(
    kit: Kit, caplog: pytest.LogCaptureFixture, capfd
) -> None:
    caplog.set_level(logging.DEBUG)

    async def met(status: int, body: bytes) -> Delivery:
        away = (("location", f"http://127.0.0.1:9/{CANARY}"),)
        async with Receiver(otherwise=Reply(status, body, headers=away)) as receiver, courier(kit) as ours:
            delivery = await post(kit, ours, kit.channel(receiver.url.removesuffix("/hook")), repeat=bool(body))
        assert delivery.verdict is not Verdict.SENT or status in range(200, 300)
        assert len(receiver.received) <= 2  # a card that was refused goes once more in plain words
        return delivery

    pairs = [(status, BODIES[number % len(BODIES)]) for number, status in enumerate(STATUSES)][:: kit.sample]
    told = await all_of([lambda pair=pair: met(*pair) for pair in pairs])
    hits = secrets_in(*map(repr, told), caplog.text, *capfd.readouterr())
    with capfd.disabled():
        print(f"\nFIGURE R7 channel={kit.channel('http://x').kind} statuses={len(told)} hits={hits}")

    assert hits == 0


async def test_each_failure_is_tried_again_and_tells_no_secret(
    kit: Kit, caplog: pytest.LogCaptureFixture, capfd
) -> None:
    caplog.set_level(logging.DEBUG)

    async def failing(how: str) -> Delivery:
        async with Receiver(otherwise=Reply(how=how)) as receiver, courier(kit) as ours:
            return await post(kit, ours, kit.channel(receiver.url.removesuffix("/hook")))

    async def unreachable(origin: str) -> Delivery:
        async with courier(kit) as ours:
            return await post(kit, ours, kit.channel(origin))

    async def no_tls() -> Delivery:
        async with Receiver() as receiver, courier(kit) as ours:
            return await post(kit, ours, kit.channel(receiver.url.removesuffix("/hook").replace("http:", "https:")))

    told = await all_of([
        *(lambda how=how: failing(how) for how in HOW),
        lambda: unreachable(f"http://127.0.0.1:{NOBODY}"),
        lambda: unreachable("http://no-such-host.invalid"),
        lambda: unreachable("http://169.254.169.254"),
        no_tls,
    ])  # fmt: skip
    hits = secrets_in(*map(repr, told), caplog.text, *capfd.readouterr())

    assert hits == 0
    assert {one.verdict for one in told} <= {
        Verdict.RETRY,
        Verdict.SENT,
    }  # a webhook's 200 stands in the head of a flood
    assert [one.ambiguous for one in told[len(HOW) + 1 :]] == [False, False, told[-1].ambiguous]
    assert all(one.ambiguous for one in told[1:4])


@pytest.mark.parametrize("name", GARBAGE)
async def test_garbage_is_no_yes(kit: Kit, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(GARBAGE[name]) as port, courier(kit) as ours:
        delivery = await post(kit, ours, kit.channel(f"http://127.0.0.1:{port}"))

    assert (delivery.verdict is Verdict.SENT) == (name in kit.believes)
    assert secrets_in(repr(delivery), caplog.text) == 0


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_carried_as_it_was_composed(kit: Kit, text: str) -> None:
    layoff = replace(OPENED.layoff, company=text, sentence=text, stated=text, place=text)
    report = replace(OPENED.reports[0], title=text, outlet=text, url=f"https://wire.example/{text}"[:1500])
    telling = replace(OPENED, layoff=layoff, reports=(report,), reason=text)
    async with Receiver(otherwise=Reply(200, kit.yes)) as receiver, courier(kit) as ours:
        channel = kit.channel(receiver.url.removesuffix("/hook"))
        delivery = await post(kit, ours, channel, telling)

    (received,) = receiver.received
    assert delivery.verdict is Verdict.SENT
    assert kit.read(received.body) == kit.meant(compose(channel, ALERT_ID, telling))
    assert received.headers.get("webhook-id", ALERT_ID) == ALERT_ID
    assert not {"x-forged", "{{7*7}}"} & set(received.headers)


def test_no_channel_prints_its_secrets(kit: Kit) -> None:
    channel = kit.channel("http://127.0.0.1:1")

    assert secrets_in(repr(channel), str(channel), f"{channel}") == 0


CONSOLE = Kit(channel=lambda _: Channel(id="screen", kind=ChannelKind.CONSOLE))


def held(_: str) -> None:
    threading.Event().wait(1.0)


def broken(_: str) -> None:
    raise BrokenPipeError(CANARY)


def narrow(text: str) -> None:
    text.encode("ascii")


@pytest.mark.parametrize("printer", [held, broken, narrow])
async def test_a_console_that_fails_is_owed_the_alert_still(printer: Callable[[str], None]) -> None:
    async with courier(CONSOLE, printer) as ours:
        delivery = await post(CONSOLE, ours, CONSOLE.channel(""))

    assert delivery.verdict is Verdict.RETRY
    assert secrets_in(repr(delivery)) == 0


async def test_a_console_shows_what_was_composed() -> None:
    shown: list[str] = []
    async with courier(CONSOLE, shown.append) as ours:
        for telling in ALL:
            assert (await post(CONSOLE, ours, CONSOLE.channel(""), telling)).verdict is Verdict.SENT

    assert [text.encode() for text in shown] == [compose(CONSOLE.channel(""), ALERT_ID, telling) for telling in ALL]
