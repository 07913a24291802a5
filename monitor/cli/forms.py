"""The forms that an export is written in: CSV, JSON, feeds, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import urlencode

import click

from monitor.alerts import feed, plain
from monitor.archive.reader import Answer, Cell, Reader, Wanted, layoffs_by, reports_of

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula (CWE-1236), the wide signs of Asian keyboards among it."""

_FEEDS = frozenset({"atom", "jsonfeed"})
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported. ``rows`` are those of ``answer``, told on the progress bar as they are taken."""

    reader: Reader
    what: str
    answer: Answer
    rows: Iterable[tuple[Cell, ...]]
    wanted: Wanted
    now: datetime
    web: str | None = None
    """Where the web page is, for links to it."""

    def records(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.answer.columns, row, strict=True)) for row in self.rows)


def refuse(form: str, what: str, web: str | None, *, terminal: bool) -> None:
    """Raise ``UsageError`` for what cannot be written so, before anything is read."""
    if web is not None and (plain.link(web) is None or form not in _FEEDS):
        raise click.UsageError(
            "--web takes the http(s) address of `pinkslip web`, and only atom and jsonfeed link to it"
        )
    if form in _FEEDS and what == "alerts":
        raise click.UsageError("a feed is of layoffs or of articles; --what alerts has csv, json, jsonl and parquet")
    if form == "parquet":
        if terminal:
            raise click.UsageError("parquet is no text for a terminal; name a file with --output, or use a pipe")
        from monitor.cli.parquet import library  # noqa: PLC0415 (needed for this form alone)

        library()


def _csv(export: Export, sink: BinaryIO) -> None:
    text = io.TextIOWrapper(sink, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(export.answer.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in export.rows)
    text.flush()
    text.detach()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def _json(export: Export, sink: BinaryIO) -> None:
    between = "["
    for record in export.records():
        written = json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        sink.write(f"{between}\n  {written}".encode())
        between = ","
    sink.write(b"\n]\n" if between == "," else b"[]\n")


def _jsonl(export: Export, sink: BinaryIO) -> None:
    sink.writelines(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in export.records())


def _atom(export: Export, sink: BinaryIO) -> None:
    sink.writelines(feed.atom(*_feed(export)))


def _jsonfeed(export: Export, sink: BinaryIO) -> None:
    sink.writelines(feed.jsonfeed(*_feed(export)))


def _parquet(export: Export, sink: BinaryIO) -> None:
    from monitor.cli import parquet  # noqa: PLC0415 (needed for this form alone)

    parquet.write(export.answer.columns, export.rows, sink)


FORMS: dict[str, Callable[[Export, BinaryIO], None]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "parquet": _parquet,
}


def _feed(export: Export) -> tuple[feed.Feed, Iterator[feed.Item]]:
    """The feed and its items; it was updated when the newest of them was, or now if there is none."""
    about = {
        "company": export.wanted.company,
        "source": export.wanted.source,
        "flagged": export.wanted.flagged or None,
        "min_headcount": export.wanted.min_headcount,
    }
    # When it begins and ends is left out: the week's layoffs are one feed, week after week.
    named = {name: str(value) for name, value in about.items() if value is not None}
    described = feed.Feed(
        id=f"{export.what}?{urlencode(named)}" if named else export.what,
        title=" · ".join([export.what.capitalize(), *(f"{name} {value}" for name, value in named.items())]),
        updated=max(map(_updated, export.answer.records()), default=export.now),
        page=None if export.web is None else f"{export.web.rstrip('/')}/",
    )
    return described, _layoffs(export) if export.what == "layoffs" else _articles(export)


def _updated(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record.get("updated_at") or record["published_at"] or record["first_seen_at"])


def _layoffs(export: Export) -> Iterator[feed.Item]:
    ids = (str(record["id"]) for record in export.records())
    while batch := list(islice(ids, _BATCH)):
        layoffs = {layoff.id: layoff for layoff in layoffs_by(export.reader.db, ids=batch)}
        reports = reports_of(export.reader.db, batch)
        for each in batch:
            page = None if export.web is None else f"{export.web.rstrip('/')}/layoffs/{each}"
            yield feed.of_layoff(layoffs[each], reports.get(each, ()), page=page)


def _articles(export: Export) -> Iterator[feed.Item]:
    for record in export.records():
        yield feed.of_article(
            article_id=record["id"],
            title=record["title"],
            url=record["url"],
            outlet=record["source_id"],
            summary=record["snippet"] or "",
            at=_updated(record),
            flagged=bool(record["flagged"]),
        )
