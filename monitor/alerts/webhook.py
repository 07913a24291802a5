"""The JSON body of an alert to a webhook, after Standard Webhooks; docs/webhooks.md describes every field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from monitor.alerts import plain, words
from monitor.model import AlertKind, Amount, Layoff, Report, Telling

_REPORTS = 50
"""The earliest reports told; ``report_count`` says how many there are."""

_LISTED = 500
"""The largest layoffs of a digest told; ``total`` says how many there are."""

_PLACES = 50
"""The first places and units told."""

_TITLE, _SENTENCE = 500, 2000

_Json = dict[str, Any]


def body(telling: Telling) -> bytes:
    """Stored once and posted verbatim however often: the signature covers these bytes."""
    message = {"type": telling.kind.value, "timestamp": _time(telling.now), "data": _data(telling)}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _data(telling: Telling) -> _Json:
    layoff = telling.layoff
    if layoff is not None:
        return _layoff(telling, layoff)
    if telling.kind is AlertKind.DIGEST:
        return {
            "reason": plain.clean(telling.reason),
            "late_seconds": _late(telling),
            "total": max(telling.total, len(telling.layoffs)),
            "layoffs": [_row(one) for one in words.largest_first(telling.layoffs)[:_LISTED]],
        }
    named = {"source_id": telling.source_id, "channel_id": telling.channel_id}
    known = {name: plain.clean(value) for name, value in named.items() if value is not None}
    return known | {"message": words.message(telling)}


def _layoff(telling: Telling, layoff: Layoff) -> _Json:
    return _row(layoff) | {
        "reason": plain.clean(telling.reason),
        "rules": list(dict.fromkeys(plain.clean(rule) for report in telling.reports for rule in report.rules)),
        "late_seconds": _late(telling),
        "previous": None if telling.before is None else _row(telling.before),
        "reports": [_report(report) for report in telling.reports[:_REPORTS]],
        "facts": list(_facts(telling.reports[:_REPORTS])),
    }


def _row(layoff: Layoff) -> _Json:
    """The row of ``layoffs``; its column ``reports`` goes as ``report_count``, for ``reports`` are the reports."""
    return {
        "id": layoff.id,
        "company": _text(layoff.company, _TITLE),
        "stage": layoff.stage.value,
        "headcount": layoff.headcount,
        "headcount_low": layoff.headcount_low,
        "headcount_high": layoff.headcount_high,
        "stated": _text(layoff.stated, _TITLE),
        "percent": _number(layoff.percent),
        "place": _text(layoff.place, _TITLE),
        "places": [_text(place, _TITLE) for place in layoff.places[:_PLACES]],
        "units": [_text(unit, _TITLE) for unit in layoff.units[:_PLACES]],
        "effective": _text(layoff.effective, _TITLE),
        "sentence": _text(layoff.sentence, _SENTENCE),
        "opened_at": _time(layoff.opened_at),
        "updated_at": _time(layoff.updated_at),
        "report_count": layoff.reports,
        "revision": layoff.revision,
        "severity": layoff.severity.value,
        "follows": layoff.follows,
    }


def _report(report: Report) -> _Json:
    return {
        "outlet": _text(report.outlet, _TITLE),
        "title": _text(report.title, _TITLE),
        "url": plain.link(report.url),
        "published_at": None if report.published_at is None else _time(report.published_at),
        "article_id": report.article_id,
    }


def _facts(reports: Iterable[Report]) -> Iterable[_Json]:
    told: set[tuple[str, str]] = set()
    for report in reports:
        for name, amount in (("headcount", report.headcount), ("percent", report.percent)):
            if amount is not None and (name, amount.sentence) not in told:
                told.add((name, amount.sentence))
                yield _fact(name, amount, report)


def _fact(name: str, amount: Amount, report: Report) -> _Json:
    return {
        "name": name,
        "value": _number(amount.value),
        "low": _number(amount.low),
        "high": _number(amount.high),
        "qualifier": amount.qualifier.value,
        "vague": _text(amount.vague, _TITLE),
        "text": _text(amount.text, _TITLE),
        "sentence": _text(amount.sentence, _SENTENCE),
        "article_id": report.article_id,
    }


def _text(text: str | None, limit: int) -> str | None:
    return None if text is None else plain.cut(plain.clean(text), limit)


def _number(value: float | None) -> float | None:
    """1,100 jobs are ``1100``, not ``1100.0``; and JSON knows no infinity."""
    if value is None or not isfinite(value):
        return None
    return int(value) if float(value).is_integer() else value


def _late(telling: Telling) -> int | None:
    return None if telling.late is None else round(telling.late.total_seconds())


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
