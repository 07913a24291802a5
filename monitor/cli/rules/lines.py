"""Articles as lines: one with its headline, those below it with what was decided and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import click
from rich.text import Text

from monitor.cli.show import output, plain
from monitor.model import Flag

_INDENT = "      "


def entry(line: str) -> None:
    """A headline on one line, cut to a terminal's width."""
    console = output()
    said = Text(plain(line))
    said.truncate(console.width, overflow="ellipsis")
    console.print(said, soft_wrap=True)


def below(line: str) -> None:
    """What belongs to the line before; on a terminal in as many lines as it takes."""
    wrapped = textwrap.fill(
        plain(line), output().width, initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False
    )
    click.echo(wrapped)


def deciders(flag: Flag) -> str:
    """The rules that fired, and the vetoes with a minus."""
    return " ".join((*flag.rules, *(f"-{veto}" for veto in flag.vetoes))) or "nothing fired"


def held_back(vetoes: Iterable[str]) -> str:
    """Why a near miss was not flagged."""
    named = ", ".join(vetoes)
    return f"held back by {named}" if named else "just under the threshold"


def lost_by(flag: Flag) -> str:
    """Why an article that other rules flag is not flagged by these."""
    if not flag.rules:
        return "no rule fires"
    named = ", ".join(flag.vetoes)
    return f"score {flag.score:.2f}, {f'held back by {named}' if named else 'under the threshold'}"


def never_fired(ids: Iterable[str]) -> None:
    named = ", ".join(ids)
    if named:
        click.echo(f"\nnever fired: {named}")
