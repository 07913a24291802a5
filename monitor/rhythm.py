"""What a source's polls tell of how often it brings news, and how much it lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor.model import Rhythm

_WEIGHT = 0.1
"""Of the newest gap in the mean."""
_FADING = timedelta(days=90)
"""Within this time the record of the longest gap is halved."""
_HISTORY = timedelta(days=60)
"""How far back a first poll's dates count: feeds keep old favourites at their end."""
_THIN = 0.1
"""Of what it usually lists: less is next to nothing."""
_FEWEST = 5
"""A source that lists fewer than this can lose all of them on any day."""


def first(published: Iterable[datetime | None], entries: int, now: datetime) -> Rhythm:
    """The rhythm that the dates of a first poll show."""
    days = sorted({each for each in published if each is not None and now - _HISTORY < each <= now})
    gaps = [later - earlier for earlier, later in pairwise(days)]
    mean = (days[-1] - days[0]) / len(gaps) if gaps else None
    longest = max(gaps, default=timedelta(0))
    return Rhythm(
        since=days[0] if days else None,
        brought_at=days[-1] if days else None,
        gaps=len(gaps),
        mean=mean,
        longest=longest,
        usual=float(entries),
    )


def unchanged(rhythm: Rhythm, entries: int | None) -> Rhythm:
    """The rhythm after a poll without news; uncounted, a source lists what it listed before."""
    if entries is None:
        return replace(rhythm, thin=rhythm.thin + 1 if rhythm.thin else 0)
    return after(rhythm, 0, entries, datetime.max.replace(tzinfo=UTC))


def after(rhythm: Rhythm, new: int, entries: int, now: datetime) -> Rhythm:
    """The rhythm after a poll that listed so many entries, so many of them new."""
    thin = rhythm.thin + 1 if entries < max(_THIN * rhythm.usual, 1) and rhythm.usual >= _FEWEST else 0
    usual = rhythm.usual if thin else rhythm.usual + _WEIGHT * (entries - rhythm.usual)
    rhythm = replace(rhythm, thin=thin, usual=usual)
    if not new:
        return rhythm
    if rhythm.brought_at is None:
        return replace(rhythm, since=now, brought_at=now)
    gap = max(now - rhythm.brought_at, timedelta(0))
    each = gap / new
    mean = each if rhythm.mean is None else rhythm.mean + _WEIGHT * (each - rhythm.mean)
    record = rhythm.longest * 0.5 ** (gap / _FADING)
    return replace(rhythm, brought_at=now, gaps=rhythm.gaps + 1, mean=mean, longest=max(gap, record))
