"""When a source is next asked: arithmetic on its last outcome, never sooner than anybody allowed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from scrapers.items import Failed, News, Outcome, Source, Unchanged

LONGEST = timedelta(hours=24)
"""No source is left alone for longer, whatever it or its failures say."""


def interval(source: Source, min_every: timedelta) -> timedelta:
    """How often a well source is asked."""
    return min(max(source.every, min_every), LONGEST)


def next_due(  # noqa: PLR0913 (each is a value the arithmetic needs)
    source: Source, outcome: Outcome, *, failures: int, min_every: timedelta, now: datetime, jitter: float
) -> datetime:
    """When to ask again after ``outcome``; ``failures`` counts polls in a row that failed, this one included.

    ``jitter`` in [0, 1) spreads sources that share an interval over up to a tenth of it; it only ever lengthens.
    """
    every = interval(source, min_every)
    match outcome:
        case News() | Unchanged():
            wait = every
        case Failed():
            asked = min(outcome.retry_after or timedelta(0), LONGEST)
            wait = max(min(every * 2 ** min(failures - 1, 10), LONGEST), asked)
        case _:
            assert_never(outcome)
    return now + wait + every * (jitter / 10)


def host_until(outcome: Outcome, now: datetime) -> datetime | None:
    """Until when the whole host is left alone: what its Retry-After asked for, at most a day."""
    if isinstance(outcome, Failed) and outcome.retry_after:
        return now + min(outcome.retry_after, LONGEST)
    return None
