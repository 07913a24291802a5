from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from monitor.demo.receiver import Receiver

from .conftest import Got, post

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver(SECRET, lambda: NOW) as listening:
        yield listening


def event(company: str) -> bytes:
    reports = [{"outlet": "The Gridline", "title": "…", "url": "http://127.0.0.1/news/x", "published_at": None}]
    return json.dumps({"type": "layoff.opened", "data": {"company": company, "reports": reports}}).encode()


async def send(receiver: Receiver, ident: str, body: bytes, secret: str = SECRET) -> Got:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": ident,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(ident, now, body.decode()),
        "content-type": "application/json",
    }
    return await post(receiver.url, body, headers)


async def test_a_signed_alert_is_taken(receiver: Receiver) -> None:
    await send(receiver, "a", event("Halvora"))
    [alert] = receiver.taken.values()
    assert (alert.id, alert.at, alert.type, alert.company) == ("a", NOW, "layoff.opened", "Halvora")
    assert alert.urls == ("http://127.0.0.1/news/x",)


async def test_a_forged_alert_is_refused(receiver: Receiver) -> None:
    answer = await send(receiver, "a", event("Halvora"), secret="whsec_b3RoZXJzZWNyZXRvdGhlcnNlY3JldA==")
    assert (answer.status, receiver.forged, receiver.taken) == (401, 1, {})


async def test_an_alert_without_a_signature_is_refused(receiver: Receiver) -> None:
    assert (await post(receiver.url, event("Halvora"), {})).status == 401


async def test_the_first_alert_is_taken_though_answered_500_and_its_repeat_dropped(receiver: Receiver) -> None:
    answers = [await send(receiver, "a", event("Halvora")) for _ in range(2)]
    assert [answer.status for answer in answers] == [500, 204]
    assert (receiver.failures, receiver.repeats, len(receiver.taken)) == (1, 1, 1)


async def test_the_third_alert_is_turned_away_once_and_then_taken(receiver: Receiver) -> None:
    await send(receiver, "a", event("Halvora"))
    await send(receiver, "b", event("Brantiq"))
    refused = await send(receiver, "c", event("Nexora"))
    assert (refused.status, refused.headers["retry-after"], "c" in receiver.taken) == (429, "1", False)
    assert (await send(receiver, "c", event("Nexora"))).status == 204
    assert "c" in receiver.taken


async def test_who_watches_hears_of_every_stumble() -> None:
    heard: list[str] = []
    async with Receiver(SECRET, lambda: NOW, heard.append) as receiver:
        await send(receiver, "a", event("Halvora"))
        await send(receiver, "a", event("Halvora"))
    assert heard == [
        "layoff.opened Halvora: took it, but answered 500",
        "layoff.opened Halvora: had it already, dropped the repeat",
    ]


async def test_an_alert_of_no_layoff_is_taken_too(receiver: Receiver) -> None:
    await send(receiver, "a", b'{"type": "test", "data": {}}')
    assert receiver.taken["a"].company is None
