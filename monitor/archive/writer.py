"""The writing side of the archive: what is due, what is known, and plans carried out; one connection only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from monitor.archive import outbox
from monitor.archive.batches import in_batches
from monitor.archive.cards import Cards
from monitor.archive.connection import open_writer, writing
from monitor.archive.copies import Copies
from monitor.archive.decisions import Decisions
from monitor.archive.reader import layoffs_by, reports_of
from monitor.archive.rows import (
    alert_of,
    alert_row,
    article_of,
    article_row,
    correction_row,
    entry_row,
    layoff_of,
    layoff_row,
    maybe_stamp,
    poll_row,
    report_row,
    stamp,
)
from monitor.archive.silences import Silences
from monitor.archive.sources import Sources
from monitor.archive.subscriptions import Subscriptions
from monitor.decide import BASELINE, Filed, Known
from monitor.duplicates import gist
from monitor.layoffs import REACH, spoken_at
from monitor.model import Alert, Judged, Kept, Layoff, PageRequest, Plan, Report
from monitor.tell import RECENT
from scrapers.items import Article

_LONGEST_PAGE_WAIT = timedelta(minutes=10)
"""What is due later waits for something else."""

_OF_NUMBER = "select * from layoffs where {}headcount in ({}) and updated_at >= ? order by updated_at"
_ALERTS_OF_LAYOFFS = "select * from alerts where layoff_id in ({}) order by alerts.rowid"


class Archive:
    """The one writer. Every method that changes something is called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.decisions = Decisions(db)
        self.outbox = outbox.Outbox(db)
        self.sources = Sources(db)
        self.subscriptions = Subscriptions(db)
        self.silences = Silences(db)
        self.cards = Cards(db)
        self._copies = Copies(db)

    @classmethod
    def open(cls, path: Path) -> Self:
        return cls(open_writer(path))

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with writing(self.db):
            yield

    def unseen(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """Those that their source carries for the first time, or in new words; with their page's text if we have it."""
        if not articles:
            return ()
        known = self._entries(articles[0].source_id, [article.id for article in articles])
        new = [article for article in articles if known.get(article.id) != article.content_hash]
        pages = self._page_texts([article.id for article in new])
        return tuple(
            replace(article, body=pages[article.id][0], text_origin=pages[article.id][1])
            if article.body is None and article.id in pages
            else article
            for article in new
        )

    def known(self, source_id: str, judged: Sequence[Judged], now: datetime, window: timedelta) -> Known:
        """All that the archive knows of what these articles touch."""
        if not judged:
            return Known()
        ids = [each.article.id for each in judged]
        originals = self._copies.originals(judged, now - window, now)
        filed = self._filed(list(dict.fromkeys([*ids, *(each.id for each in originals)])))
        filed |= self._filed([each.duplicate_of for each in filed.values() if each.duplicate_of])
        keys = {company.key for each in judged for company in each.facts.employers}
        joined = {each.layoff_id for each in filed.values() if each.layoff_id}
        oldest = min((spoken_at(each.article, now) for each in judged), default=now)
        found = (*layoffs_by(self.db, keys=keys, ids=joined), *self._unnamed(judged, oldest - window))
        merged = layoffs_by(self.db, ids={each.merged_into for each in found if each.merged_into})
        layoffs = tuple({layoff.id: layoff for layoff in (*found, *merged)}.values())
        reached = oldest - REACH * window
        reported = [layoff.id for layoff in layoffs if layoff.updated_at >= reached or layoff.id in joined]
        return Known(
            entries=self._entries(source_id, ids),
            articles=filed,
            originals=originals,
            marks=self.marks(ids),
            layoffs=layoffs,
            reports=reports_of(self.db, reported),
            alerts=self._alerts(reported),
            recent=self.outbox.recent(now - RECENT),
            silences=self.silences.holding(now),
        )

    def apply(self, plan: Plan, now: datetime) -> None:
        """Carry out a plan. Call it in the transaction in which ``known`` was asked."""
        if plan.poll:
            row = poll_row(plan.poll)
            self.db.execute(f"insert into polls ({', '.join(row)}) values ({', '.join(f':{key}' for key in row)})", row)
        if plan.source:
            self.sources.remember(plan.source)
        if plan.host_until:
            self.sources.spare_host(*plan.host_until)
        if plan.gap:
            self.sources.note_gap(plan.gap, now)
        if plan.brings_something:  # most polls do not, and each statement below asks SQLite for the schema
            self._carry_out(plan, now)

    def pages_wanted(self, limit: int) -> tuple[PageRequest, ...]:
        """Articles whose page shall be crawled, longest waiting first."""
        rows = self.db.query(
            "select articles.*, entries.content_hash, entries.guid, entries.link, entries.title as written_title, "
            "entries.published, pages.baseline from pages join articles on articles.id = pages.article_id "
            "join entries on entries.article_id = articles.id and entries.source_id = articles.source_id "
            "where pages.fetched_at is null order by pages.asked_at limit ?",
            [limit],
        )
        return tuple(PageRequest(article_of(row), bool(row["baseline"])) for row in rows)

    def page_done(self, article_id: str, outcome: str, now: datetime) -> None:
        """Note that a page was read, or could not be; alerts that waited for it wait no longer."""
        self.db.table("pages").update(article_id, {"fetched_at": stamp(now), "outcome": outcome})
        self.db.execute(
            "update alerts set due_at = min(due_at, ?) where state = 'pending' and attempts = 0 and due_at <= ? "
            "and layoff_id in (select layoff_id from reports where article_id = ?)",
            [stamp(now), stamp(now + _LONGEST_PAGE_WAIT), article_id],
        )

    def layoffs(self, ids: Collection[str]) -> dict[str, Layoff]:
        return {layoff.id: layoff for layoff in layoffs_by(self.db, ids=ids)}

    def reports(self, layoff_id: str) -> tuple[Report, ...]:
        return reports_of(self.db, [layoff_id]).get(layoff_id, ())

    def alerts_about(self, layoff_id: str) -> tuple[Alert, ...]:
        return self._alerts([layoff_id])

    def marks(self, ids: Sequence[str]) -> dict[str, bool]:
        """What people said of articles, by id: it reports a layoff, or it does not."""
        sql = "select article_id, verdict from corrections where article_id in ({}) and action = 'mark' order by id"
        return {row["article_id"]: row["verdict"] == "true" for row in in_batches(self.db, sql, ids)}

    def _carry_out(self, plan: Plan, now: datetime) -> None:
        self._keep(plan.articles, now, _headers(plan))
        self.db.table("entries").upsert_all(
            (entry_row(article, now) for article in plan.seen), pk=("source_id", "article_id")
        )
        self.db.table("layoffs").upsert_all(map(layoff_row, plan.layoffs), pk="id")
        self.db.table("reports").insert_all(map(report_row, plan.reports))
        for report in plan.moved:
            self.db.execute(
                "update reports set layoff_id = ?, why = ?, baseline = ? where article_id = ?",
                [report.layoff_id, report.why, int(report.baseline), report.article_id],
            )
        for article_id in plan.unreported:
            self.db.execute("delete from reports where article_id = ?", [article_id])
        self.db.table("alerts").upsert_all(map(alert_row, plan.alerts), pk="id")
        self.cards.touch(plan.layoffs, now)
        self.db.table("corrections").insert_all(correction_row(each, now) for each in plan.corrections)
        baseline = int(plan.poll is not None and plan.poll.outcome == BASELINE)
        wanted = ({"article_id": each, "asked_at": stamp(now), "baseline": baseline} for each in plan.pages)
        self.db.table("pages").insert_all(wanted, pk="article_id", ignore=True)

    def _keep(self, articles: Sequence[Kept], now: datetime, headers: dict[str, str] | None) -> None:
        table = self.db.table("articles")
        table.insert_all(article_row(kept, now) for kept in articles if not kept.revision)
        for kept in articles:
            if kept.revision:
                self._revise(kept, now)
        self._copies.remember(articles, now)
        self.decisions.store([kept.judged for kept in articles], now, headers)

    def _revise(self, kept: Kept, now: datetime) -> None:
        article = kept.judged.article
        self.db.execute(
            # The text of a page is never lost to a feed that gives none.
            "update articles set title = ?, summary = ?, body = coalesce(?, body), "
            "text_origin = iif(? is null, text_origin, ?), text_key = ?, signature = ?, gist = ?, duplicate_of = ?, "
            "language = ?, published_at = coalesce(published_at, ?), author = coalesce(author, ?), "
            "date_origin = coalesce(date_origin, ?), date_trust = coalesce(date_trust, ?), free = coalesce(?, free), "
            "revised_at = ?, pruned_at = null where id = ?",
            [
                article.title,
                article.summary,
                article.body,
                article.body,
                article.text_origin,
                kept.judged.fingerprint.exact,
                kept.judged.fingerprint.signature or None,
                gist(kept.judged),
                kept.duplicate_of,
                article.language,
                maybe_stamp(article.published_at),
                article.author,
                article.date_origin,
                article.date_trust,
                None if article.free is None else int(article.free),
                stamp(now),
                article.id,
            ],
        )

    def _entries(self, source_id: str, ids: Sequence[str]) -> dict[str, str]:
        rows = in_batches(
            self.db,
            "select article_id, content_hash from entries where article_id in ({}) and source_id = ?",
            ids,
            source_id,
        )
        return {row["article_id"]: row["content_hash"] for row in rows}

    def _page_texts(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The texts that came from pages, and whether whole."""
        sql = "select id, body, text_origin from articles where id in ({}) and text_origin != 'feed'"
        return {row["id"]: (row["body"], row["text_origin"]) for row in in_batches(self.db, sql, ids)}

    def _filed(self, ids: Sequence[str]) -> dict[str, Filed]:
        sql = (
            "select articles.id, source_id, length(title) + length(summary) + length(coalesce(body, '')) as size, "
            "layoff_id, duplicate_of from articles left join reports on reports.article_id = articles.id "
            "where articles.id in ({})"
        )
        return {
            row["id"]: Filed(
                source_id=row["source_id"],
                size=row["size"],
                layoff_id=row["layoff_id"],
                duplicate_of=row["duplicate_of"],
            )
            for row in in_batches(self.db, sql, ids)
        }

    def _unnamed(self, judged: Sequence[Judged], since: datetime) -> tuple[Layoff, ...]:
        """Layoffs with the number of a report, where one of the two names no employer."""
        named, unnamed = _counts(judged, named=True), _counts(judged, named=False)
        nobodys = "company_key is null and "
        rows = [
            *in_batches(self.db, _OF_NUMBER.format(nobodys, "{}"), named, stamp(since)),
            *in_batches(self.db, _OF_NUMBER.format("", "{}"), unnamed, stamp(since)),
        ]
        return tuple(map(layoff_of, rows))

    def _alerts(self, layoff_ids: Sequence[str]) -> tuple[Alert, ...]:
        return tuple(map(alert_of, in_batches(self.db, _ALERTS_OF_LAYOFFS, layoff_ids)))


def _headers(plan: Plan) -> dict[str, str] | None:
    """What the answer said of itself that brought the articles; a page by itself says nothing."""
    if plan.poll is None or plan.source is None:
        return None
    validators = plan.source.memory.validators
    raw = {"etag": validators.etag, "last-modified": validators.last_modified}
    return {name: value.decode("latin-1") for name, value in raw.items() if value is not None}


def _counts(judged: Sequence[Judged], *, named: bool) -> list[int]:
    facts = (each.facts for each in judged if (each.facts.company is not None) is named)
    return sorted({round(each.headcount.value) for each in facts if each.headcount and each.headcount.value})
