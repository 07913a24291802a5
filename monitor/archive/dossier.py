"""All that the archive knows of one layoff, one article or one alert, with the texts that it was read from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.archive.batches import in_batches
from monitor.archive.reader import layoffs_by, reports_of
from monitor.archive.rows import maybe_moment, moment
from monitor.model import Layoff, Report

FIELDS = ("title", "summary", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters of an article's field that something was read from: a fact, or what a rule found."""

    name: str
    value: str
    field: str
    start: int
    end: int
    text: str
    sentence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An article, the decision on it, and what it was taken for."""

    id: str
    title: str
    summary: str
    body: str | None
    url: str | None
    author: str | None
    source: str
    published_at: datetime | None
    first_seen_at: datetime
    flagged: bool
    score: float
    kind: str | None
    stage: str | None
    near: bool
    rules: tuple[str, ...]
    vetoes: tuple[str, ...]
    evidence: tuple[Piece, ...]
    facts: tuple[Piece, ...]
    duplicate_of: str | None
    layoff_id: str | None
    why: str | None
    baseline: bool
    page: str | None
    carried: tuple[tuple[str, datetime], ...]
    corrections: tuple[Corrected, ...]

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        return tuple((field, words) for field in FIELDS if (words := getattr(self, field)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What somebody corrected by hand."""

    at: datetime
    action: str
    layoff_id: str | None
    other_id: str | None
    article_id: str | None
    verdict: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One layoff with its reports in order of time, and the layoffs it has to do with."""

    layoff: Layoff
    reports: tuple[Report, ...]
    articles: tuple[Decided, ...]
    before: tuple[Layoff, ...]
    after: tuple[Layoff, ...]
    absorbed: tuple[Layoff, ...]
    corrections: tuple[Corrected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt to send an alert."""

    attempt: int
    started_at: datetime
    took_ms: int
    verdict: str
    status: int | None
    detail: str
    ambiguous: bool


class Dossiers:
    """Answers on one thing each; nothing here writes."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def case(self, layoff: Layoff) -> Case:
        reports = sorted(
            reports_of(self.db, [layoff.id]).get(layoff.id, ()), key=lambda each: each.published_at or each.reported_at
        )
        known = {each.id: each for each in self.articles([each.article_id for each in reports])}
        return Case(
            layoff=layoff,
            reports=tuple(reports),
            articles=tuple(known[each.article_id] for each in reports),
            before=self._before(layoff),
            after=self._layoffs("select id from layoffs where follows = ? order by opened_at", layoff.id),
            absorbed=self._layoffs("select id from layoffs where merged_into = ? order by opened_at", layoff.id),
            corrections=self._corrections(layoff.id),
        )

    def articles(self, ids: Iterable[str]) -> tuple[Decided, ...]:
        """These articles as they were decided; what is not in the archive is left out."""
        rows = in_batches(
            self.db,
            "select articles.id, articles.title, summary, body, articles.url, author, sources.title as source, "
            "published_at, first_seen_at, flagged, score, flags.kind, flags.stage, near, rules, vetoes, evidence, "
            "duplicate_of, reports.layoff_id, reports.why, reports.baseline, pages.outcome as page from articles "
            "join sources on sources.id = articles.source_id join flags on flags.article_id = articles.id "
            "left join reports on reports.article_id = articles.id left join pages on pages.article_id = articles.id "
            "where articles.id in ({})",
            list(ids),
        )
        return tuple(self._decided(row) for row in rows)

    def attempts(self, alert_id: str) -> tuple[Try, ...]:
        """The ledger of one alert."""
        rows = self.db.query(
            "select attempt, started_at, took_ms, verdict, status, detail, ambiguous from deliveries "
            "where alert_id = ? order by id",
            [alert_id],
        )
        return tuple(
            Try(**{**row, "started_at": moment(row["started_at"]), "ambiguous": bool(row["ambiguous"])}) for row in rows
        )

    def _decided(self, row: dict[str, Any]) -> Decided:
        facts = self.db.query(
            'select name, coalesce(value, text) as value, field, "start", "end", text, sentence from facts '
            "where article_id = ? order by name, position",
            [row["id"]],
        )
        carried = self.db.query(
            "select sources.title, entries.first_seen_at from entries join sources on sources.id = entries.source_id "
            "where article_id = ? order by entries.first_seen_at",
            [row["id"]],
        )
        read = {
            "published_at": maybe_moment(row["published_at"]),
            "first_seen_at": moment(row["first_seen_at"]),
            "flagged": bool(row["flagged"]),
            "near": bool(row["near"]),
            "baseline": bool(row["baseline"]),
            "rules": tuple(json.loads(row["rules"])),
            "vetoes": tuple(json.loads(row["vetoes"])),
            "evidence": tuple(_found(each) for each in json.loads(row["evidence"])),
            "facts": tuple(Piece(**fact) for fact in facts),
            "carried": tuple((each["title"], moment(each["first_seen_at"])) for each in carried),
            "corrections": self._corrections(row["id"]),
        }
        return Decided(**{**row, **read})

    def _before(self, layoff: Layoff) -> tuple[Layoff, ...]:
        """The earlier waves, the last one first."""
        return self._layoffs(
            "with recursive chain(id, follows, depth) as (select id, follows, 0 from layoffs where id = ? "
            "union select layoffs.id, layoffs.follows, depth + 1 from chain join layoffs on layoffs.id = chain.follows "
            "where depth < 20) select id from chain where depth > 0 order by depth",
            layoff.id,
        )

    def _layoffs(self, sql: str, any_id: str) -> tuple[Layoff, ...]:
        ids = [row["id"] for row in self.db.query(sql, [any_id])]
        known = {each.id: each for each in layoffs_by(self.db, ids=ids)}
        return tuple(known[each] for each in ids)

    def _corrections(self, any_id: str) -> tuple[Corrected, ...]:
        rows = self.db.query(
            "select at, action, layoff_id, other_id, article_id, verdict from corrections "
            "where layoff_id = :id or other_id = :id or article_id = :id order by id",
            {"id": any_id},
        )
        return tuple(Corrected(**{**row, "at": moment(row["at"])}) for row in rows)


def _found(evidence: dict[str, Any]) -> Piece:
    return Piece(name=evidence["rule"], value=evidence["text"], sentence=None, **{k: evidence[k] for k in _SPAN})


_SPAN = ("field", "start", "end", "text")
