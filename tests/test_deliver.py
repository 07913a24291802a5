from __future__ import annotations

import asyncio
import itertools
import json
import logging
import threading
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from monitor.alerts import compose
from monitor.deliver import Courier
from monitor.model import Alert, Channel, ChannelKind, Delivery, Secret, Telling, Verdict
from scrapers.egress import Door
from tests.alerts import slack_limits
from tests.alerts.examples import ALERT_ID, CONSOLE, OPENED, SECRET, SLACK, WEBHOOK, owed
from tests.receiver import Receiver, Reply

LOOPBACK = (ip_network("127.0.0.0/8"),)
CANARY = "canary-6f1d2c"


@asynccontextmanager
async def courier(
    deadline: float = 5.0, printed: list[str] | None = None, pause: float = 0.0
) -> AsyncIterator[Courier]:
    lines = [] if printed is None else printed
    async with Door(user_agent="pinkslip-test", allow_private=LOOPBACK) as door:
        yield Courier(door, lines.append, deadline=deadline, pause=pause)


def at(channel: Channel, receiver: Receiver, path: str = "") -> Channel:
    return replace(channel, url=Secret(receiver.url + path))


def alert(channel: Channel, telling: Telling = OPENED) -> Alert:
    return owed(channel, compose(channel, ALERT_ID, telling), telling.kind)


async def posted(
    channel: Channel, receiver: Receiver, *, repeat: bool = False, deadline: float = 5.0, attempt: int = 1
) -> Delivery:
    async with courier(deadline) as ours:
        there = at(channel, receiver)
        return await ours.post(there, alert(there), attempt=attempt, now=datetime.now(UTC), repeat=repeat)


async def test_a_webhook_gets_the_stored_bytes_signed() -> None:
    async with Receiver(secrets=(SECRET.reveal(),)) as receiver:
        delivery = await posted(WEBHOOK, receiver)

    (received,) = receiver.received
    assert delivery.verdict is Verdict.SENT
    assert received.body == compose(WEBHOOK, ALERT_ID, OPENED)
    assert received.verified
    assert received.headers["content-type"] == "application/json"


async def test_the_id_and_the_bytes_are_the_same_over_attempts_and_the_time_is_not() -> None:
    first, later = datetime.now(UTC) - timedelta(seconds=90), datetime.now(UTC)
    async with Receiver(script=[Reply(500)], secrets=(SECRET.reveal(),)) as receiver, courier() as ours:
        there = at(WEBHOOK, receiver)
        for attempt, now in enumerate((first, later), start=1):
            await ours.post(there, alert(there), attempt=attempt, now=now, repeat=attempt > 1)

    one, two = receiver.received
    assert (one.id, one.body) == (two.id, two.body)
    assert one.headers["webhook-timestamp"] != two.headers["webhook-timestamp"]
    assert one.verified
    assert two.verified


async def test_a_delivery_is_the_record_of_the_attempt() -> None:
    now = datetime.now(UTC)
    async with Receiver(script=[Reply(429, retry_after="30")]) as receiver, courier() as ours:
        there = at(WEBHOOK, receiver)
        delivery = await ours.post(there, alert(there), attempt=3, now=now, repeat=False)

    assert replace(delivery, took=timedelta()) == Delivery(
        alert_id=ALERT_ID,
        channel_id="crm",
        attempt=3,
        started_at=now,
        took=timedelta(),
        verdict=Verdict.THROTTLED,
        status=429,
        detail="answered 429 Too Many Requests, asked to wait 30 s: the receiver wants fewer, or a pause",
        retry_after=timedelta(seconds=30),
    )


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Reply(204), Verdict.SENT),
        (Reply(302, headers=(("location", "http://127.0.0.1:9/"),)), Verdict.PERMANENT),
        (Reply(410), Verdict.DISABLED),
        (Reply(503), Verdict.THROTTLED),
        (Reply(500), Verdict.RETRY),
    ],
)
async def test_a_webhook_is_asked_once_whatever_it_answers(reply: Reply, verdict: Verdict) -> None:
    async with Receiver(script=[reply]) as receiver:
        delivery = await posted(WEBHOOK, receiver)

    assert (delivery.verdict, len(receiver.received)) == (verdict, 1)


@pytest.mark.parametrize("how", ["silent", "drip", "half", "reset"])
async def test_an_attempt_that_may_have_been_taken_is_ambiguous(how: str) -> None:
    async with Receiver(script=[Reply(how=how)]) as receiver:
        delivery = await posted(WEBHOOK, receiver, deadline=0.3)

    assert (delivery.verdict, delivery.ambiguous, delivery.status) == (Verdict.RETRY, True, None)


async def test_nobody_listening_is_not_ambiguous() -> None:
    async with Receiver() as receiver:
        pass
    delivery = await posted(WEBHOOK, receiver)

    assert (delivery.verdict, delivery.ambiguous) == (Verdict.RETRY, False)


