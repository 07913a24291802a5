"""What one poll changes, and what is remembered for the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.model.alert import Alert
from monitor.model.layoff import Layoff, Report
from monitor.model.reading import Judged
from monitor.model.source import Gap, SourceState
from scrapers.items import Article, Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One row of the log of polls."""

    source_id: str
    at: datetime
    outcome: str
    status: int | None
    detail: str | None
    entries: int = 0
    new: int = 0
    revised: int = 0
    known: int = 0
    duplicates: int = 0
    flagged: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A judged article with what the archive shall do about it."""

    judged: Judged
    duplicate_of: str | None = None
    revision: bool = False
    """It is in the archive already, with other text."""


class Action(StrEnum):
    """What somebody did to correct what was decided."""

    MERGE = "merge"
    SPLIT = "split"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction: of a layoff and the one merged or split off, or of an article and whether it reports one."""

    action: Action
    layoff_id: str | None = None
    other_id: str | None = None
    article_id: str | None = None
    verdict: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one poll changes. It commits whole or not at all."""

    poll: Poll | None = None
    source: SourceState | None = None
    host_until: tuple[str, datetime] | None = None
    """A host that asked to be left alone, and until when."""
    gap: Gap | None = None
    articles: tuple[Kept, ...] = ()
    seen: tuple[Article, ...] = ()
    """Known articles that this source carries too, or carries in new words."""
    layoffs: tuple[Layoff, ...] = ()
    reports: tuple[Report, ...] = ()
    moved: tuple[Report, ...] = ()
    """Known reports that are of another layoff now, or that count as news now."""
    unreported: tuple[str, ...] = ()
    """Articles that report nothing any more."""
    alerts: tuple[Alert, ...] = ()
    corrections: tuple[Correction, ...] = ()
    pages: tuple[str, ...] = ()
    """Ids of articles whose page shall be crawled."""

    @property
    def brings_something(self) -> bool:
        """Whether it changes more than what is remembered of its source."""
        return replace(self, poll=None, source=None, host_until=None, gap=None) != Plan()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """An article whose page shall be crawled. ``baseline``: it came with a source's first poll."""

    article: Article
    baseline: bool
