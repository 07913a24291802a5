"""What the web pages ask the archive: what happened lately, by whom, which sources fare how, and what was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from sqlite_utils import Database

from monitor.archive.reader import layoffs_by
from monitor.archive.rows import maybe_moment, moment, stamp
from monitor.archive.search import found
from monitor.model import Layoff

_COUNTS = "merged_into is null and reports > 0"
"""What stands for itself: neither merged away nor left without a report."""

_STANDS = f"{_COUNTS} and stage not in ('denied', 'reversed')"

_RECENT = 50_000
"""Articles that are looked through for what a rule caught: no page may take longer because an archive is old."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Layoffs of a time: how many, how many of them state a number, and these numbers together."""

    layoffs: int
    stated: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Week:
    """The layoffs that were first reported in the week from this Monday on."""

    monday: date
    layoffs: int
    stated: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Line:
    """A layoff as one line tells it, with the words of its sentence that say how many."""

    layoff: Layoff
    outlets: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of the alerts of a time, and how long after publication openings arrived."""

    delivered: int
    median: timedelta | None
    waiting: int
    held: int
    held_until: datetime | None
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """How a source fares, and how often it is asked."""

    id: str
    title: str
    url: str
    condition: str
    since: datetime | None
    detail: str | None
    failures: int
    polled_at: datetime | None
    brought_at: datetime | None
    next_due: datetime
    mean_gap: timedelta | None
    pushed: bool
    moved_to: str | None
    gaps: int
    articles: int
    flagged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An employer and all that was heard of its cuts."""

    key: str
    name: str
    cuts: int
    stated: int
    jobs: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One alert in a list."""

    id: str
    channel: str
    layoff_id: str | None
    company: str | None
    kind: str
    state: str
    reason: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found, with the passage that was searched for."""

    id: str
    title: str
    url: str | None
    source: str
    at: datetime
    flagged: bool
    layoff_id: str | None
    company: str | None
    passage: str


