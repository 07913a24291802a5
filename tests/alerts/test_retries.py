from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.retries import WAITS, retry_at
from monitor.model import Delivery, Verdict
from tests.alerts.examples import ALERT_ID, NOW

ASKED = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)


def failed(verdict: Verdict = Verdict.RETRY, wait: timedelta | None = None) -> Delivery:
    return Delivery(
        alert_id=ALERT_ID,
        channel_id="crm",
        attempt=1,
        started_at=NOW,
        took=timedelta(seconds=1),
        verdict=verdict,
        status=503,
        detail="",
        retry_after=wait,
    )


def waited(attempts: int, delivery: Delivery, jitter: float = 0.5) -> float | None:
    at = retry_at(attempts, delivery, NOW, jitter)
    return None if at is None else (at - NOW).total_seconds()


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(ASKED, start=1)))
def test_the_waits_are_those_of_standard_webhooks(attempts: int, seconds: int) -> None:
    assert waited(attempts, failed()) == seconds


@settings(max_examples=200)
@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_the_jitter_is_a_fifth_either_way(attempts: int, jitter: float) -> None:
    wait = waited(attempts, failed(), jitter)

    assert wait is not None
    assert 0.8 * ASKED[attempts - 1] <= wait <= 1.2 * ASKED[attempts - 1]


def test_the_tenth_failure_is_the_last() -> None:
    assert waited(10, failed()) is None


def test_a_receiver_down_for_two_days_gets_eight_attempts_in_time_and_then_its_alert(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at, attempts, waits = NOW, 0, []
    while at < NOW + timedelta(hours=48):
        attempts += 1
        following = retry_at(attempts, failed(), at, (attempts * 0.37) % 1)
        assert following is not None
        waits.append((following - at).total_seconds())
        at = following
    off = max(abs(wait / asked - 1) for wait, asked in zip(waits, ASKED, strict=False))
    with capsys.disabled():
        print(f"\nFIGURE R4 attempts={attempts} off={off:.0%} delivered_after={(at - NOW).total_seconds() / 3600:.0f}h")

    assert off <= 0.2
    assert attempts < len(WAITS)


@pytest.mark.parametrize("verdict", [Verdict.SENT, Verdict.PERMANENT, Verdict.DISABLED])
def test_what_was_sent_or_cannot_be_is_not_tried_again(verdict: Verdict) -> None:
    assert waited(1, failed(verdict)) is None


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(timedelta(seconds=7), 7), (timedelta(hours=3), 3 * 3600), (timedelta(days=400), 24 * 3600)],
)
def test_a_retry_after_is_kept_to_the_letter_up_to_a_day(wait: timedelta, seconds: int) -> None:
    assert waited(1, failed(Verdict.THROTTLED, wait), jitter=0.0) == seconds


def test_throttling_without_a_wish_follows_the_schedule() -> None:
    assert waited(2, failed(Verdict.THROTTLED)) == 300


def test_being_asked_to_wait_does_not_use_the_schedule_up() -> None:
    assert waited(10, failed(Verdict.THROTTLED, timedelta(seconds=7))) == 3600


def test_a_receiver_that_only_ever_says_later_has_said_no() -> None:
    assert waited(100, failed(Verdict.THROTTLED, timedelta(seconds=7))) is None
