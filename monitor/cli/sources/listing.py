"""Every source: when it was asked, how that went, when it is asked next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from monitor.archive import NoArchiveError
from monitor.cli.session import Session
from monitor.cli.show import ago, as_json, document, table
from scrapers.items import Source


@click.command("list")
@as_json
@click.pass_obj
def list_sources(session: Session, json_wanted: bool) -> None:
    """Every configured source: when it was last asked, how that went, when it is asked next."""
    settings = session.unjudging()
    try:
        with session.reader() as reader:
            known = {record["id"]: record for record in reader.sources().records()}
    except NoArchiveError:
        known = {}  # before the first run there is no archive, but there are sources
    records = [_record(source, known.get(source.id, {})) for source in settings.sources]
    if json_wanted:
        document(records)
        return
    rows = [
        (
            each["id"],
            _state(each),
            ago(each["polled_at"], session.now),
            _next(each, session.now),
            f"{each['articles']:,}",
            f"{each['flagged']:,}",
            each["detail"] or (f"has moved to {each['moved_to']}" if each["moved_to"] else each["title"]),
        )
        for each in records
    ]
    table(("source", "state", "asked", "next", "articles", "flagged", ""), rows, flexible=6, right=(4, 5))


def _next(record: dict[str, Any], now: datetime) -> str:
    if not record["next_due"] or not record["enabled"]:
        return ""
    return ago(record["next_due"], now) + (" (pushed)" if record["pushed"] else "")


def _record(source: Source, known: dict[str, Any]) -> dict[str, Any]:
    columns = ("since", "polled_at", "succeeded_at", "next_due", "failures", "detail", "moved_to")
    return {
        "id": source.id,
        "title": source.name,
        "kind": source.kind,
        "url": source.url,
        "about": source.about,
        "enabled": source.enabled,
        "confirmed": source.confirmed,
        "condition": known.get("condition"),
        **{column: known.get(column) for column in columns},
        "gaps": known.get("gaps", 0),
        "pushed": bool(known.get("pushed")),
        "articles": known.get("articles", 0),
        "flagged": known.get("flagged", 0),
    }


def _state(record: dict[str, Any]) -> str:
    if not record["enabled"]:
        return "off"
    if record["polled_at"] is None:
        return "new"
    if record["failures"]:
        return f"{record['condition'] or 'failing'} ×{record['failures']}"
    return record["condition"] or "ok"
