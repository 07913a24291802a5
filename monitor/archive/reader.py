"""The reading side of the archive: one method per question that people, pages and probes ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from monitor.archive.batches import in_batches, question_marks
from monitor.archive.connection import ArchiveError, open_reader
from monitor.archive.decisions import Decisions
from monitor.archive.evidence import DecidedText, texts_of
from monitor.archive.rows import Row, alert_of, amount_of, layoff_of, maybe_moment, report_of, stamp
from monitor.archive.search import ARTICLE, JOINED, Narrowed, among, found
from monitor.model import Alert, AlertState, Amount, Condition, Layoff, Report

Cell = str | int | float | bytes | None

_SHORTEST = 4
"""Characters from which on the beginning of an id may name it."""

_AT = "coalesce(articles.published_at, articles.first_seen_at)"

_FROM_SOURCE = (
    "exists (select 1 from reports as told join articles as teller on teller.id = told.article_id "
    "where told.layoff_id = {} and teller.source_id = ?)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows of a question, ready to print or to write as JSON."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> Iterator[Row]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to."""

    query: str | None = None
    company: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    flagged: bool = False
    min_headcount: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The figures behind ``/healthz`` and ``/metrics``."""

    articles: int
    flagged: int
    layoffs: int
    alerts: dict[str, int]
    attempts: dict[str, int]
    oldest_pending: datetime | None
    sources: int
    failing: int
    conditions: dict[str, int]
    oldest_success: datetime | None

    @property
    def decided(self) -> int:
        return sum(self.alerts.values())


class Reader:
    """Answers from the archive; nothing here writes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.decisions = Decisions(db)

    @classmethod
    def open(cls, path: Path) -> Self:
        return cls(open_reader(path))

    def close(self) -> None:
        self.db.close()

    def layoffs(self, wanted: Wanted) -> Answer:
        where, values = _conditions(
            (1, "reports >= ?"),
            (wanted.source, _FROM_SOURCE.format("layoffs.id")),
            (wanted.company and f"%{wanted.company}%", "company like ?"),
            (wanted.since and stamp(wanted.since), "updated_at >= ?"),
            (wanted.until and stamp(wanted.until), "opened_at < ?"),
            (wanted.min_headcount, "coalesce(headcount_high, headcount) >= ?"),
        )
        return self._answer(
            "select id, company, stage, severity, headcount, headcount_low, headcount_high, stated, percent, place, "
            "opened_at, updated_at, reports, sentence, json_array_length(figures) > 1 as conflicting "
            f"from layoffs{where} order by updated_at desc, id{_limit(wanted)}",
            values,
        )

    def all_layoffs(self, wanted: Wanted) -> tuple[Layoff, ...]:
        """The same layoffs whole."""
        return layoffs_by(self.db, ids=[str(each["id"]) for each in self.layoffs(wanted).records()])

    def corrections_of(self, any_id: str) -> Answer:
        """What people corrected about a layoff, or about an article."""
        return self._answer(
            "select at, action, layoff_id, other_id, article_id, verdict from corrections "
            "where layoff_id = :id or other_id = :id or article_id = :id order by id",
            {"id": any_id},
        )

    def absorbed_by(self, layoff_id: str) -> tuple[Layoff, ...]:
        """The layoffs that were merged into this one."""
        return tuple(map(layoff_of, self.db.query("select * from layoffs where merged_into = ?", [layoff_id])))

    def set_apart(self) -> frozenset[frozenset[str]]:
        """Pairs of layoffs that people have split, and so are not one."""
        rows = self.db.query("select layoff_id, other_id from corrections where action = 'split'")
        return frozenset(frozenset({row["layoff_id"], row["other_id"]}) for row in rows)

    def articles(self, wanted: Wanted) -> Answer:
        """Articles newest first; of a query the best first, with the passage that was searched for."""
        about = (
            (wanted.company and f"%{wanted.company}%", "layoffs.company like ?"),
            (1 if wanted.flagged else None, "flags.flagged = ?"),
            (wanted.min_headcount, "coalesce(layoffs.headcount_high, layoffs.headcount) >= ?"),
        )
        itself = (
            (wanted.since and stamp(wanted.since), f"{_AT} >= ?"),
            (wanted.until and stamp(wanted.until), f"{_AT} < ?"),
            (wanted.source, "articles.source_id = ?"),
        )
        if wanted.query is not None:
            # What few articles are is looked up once, instead of for each that matches.
            where, values = _conditions(*itself, *((value, among(sql)) for value, sql in about))
            narrowed = Narrowed(where.removeprefix(" where "), tuple(values), wanted.since) if where else None
            return Answer(*found(self.db, wanted.query, wanted.limit, narrowed))
        where, values = _conditions(*itself, *about)
        sql = f"{ARTICLE}, articles.summary as snippet from articles{JOINED}{where} order by articles.seq desc"
        return self._answer(f"{sql}{_limit(wanted)}", values)

    def texts(self, article_ids: Sequence[str]) -> tuple[DecidedText, ...]:
        """The texts by which these articles were flagged."""
        return texts_of(self.db, article_ids)

    def sources(self) -> Answer:
        return self._answer(
            "select sources.id, title, url, polled_at, succeeded_at, next_due, failures, detail, condition, since, "
            "moved_to, "
            "exists (select 1 from subscriptions where source_id = sources.id and state = 'active') as pushed, "
            "(select count(*) from gaps where source_id = sources.id and filled_at is null) as gaps, "
            "(select count(*) from articles where source_id = sources.id) as articles, "
            "(select count(*) from articles join flags on flags.article_id = articles.id "
            "where source_id = sources.id and flagged) as flagged from sources order by sources.id"
        )

    def alerts(self, wanted: Wanted, state: AlertState | None = None, channel: str | None = None) -> Answer:
        where, values = _conditions(
            (state, "alerts.state = ?"),
            (channel, "alerts.channel_id = ?"),
            (wanted.source, _FROM_SOURCE.format("alerts.layoff_id")),
            (wanted.company and f"%{wanted.company}%", "layoffs.company like ?"),
            (wanted.since and stamp(wanted.since), "alerts.created_at >= ?"),
            (wanted.until and stamp(wanted.until), "alerts.created_at < ?"),
            (wanted.min_headcount, "coalesce(layoffs.headcount_high, layoffs.headcount) >= ?"),
        )
        return self._answer(
            "select alerts.id, alerts.channel_id, alerts.layoff_id, layoffs.company, alerts.kind, alerts.state, "
            "alerts.reason, alerts.created_at, alerts.due_at, alerts.sent_at, alerts.attempts, alerts.digest_id "
            f"from alerts left join layoffs on layoffs.id = alerts.layoff_id{where} "
            f"order by alerts.created_at desc, alerts.rowid desc{_limit(wanted)}",
            values,
        )

    def alert(self, alert_id: str) -> Alert | None:
        sql = "select * from alerts where id = ?"
        return next(map(alert_of, self.db.query(sql, [self._whole("alerts", alert_id)])), None)

    def deliveries(self, alert_id: str) -> Answer:
        return self._answer(
            "select attempt, started_at, took_ms, verdict, status, detail, ambiguous from deliveries "
            "where alert_id = ? order by id",
            [alert_id],
        )

    def layoff(self, layoff_id: str) -> Layoff | None:
        return next(iter(layoffs_by(self.db, ids={self._whole("layoffs", layoff_id)})), None)

    def reports(self, layoff_id: str) -> tuple[Report, ...]:
        return reports_of(self.db, [layoff_id]).get(layoff_id, ())

    def alerts_of(self, layoff_id: str) -> Answer:
        return self._answer(
            "select id, channel_id, kind, state, reason, created_at, sent_at, attempts, digest_id from alerts "
            "where layoff_id = ? order by created_at, rowid",
            [layoff_id],
        )

    def article_ids(self, target: str) -> tuple[str, ...]:
        """The articles that an id or a canonical URL names."""
        rows = self.db.query(
            "select id from articles where id = ? union select id from articles where canonical_url = ?",
            [self._whole("articles", target), target],
        )
        return tuple(row["id"] for row in rows)

    def decision(self, article_id: str) -> Answer:
        return self._answer(
            "select articles.id, title, url, source_id, published_at, first_seen_at, revised_at, text_origin, "
            "duplicate_of, flagged, score, flags.kind, flags.stage, severity, rules, vetoes, evidence, near, "
            "decided_at, "
            "reports.layoff_id, reports.why, reports.baseline, pages.outcome as page from articles "
            "join flags on flags.article_id = articles.id left join reports on reports.article_id = articles.id "
            "left join pages on pages.article_id = articles.id where articles.id = ?",
            [article_id],
        )

    def facts(self, article_id: str) -> Answer:
        return self._answer(
            'select name, value, low, high, qualifier, field, "start", "end", text, sentence from facts '
            "where article_id = ? order by name, position",
            [article_id],
        )

    def carriers(self, article_id: str) -> Answer:
        return self._answer(
            "select source_id, link, title, first_seen_at from entries where article_id = ? order by first_seen_at",
            [article_id],
        )

    def caught(self) -> dict[str, int]:
        """How many flagged articles each rule had a part in, and how many articles each veto held back."""
        rows = self.db.query(
            "select rule.value as rule, count(*) as caught from flags, json_each(flags.rules) as rule "
            "where flagged group by rule.value union all select veto.value, count(*) from flags, "
            "json_each(flags.vetoes) as veto where not flagged group by veto.value"
        )
        return {row["rule"]: row["caught"] for row in rows}

    def near(self, since: datetime | None, limit: int) -> Answer:
        """Articles just under the threshold or held back by one veto, the last seen first; copies are left out."""
        return self._answer(
            "select articles.id, title, url, source_id, published_at, first_seen_at, score, flags.kind, rules, vetoes "
            "from articles join flags on flags.article_id = articles.id "
            "where near and not flagged and duplicate_of is null and +first_seen_at >= ? order by seq desc limit ?",
            [stamp(since) if since else "", limit],
        )

    def counts(self, active: Iterable[str]) -> Counts:
        """Totals; ``active`` are the sources configured now."""
        names = list(active)
        marks = question_marks(names)
        one = next(
            self.db.query(
                "select (select count(*) from articles) as articles, "
                "(select count(*) from flags where flagged) as flagged, (select count(*) from layoffs) as layoffs, "
                "(select min(owed_at) from alerts where state = 'pending') as oldest_pending, "
                f"(select count(*) from sources where failures > 0 and id in ({marks})) as failing, "
                f"(select min(succeeded_at) from sources where id in ({marks})) as oldest_success",
                names + names,
            )
        )
        states = dict.fromkeys(AlertState, 0)
        for row in self.db.query("select state, count(*) as n from alerts group by state"):
            states[AlertState(row["state"])] = row["n"]
        attempts = {
            row["verdict"]: row["n"]
            for row in self.db.query("select verdict, count(*) as n from deliveries group by verdict")
        }
        faring = self.db.query(f"select condition, count(*) as n from sources where id in ({marks}) group by 1", names)
        return Counts(
            articles=one["articles"],
            flagged=one["flagged"],
            layoffs=one["layoffs"],
            alerts={str(state): n for state, n in states.items()},
            attempts=attempts,
            oldest_pending=maybe_moment(one["oldest_pending"]),
            sources=len(names),
            failing=one["failing"],
            conditions=dict.fromkeys(map(str, Condition), 0) | {row["condition"]: row["n"] for row in faring},
            oldest_success=maybe_moment(one["oldest_success"]),
        )

    def next_due(self) -> datetime | None:
        """When a source is next asked."""
        return maybe_moment(self.db.execute("select min(next_due) from sources").fetchone()[0])

    def gone_channels(self) -> tuple[str, ...]:
        return tuple(row["id"] for row in self.db.query("select id from channels where disabled_at is not null"))

    def problems(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file: damaged pages, broken references."""
        found = [row[0] for row in self.db.execute("pragma integrity_check") if row[0] != "ok"]
        found += [
            f"{row[0]}: row {row[1]} refers to a missing row of {row[2]}"
            for row in self.db.execute("pragma foreign_key_check")
        ]
        return tuple(found)

    def copy_to(self, target: Path) -> None:
        """An online backup: one consistent file, while the daemon goes on writing."""
        if target.exists():
            raise ArchiveError(f"{target}: exists already; a backup never overwrites")
        self.db.execute("vacuum into ?", [str(target)])

    def export(self, what: str, wanted: Wanted) -> Answer:
        return {"layoffs": self.layoffs, "articles": self.articles, "alerts": self.alerts}[what](wanted)

    def has_source(self, source_id: str) -> bool:
        return self.db.execute("select 1 from sources where id = ?", [source_id]).fetchone() is not None

    def _whole(self, table: str, beginning: str) -> str:
        """The one id in the table that begins so; else what was given."""
        sql = f"select id from {table} where id >= ? and id < ? limit 2"
        found = self.db.execute(sql, [beginning, beginning + "~"]).fetchall() if len(beginning) >= _SHORTEST else []
        return str(found[0][0]) if len(found) == 1 else beginning

    def _answer(self, sql: str, values: Iterable[object] | dict[str, object] = ()) -> Answer:
        cursor = self.db.execute(sql, values if isinstance(values, dict) else list(values))
        return Answer(tuple(column[0] for column in cursor.description), tuple(cursor.fetchall()))


def layoffs_by(db: Database, *, keys: Iterable[str] = (), ids: Iterable[str] = ()) -> tuple[Layoff, ...]:
    """All layoffs of these companies, and layoffs with these ids."""
    rows = (
        *in_batches(db, "select * from layoffs where company_key in ({})", sorted(set(keys))),
        *in_batches(db, "select * from layoffs where id in ({})", sorted(set(ids))),
    )
    return tuple({row["id"]: layoff_of(row) for row in rows}.values())


def reports_of(db: Database, layoff_ids: list[str]) -> dict[str, tuple[Report, ...]]:
    """The reports of each layoff, oldest first, with the figures that each states."""
    reports: dict[str, list[Report]] = {}
    amounts = _amounts(db, layoff_ids)
    rows = in_batches(
        db,
        "select reports.*, articles.source_id, sources.title as outlet, articles.title, articles.url, "
        "articles.published_at, flags.rules from reports join articles on articles.id = reports.article_id "
        "join sources on sources.id = articles.source_id join flags on flags.article_id = articles.id "
        "where reports.layoff_id in ({}) order by reports.reported_at, articles.seq",
        layoff_ids,
    )
    for row in rows:
        reports.setdefault(row["layoff_id"], []).append(report_of(row, amounts.get(row["article_id"], {})))
    return {layoff_id: tuple(each) for layoff_id, each in reports.items()}


def _amounts(db: Database, layoff_ids: list[str]) -> dict[str, dict[str, Amount]]:
    amounts: dict[str, dict[str, Amount]] = {}
    rows = in_batches(
        db,
        "select facts.* from facts join reports on reports.article_id = facts.article_id "
        "where facts.position = 0 and facts.name in ('headcount', 'percent') and reports.layoff_id in ({})",
        layoff_ids,
    )
    for row in rows:
        amounts.setdefault(row["article_id"], {})[row["name"]] = amount_of(row)
    return amounts


def _conditions(*pairs: tuple[Cell | datetime, str]) -> tuple[str, list[object]]:
    given = [(value, sql) for value, sql in pairs if value not in {None, ""}]
    where = " where " + " and ".join(sql for _, sql in given) if given else ""
    return where, [value for value, _ in given]


def _limit(wanted: Wanted) -> str:
    return f" limit {int(wanted.limit)}" if wanted.limit is not None else ""
