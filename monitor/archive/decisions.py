"""The decisions that stand: read in order of arrival, compared with new ones, stored anew; layoffs stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlite_utils import Database

from monitor.archive import evidence
from monitor.archive.batches import question_marks
from monitor.archive.rows import Row, article_of, fact_rows, flag_of, flag_row, maybe_stamp, moment, stamp
from monitor.decide import BASELINE
from monitor.detect.rules.backtest import Archived
from monitor.model import Judged
from scrapers.items import Article

_BATCH = 1_000

_ARCHIVED = (
    "select articles.*, coalesce(entries.content_hash, '') as content_hash, entries.guid, entries.link, "
    "coalesce(entries.title, '') as written_title, entries.published, flags.*, "
    "reports.layoff_id, facts.value as company, exists (select 1 from polls where polls.source_id = articles.source_id "
    f"and polls.at = articles.first_seen_at and polls.outcome = '{BASELINE}') as baseline "
    "from articles join flags on flags.article_id = articles.id "
    "left join entries on entries.article_id = articles.id and entries.source_id = articles.source_id "
    "left join reports on reports.article_id = articles.id "
    "left join facts on facts.article_id = articles.id and facts.name = 'company' and facts.position = 0 "
)


@dataclass(frozen=True, slots=True)
class Extent:
    """The articles first seen since some time: how many, and before the first and at the last their ``seq``."""

    articles: int
    before: int
    last: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What new decisions change: by the answer, or only in rules, figures and facts."""

    flagged: tuple[Judged, ...]
    passed: tuple[Judged, ...]
    otherwise: tuple[Judged, ...]
    unchanged: int

    def all(self) -> tuple[Judged, ...]:
        return (*self.flagged, *self.passed, *self.otherwise)


class Decisions:
    """``store`` is called inside ``writing()``, and so is every ``changes`` that it depends on."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def extent(self, since: datetime | None) -> Extent:
        found = self._db.execute(
            "select count(*), coalesce(min(seq) - 1, 0), coalesce(max(seq), 0) from articles "
            "where first_seen_at >= ? and pruned_at is null",
            [maybe_stamp(since) or ""],
        ).fetchone()
        return Extent(*found)

    def batches(self, since: datetime | None) -> Iterator[tuple[Archived, ...]]:
        """All articles first seen since then, in order of arrival, up to 1,000 at a time.

        Each batch is a read of its own: one that went on for minutes would keep the daemon from truncating its log.
        What arrives meanwhile is left out, and what was pruned: without its words it would be decided otherwise.
        """
        extent = self.extent(since)
        at = extent.before
        sql = (
            f"{_ARCHIVED}where articles.seq > ? and articles.seq <= ? and +articles.first_seen_at >= ? "
            "and pruned_at is null order by articles.seq limit ?"
        )
        while batch := self._archived(sql, [at, extent.last, maybe_stamp(since) or "", _BATCH]):
            yield batch
            at = batch[-1].seq

    def reports(self, layoff_id: str) -> tuple[Archived, ...]:
        """The articles that report a layoff."""
        return self._archived(f"{_ARCHIVED}where reports.layoff_id = ? order by articles.seq", [layoff_id])

    def of(self, article_id: str) -> Archived:
        """An article and its decision."""
        return self._archived(f"{_ARCHIVED}where articles.id = ?", [article_id])[0]

    def changes(self, judged: Sequence[Judged]) -> Changes:
        """What these decisions would change in what stands."""
        flags, facts = self._standing([each.article.id for each in judged])
        kinds: dict[str, list[Judged]] = {"flagged": [], "passed": [], "otherwise": [], "": []}
        for each in judged:
            name = each.article.id
            kinds[_change(each, flags[name], facts.get(name, []))].append(each)
        return Changes(
            tuple(kinds["flagged"]), tuple(kinds["passed"]), tuple(kinds["otherwise"]), unchanged=len(kinds[""])
        )

    def store(self, judged: Sequence[Judged], now: datetime, headers: Mapping[str, str] | None = None) -> None:
        """Flag and facts of each article, in the place of those that stood; and the text of what is flagged.

        ``headers`` are those of the answer that brought the texts.
        """
        ids = [each.article.id for each in judged]
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            self._db.execute(f"delete from facts where article_id in ({question_marks(batch)})", batch)
        flags = (flag_row(each.article.id, each.flag, now) for each in judged)
        self._db.table("flags").upsert_all(flags, pk="article_id")
        self._db.table("facts").insert_all(row for each in judged for row in fact_rows(each))
        texts = [_words(each.article) for each in judged if each.flag.flagged]
        evidence.keep(self._db, texts, stamp(now), headers)

    def _standing(self, ids: Sequence[str]) -> tuple[dict[str, Row], dict[str, list[Row]]]:
        marks = question_marks(ids)
        flags = self._db.query(f"select * from flags where article_id in ({marks})", ids)
        facts = self._db.query(
            f"select * from facts where article_id in ({marks}) order by article_id, name, position", ids
        )
        by_article = groupby(facts, key=lambda row: str(row["article_id"]))
        return {row["article_id"]: row for row in flags}, {name: list(rows) for name, rows in by_article}

    def _archived(self, sql: str, values: Iterable[object]) -> tuple[Archived, ...]:
        return tuple(map(_archived, self._db.query(sql, list(values))))


def _words(article: Article) -> evidence.Words:
    return evidence.Words(article.id, article.title, article.summary, article.body)


def _change(judged: Judged, flag: Row, facts: list[Row]) -> str:
    """Which of the kinds of change this is; empty for none."""
    if judged.flag.flagged != bool(flag["flagged"]):
        return "flagged" if judged.flag.flagged else "passed"
    new = flag_row(judged.article.id, judged.flag, moment(flag["decided_at"]))
    stated = sorted(fact_rows(judged), key=lambda row: (row["name"], row["position"]))
    return "" if new.items() <= flag.items() and stated == facts else "otherwise"


def _archived(row: Row) -> Archived:
    return Archived(
        seq=row["seq"],
        article=article_of(row),
        flag=flag_of(row),
        first_seen_at=moment(row["first_seen_at"]),
        copy=row["duplicate_of"] is not None,
        baseline=bool(row["baseline"]),
        layoff_id=row["layoff_id"],
        company=row["company"],
    )