@pytest.mark.parametrize("channel", [WEBHOOK, SLACK], ids=["webhook", "slack"])
async def test_an_attempt_ends_at_its_deadline(channel: Channel) -> None:
    async with Receiver(script=[Reply(how="silent"), Reply(how="drip")]) as receiver:
        took = [(await posted(channel, receiver, deadline=0.3)).took.total_seconds() for _ in range(2)]

    assert max(took) < 0.8


async def test_of_a_huge_answer_a_little_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    async with Receiver(script=[Reply(), Reply(how="flood")]) as receiver:
        await posted(WEBHOOK, receiver)
        tracemalloc.start()
        delivery = await posted(WEBHOOK, receiver)
        grown = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    with capsys.disabled():
        print(f"\nFIGURE R8 max_s={delivery.took.total_seconds():.2f} peak_mib={grown:.1f}")

    assert delivery.verdict is Verdict.SENT
    assert grown <= 5


async def test_an_address_that_is_private_and_not_allowed_is_not_asked() -> None:
    async with Receiver() as receiver, Door(user_agent="pinkslip-test") as door:
        there = at(WEBHOOK, receiver)
        delivery = await Courier(door, print).post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=False)

    assert (delivery.verdict, delivery.ambiguous, receiver.received) == (Verdict.RETRY, False, [])


async def test_slack_gets_a_card_that_it_takes() -> None:
    async with Receiver() as receiver:
        delivery = await posted(SLACK, receiver)

    (received,) = receiver.received
    assert delivery.verdict is Verdict.SENT
    assert slack_limits.problems(received.body) == []
    assert "webhook-id" not in received.headers


async def test_only_ok_from_slack_is_a_yes() -> None:
    async with Receiver(script=[Reply(200, b"<html>Sign in to the hotel's network</html>")]) as receiver:
        delivery = await posted(SLACK, receiver)

    assert (delivery.verdict, delivery.ambiguous) == (Verdict.RETRY, True)


@pytest.mark.parametrize(
    "reply", [Reply(400, b"invalid_payload"), Reply(200, b'{"ok":false,"error":"invalid_blocks"}'), Reply(413, b"")]
)
async def test_a_refused_card_is_told_once_in_plain_text(reply: Reply) -> None:
    async with Receiver(script=[reply]) as receiver:
        delivery = await posted(SLACK, receiver)

    _, second = receiver.received
    assert delivery.verdict is Verdict.SENT
    assert "plain text" in delivery.detail
    assert "blocks" not in json.loads(second.body)


async def test_a_message_refused_in_both_forms_is_dead_and_the_next_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    refused = Reply(400, b"invalid_payload")
    async with Receiver(script=[refused, refused]) as receiver:
        poisoned = await posted(SLACK, receiver)
        other = await posted(SLACK, receiver)
    with capsys.disabled():
        print(f"\nFIGURE R13 dead={poisoned.verdict:s} next={other.verdict:s} posts={len(receiver.received)}")

    assert (poisoned.verdict, other.verdict, len(receiver.received)) == (Verdict.PERMANENT, Verdict.SENT, 3)


async def test_plain_text_that_meets_a_throttle_is_tried_again() -> None:
    async with Receiver(script=[Reply(400, b"invalid_blocks"), Reply(429, b"", retry_after="5")]) as receiver:
        delivery = await posted(SLACK, receiver)

    assert (delivery.verdict, delivery.retry_after) == (Verdict.THROTTLED, timedelta(seconds=5))


async def test_a_repeat_is_marked_on_slack(capsys: pytest.CaptureFixture[str]) -> None:
    async with Receiver(script=[Reply(how="reset")]) as receiver:
        first = await posted(SLACK, receiver)
        second = await posted(SLACK, receiver, repeat=first.ambiguous, attempt=2)

    visible = [f"possible repeat · {ALERT_ID}".encode() in received.body for received in receiver.received]
    with capsys.disabled():
        print(f"\nFIGURE R12 ambiguous={first.ambiguous:d} repeats={len(visible) - 1} marked={sum(visible)}")

    assert second.verdict is Verdict.SENT
    assert visible == [False, True]


async def test_a_repeat_to_a_webhook_is_the_same_bytes() -> None:
    async with Receiver() as receiver:
        await posted(WEBHOOK, receiver, repeat=True, attempt=2)

    assert receiver.received[0].body == compose(WEBHOOK, ALERT_ID, OPENED)


async def test_the_console_prints_the_alert() -> None:
    printed: list[str] = []
    async with courier(printed=printed) as ours:
        delivery = await ours.post(CONSOLE, alert(CONSOLE), attempt=1, now=datetime.now(UTC), repeat=False)

    assert delivery.verdict is Verdict.SENT
    assert printed == [compose(CONSOLE, ALERT_ID, OPENED).decode()]


