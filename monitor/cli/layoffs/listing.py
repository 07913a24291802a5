"""What happened: layoffs, newest first, and one layoff with all that is known of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

import click

from monitor.archive.evidence import DecidedText
from monitor.archive.reader import Reader
from monitor.cli.articles import day, filters, narrow
from monitor.cli.session import Session
from monitor.cli.show import ago, answer_document, as_json, counted, document, jobs, plain, say, short, stage_of, table
from monitor.layoffs import stated
from monitor.layoffs.proposals import proposals
from monitor.model import Amount, Layoff, Report

_IN_WORDS = ("place", "unit", "effective", "announced", "reason", "wave")
_NAMED = 3
"""Outlets that are named for a figure."""


@click.command("list")
@filters
@click.option("--proposed", is_flag=True, help="Instead, pairs that may be one layoff, for you to merge.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
@click.pass_obj
def list_layoffs(session: Session, /, limit: int, proposed: bool, json_wanted: bool, **narrowed: Any) -> None:
    """Layoffs, the latest first."""
    if proposed:
        _propose(session, limit, json_wanted, **narrowed)
        return
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
            stage_of(each["stage"]),
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


def _propose(session: Session, limit: int, json_wanted: bool, **narrowed: Any) -> None:
    """Layoffs that may be one, with the command that makes them one."""
    window = session.unjudging().policy.window
    with session.reader() as reader:
        narrow_to = narrow(reader, None, **narrowed)
        pairs = list(islice(proposals(reader.all_layoffs(narrow_to), window, reader.set_apart()), limit))
    if json_wanted:
        document([{"a": _row(each.earlier), "b": _row(each.later), "why": each.why} for each in pairs])
        return
    if not pairs:
        click.echo("No two layoffs look like one.", err=True)
        return
    for each in pairs:
        for layoff in (each.earlier, each.later):
            click.echo(f"{day(layoff.opened_at)}  {_named(layoff)}: {jobs(_row(layoff))} · {short(layoff.id)}")
        click.echo(f"    {plain(each.why)}")
        click.echo(f"    pinkslip layoffs merge {short(each.earlier.id)} {short(each.later.id)}\n")


def _row(layoff: Layoff) -> dict[str, Any]:
    names = ("id", "company", "stage", "stated", "headcount", "percent", "opened_at", "updated_at", "reports")
    bounds = {"headcount_low": layoff.headcount_low, "headcount_high": layoff.headcount_high}
    return {**{name: getattr(layoff, name) for name in names}, **bounds, "conflicting": layoff.conflicting}


def _named(layoff: Layoff) -> str:
    return plain(layoff.company) or "an unnamed employer"


@click.command()
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
    reports = _in_time(reader, layoff)
    texts = reader.texts([each.article_id for each in reports])
    fields = {name: getattr(layoff, name) for name in Layoff.__dataclass_fields__}
    return {
        **fields,
        "reports": [
            {"article": each.article_id, "outlet": each.outlet, "title": each.title, "url": each.url}
            | {"published_at": each.published_at, "reported_at": each.reported_at, "why": each.why}
            | {"facts": [_fact(name, amount) for name, amount in _amounts(each)]}
            | {"evidence": [asdict(text) for text in texts if text.article_id == each.article_id]}
            for each in reports
        ],
        "stated": _facts_of(reader, layoff),
        "corrections": list(reader.corrections_of(layoff.id).records()),
        "alerts": list(reader.alerts_of(layoff.id).records()),
    }


def tell(reader: Reader, layoff: Layoff) -> None:
    size = jobs(_row(layoff))
    say(f"{plain(layoff.company) or 'An unnamed employer'}: {size} · {layoff.stage.replace('_', ' ')}", "bold")
    say(f'  "{plain(layoff.sentence)}"')
    for line in filter(None, (_range(reader, layoff), _where(layoff), _relations(layoff))):
        say(f"  {line}")
    say(f"  opened {day(layoff.opened_at)}, last report {day(layoff.updated_at)} UTC · id {layoff.id}")
    for correction in reader.corrections_of(layoff.id).records():
        say(f"  {_corrected(correction)}")
    if facts := _facts_of(reader, layoff):
        say("")
        say("stated", "bold")
    for fact in facts:
        say(f'  {fact["name"]}: {plain(fact["value"])}  "{plain(fact["sentence"])}"')
    say("")
    say(counted(layoff.reports, "report"), "bold")
    reports = _in_time(reader, layoff)
    edited = edits(reader.texts([each.article_id for each in reports]))
    for each in reports:
        figures = ", ".join(plain(amount.text) for _, amount in _amounts(each)) or "no number"
        say(f"  {day(each.published_at or each.reported_at)}  {plain(each.outlet)}: {plain(each.title)}")
        say(f"      {figures} · {each.why} · article {each.article_id}")
        for line in filter(None, (plain(each.url), edited.get(each.article_id))):
            say(f"      {line}")
    alerts = list(reader.alerts_of(layoff.id).records())
    say("")
    say(counted(len(alerts), "alert"), "bold")
    if not alerts:
        first = all(each.baseline for each in reader.reports(layoff.id))
        say(f"  nobody was told: {'its reports came with first polls' if first else 'no route takes it'}")
    for alert in alerts:
        sent = f", sent {alert['sent_at'][:19]}Z" if alert["sent_at"] else ""
        say(f"  {alert['kind']} to {alert['channel_id']}: {alert['state']}{sent} ({plain(alert['reason'])})")


def edits(texts: Iterable[DecidedText]) -> dict[str, str]:
    """What to say of each article that reads otherwise now than when it was first flagged."""
    first = {text.article_id: text for text in reversed(tuple(texts))}
    return {
        each: f"text changed since; {text.decided_at:%Y-%m-%d %H:%M} it was “{plain(text.title)}”"
        for each, text in first.items()
        if text.changed
    }


def _in_time(reader: Reader, layoff: Layoff) -> list[Report]:
    return sorted(reader.reports(layoff.id), key=lambda each: each.published_at or each.reported_at)


def _facts_of(reader: Reader, layoff: Layoff) -> list[dict[str, Any]]:
    """What its reports state in words, each thing once, with the first sentence that says it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for report in _in_time(reader, layoff):
        for fact in reader.facts(report.article_id).records():
            if fact["name"] in _IN_WORDS:
                found.setdefault((fact["name"], fact["value"].casefold()), {**fact, "article": report.article_id})
    return list(found.values())


