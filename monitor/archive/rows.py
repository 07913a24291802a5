"""Between our types and rows of the archive, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from monitor.duplicates import gist
from monitor.model import (
    Alert,
    AlertKind,
    AlertState,
    Amount,
    Company,
    Correction,
    Delivery,
    Evidence,
    Facts,
    Flag,
    Judged,
    Kept,
    Layoff,
    Poll,
    Qualifier,
    Report,
    Severity,
    Stage,
    Stated,
)
from scrapers.items import Article, DateTrust

Row = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A time as the archive writes it: UTC, fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def maybe_stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def maybe_moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def article_row(kept: Kept, first_seen: datetime) -> Row:
    article = kept.judged.article
    return {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source_id": article.source_id,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "author": article.author,
        "language": article.language,
        "published_at": maybe_stamp(article.published_at),
        "first_seen_at": stamp(first_seen),
        "text_origin": article.text_origin,
        "date_origin": article.date_origin,
        "date_trust": article.date_trust,
        "free": None if article.free is None else int(article.free),
        "text_key": kept.judged.fingerprint.exact,
        "signature": kept.judged.fingerprint.signature or None,
        "gist": gist(kept.judged),
        "duplicate_of": kept.duplicate_of,
    }


def entry_row(article: Article, now: datetime) -> Row:
    return {
        "source_id": article.source_id,
        "article_id": article.id,
        "content_hash": article.content_hash,
        "guid": article.guid,
        "link": article.written_link,
        "title": article.written_title,
        "published": article.written_date,
        "first_seen_at": stamp(now),
    }


def article_of(row: Row) -> Article:
    """The article as the archive holds it, for reading it again with more text."""
    return Article(
        id=row["id"],
        source_id=row["source_id"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        summary=row["summary"],
        body=row["body"],
        author=row["author"],
        language=row["language"],
        published_at=maybe_moment(row["published_at"]),
        text_origin=row["text_origin"],
        content_hash=row["content_hash"],
        guid=row["guid"],
        written_link=row["link"],
        written_title=row["written_title"],
        written_date=row["published"],
        date_origin=row["date_origin"],
        date_trust=None if row["date_trust"] is None else DateTrust(row["date_trust"]),
        free=None if row["free"] is None else bool(row["free"]),
    )


def flag_row(article_id: str, flag: Flag, now: datetime) -> Row:
    evidence = [
        {"rule": e.rule, "field": e.field, "start": e.start, "end": e.end, "text": e.text} for e in flag.evidence
    ]
    return {
        "article_id": article_id,
        "flagged": int(flag.flagged),
        "score": flag.score,
        "kind": flag.kind,
        "stage": flag.stage,
        "rules": json.dumps(flag.rules),
        "vetoes": json.dumps(flag.vetoes),
        "evidence": json.dumps(evidence, ensure_ascii=False),
        "near": int(flag.near),
        "severity": flag.severity,
        "decided_at": stamp(now),
    }


def flag_of(row: Row) -> Flag:
    return Flag(
        flagged=bool(row["flagged"]),
        score=row["score"],
        kind=row["kind"],
        stage=None if row["stage"] is None else Stage(row["stage"]),
        rules=tuple(json.loads(row["rules"])),
        vetoes=tuple(json.loads(row["vetoes"])),
        evidence=tuple(Evidence(**piece) for piece in json.loads(row["evidence"])),
        near=bool(row["near"]),
        severity=None if row["severity"] is None else Severity(row["severity"]),
    )


def fact_rows(judged: Judged) -> Iterable[Row]:
    name = judged.article.id
    for position, company in enumerate(judged.facts.companies):
        yield _fact_row(name, "company", position, company, value=company.name)
    for fact, amounts in _amounts(judged.facts):
        for position, amount in enumerate(amounts):
            value = amount.vague if amount.value is None else f"{amount.value:g}"
            bounds = {"low": amount.low, "high": amount.high, "qualifier": amount.qualifier}
            yield {**_fact_row(name, fact, position, amount, value=value), **bounds}
    for fact, several in _stated(judged.facts):
        for position, stated in enumerate(several):
            yield _fact_row(name, fact, position, stated, value=stated.value)


def _fact_row(article_id: str, name: str, position: int, fact: Company | Amount | Stated, *, value: str | None) -> Row:
    return {
        "article_id": article_id,
        "name": name,
        "position": position,
        "value": value,
        "low": None,
        "high": None,
        "qualifier": None,
        "field": fact.field,
        "start": fact.start,
        "end": fact.end,
        "text": fact.text,
        "sentence": None if isinstance(fact, Company) else fact.sentence,
    }


def _amounts(facts: Facts) -> Iterable[tuple[str, tuple[Amount, ...]]]:
    # The headcount that speaks for all is kept first.
    headcounts = facts.headcounts
    if facts.headcount is not None:
        headcounts = (facts.headcount, *(each for each in headcounts if each != facts.headcount))
    yield "headcount", headcounts
    yield "percent", (facts.percent,) if facts.percent is not None else ()


def _stated(facts: Facts) -> Iterable[tuple[str, tuple[Stated, ...]]]:
    yield "place", facts.places
    yield "unit", facts.units
    for name in ("effective", "announced", "reason", "wave"):
        if (stated := getattr(facts, name)) is not None:
            yield name, (stated,)


def amount_of(row: Row) -> Amount:
    vague = row["qualifier"] == Qualifier.VAGUE
    return Amount(
        value=None if vague else float(row["value"]),
        low=row["low"],
        high=row["high"],
        qualifier=Qualifier(row["qualifier"]),
        vague=row["value"] if vague else None,
        field=row["field"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        sentence=row["sentence"] or "",
    )


def layoff_row(layoff: Layoff) -> Row:
    return {
        "id": layoff.id,
        "company": layoff.company,
        "company_key": layoff.company_key,
        "stage": layoff.stage,
        "headcount": layoff.headcount,
        "headcount_low": layoff.headcount_low,
        "headcount_high": layoff.headcount_high,
        "stated": layoff.stated,
        "percent": layoff.percent,
        "place": layoff.place,
        "sentence": layoff.sentence,
        "opened_at": stamp(layoff.opened_at),
        "updated_at": stamp(layoff.updated_at),
        "reports": layoff.reports,
        "revision": layoff.revision,
        "severity": layoff.severity,
        "places": json.dumps(layoff.places, ensure_ascii=False),
        "units": json.dumps(layoff.units, ensure_ascii=False),
        "effective": layoff.effective,
        "figures": json.dumps(layoff.figures),
        "wave": int(layoff.wave),
        "primary_source": int(layoff.primary),
        "follows": layoff.follows,
        "merged_into": layoff.merged_into,
        "others": json.dumps(layoff.others, ensure_ascii=False),
    }


def layoff_of(row: Row) -> Layoff:
    """A layoff as it stands, or as an alert told it; what was told before a column was there lacks it."""
    known = {column: read(row[column]) for column, read in _LAYOFF_CELLS.items() if column in row}
    if "figures" not in row and row["headcount"] is not None:
        bounds = [row["headcount_low"] or row["headcount"], row["headcount_high"] or row["headcount"]]
        known["figures"] = (tuple(bounds),)
    plain = {column: value for column, value in row.items() if column != "primary_source"}
    return Layoff(**{**plain, **known, "primary": bool(row.get("primary_source", 0))})


def _words(cell: str) -> tuple[str, ...]:
    return tuple(json.loads(cell))


def _figures(cell: str) -> tuple[tuple[int, int], ...]:
    return tuple((low, high) for low, high in json.loads(cell))


_LAYOFF_CELLS: dict[str, Callable[[Any], object]] = {
    "opened_at": moment,
    "updated_at": moment,
    "stage": Stage,
    "severity": Severity,
    "places": _words,
    "units": _words,
    "others": _words,
    "figures": _figures,
    "wave": bool,
}
"""How the cells are read that are not values as they stand."""


def report_row(report: Report) -> Row:
    return {
        "layoff_id": report.layoff_id,
        "article_id": report.article_id,
        "reported_at": stamp(report.reported_at),
        "why": report.why,
        "baseline": int(report.baseline),
    }


def report_of(row: Row, amounts: dict[str, Amount]) -> Report:
    return Report(
        layoff_id=row["layoff_id"],
        article_id=row["article_id"],
        source_id=row["source_id"],
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        published_at=maybe_moment(row["published_at"]),
        reported_at=moment(row["reported_at"]),
        why=row["why"],
        baseline=bool(row["baseline"]),
        headcount=amounts.get("headcount"),
        percent=amounts.get("percent"),
        rules=tuple(json.loads(row["rules"])),
    )


def correction_row(correction: Correction, now: datetime) -> Row:
    verdict = None if correction.verdict is None else str(correction.verdict).lower()
    return {
        "at": stamp(now),
        "action": correction.action,
        "layoff_id": correction.layoff_id,
        "other_id": correction.other_id,
        "article_id": correction.article_id,
        "verdict": verdict,
    }


def alert_row(alert: Alert) -> Row:
    return {
        "id": alert.id,
        "channel_id": alert.channel_id,
        "layoff_id": alert.layoff_id,
        "kind": alert.kind,
        "state": alert.state,
        "reason": alert.reason,
        "body": alert.body,
        "created_at": stamp(alert.created_at),
        "owed_at": stamp(alert.created_at),
        "due_at": stamp(alert.due_at),
        "sent_at": maybe_stamp(alert.sent_at),
        "attempts": alert.attempts,
        "digest_id": alert.digest_id,
        "told": None if alert.told is None else json.dumps(layoff_row(alert.told), ensure_ascii=False),
        "article_id": alert.article_id,
    }


def alert_of(row: Row) -> Alert:
    return Alert(
        id=row["id"],
        channel_id=row["channel_id"],
        layoff_id=row["layoff_id"],
        kind=AlertKind(row["kind"]),
        state=AlertState(row["state"]),
        reason=row["reason"],
        body=row["body"],
        created_at=moment(row["created_at"]),
        due_at=moment(row["due_at"]),
        sent_at=maybe_moment(row["sent_at"]),
        attempts=row["attempts"],
        digest_id=row["digest_id"],
        told=None if row["told"] is None else layoff_of(json.loads(row["told"])),
        article_id=row["article_id"],
    )


def delivery_row(delivery: Delivery) -> Row:
    return {
        "alert_id": delivery.alert_id,
        "channel_id": delivery.channel_id,
        "attempt": delivery.attempt,
        "started_at": stamp(delivery.started_at),
        "took_ms": round(delivery.took.total_seconds() * 1000),
        "verdict": delivery.verdict,
        "status": delivery.status,
        "detail": delivery.detail,
        "ambiguous": int(delivery.ambiguous),
    }


def poll_row(poll: Poll) -> Row:
    return {
        "source_id": poll.source_id,
        "at": stamp(poll.at),
        "outcome": poll.outcome,
        "status": poll.status,
        "detail": poll.detail,
        "entries": poll.entries,
        "new": poll.new,
        "revised": poll.revised,
        "known": poll.known,
        "duplicates": poll.duplicates,
        "flagged": poll.flagged,
        "skipped": json.dumps({skip.reason: skip.count for skip in poll.skipped}),
    }
