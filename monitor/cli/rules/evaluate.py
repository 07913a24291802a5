"""The command ``pinkslip rules eval``: measures the rules on labelled articles, by themselves or beside others."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from monitor.cli.rules.against import against, other_pack
from monitor.cli.rules.labelled import FILE, labelled, with_events
from monitor.cli.rules.lines import deciders, never_fired
from monitor.cli.session import Session
from monitor.cli.show import as_json, document, plain, table
from monitor.detect.rules import Pack
from monitor.detect.rules.evaluate import (
    Change,
    Comparison,
    Evaluation,
    Event,
    EventFigures,
    Figures,
    Judgement,
    Labelled,
)
from monitor.model import Flag

_DIFFERENCES = ("newly_found", "newly_missed", "new_false_alarms", "mended")


@click.command("eval")
@click.argument("file", type=FILE)
@click.option("--clusters", type=FILE, help="Which article is about which event: JSON lines with id and cluster_id.")
@against
@as_json
@click.pass_obj
def evaluate(session: Session, file: Path, clusters: Path | None, against: Path | None, json_wanted: bool) -> None:
    """Measure the rules on FILE: JSON lines with id, title, summary, body, label, kind and borderline.

    The label is layoff_event or not_layoff (or true or false). Prints precision, recall and F1 over all articles and
    without the borderline ones, by kind, rule and veto, the rules that never fired, every miss and every false alarm.

    --clusters: the same over events, where each event counts one, however many articles it has. Recall is then the
    mean share of a layoff event's articles that was found, precision the sum of those shares out of itself and the
    same sum over other events, F1 the harmonic mean of both. Lists the layoff events of which nothing was found.

    --against: the figures of other rules beside these, and every article that they decide otherwise.
    """
    pack = session.pack
    other = other_pack(session, against) if against else None
    articles = labelled(file)
    if clusters:
        articles = with_events(articles, clusters)
    these, *others = _evaluations(articles, [pack, *([other] if other else [])])
    comparison = Comparison(these, others[0]) if others else None
    unused = pack.unused(these.fired())
    if json_wanted:
        document(_document(these, comparison, against, unused, by_event=clusters is not None))
        return
    _print(these, comparison, unused, by_event=clusters is not None)


def _evaluations(articles: list[Labelled], packs: list[Pack]) -> list[Evaluation]:
    with click.progressbar(
        length=len(articles) * len(packs), label="judging", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def judgement(pack: Pack, each: Labelled) -> Judgement:
            bar.update(1)
            return Judgement(each, pack.judge(each.text))

        return [Evaluation(tuple(judgement(pack, each) for each in articles)) for pack in packs]


def _print(these: Evaluation, comparison: Comparison | None, unused: list[str], *, by_event: bool) -> None:
    those = comparison.after if comparison else None
    rows = [_figures("all", these.all), *([_figures("  against", those.all)] if those else [])]
    rows += [_figures("clear", these.clear), *([_figures("  against", those.clear)] if those else [])]
    headings = ("ARTICLES", "PRECISION", "RECALL", "F1", "FOUND", "MISSED", "FALSE", "PASSED")
    table(headings, rows, flexible=0, right=range(1, 8))
    if by_event:
        _print_events(these, those)
    click.echo()
    kinds = [(each.kind, "layoff" if each.layoff else "", f"{each.right}", f"{each.items}") for each in these.by_kind()]
    table(("KIND", "", "RIGHT", "OF"), kinds, flexible=0, right=(2, 3))
    click.echo()
    by_rule = [(each.rule, f"{each.layoffs}", f"{each.others}", f"{each.false_alarms}") for each in these.by_rule()]
    table(("RULE", "IN LAYOFFS", "ELSEWHERE", "FALSE ALARMS"), by_rule, flexible=0, right=(1, 2, 3))
    click.echo()
    by_veto = [(each.veto, f"{each.layoffs}", f"{each.others}", f"{each.misses}") for each in these.by_veto()]
    table(("VETO", "IN LAYOFFS", "ELSEWHERE", "MISSES"), by_veto, flexible=0, right=(1, 2, 3))
    never_fired(unused)
    _print_wrong("missed", these.misses)
    _print_wrong("false alarms", these.false_alarms)
    if by_event:
        _print_unfound(these.events.unfound)
    if comparison:
        _print_differences(comparison)


def _figures(name: str, each: Figures) -> tuple[str, ...]:
    ratios = (f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}")
    return (name, *ratios, *map(str, (each.found, each.missed, each.false_alarms, each.passed)))


def _print_events(these: Evaluation, those: Evaluation | None) -> None:
    click.echo()
    rows = [_event_figures("all", these.events), *([_event_figures("  against", those.events)] if those else [])]
    rows += [_event_figures("clear", these.clear_events)]
    rows += [_event_figures("  against", those.clear_events)] if those else []
    headings = ("EVENTS", "PRECISION", "RECALL", "F1", "LAYOFFS", "WHOLE", "IN PART", "NOT")
    table(headings, rows, flexible=0, right=range(1, 8))


def _event_figures(name: str, each: EventFigures) -> tuple[str, ...]:
    ratios = (f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}")
    whole = sum(event.flagged == event.items for event in each.layoffs)
    unfound = len(each.unfound)
    return (name, *ratios, *map(str, (len(each.layoffs), whole, len(each.layoffs) - whole - unfound, unfound)))


def _print_wrong(name: str, judgements: Iterable[Judgement]) -> None:
    click.echo(f"\n{name}")
    for each in judgements:
        click.echo(f"{_mark(each.labelled)} {each.flag.score:.2f}  {_named(each.labelled)}  [{deciders(each.flag)}]")


def _print_unfound(events: Iterable[Event]) -> None:
    click.echo("\nlayoff events of which nothing was found")
    for each in events:
        click.echo(f"  {plain(each.name)}  {each.items} × {plain(each.title)}")


def _print_differences(comparison: Comparison) -> None:
    for name in _DIFFERENCES:
        changes: tuple[Change, ...] = getattr(comparison, name)
        click.echo(f"\nagainst: {name.replace('_', ' ')} ({len(changes)})")
        for each in changes:
            scores = f"{each.before.score:.2f} → {each.after.score:.2f}"
            by = f"{deciders(each.before)} → {deciders(each.after)}"
            click.echo(f"{_mark(each.labelled)} {scores}  {_named(each.labelled)}  [{by}]")


def _mark(labelled: Labelled) -> str:
    return "~" if labelled.borderline else " "


def _named(labelled: Labelled) -> str:
    return f"{plain(labelled.kind)}  {plain(labelled.text.title)}"


def _document(
    these: Evaluation, comparison: Comparison | None, folder: Path | None, unused: list[str], *, by_event: bool
) -> dict[str, object]:
    said: dict[str, object] = {
        **_ratios_of(these, by_event=by_event),
        "by_kind": [asdict(each) for each in these.by_kind()],
        "by_rule": [asdict(each) for each in these.by_rule()],
        "by_veto": [asdict(each) for each in these.by_veto()],
        "never_fired": unused,
        "missed": [_judged(each.labelled) | _decision(each.flag) for each in these.misses],
        "false_alarms": [_judged(each.labelled) | _decision(each.flag) for each in these.false_alarms],
    }
    if by_event:
        unfound = these.events.unfound
        said["unfound_events"] = [{"event": each.name, "items": each.items, "title": each.title} for each in unfound]
    if comparison:
        differences = {name: [_changed(each) for each in getattr(comparison, name)] for name in _DIFFERENCES}
        said["against"] = {"folder": str(folder), **_ratios_of(comparison.after, by_event=by_event), **differences}
    return said


def _ratios_of(evaluation: Evaluation, *, by_event: bool) -> dict[str, object]:
    said: dict[str, object] = {"all": _ratios(evaluation.all), "without_borderline": _ratios(evaluation.clear)}
    if by_event:
        pair = {"all": evaluation.events, "without_borderline": evaluation.clear_events}
        said["macro"] = {name: _event_ratios(each) for name, each in pair.items()}
    return said


def _ratios(each: Figures) -> dict[str, object]:
    return {"precision": each.precision, "recall": each.recall, "f1": each.f1, **asdict(each)}


def _event_ratios(each: EventFigures) -> dict[str, object]:
    ratios = {"precision": each.precision, "recall": each.recall, "f1": each.f1}
    return {**ratios, "layoff_events": len(each.layoffs), "unfound": len(each.unfound)}


def _judged(labelled: Labelled) -> dict[str, object]:
    return {
        "id": labelled.id,
        "kind": labelled.kind,
        "borderline": labelled.borderline,
        "title": labelled.text.title,
    }


def _decision(flag: Flag) -> dict[str, object]:
    return {"score": flag.score, "rules": flag.rules, "vetoes": flag.vetoes}


def _changed(each: Change) -> dict[str, object]:
    return {**_judged(each.labelled), "before": _decision(each.before), "after": _decision(each.after)}
