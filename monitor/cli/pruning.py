"""The command ``pinkslip db prune``: old text given up in small steps, while the daemon goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from monitor.archive import Archive, hold, holder
from monitor.archive.retention import Extent, Forgetting, Space, next_size
from monitor.cli.period import Span
from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, say, size_of

_FIRST = 50
_FREED_AT_ONCE = 100
_LEAST_PAUSE = 0.03
"""Seconds. While a wait is short, SQLite looks again every 25 ms at the latest."""


@click.command()
@click.option(
    "--older-than", type=Span(), default="365d", show_default=True, help="Only what was first seen so long ago."
)
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--rewrite", is_flag=True, help="Write the file anew, too. Exits 75 if a daemon holds the archive.")
@as_json
@click.pass_obj
def prune(session: Session, older_than: timedelta, dry_run: bool, rewrite: bool, json_wanted: bool) -> None:
    """Give up the text of old articles that were never flagged, and the old log of polls.

    Layoffs, reports, alerts, the ledger, and whatever was flagged or marked stay as they are. So does all that an
    article is known again by: nothing that was pruned is news when a feed lists it again. May be stopped at any time.

    The daemon may go on meanwhile. The file becomes smaller by itself; one that an older version made does once it
    was rewritten (`--rewrite`), which takes as much free space again.
    """
    with session.reader() as reader:  # first of all: it says what to do where there is no archive yet
        found = Forgetting(reader.db, session.now - older_than, session.now).extent()
    before = _size(session.archive)
    free, shrinks = 0, True
    if not dry_run:
        with session.writer() as archive:
            _forget(archive, Forgetting(archive.db, session.now - older_than, session.now), found, session.archive)
            free, shrinks = _give_back(archive, session.archive, rewrite=rewrite)
    after = _size(session.archive)
    if json_wanted:
        counts = {"articles": found.articles, "text_bytes": found.bytes, "polls": found.polls}
        document({"dry_run": dry_run, **counts, "size_before": before, "size_after": after, "free": free})
        return
    done = "would be pruned" if dry_run else "pruned"
    texts = f"{counted(found.articles, 'article')} with {size_of(found.bytes)} of text"
    say(f"{texts}, and {counted(found.polls, 'row')} of the log of polls {done}.")
    if dry_run:
        return
    say(f"The archive took {size_of(before)}, and takes {size_of(after)}.")
    if free and not shrinks:
        click.echo(f"{size_of(free)} of it are used again before it grows; --rewrite gives them back.", err=True)


def _forget(archive: Archive, forgetting: Forgetting, found: Extent, path: Path) -> None:
    last = forgetting.last_poll()
    total = found.articles + found.polls
    with click.progressbar(length=total, label="pruning", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for step in (forgetting.articles, partial(forgetting.polls, last)):
            size, more = _FIRST, True
            while more:
                done, took = _step(archive, path, partial(step, size))
                more, size = done == size, next_size(size, took)
                bar.update(done)
    if found.articles:
        _step(archive, path, Space(archive.db).gather)
        while _step(archive, path, Space(archive.db).merge)[0]:
            pass


def _give_back(archive: Archive, path: Path, *, rewrite: bool) -> tuple[int, bool]:
    """Bytes that stay free within the file, and whether it could be made smaller."""
    space = Space(archive.db)
    shrinks = space.shrinks()
    while shrinks and _step(archive, path, partial(space.shrink, _FREED_AT_ONCE))[0]:
        pass
    if rewrite:
        with hold(path):
            space.rewrite()
    space.fold()
    return space.free(), shrinks or rewrite


def _step(archive: Archive, path: Path, step: Callable[[], int]) -> tuple[int, timedelta]:
    """One transaction, and as much time for others as it took, where there are any."""
    began = time.monotonic()
    with archive.writing():
        done = step()
    took = time.monotonic() - began
    if holder(path) is not None:
        time.sleep(max(took, _LEAST_PAUSE))
    return done, timedelta(seconds=took)


def _size(path: Path) -> int:
    beside = path.with_name(path.name + "-wal")
    return path.stat().st_size + (beside.stat().st_size if beside.exists() else 0)
