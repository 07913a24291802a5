"""The command ``pinkslip rules list``: every rule and veto, or what they nearly caught."""

from __future__ import annotations

import json
from typing import Any

import click

from monitor.archive import NoArchiveError
from monitor.cli.period import days, since
from monitor.cli.rules.lines import below, entry, held_back
from monitor.cli.session import Session
from monitor.cli.show import ago, answer_document, as_json, document, short, table
from monitor.detect.rules import Rule, Veto

_NEAR = 50
"""How many near misses are shown unless said otherwise."""


@click.command("list")
@click.option("--near", is_flag=True, help="Near misses instead: articles that were nearly flagged, newest first.")
@days
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=f"So many near misses; {_NEAR} unless said.")
@as_json
@click.pass_obj
def list_rules(session: Session, near: bool, days: int | None, limit: int | None, json_wanted: bool) -> None:
    """List every rule and veto: what it weighs, what it caught or held back in the archive, what it says.

    With --near: the articles of the archive that were nearly flagged, being just under the threshold or held back by
    a single veto, with the rules that fired and the veto. --days and --limit go with --near.
    """
    if near:
        _near(session, days, limit or _NEAR, json_wanted=json_wanted)
        return
    if days is not None or limit is not None:
        raise click.UsageError("--days and --limit narrow the near misses; add --near")
    pack = session.pack
    caught = _caught(session)
    if json_wanted:
        document([_record(each) | {"caught": caught.get(each.id, 0)} for each in pack.all()])
        return
    rows = [
        (each.id, each.kind, _strength(each), each.stage or "", f"{caught.get(each.id, 0):,}", each.says)
        for each in pack.all()
    ]
    table(("rule", "kind", "weight", "stage", "caught", "says"), rows, flexible=5, right=(2, 4))
    if unmeasured := dict.fromkeys(each.file for each in pack.all() if not each.measured):
        click.echo(f"Nobody has measured yet how good these are: {', '.join(unmeasured)}", err=True)


def _near(session: Session, days: int | None, limit: int, *, json_wanted: bool) -> None:
    with session.reader() as reader:
        found = reader.near(since(session, days), limit)
    if json_wanted:
        answer_document(found, decode=("rules", "vetoes"))
        return
    for each in found.records():
        _print(each, session)
    if not found.rows:
        click.echo("The archive holds no near miss of that time.", err=True)


def _print(each: dict[str, Any], session: Session) -> None:
    rules, vetoes = json.loads(each["rules"]), json.loads(each["vetoes"])
    entry(f"{ago(each['first_seen_at'], session.now):>6}  {each['score']:.2f}  {each['title']}")
    below(f"{each['source_id']} · {short(each['id'])} · {' '.join(rules)}: {held_back(vetoes)}")


def _caught(session: Session) -> dict[str, int]:
    try:
        with session.reader() as reader:
            return reader.caught()
    except NoArchiveError:
        return {}  # there are rules before there is an archive


def _strength(each: Rule | Veto) -> str:
    if isinstance(each, Rule):
        return f"{each.weight:g}"
    return "outranks" if each.lowers == 1 else f"-{each.lowers:.0%}"


def _record(each: Rule | Veto) -> dict[str, object]:
    shared = {"id": each.id, "says": each.says, "kind": each.kind, "stage": each.stage, "file": each.file}
    pack = {"language": each.language, "measured": each.measured}
    if isinstance(each, Rule):
        return {"type": "rule", **shared, **pack, "weight": each.weight, "severity": each.severity}
    return {"type": "veto", **shared, **pack, "lowers": each.lowers, "reach": each.reach, "over": sorted(each.over)}