class Pages:
    """Answers for whole pages; nothing here writes."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def total(self, since: datetime, until: datetime) -> Sum:
        """The layoffs opened in a time, without those denied or taken back."""
        row = self._one(
            f"select count(*) as layoffs, count(headcount) as stated, coalesce(sum(headcount), 0) as jobs from layoffs "
            f"where {_STANDS} and opened_at >= ? and opened_at < ?",
            [stamp(since), stamp(until)],
        )
        return Sum(row["layoffs"], row["stated"], row["jobs"])

    def weeks(self, first: date, last: date) -> tuple[Week, ...]:
        """Every week from that of ``first`` to that of ``last``, those without layoffs among them."""
        monday = first - timedelta(days=first.weekday())
        rows = self.db.query(
            "select date(opened_at, 'weekday 0', '-6 days') as monday, count(*) as layoffs, "
            f"count(headcount) as stated, coalesce(sum(headcount), 0) as jobs from layoffs "
            f"where {_STANDS} and opened_at >= ? group by 1",
            [stamp(datetime.combine(monday, datetime.min.time(), UTC))],
        )
        found = {row["monday"]: row for row in rows}
        weeks = []
        while monday <= last:
            row = found.get(monday.isoformat(), {"layoffs": 0, "stated": 0, "jobs": 0})
            weeks.append(Week(monday, row["layoffs"], row["stated"], row["jobs"]))
            monday += timedelta(days=7)
        return tuple(weeks)

    def heard_since(self) -> datetime | None:
        """When the first layoff of all was reported."""
        return maybe_moment(self._one(f"select min(opened_at) as at from layoffs where {_COUNTS}")["at"])

    def latest(self, limit: int, *, before: datetime | None = None, company_key: str | None = None) -> tuple[Line, ...]:
        """The layoffs that something was heard of last."""
        where, values = _where(
            ("updated_at < ?", before and stamp(before)),
            ("company_key = ?", company_key),
        )
        rows = self.db.query(
            f"select id from layoffs where {_COUNTS}{where} order by updated_at desc, id limit ?", [*values, limit]
        )
        return self._lines([row["id"] for row in rows])

    def largest(self, since: datetime, limit: int) -> tuple[Layoff, ...]:
        """The largest cuts that were opened since then."""
        rows = self.db.query(
            f"select id from layoffs where {_STANDS} and opened_at >= ? and headcount is not null "
            f"order by headcount desc, updated_at desc limit ?",
            [stamp(since), limit],
        )
        return tuple(line.layoff for line in self._lines([row["id"] for row in rows]))

    def told(self, since: datetime, now: datetime) -> Told:
        """What was delivered since then, and what waits now."""
        lags = [
            (julian["sent"] - julian["published"]) * 86_400
            for julian in self.db.query(
                "select julianday(sent_at) as sent, julianday(coalesce(published_at, first_seen_at)) as published "
                "from alerts join articles on articles.id = alerts.article_id "
                "where alerts.created_at >= ? and sent_at is not null and kind = 'layoff.opened'",
                [stamp(since)],
            )
        ]
        row = self._one(
            "select (select count(*) from alerts where created_at >= :since and state = 'delivered') as delivered, "
            "(select count(*) from alerts where state = 'pending') as waiting, "
            "(select count(*) from alerts where state = 'held') as held, "
            "(select min(due_at) from alerts where state = 'held' and due_at >= :now) as held_until, "
            "(select count(*) from alerts where created_at >= :since and state = 'dead') as dead",
            {"since": stamp(since), "now": stamp(now)},
        )
        held_until = maybe_moment(row.pop("held_until"))
        lag = timedelta(seconds=max(median(lags), 0)) if lags else None
        return Told(**row, held_until=held_until, median=lag)

    def read(self) -> int:
        """Articles read since the beginning, those pruned since then among them."""
        return int(self._one("select coalesce(max(seq), 0) as n from articles")["n"])

    def fares(self, since: datetime) -> tuple[Fare, ...]:
        """Every source that is still asked, the worst first, with how many articles it brought since then."""
        rows = self.db.query(
            "select id, title, url, condition, since, detail, failures, polled_at, brought_at, next_due, mean_gap, "
            "moved_to, "
            "exists (select 1 from subscriptions where source_id = sources.id and state = 'active') as pushed, "
            "(select count(*) from gaps where source_id = sources.id and filled_at is null) as gaps, "
            "coalesce(brought.new, 0) as articles, coalesce(brought.flagged, 0) as flagged from sources "
            "left join (select source_id, sum(new) as new, sum(flagged) as flagged from polls where at >= ? "
            "group by 1) as brought on brought.source_id = sources.id "
            # A source that left the configuration stays in the archive, and is asked no more.
            "where polled_at is null or polled_at >= "
            "(select strftime('%Y-%m-%dT%H:%M:%fZ', max(polled_at), '-3 days') from sources) "
            "order by case condition when 'failing' then 0 when 'blocked' then 0 when 'collapsed' then 0 "
            "when 'silent' then 1 when 'quiet' then 2 else 3 end, failures desc, title, id",
            [stamp(since)],
        )
        return tuple(map(_fare, rows))

    def companies(self, query: str, limit: int) -> tuple[Employer, ...]:
        """Employers by how many jobs they cut, those whose name holds the words."""
        where, values = _where(("company like ? escape '\\'", f"%{_literal(query)}%" if query else None))
        rows = self.db.query(
            f"select company_key as key, max(company) as name, count(*) as cuts, count(headcount) as stated, "
            f"coalesce(sum(headcount), 0) as jobs, max(updated_at) as last from layoffs "
            f"where {_STANDS} and company_key is not null{where} group by 1 order by jobs desc, last desc limit ?",
            [*values, limit],
        )
        return tuple(Employer(**{**row, "last": moment(row["last"])}) for row in rows)

    def alerts(
        self, limit: int, *, state: str | None = None, channel: str | None = None, before: datetime | None = None
    ) -> tuple[Owed, ...]:
        """Alerts, the last decided first."""
        where, values = _where(
            ("alerts.state = ?", state),
            ("alerts.channel_id = ?", channel),
            ("alerts.created_at < ?", before and stamp(before)),
        )
        return self._owed(
            f"where 1{where} order by alerts.created_at desc, alerts.rowid desc limit ?", [*values, limit]
        )

    def alerts_of(self, layoff_id: str) -> tuple[Owed, ...]:
        return self._owed("where layoff_id = ? order by alerts.created_at, alerts.rowid", [layoff_id])

    def alert_states(self) -> dict[str, int]:
        rows = self.db.query("select state, count(*) as n from alerts group by state")
        return {row["state"]: row["n"] for row in rows}

    def channels(self) -> tuple[str, ...]:
        """Every channel that was ever owed something."""
        return tuple(row["id"] for row in self.db.query("select distinct channel_id as id from alerts order by 1"))

    def search(self, query: str, limit: int) -> tuple[Hit, ...]:
        """Articles with all these words, best match first."""
        columns, rows = found(self.db, query, limit, None)
        outlets = {row["id"]: row["title"] for row in self.db.query("select id, title from sources")}
        return tuple(_hit(dict(zip(columns, row, strict=True)), outlets) for row in rows)

    def caught(self, rule: str, limit: int) -> tuple[Hit, ...]:
        """Of the last 50,000 articles those in whose decision a rule or veto had a part, the last first."""
        rows = self.db.query(
            "select articles.id, articles.title, articles.url, sources.title as source, "
            "coalesce(articles.published_at, articles.first_seen_at) as at, flags.flagged, reports.layoff_id, "
            "layoffs.company, '' as passage from flags join articles on articles.id = flags.article_id "
            "join sources on sources.id = articles.source_id left join reports on reports.article_id = articles.id "
            "left join layoffs on layoffs.id = reports.layoff_id "
            "where articles.seq > (select max(seq) - :recent from articles) "
            "and (instr(flags.rules, json_quote(:rule)) or instr(flags.vetoes, json_quote(:rule))) "
            "order by articles.seq desc limit :limit",
            {"rule": rule, "limit": limit, "recent": _RECENT},
        )
        return tuple(Hit(**{**row, "at": moment(row["at"]), "flagged": bool(row["flagged"])}) for row in rows)

    def catches(self) -> dict[str, int]:
        """Of the last 50,000 articles, how many each rule helped to flag, and each veto held back."""
        rows = self.db.query(
            "with recent as (select flags.* from articles join flags on flags.article_id = articles.id "
            "where articles.seq > (select max(seq) - ? from articles) and (flagged or vetoes != '[]')) "
            "select value as rule, count(*) as n from recent, json_each(recent.rules) where flagged group by 1 "
            "union all select value, count(*) from recent, json_each(recent.vetoes) where not flagged group by 1",
            [_RECENT],
        )
        return {row["rule"]: row["n"] for row in rows}

    def _owed(self, rest: str, values: list[object]) -> tuple[Owed, ...]:
        rows = self.db.query(
            "select alerts.id, channel_id as channel, layoff_id, layoffs.company, kind, state, reason, created_at, "
            f"due_at, sent_at, attempts from alerts left join layoffs on layoffs.id = layoff_id {rest}",
            values,
        )
        times = ("created_at", "due_at", "sent_at")
        return tuple(Owed(**{**row, **{name: maybe_moment(row[name]) for name in times}}) for row in rows)

    def _lines(self, ids: list[str]) -> tuple[Line, ...]:
        known = {layoff.id: layoff for layoff in layoffs_by(self.db, ids=ids)}
        return tuple(self._line(known[each]) for each in ids)

    def _line(self, layoff: Layoff) -> Line:
        outlets = self._one(
            "select count(distinct entries.source_id) as n from reports "
            "join entries on entries.article_id = reports.article_id where layoff_id = ?",
            [layoff.id],
        )["n"]
        marks = self.db.query(
            "select distinct facts.text from reports join facts on facts.article_id = reports.article_id "
            "where layoff_id = ? and name in ('headcount', 'percent') and instr(?, facts.text)",
            [layoff.id, layoff.sentence],
        )
        return Line(layoff, outlets, tuple(row["text"] for row in marks))

    def _one(self, sql: str, values: Iterable[object] | dict[str, object] = ()) -> dict[str, Any]:
        return next(iter(self.db.query(sql, values if isinstance(values, dict) else list(values))))


def _hit(row: dict[str, Any], outlets: dict[str, str]) -> Hit:
    same = {name: row[name] for name in ("id", "title", "url", "layoff_id", "company")}
    return Hit(
        **same,
        source=outlets[row["source_id"]],
        at=moment(row["published_at"] or row["first_seen_at"]),
        flagged=bool(row["flagged"]),
        passage=row["snippet"] or "",
    )


def _fare(row: dict[str, Any]) -> Fare:
    times = {name: maybe_moment(row[name]) for name in ("since", "polled_at", "brought_at", "next_due")}
    gap = None if row["mean_gap"] is None else timedelta(seconds=row["mean_gap"])
    return Fare(**{**row, **times, "mean_gap": gap, "pushed": bool(row["pushed"])})


def _where(*pairs: tuple[str, object]) -> tuple[str, list[object]]:
    given = [(sql, value) for sql, value in pairs if value]
    return "".join(f" and {sql}" for sql, _ in given), [value for _, value in given]


def _literal(words: str) -> str:
    """Words in which no character means anything to ``like``."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")
