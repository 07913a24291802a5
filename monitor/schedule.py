"""When a source is next asked: arithmetic on its rhythm and its last outcome, never sooner than anybody allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from monitor.model import Gap, Rhythm, SourceState
from scrapers.canonical import same_site
from scrapers.items import Failed, Hints, News, Outcome, Source, Unchanged

LONGEST = timedelta(hours=24)
"""No source is left alone for longer, whatever it or its failures say; its jitter aside."""

_FEWEST_GAPS = 5
"""Before that many gaps between its items are known, a source is asked as its owner said."""
_MOVED = 3
"""Answers in a row from a new address before it is asked at once."""

_GAP_TRIES = 12
_GAP_WAIT = timedelta(minutes=5)

_ADAPTS = 4
"""``every`` is a hint: what is learned makes it shorter or longer by up to this factor."""


def interval(source: Source, rhythm: Rhythm, min_every: timedelta) -> timedelta:
    """How often a well source is asked: twice between two of its items, within reach of what its owner said."""
    every = source.every
    if rhythm.mean is not None and rhythm.gaps >= _FEWEST_GAPS:
        every = min(max(rhythm.mean / 2, every / _ADAPTS), every * _ADAPTS)
    return min(max(every, min_every), LONGEST)


def claimed(source: Source, state: SourceState, min_every: timedelta) -> timedelta:
    """How long one that is about to be asked is put off: no less than its last wait, should nobody hear the answer."""
    last = state.next_due - state.polled_at if state.polled_at is not None else timedelta(0)
    return max(interval(source, state.rhythm, min_every), min(last, LONGEST))


def asked(source: Source, state: SourceState) -> Source:
    """The source at the address to ask: a permanent move counts when it has held, and stays within one site.

    Where that address has begun to fail, the configured one is asked again.
    """
    target = state.moved_to
    if target is None or state.moves < _MOVED or not same_site(source.url, target):
        return source
    return replace(source, url=target)


def next_due(  # noqa: PLR0913 (each is a value the arithmetic needs)
    source: Source,
    rhythm: Rhythm,
    hints: Hints,
    outcome: Outcome,
    *,
    failures: int,
    min_every: timedelta,
    now: datetime,
    jitter: float,
) -> datetime:
    """When to ask again after ``outcome``; ``failures`` counts polls in a row that failed, this one included.

    ``jitter`` in [0, 1) spreads sources that share an interval over up to a tenth of it; it only ever lengthens.
    """
    every = interval(source, rhythm, min_every)
    match outcome:
        case News() | Unchanged():
            asked = max(outcome.keeps or timedelta(0), hints.wait or timedelta(0))
            wait = max(every, min(asked, LONGEST))
        case Failed():
            asked = outcome.retry_after or timedelta(0)
            wait = max(min(every * 2 ** min(failures - 1, 10), LONGEST), min(asked, LONGEST))
        case _:
            assert_never(outcome)
    return _outside(hints, now + wait, now + LONGEST) + every * (jitter / 10)


def _outside(hints: Hints, due: datetime, latest: datetime) -> datetime:
    """The first moment from then on that the feed does not want skipped, within a day."""
    while due < latest and (due.hour in hints.skip_hours or due.weekday() in hints.skip_days):
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(due, latest)


def gap_again(gap: Gap, now: datetime) -> datetime | None:
    """When the sitemap that shall fill a gap is asked again after it failed; None when it has been tried for days."""
    return None if gap.tries >= _GAP_TRIES else now + min(_GAP_WAIT * 2**gap.tries, LONGEST)


def host_until(outcome: Outcome, now: datetime) -> datetime | None:
    """Until when the whole host is left alone: what its Retry-After asked for, at most a day."""
    if isinstance(outcome, Failed) and outcome.retry_after:
        return now + min(outcome.retry_after, LONGEST)
    return None
