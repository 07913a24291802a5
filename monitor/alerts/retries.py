"""When an alert that was not taken is sent again: the schedule of Standard Webhooks, and the receiver's own wish."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Delivery, Verdict

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after the first attempt, after the second, and so on: ten attempts in 75 h 35 min."""

LONGEST = timedelta(hours=24)
"""No Retry-After holds an alert longer."""

_JITTER = 0.2

_PATIENCE = 100
"""Attempts after which a receiver that only ever says "later" has said "no"."""


def retry_at(attempts: int, delivery: Delivery, now: datetime, jitter: float) -> datetime | None:
    """When to try again after ``attempts`` (from 1), or None: it was sent, or is dead.

    ``jitter`` is from 0 up to 1 and spreads the wait by a fifth either way. A Retry-After is kept to the letter and is
    not a failure: it does not use the schedule up, but after ten attempts it is asked at most once an hour.
    """
    if delivery.verdict not in {Verdict.RETRY, Verdict.THROTTLED}:
        return None
    if delivery.retry_after is not None:
        wait = min(delivery.retry_after, LONGEST)
        if attempts <= len(WAITS):
            return now + wait
        return now + max(wait, timedelta(hours=1)) if attempts < _PATIENCE else None
    if attempts > len(WAITS):
        return None
    return now + WAITS[max(attempts, 1) - 1] * (1 - _JITTER + 2 * _JITTER * jitter)