def _corrected(correction: dict[str, Any]) -> str:
    other = correction["other_id"] or f"article {correction['article_id']}"
    verdict = f" {correction['verdict']}" if correction["verdict"] else ""
    return f"{correction['action']} by hand{verdict}, {correction['at'][:10]}: {correction['layoff_id'] or ''} {other}"


def _range(reader: Reader, layoff: Layoff) -> str:
    """What is said of the number, and by whom, where not all say the same."""
    if layoff.headcount_low == layoff.headcount_high or not layoff.figures:
        return ""
    said: dict[str, list[str]] = {}
    for report in reader.reports(layoff.id):
        if report.headcount is not None:
            said.setdefault(stated(report.headcount), []).append(report.outlet)
    figures = "; ".join(f"{figure} by {_listed(outlets)}" for figure, outlets in said.items())
    return plain(f"between {layoff.headcount_low:,} and {layoff.headcount_high:,}: {figures}")


def _listed(outlets: list[str]) -> str:
    names = list(dict.fromkeys(outlets))
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _where(layoff: Layoff) -> str:
    """Where, in what part of the company, and from when on."""
    parts = (
        f"in {'; '.join(layoff.places)}" if layoff.places else "",
        f"units: {', '.join(layoff.units)}" if layoff.units else "",
        f"effective {layoff.effective}" if layoff.effective else "",
    )
    return plain(" · ".join(part for part in parts if part))


def _relations(layoff: Layoff) -> str:
    """What it has to do with other layoffs."""
    parts = (
        f"follows layoff {layoff.follows}" if layoff.follows else "",
        f"merged into layoff {layoff.merged_into}" if layoff.merged_into else "",
    )
    return " · ".join(part for part in parts if part)


def _amounts(report: Report) -> tuple[tuple[str, Amount], ...]:
    pairs = (("headcount", report.headcount), ("percent", report.percent))
    return tuple((name, amount) for name, amount in pairs if amount is not None)


def _fact(name: str, amount: Amount) -> dict[str, Any]:
    return {"name": name, **{field: getattr(amount, field) for field in Amount.__dataclass_fields__}}
