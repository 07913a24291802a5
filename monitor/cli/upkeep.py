"""Looking after the archive's file, and after the decisions in it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from monitor import decide
from monitor.archive import Archive, ArchiveError, NoArchiveError, hold
from monitor.archive.decisions import Changes, Decisions
from monitor.cli.period import days, since
from monitor.cli.pruning import prune
from monitor.cli.session import Session
from monitor.cli.show import as_json, document, say, table
from monitor.config import Settings
from monitor.model import Judged

_CHANGES = {
    "flagged_now": "flagged now",
    "no_longer": "no longer flagged",
    "otherwise": "with another score, other rules or facts",
    "unchanged": "unchanged",
}


@click.group()
def db() -> None:
    """The archive's file: is it sound, a copy of it, old text given up, its articles decided again."""


db.add_command(prune)


@db.command()
@as_json
@click.pass_obj
def check(session: Session, json_wanted: bool) -> None:
    """Read the whole file and count the outbox. Exits 1 where something is wrong."""
    settings = session.unjudging()
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
            say(problem)
        states = " + ".join(f"{number:,} {state}" for state, number in counts.alerts.items())
        say(f"{settings.archive} is {'damaged' if problems else 'sound'}.")
        say(f"{counts.articles:,} articles, {counts.flagged:,} flagged, {counts.layoffs:,} layoffs.")
        say(f"{counts.decided:,} alerts decided = {states}.")
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
    click.echo(f"{session.unjudging().archive} copied to {file} ({file.stat().st_size:,} bytes)", err=True)


@db.command()
@click.pass_obj
def migrate(session: Session) -> None:
    """Bring the archive of an older version up to this one. Asks no source, decides nothing, tells nobody.

    `run` and `once` do it by themselves; this is for looking at it with new rules first. Exits 75 if a daemon holds it.
    """
    if not session.archive.exists():
        raise NoArchiveError(f"{session.archive}: there is no archive yet; `pinkslip once` or `pinkslip run` makes it")
    with hold(session.archive), session.writer():
        click.echo(f"{session.archive} is of this version.", err=True)


@db.command()
@days
@click.option("--dry-run", is_flag=True, help="Only count what would change; the daemon may go on meanwhile.")
@as_json
@click.pass_obj
def reflag(session: Session, days: int | None, dry_run: bool, json_wanted: bool) -> None:
    """Decide archived articles again, by the rules and companies configured now. Tells nobody.

    Stores the flag and the facts of each article that is decided otherwise. No alert is made, no layoff is opened,
    changed or closed: an article flagged now joins none, one flagged no longer stays a report of the layoff that
    people were told of, and alerts already owed are sent as they are. `rules backtest` shows what would change.

    The daemon must not run meanwhile: exits 75 if it does. May be stopped at any time, and run again to finish.
    """
    settings = session.settings()
    start = since(session, days)
    with session.reader() as reader:  # first of all: it says what to do where there is no archive yet
        if dry_run:
            counts = _decided(reader.decisions, settings, start, reader.decisions.changes)
        else:
            with hold(settings.archive), session.writer() as archive:
                counts = _decided(archive.decisions, settings, start, partial(_stored, archive, session.now))
    if json_wanted:
        document({"dry_run": dry_run, "articles": counts.total(), **counts})
        return
    rows = [(_CHANGES[name], f"{count:,}") for name, count in counts.items()]
    table((f"{counts.total():,} articles", ""), rows, flexible=0, right=(1,))
    click.echo("Nothing was written." if dry_run else "Nobody was told.", err=True)


def _decided(
    decisions: Decisions, settings: Settings, start: datetime | None, take: Callable[[tuple[Judged, ...]], Changes]
) -> Counter[str]:
    """A batch at a time: read, judged outside of any transaction, then taken."""
    counts = Counter(dict.fromkeys(_CHANGES, 0))
    articles = decisions.extent(start).articles
    with click.progressbar(length=articles, label="deciding", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for batch in decisions.batches(start):
            changes = take(decide.judge((each.article for each in batch), settings.pack, settings.directory))
            counts.update(
                flagged_now=len(changes.flagged),
                no_longer=len(changes.passed),
                otherwise=len(changes.otherwise),
                unchanged=changes.unchanged,
            )
            bar.update(len(batch))
    return counts


def _stored(archive: Archive, now: datetime, judged: tuple[Judged, ...]) -> Changes:
    with archive.writing():
        changes = archive.decisions.changes(judged)
        archive.decisions.store(changes.all(), now)
    return changes