async def test_a_console_that_is_gone_is_owed_the_alert_still() -> None:
    def broken(text: str) -> None:
        raise BrokenPipeError(text)

    async with Door(user_agent="pinkslip-test") as door:
        delivery = await Courier(door, broken).post(
            CONSOLE, alert(CONSOLE), attempt=1, now=datetime.now(UTC), repeat=False
        )

    assert delivery.verdict is Verdict.RETRY


async def test_a_slow_channel_does_not_hold_up_a_good_one(capsys: pytest.CaptureFixture[str]) -> None:
    async with Receiver(otherwise=Reply(how="silent")) as dead, Receiver() as good, courier(1.0) as ours:
        there, stuck = at(WEBHOOK, good), at(WEBHOOK, dead)
        hanging = [
            asyncio.create_task(ours.post(stuck, alert(stuck), attempt=1, now=datetime.now(UTC), repeat=False))
            for _ in range(8)
        ]
        deliveries = [
            await ours.post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=False) for _ in range(20)
        ]
        await asyncio.gather(*hanging)
    slowest = max(delivery.took.total_seconds() for delivery in deliveries)
    with capsys.disabled():
        print(f"\nFIGURE R9 good_max_s={slowest:.3f}")

    assert slowest < 1.0


FAULTS = [
    *(Reply(status, body) for status in (301, 400, 401, 403, 404, 410, 413, 429, 500, 503)
      for body in (b"", f"https://x/{CANARY}".encode())),
    Reply(200, CANARY.encode()),
    *(Reply(how=how) for how in ("refuse", "reset", "silent", "drip", "half")),
]  # fmt: skip


@pytest.mark.parametrize("kind", [ChannelKind.WEBHOOK, ChannelKind.SLACK, ChannelKind.SLACK_APP])
async def test_no_failure_tells_a_secret(
    kind: ChannelKind, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    app = {"token": Secret(f"xoxb-{CANARY}"), "to": "C0123ABCD"} if kind is ChannelKind.SLACK_APP else {}
    async with (
        Receiver(script=[twice for reply in FAULTS for twice in (reply, reply)]) as receiver,
        courier(0.2) as ours,
    ):
        secret = Secret(f"{receiver.url}/{CANARY}?token={CANARY}")
        channel = Channel(id="canary", kind=kind, url=secret, secrets=(Secret("whsec_" + "Y2FuYXJ5"),), **app)
        body = compose(SLACK, ALERT_ID, OPENED)
        while len(receiver.received) < 2 * len(FAULTS):
            delivery = await ours.post(channel, owed(channel, body), attempt=1, now=datetime.now(UTC), repeat=False)
            told += [repr(delivery), repr(channel)]
    for url in (f"ftp://x/{CANARY}", f"https://u:{CANARY}@x/", f"http://\x00{CANARY}", f"http://[{CANARY}", ""):
        async with courier(0.2) as ours:
            channel = Channel(id="canary", kind=kind, url=Secret(url), **app)
            delivery = await ours.post(channel, owed(channel, body), attempt=1, now=datetime.now(UTC), repeat=False)
            told.append(repr(delivery))
            assert delivery.verdict is Verdict.PERMANENT
    hits = sum(secret in text for text in [*told, caplog.text] for secret in (CANARY, "Y2FuYXJ5"))
    with capsys.disabled():
        print(f"\nFIGURE K1 channel={kind} attempts={len(told)} hits={hits}")

    assert hits == 0


async def test_a_console_that_is_held_is_given_up_at_the_deadline() -> None:
    held = threading.Event()
    async with Door(user_agent="pinkslip-test") as door:
        courier = Courier(door, lambda _: held.wait(), deadline=0.1)
        delivery = await courier.post(CONSOLE, alert(CONSOLE), attempt=1, now=datetime.now(UTC), repeat=False)
    held.set()

    assert (delivery.verdict, delivery.ambiguous) == (Verdict.RETRY, True)


async def test_slack_is_written_to_once_a_second_at_most() -> None:
    async with Receiver() as receiver, courier(pause=0.2) as ours:
        there, other = at(SLACK, receiver), replace(at(SLACK, receiver), id="other")
        posts = [ours.post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=False) for _ in range(4)]
        await asyncio.gather(*posts, ours.post(other, alert(other), attempt=1, now=datetime.now(UTC), repeat=False))
    times = sorted(received.at for received in receiver.received)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]

    assert len(gaps) == 4
    assert min(gaps) < 0.15 <= sorted(gaps)[1]  # the other channel waits for nobody


async def test_the_wait_for_its_turn_is_no_part_of_an_attempts_deadline() -> None:
    async with Receiver() as receiver, courier(deadline=0.3, pause=0.5) as ours:
        there = at(SLACK, receiver)
        verdicts = [
            (await ours.post(there, alert(there), attempt=1, now=datetime.now(UTC), repeat=False)).verdict
            for _ in range(2)
        ]

    assert verdicts == [Verdict.SENT, Verdict.SENT]
