"""Whether alerts come in time, by what was measured: per source and per channel, the source's lag and ours apart."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from monitor.archive import latency
from monitor.archive.latency import Filings, Lags, Spread, Standing
from monitor.cli.session import Session, When
from monitor.cli.show import as_json, counted, document, plain, table

_WEEK = timedelta(days=7)


@click.command()
@click.option("--since", type=When(), help="Only what was decided since then. Default: 7d.")
@as_json
@click.pass_obj
def slo(session: Session, since: datetime | None, json_wanted: bool) -> None:
    """How long from publication to the alert: p50, p95 and p99 per channel and per source.

    "Ours" is from when we first saw a report to when the channel took its alert. Exits 0 only where every channel is
    known to be in time; where nothing was measured that is unknown, which is not well.
    """
    start = since or session.now - _WEEK
    names = [channel.id for channel in session.unjudging().policy.channels]
    with session.reader() as reader:
        told = latency.told_since(reader.db, start)
        filings = latency.filings_since(reader.db, start)
    channels = latency.by_channel(told, names, session.now)
    sources = latency.by_source(told, session.now)
    standing = latency.overall(channels)
    if json_wanted:
        document(
            {
                "since": start,
                "until": session.now,
                "standing": standing,
                "objective": {"ours_p99_seconds": latency.OBJECTIVE.total_seconds()},
                "channels": [_record(each) for each in channels],
                "sources": [_record(each) for each in sources],
                "filings": {**asdict(filings), "total": filings.total, "recall": filings.recall},
            }
        )
    else:
        _show("channel", channels)
        if sources:
            click.echo()
            _show("source", sources)
        click.echo()
        click.echo(_recall(filings))
        click.echo(_verdict(standing), err=True)
    sys.exit(0 if standing is Standing.OK else 1)


def _record(each: Lags) -> dict[str, Any]:
    fields = asdict(each)
    return {"name": fields.pop("name"), "standing": each.standing, **fields}


def _show(heading: str, lags: Sequence[Lags]) -> None:
    rows = [
        (each.name, each.standing, *map(_spread, (each.source_lag, each.ours, each.total)), _beside(each))
        for each in lags
    ]
    table((heading, "", "source lag", "ours", "total", "alerts"), rows, flexible=5)


def _spread(spread: Spread) -> str:
    """All three, the median first: "2 s / 9 s / 4 min"."""
    if spread.p50 is None or spread.p95 is None or spread.p99 is None:
        return "unknown"
    return " / ".join(_span(seconds) for seconds in (spread.p50, spread.p95, spread.p99))


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.1f} s"


def _beside(each: Lags) -> str:
    """How many were measured, and what the figures do not speak of."""
    waiting = f"{each.waiting} owed, for {_span(each.longest_waiting)} at most" if each.longest_waiting else ""
    counts = (
        (each.undated, "undated"),
        (each.gathered, "in digests"),
        (each.replayed, "replayed"),
        (each.dead, "dead"),
    )
    return ", ".join(
        [f"{each.ours.count} measured", *(f"{n} {what}" for n, what in counts if n), *([waiting] if waiting else [])]
    )


def _recall(filings: Filings) -> str:
    if filings.recall is None:
        return "Recall against filings: unknown; no source reported one."
    return (
        f"Recall against filings: {filings.recall:.0%} of {counted(filings.total, 'layoff')} filed: "
        f"{filings.before} told before, {filings.after} after, {filings.untold} not."
    )


def _verdict(standing: Standing) -> str:
    within = plain(_span(latency.OBJECTIVE.total_seconds()))
    match standing:
        case Standing.OK:
            return f"In time: every channel got 99 of 100 alerts within {within} of our seeing the news."
        case Standing.LATE:
            return "Late: see `pinkslip alerts list --state pending`, and --state dead."
        case Standing.UNKNOWN:
            return "Unknown: a channel was told nothing in this time, so nothing could be measured."
