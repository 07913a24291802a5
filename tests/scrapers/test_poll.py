"""One polite conditional GET."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import product

import pytest

from scrapers.egress import Door
from scrapers.items import Failed, Memory, Reason, Unchanged, Validators
from scrapers.poll import hash_of, poll
from tests.origin import Headers, Origin, Reply

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NONE = Validators()
ETAGS = (
    b'"plain"', b'W/"weak"', b"unquoted", b'""doubled""', b'"with spaces in it"', b'"caf\xe9"',
    '"naïve – ☃"'.encode(), b'"' + b"x" * 9000 + b'"', b"",
)  # fmt: skip
DATES = (b"Mon, 23 Nov 2026 10:00:00 GMT", b"2026-11-23T10:00:00+01:00", b"yesterday, \xe0 peu pr\xe8s", b"")


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Door(user_agent=AGENT, allow_private=LOOPBACK) as opened:
        yield opened


async def answered(
    door: Door, origin: Origin, validators: Validators = NONE, known: str | None = None
) -> tuple[object, Memory]:
    memory = Memory(validators=validators, body_hash=known)
    return await poll(door, origin.url("/feed"), memory, clock=lambda: NOW)


async def asked(door: Door, origin: Origin, validators: Validators = NONE) -> object:
    outcome, _ = await answered(door, origin, validators)
    return outcome


async def test_validators_are_echoed_byte_for_byte(origin: Origin, door: Door) -> None:
    exact = 0
    for etag, date in product(ETAGS, DATES):
        origin.on("/feed", Reply(headers=((b"ETag", etag), (b"Last-Modified", date)), body=b"<rss/>"))
        _, memory = await answered(door, origin)
        await asked(door, origin, memory.validators)
        again = origin.requests[-1]
        exact += (again.header("if-none-match"), again.header("if-modified-since")) == (etag or None, date or None)
    print(f"FIGURE C1 exact={exact} of={len(ETAGS) * len(DATES)}")
    assert exact == 36


async def test_a_first_request_is_unconditional(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(body=b"<rss/>"))
    await asked(door, origin)
    assert {name.lower() for name, _ in origin.requests[0].headers} == {
        b"host", b"user-agent", b"accept-encoding", b"accept",
    }  # fmt: skip


async def test_not_modified_keeps_the_validators(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(status=304))
    known = Validators(b'"1"')
    assert await answered(door, origin, known) == (Unchanged(status=304), Memory(validators=known))


async def test_not_modified_may_bring_a_new_validator(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(status=304, headers=((b"ETag", b'"2"'),)))
    _, memory = await answered(door, origin, Validators(b'"1"', b"then"))
    assert memory.validators == Validators(b'"2"', b"then")


async def test_not_modified_without_a_condition_is_no_answer(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(status=304))
    assert await asked(door, origin) == Failed(reason=Reason.STATUS, detail="status 304", status=304)


async def test_the_same_bytes_again_are_unchanged(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(body=b"<rss/>", headers=((b"ETag", b'"2"'),)))
    outcome, memory = await answered(door, origin, Validators(b'"1"'), hash_of(b"<rss/>"))
    assert (outcome, memory.validators) == (Unchanged(status=200), Validators(b'"2"'))


SENT = (b"Date", b"Mon, 23 Nov 2026 12:00:00 GMT")


@pytest.mark.parametrize(
    ("headers", "good_for"),
    [
        (((b"Cache-Control", b"public, max-age=600"),), timedelta(minutes=10)),
        (((b"Cache-Control", b"MAX-AGE = 600"),), timedelta(minutes=10)),
        (((b"Cache-Control", b"s-maxage=600"),), None),
        (((b"Cache-Control", b"max-age=0, must-revalidate"),), timedelta(0)),
        (((b"Cache-Control", b"max-age=99999999999999999999"),), timedelta(seconds=10**9)),
        (((b"Cache-Control", b"max-age=soon"),), None),
        (((b"Expires", b"Mon, 23 Nov 2026 13:00:00 GMT"), SENT), timedelta(hours=1)),
        (((b"Expires", b"Mon, 23 Nov 2026 11:00:00 GMT"), SENT), timedelta(0)),
        (((b"Expires", b"-1"), SENT), None),
        (((b"Expires", b"Mon, 23 Nov 2026 13:00:00 GMT"),), None),
        (
            ((b"Cache-Control", b"max-age=60"), (b"Expires", b"Mon, 23 Nov 2036 13:00:00 GMT"), SENT),
            timedelta(minutes=1),
        ),
        ((), None),
    ],
)
async def test_for_how_long_an_answer_is_good(
    origin: Origin, door: Door, headers: Headers, good_for: timedelta | None
) -> None:
    origin.on("/feed", Reply(status=304, headers=headers))
    outcome = await asked(door, origin, Validators(b'"1"'))
    assert isinstance(outcome, Unchanged)
    assert outcome.keeps == good_for


async def test_a_permanent_move_is_told_and_a_passing_one_is_not(origin: Origin, door: Door) -> None:
    origin.on("/new", Reply(status=304))
    for status, moved in ((301, origin.url("/new")), (308, origin.url("/new")), (302, None), (307, None)):
        origin.on("/feed", Reply(status=status, headers=((b"Location", b"/new"),)))
        outcome = await asked(door, origin, Validators(b'"1"'))
        assert outcome == Unchanged(status=304, moved=moved)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, Reason.STATUS), (410, Reason.GONE), (429, Reason.THROTTLED), (500, Reason.STATUS), (503, Reason.STATUS),
     (401, Reason.FORBIDDEN), (403, Reason.FORBIDDEN), (451, Reason.FORBIDDEN), (204, Reason.STATUS), (206, Reason.STATUS), (300, Reason.STATUS)],
)  # fmt: skip
async def test_a_status_has_its_reason(origin: Origin, door: Door, status: int, reason: Reason) -> None:
    origin.on("/feed", Reply(status=status))
    assert await asked(door, origin) == Failed(reason=reason, detail=f"status {status}", status=status)


async def test_a_bot_wall_in_front_of_a_feed_is_known(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(status=403, headers=((b"cf-mitigated", b"challenge"),)))
    assert await asked(door, origin) == Failed(reason=Reason.BOT_WALL, detail="status 403", status=403)


DATE = b"Mon, 23 Nov 2026 13:00:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (((b"Retry-After", b"120"),), timedelta(seconds=120)),
        (((b"Retry-After", b"0"),), timedelta(0)),
        (((b"Retry-After", b" 7 "),), timedelta(seconds=7)),
        (((b"Retry-After", b"1000000000"),), timedelta(seconds=10**9)),
        (((b"Retry-After", b"99999999999999999999"),), timedelta(seconds=10**9)),
        (((b"Retry-After", DATE),), timedelta(hours=1)),
        (((b"Retry-After", DATE), (b"Date", b"Mon, 23 Nov 2026 12:58:00 GMT")), timedelta(minutes=2)),
        (((b"Retry-After", b"Mon, 23 Nov 2020 13:00:00 GMT"),), timedelta(0)),
        (((b"Retry-After", b"-5"),), None),
        (((b"Retry-After", b"soon"),), None),
        (((b"Retry-After", b"Mon, 99 Nov 2026 99:00:00 GMT"),), None),
        (((b"Retry-After", b"\xff\xfe"),), None),
    ],
)
async def test_the_wait_that_a_server_asks_for_is_kept(
    origin: Origin, door: Door, status: int, headers: Headers, wait: timedelta | None
) -> None:
    origin.on("/feed", Reply(status=status, headers=headers))
    expected = Failed(reason=Reason.THROTTLED, detail=f"status {status}", status=status, retry_after=wait)
    assert await asked(door, origin) == expected


async def test_a_refused_request_is_a_value(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(raw=b"garbage"))
    outcome = await asked(door, origin)
    assert isinstance(outcome, Failed)
    assert outcome.reason is Reason.PROTOCOL
