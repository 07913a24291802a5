"""A layoff, and the reports it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.reading import Amount, Severity, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Layoff:
    """One employer's one cut, however many articles report it.

    ``opened_at`` and ``updated_at`` are when its first and its latest report were published, or seen where nobody
    dated them. ``stated`` is the number in its own words ("up to 400", "several hundred"); ``sentence`` the one that
    says so.
    """

    id: str
    company: str | None
    company_key: str | None
    stage: Stage
    headcount: int | None
    headcount_low: int | None
    headcount_high: int | None
    stated: str | None
    percent: float | None
    place: str | None
    sentence: str
    opened_at: datetime
    updated_at: datetime
    reports: int
    revision: int = 0
    """How often it changed materially since it was opened."""
    severity: Severity = Severity.NORMAL
    """The highest that a report's rules gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article attached to a layoff, and why. ``outlet`` is the source's name as people know it."""

    layoff_id: str
    article_id: str
    source_id: str
    outlet: str
    title: str
    url: str | None
    published_at: datetime | None
    reported_at: datetime
    why: str
    baseline: bool
    headcount: Amount | None
    percent: Amount | None
    rules: tuple[str, ...]
