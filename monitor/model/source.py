"""What is remembered of a source between polls: what it gave, how often it brings news, how it fares."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from scrapers.items import Hints, Memory


class Condition(StrEnum):
    """How a source fares, measured by its own past."""

    UNKNOWN = "unknown"
    """Too little is known of it yet."""
    OK = "ok"
    QUIET = "quiet"
    """Without news for longer than ever, but not by much."""
    SILENT = "silent"
    """It answers, and has brought nothing for far longer than ever."""
    FAILING = "failing"
    BLOCKED = "blocked"
    """Its server refuses us, and nobody else."""
    COLLAPSED = "collapsed"
    """It answers, and lists next to nothing of what it used to."""

    @property
    def down(self) -> bool:
        return self in {Condition.SILENT, Condition.FAILING, Condition.BLOCKED, Condition.COLLAPSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a source brings news. ``gaps`` counts what ``mean`` and ``longest`` were learned from."""

    since: datetime | None = None
    """Its oldest item that we know the date of, within two months."""
    brought_at: datetime | None = None
    gaps: int = 0
    mean: timedelta | None = None
    """Between two of its items, the latest weighing most."""
    longest: timedelta = timedelta(0)
    """Without any; an old record fades over months."""
    usual: float = 0.0
    """How many entries it lists."""
    thin: int = 0
    """Polls in a row that listed next to nothing of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the archive remembers of a source between polls. ``url`` is the configured one, and is never rewritten."""

    id: str
    url: str
    next_due: datetime
    memory: Memory = field(default_factory=Memory)
    hints: Hints = field(default_factory=Hints)
    """What the feed asked for when it was last read."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    moved_to: str | None = None
    """Where its last answers came from, by permanent redirects alone."""
    moves: int = 0
    """Answers in a row that came from there."""
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    """None until the first complete poll: that one is the silent baseline."""
    failures: int = 0
    """Polls in a row that gave nothing."""
    reason: str | None = None
    """Why the last poll gave nothing."""
    detail: str | None = None
    condition: Condition = Condition.UNKNOWN
    since: datetime | None = None
    """When that condition began."""
    told: str | None = None
    """The condition it was told to be in, or that nothing could be reached; until it brings news again."""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time of which a source may have dropped items before we asked it again."""

    source_id: str
    since: datetime
    until: datetime
    id: int | None = None
    """As the archive counts them."""
    tries: int = 0
    """How often its source's sitemap was asked in vain."""
