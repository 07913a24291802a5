"""A layoff, and the reports it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.reading import Amount, Severity, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Layoff:
    """One employer's one cut, however many articles report it.

    ``opened_at`` and ``updated_at`` are when its first and its latest report were published, or seen where nobody
    dated them; a report that only looks back, as on a lawsuit, does not move the latter. ``stated`` is the number in
    its own words ("up to 400", "several hundred"); ``sentence`` the one that says so.
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
    """Where, as its first report that says so does."""
    sentence: str
    opened_at: datetime
    updated_at: datetime
    reports: int
    revision: int = 0
    """How often it changed materially since it was opened."""
    severity: Severity = Severity.NORMAL
    """The highest that a report's rules gave it."""
    places: tuple[str, ...] = ()
    """All places that its reports state, each with what it lies in: "Cork, Ireland"."""
    units: tuple[str, ...] = ()
    effective: str | None = None
    """When people go, as exactly as stated: "2026-03-15", "2026-03", "2026-Q1"."""
    figures: tuple[tuple[int, int], ...] = ()
    """The headcounts that were stated, lowest and highest of each: figures that agree stand once."""
    wave: bool = False
    """A report told it from an earlier cut in so many words."""
    primary: bool = False
    """The employer itself, or an office it reported to, says so."""
    follows: str | None = None
    """The layoff of the same employer before it."""
    merged_into: str | None = None
    """The layoff that an operator found it to be; its reports are there."""
    others: tuple[str, ...] = ()
    """Keys of the employers that its first report named together with this one."""

    @property
    def conflicting(self) -> bool:
        """Whether its reports state numbers that differ by more than a tenth: then all are shown as a range."""
        return len(self.figures) > 1


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
