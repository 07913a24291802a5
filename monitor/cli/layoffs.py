"""What happened: layoffs, newest first, and one layoff with all that is known of it."""

from __future__ import annotations

import sys
from typing import Any

import click

from monitor.archive.reader import Reader
from monitor.cli.articles import day, filters, narrow
from monitor.cli.session import Session
from monitor.cli.show import ago, answer_document, as_json, counted, document, jobs, plain, short, table
from monitor.model import Amount, Layoff, Report


@click.group()
def layoffs() -> None:
    """What happened: one line per employer's cut, however many articles report it."""


@layoffs.command("list")
@filters
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
@click.pass_obj
def list_layoffs(session: Session, /, limit: int, json_wanted: bool, **narrowed: Any) -> None:
    """Layoffs, the latest first."""
    with session.reader() as reader:
        found = reader.layoffs(narrow(reader, limit, **narrowed))
    if json_wanted:
        answer_document(found)
        return
    rows = [
        (
            ago(each["updated_at"], session.now),
            each["company"] or "an unnamed employer",
            jobs(each),
            each["stage"].replace("_", " "),
            counted(each["reports"], "report"),
            short(each["id"]),
        )
        for each in found.records()
    ]
    if not rows:
        none = "No layoff is like that." if any(narrowed.values()) else "No layoffs yet."
        click.echo(f"{none} `pinkslip sources list` shows when each source is asked next.", err=True)
        return
    table(("updated", "employer", "jobs", "stage", "reports", "id"), rows, flexible=1)


@layoffs.command()
@click.argument("layoff_id", metavar="ID")
@as_json
@click.pass_obj
def show(session: Session, layoff_id: str, json_wanted: bool) -> None:
    """One layoff: its facts with the sentence each came from, its reports in order of time, its alerts."""
    with session.reader() as reader:
        layoff = reader.layoff(layoff_id)
        if layoff is None:
            click.echo(f"No layoff has the id {layoff_id}; `pinkslip layoffs list` shows them.", err=True)
            sys.exit(1)
        if json_wanted:
            document(record(reader, layoff))
            return
        tell(reader, layoff)


def record(reader: Reader, layoff: Layoff) -> dict[str, Any]:
    reports = reader.reports(layoff.id)
    fields = {name: getattr(layoff, name) for name in Layoff.__dataclass_fields__}
    return {
        **fields,
        "reports": [
            {"article": each.article_id, "outlet": each.outlet, "title": each.title, "url": each.url}
            | {"published_at": each.published_at, "reported_at": each.reported_at, "why": each.why}
            | {"facts": [_fact(name, amount) for name, amount in _amounts(each)]}
            for each in reports
        ],
        "alerts": list(reader.alerts_of(layoff.id).records()),
    }


def tell(reader: Reader, layoff: Layoff) -> None:
    size = jobs({"stated": layoff.stated, "percent": layoff.percent})
    click.echo(f"{plain(layoff.company) or 'An unnamed employer'}: {size} · {layoff.stage.replace('_', ' ')}")
    click.echo(f'  "{plain(layoff.sentence)}"')
    click.echo(f"  opened {day(layoff.opened_at)}, last report {day(layoff.updated_at)} UTC · id {layoff.id}")
    click.echo(f"\n{counted(layoff.reports, 'report')}")
    for each in reader.reports(layoff.id):
        figures = ", ".join(plain(amount.text) for _, amount in _amounts(each)) or "no number"
        click.echo(f"  {day(each.published_at or each.reported_at)}  {plain(each.outlet)}: {plain(each.title)}")
        click.echo(f"      {figures} · {each.why} · article {each.article_id}")
        click.echo(f"      {plain(each.url)}") if each.url else None
    alerts = list(reader.alerts_of(layoff.id).records())
    click.echo(f"\n{counted(len(alerts), 'alert')}")
    if not alerts:
        first = all(each.baseline for each in reader.reports(layoff.id))
        click.echo(f"  nobody was told: {'its reports came with first polls' if first else 'no route takes it'}")
    for alert in alerts:
        sent = f", sent {alert['sent_at'][:19]}Z" if alert["sent_at"] else ""
        click.echo(f"  {alert['kind']} to {alert['channel_id']}: {alert['state']}{sent} ({plain(alert['reason'])})")


def _amounts(report: Report) -> tuple[tuple[str, Amount], ...]:
    pairs = (("headcount", report.headcount), ("percent", report.percent))
    return tuple((name, amount) for name, amount in pairs if amount is not None)


def _fact(name: str, amount: Amount) -> dict[str, Any]:
    return {"name": name, **{field: getattr(amount, field) for field in Amount.__dataclass_fields__}}
