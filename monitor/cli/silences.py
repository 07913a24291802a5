"""Silences: what nobody shall be told of for a time."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import click

from monitor.archive.silences import Silences
from monitor.cli.session import Session, Until
from monitor.cli.show import ago, as_json, counted, document, plain, table
from monitor.model import Silence, Subject


@click.group()
def silence() -> None:
    """Keep layoffs from being told for a time; what is held back stays in the ledger as suppressed."""


@silence.command()
@click.option("--company", metavar="NAME", help="An employer: a name, ticker, domain or CIK.")
@click.option("--rule", metavar="RULE", help='A rule, or several: "layoffs.*".')
@click.option("--source", metavar="ID", help="A source.")
@click.option("--layoff", metavar="ID", help="One layoff.")
@click.option("--for", "until", type=Until(), help="How long: 6h, 2d, 3w.")
@click.option("--until", "until", type=Until(), help="Until when: 2026-12-01, or 2026-12-01T08:00.")
@click.option("--note", default="", help="Why, for those who read the list.")
@as_json
@click.pass_obj
def add(session: Session, /, until: datetime | None, note: str, json_wanted: bool, **named: str | None) -> None:
    """Silence a company, a rule, a source or a layoff."""
    given = [(Subject(subject), value) for subject, value in named.items() if value]
    if len(given) != 1:
        raise click.UsageError("name one of --company, --rule, --source and --layoff")
    if until is None or until <= session.now:
        raise click.UsageError("say for how long: --for 2d, or --until with a time that is still to come")
    [(subject, value)] = given
    wanted = Silence(id=0, subject=subject, value=_value(session, subject, value), since=session.now, until=until)
    with session.writer() as archive, archive.writing():
        made = archive.silences.add(replace(wanted, note=note))
        hushed = archive.silences.hush(made)
    if json_wanted:
        document({**_record(made, session.now), "taken_back": hushed})
        return
    taken = f"; {counted(hushed, 'alert')} not sent yet will not be" if hushed else ""
    click.echo(f"Silence {made.id}: {made.subject} {plain(made.value)}, until {made.until:%Y-%m-%d %H:%M} UTC{taken}.")


@silence.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@as_json
@click.pass_obj
def list_silences(session: Session, everything: bool, json_wanted: bool) -> None:
    """Silences, the newest first."""
    with session.reader() as reader:
        found = [each for each in Silences(reader.db).all() if everything or each.holds(session.now)]
    if json_wanted:
        document([_record(each, session.now) for each in found])
        return
    if not found:
        click.echo("Nothing is silenced.", err=True)
        return
    rows = [(str(each.id), each.subject, each.value, _standing(each, session.now), each.note) for each in found]
    table(("id", "what", "which", "ends", "note"), rows, flexible=4)


@silence.command()
@click.argument("number", metavar="ID", type=int)
@click.pass_obj
def end(session: Session, number: int) -> None:
    """End a silence now. What it held back is told with the next news of it."""
    with session.writer() as archive, archive.writing():
        ended = archive.silences.end(number, session.now)
    if not ended:
        click.echo(f"No silence {number} holds; `pinkslip alerts silence list` shows them.", err=True)
        sys.exit(1)
    click.echo(f"Silence {number} is over.", err=True)


def _value(session: Session, subject: Subject, value: str) -> str:
    """What the archive knows it by; refuses what it has never heard of, where a slip would silence nothing."""
    if subject is Subject.COMPANY:
        return session.unjudging().directory.key(value)
    if subject is Subject.LAYOFF:
        with session.reader() as reader:
            layoff = reader.layoff(value)
        if layoff is None:
            raise click.UsageError(f"no layoff has the id {value}; `pinkslip layoffs list` shows them")
        return layoff.id
    if subject is Subject.SOURCE:
        known = {source.id for source in session.unjudging().sources}
        if value not in known:
            raise click.UsageError(f"there is no source {value!r}; `pinkslip sources list` shows them")
    return value


def _standing(one: Silence, now: datetime) -> str:
    if one.ended_at is not None:
        return "ended by hand"
    return ago(one.until.isoformat(), now) if one.until - now > timedelta(0) else "over"


def _record(one: Silence, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "subject": one.subject,
        "value": one.value,
        "since": one.since,
        "until": one.until,
        "note": one.note,
        "ended_at": one.ended_at,
        "holds": one.holds(now),
    }
