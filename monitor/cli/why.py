"""Why: the whole path of an article, a layoff or an alert, told in order."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from monitor.archive.reader import Reader
from monitor.cli import layoffs
from monitor.cli.articles import named
from monitor.cli.session import Session
from monitor.cli.show import as_json, document, plain

_JSON = ("rules", "vetoes", "evidence")


@click.command()
@click.argument("target", metavar="URL|ID")
@as_json
@click.pass_obj
def why(session: Session, target: str, json_wanted: bool) -> None:
    """Why an article was flagged or not, why a layoff was opened, why an alert was sent or was not."""
    with session.reader() as reader:
        articles = named(reader, target)
        alert = reader.alert(target)
        layoff = reader.layoff(alert.layoff_id if alert and alert.layoff_id else target)
        if not articles and alert is None and layoff is None:
            click.echo(f"The archive has no article, layoff or alert {target}.", err=True)
            sys.exit(1)
        if json_wanted:
            document(_record(reader, articles, target))
            return
        for article_id in articles:
            _tell_article(reader, article_id)
        if alert is not None:
            click.echo(f"Alert {alert.id}: {alert.kind} to {alert.channel_id}, {alert.state}, because: {alert.reason}")
        if layoff is not None:
            layoffs.tell(reader, layoff)


def _record(reader: Reader, articles: tuple[str, ...], target: str) -> dict[str, Any]:
    alert = reader.alert(target)
    layoff = reader.layoff(alert.layoff_id if alert and alert.layoff_id else target)
    return {
        "articles": [_article(reader, each) for each in articles],
        "alert": {"id": alert.id, "state": alert.state, "reason": alert.reason} if alert else None,
        "layoff": layoffs.record(reader, layoff) if layoff else None,
    }


def _article(reader: Reader, article_id: str) -> dict[str, Any]:
    decision = next(iter(reader.decision(article_id).records()))
    for column in _JSON:
        decision[column] = json.loads(decision[column])
    layoff_id = decision["layoff_id"]
    return {
        **decision,
        "facts": list(reader.facts(article_id).records()),
        "marks": list(reader.corrections_of(article_id).records()),
        "texts": [asdict(text) for text in reader.texts([article_id])],
        "carried_by": list(reader.carriers(article_id).records()),
        "alerts": list(reader.alerts_of(layoff_id).records()) if layoff_id else [],
    }


def _tell_article(reader: Reader, article_id: str) -> None:
    it = _article(reader, article_id)
    click.echo(plain(it["title"]))
    click.echo(f"  {plain(it['url']) or 'no link'} · article {it['id']}")
    for carrier in it["carried_by"]:
        click.echo(f"  seen in {carrier['source_id']} at {carrier['first_seen_at'][:19]}Z")
    if it["page"]:
        click.echo(f"  its page: {plain(it['page'])}")
    if it["duplicate_of"]:
        click.echo(f"  duplicate of article {it['duplicate_of']}: the same text; told with that one")
    click.echo(f"  {_decision(it)}")
    for piece in it["evidence"]:
        veto = piece["rule"] in it["vetoes"] or piece["rule"] not in it["rules"]
        held = (", a veto, too weak here," if it["flagged"] else ", a veto,") if veto else ""
        click.echo(f"    {piece['rule']}{held} found “{plain(piece['text'])}” in the {piece['field']}")
    marks = (f"marked {mark['verdict']} by hand, {mark['at'][:10]}" for mark in it["marks"])
    for line in (*layoffs.edits(reader.texts([article_id])).values(), *marks):
        click.echo(f"  {line}")
    for fact in it["facts"]:
        click.echo(f"  {fact['name']}: {plain(fact['value'])} (“{plain(fact['text'])}” in the {fact['field']})")
    if it["layoff_id"]:
        silent = "; from a source's first poll, so told to nobody" if it["baseline"] else ""
        click.echo(f"  reported layoff {it['layoff_id']}: {plain(it['why'])}{silent}")
    elif it["flagged"] and not it["duplicate_of"]:
        click.echo("  joined no layoff")
    for alert in it["alerts"]:
        reason = plain(alert["reason"])
        click.echo(f"  alert {alert['id']} to {alert['channel_id']}: {alert['kind']}, {alert['state']}: {reason}")


def _decision(it: dict[str, Any]) -> str:
    if it["flagged"]:
        severity = f", severity {it['severity']}" if it["severity"] not in (None, "normal") else ""
        stage = it["stage"] or "stage not stated"
        return f"flagged: score {it['score']:.2f}, {stage}{severity}, by {', '.join(it['rules'])}"
    held = f"; held back by {', '.join(it['vetoes'])}" if it["vetoes"] else ""
    kind = f" It is {it['kind']}." if it["kind"] else ""
    nearly = " Nearly flagged." if it["near"] else ""
    return f"not flagged: score {it['score']:.2f}{held}.{kind}{nearly}"
