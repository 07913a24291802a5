"""The command ``pinkslip rules test``: runs the examples that the rule files carry."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, plain
from monitor.detect.rules import Failure


@click.command()
@as_json
@click.pass_obj
def test(session: Session, json_wanted: bool) -> None:
    """Run the examples that the rule files carry. Exits 1 with every one that fails."""
    pack = session.pack
    failures = pack.failures()
    untried = [each.id for each in pack.untried()]
    if json_wanted:
        document({"examples": pack.examples(), "failures": [_failure(each) for each in failures], "untried": untried})
    else:
        for each in failures:
            click.echo(plain(each))
        said = f", {counted(len(failures), 'failure')}" if failures else ", all as they should be"
        click.echo(f"{counted(pack.examples(), 'example')}{said}", err=True)
        if untried:
            names = plain(", ".join(untried))
            click.echo(f"Without an example of what to flag, or for a veto to pass: {names}", err=True)
    if failures:
        sys.exit(1)


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
