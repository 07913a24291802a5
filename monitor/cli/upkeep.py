"""Looking after the archive's file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.archive import ArchiveError
from monitor.cli.session import Session
from monitor.cli.show import as_json, document


@click.group()
def db() -> None:
    """The archive's file: is it sound, and a copy of it."""


@db.command()
@as_json
@click.pass_obj
def check(session: Session, json_wanted: bool) -> None:
    """Read the whole file and count the outbox. Exits 1 where something is wrong."""
    settings = session.settings()
    with session.reader() as reader:
        problems = reader.problems()
        counts = reader.counts(source.id for source in settings.sources)
    if json_wanted:
        document(
            {"ok": not problems, "problems": problems, "articles": counts.articles, "layoffs": counts.layoffs}
            | {"alerts": {"decided": counts.decided, **counts.alerts}}
        )
    else:
        for problem in problems:
            click.echo(problem)
        states = " + ".join(f"{number:,} {state}" for state, number in counts.alerts.items())
        click.echo(f"{settings.archive} is {'damaged' if problems else 'sound'}.")
        click.echo(f"{counts.articles:,} articles, {counts.flagged:,} flagged, {counts.layoffs:,} layoffs.")
        click.echo(f"{counts.decided:,} alerts decided = {states}.")
    sys.exit(1 if problems else 0)


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(session: Session, file: Path) -> None:
    """Write a consistent copy of the archive to FILE while the daemon goes on. Never overwrites."""
    with session.reader() as reader:
        try:
            reader.copy_to(file)
        except ArchiveError as error:
            raise click.UsageError(str(error)) from error
    click.echo(f"{session.settings().archive} copied to {file} ({file.stat().st_size:,} bytes)", err=True)
