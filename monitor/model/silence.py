"""What nobody is told of for a time, as somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Subject(StrEnum):
    """What a silence is about."""

    COMPANY = "company"
    RULE = "rule"
    SOURCE = "source"
    LAYOFF = "layoff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody is told of these layoffs until then. ``value`` is a company key, a rule or glob of rules, or an id."""

    id: int
    subject: Subject
    value: str
    since: datetime
    until: datetime
    note: str = ""
    ended_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and self.since <= now < self.until
