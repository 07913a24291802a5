"""The commands of ``pinkslip rules``: list the rules, run their examples, measure them on labelled articles."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from monitor.archive import NoArchiveError
from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, plain, table
from monitor.detect.rules import Failure, Rule, Veto
from monitor.detect.rules.evaluate import Evaluation, Figures, Judgement, Labelled
from monitor.model import Text

_LAYOFF = {"layoff_event": True, "not_layoff": False, "true": True, "false": False}


@click.group()
def rules() -> None:
    """The rules: list them, run their examples, measure them on labelled articles."""


@rules.command("list")
@as_json
@click.pass_obj
def list_rules(session: Session, json_wanted: bool) -> None:
    """List every rule and veto: what it weighs, what it caught or held back in the archive, what it says."""
    pack = session.settings().pack
    caught = _caught(session)
    if json_wanted:
        document([_record(each) | {"caught": caught.get(each.id, 0)} for each in pack.all()])
        return
    rows = [
        (each.id, each.kind, _strength(each), each.stage or "", f"{caught.get(each.id, 0):,}", each.says)
        for each in pack.all()
    ]
    table(("rule", "kind", "weight", "stage", "caught", "says"), rows, flexible=5, right=(2, 4))


@rules.command()
@as_json
@click.pass_obj
def test(session: Session, json_wanted: bool) -> None:
    """Run the examples that the rule files carry. Exits 1 with every one that fails."""
    pack = session.settings().pack
    failures = pack.failures()
    if json_wanted:
        document({"examples": pack.examples(), "failures": [_failure(each) for each in failures]})
    else:
        for each in failures:
            click.echo(plain(each))
        said = f", {counted(len(failures), 'failure')}" if failures else ", all as they should be"
        click.echo(f"{counted(pack.examples(), 'example')}{said}", err=True)
    if failures:
        sys.exit(1)


@rules.command("eval")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
@click.pass_obj
def evaluate(session: Session, file: Path, json_wanted: bool) -> None:
    """Measure the rules on FILE: JSON lines with title, summary, body, label, kind and borderline.

    The label is layoff_event or not_layoff (or true or false). Prints precision, recall and F1 over all articles and
    without the borderline ones, by kind and by rule, then every miss and every false alarm.
    """
    pack = session.settings().pack
    articles = _labelled(file)
    with click.progressbar(articles, label="judging", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        evaluation = Evaluation(tuple(Judgement(each, pack.judge(each.text)) for each in bar))
    if json_wanted:
        document(_measured(evaluation))
        return
    _print(evaluation)


def _print(evaluation: Evaluation) -> None:
    rows = [_figures(name, each) for name, each in (("all", evaluation.all), ("clear", evaluation.clear))]
    headings = ("ARTICLES", "PRECISION", "RECALL", "F1", "FOUND", "MISSED", "FALSE", "PASSED")
    table(headings, rows, flexible=0, right=range(1, 8))
    click.echo()
    kinds = [
        (each.kind, "layoff" if each.layoff else "", f"{each.right}", f"{each.items}") for each in evaluation.by_kind()
    ]
    table(("KIND", "", "RIGHT", "OF"), kinds, flexible=0, right=(2, 3))
    click.echo()
    by_rule = [
        (each.rule, f"{each.layoffs}", f"{each.others}", f"{each.false_alarms}") for each in evaluation.by_rule()
    ]
    table(("RULE", "IN LAYOFFS", "ELSEWHERE", "FALSE ALARMS"), by_rule, flexible=0, right=(1, 2, 3))
    _wrong("missed", evaluation.misses)
    _wrong("false alarms", evaluation.false_alarms)


def _figures(name: str, each: Figures) -> tuple[str, ...]:
    ratios = (f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}")
    return (name, *ratios, *map(str, (each.found, each.missed, each.false_alarms, each.passed)))


def _wrong(name: str, judgements: Iterable[Judgement]) -> None:
    click.echo(f"\n{name}")
    for each in judgements:
        by = " ".join((*each.flag.rules, *(f"-{veto}" for veto in each.flag.vetoes)))
        mark = "~" if each.labelled.borderline else " "
        click.echo(f"{mark} {each.flag.score:.2f}  {each.labelled.kind}  {plain(each.labelled.text.title)}  [{by}]")


def _labelled(file: Path) -> list[Labelled]:
    articles: list[Labelled] = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            articles.append(_article(number, json.loads(line)))
        except (ValueError, TypeError, AttributeError) as error:
            raise click.UsageError(f"{file}, line {number}: {error}") from error
    return articles


def _article(number: int, record: dict[str, object]) -> Labelled:
    label = str(record.get("label")).lower()
    if label not in _LAYOFF:
        raise ValueError(f"want a label of layoff_event or not_layoff, found {record.get('label')!r}")
    title, summary, body = (record.get(key) or "" for key in ("title", "summary", "body"))
    if not (isinstance(title, str) and isinstance(summary, str) and isinstance(body, str)):
        raise TypeError("title, summary and body must be texts")
    return Labelled(
        id=str(record.get("id") or number),
        text=Text(title, summary, body),
        layoff=_LAYOFF[label],
        kind=str(record.get("kind") or label),
        borderline=record.get("borderline") is True,
    )


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
    if isinstance(each, Rule):
        return {"type": "rule", **shared, "weight": each.weight}
    return {"type": "veto", **shared, "lowers": each.lowers, "reach": each.reach, "over": sorted(each.over)}


def _failure(each: Failure) -> dict[str, object]:
    return {
        "file": each.file,
        "rule": each.rule,
        "wanted": each.wanted,
        "example": asdict(each.example),
        "score": each.flag.score,
        "rules": each.flag.rules,
        "vetoes": each.flag.vetoes,
    }


def _measured(evaluation: Evaluation) -> dict[str, object]:
    return {
        "all": _ratios(evaluation.all),
        "without_borderline": _ratios(evaluation.clear),
        "by_kind": [asdict(each) for each in evaluation.by_kind()],
        "by_rule": [asdict(each) for each in evaluation.by_rule()],
        "missed": [_judged(each) for each in evaluation.misses],
        "false_alarms": [_judged(each) for each in evaluation.false_alarms],
    }


def _ratios(each: Figures) -> dict[str, object]:
    return {"precision": each.precision, "recall": each.recall, "f1": each.f1, **asdict(each)}


def _judged(each: Judgement) -> dict[str, object]:
    return {
        "id": each.labelled.id,
        "kind": each.labelled.kind,
        "borderline": each.labelled.borderline,
        "title": each.labelled.text.title,
        "score": each.flag.score,
        "rules": each.flag.rules,
        "vetoes": each.flag.vetoes,
    }
