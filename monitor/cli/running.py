"""Running: the daemon, and one pass without it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from dataclasses import asdict
from random import SystemRandom

import click

from monitor import journal
from monitor.archive import Archive, hold
from monitor.cards import Cards
from monitor.cli.session import CONFIG, Session
from monitor.cli.show import as_json, counted, document, plain
from monitor.cycle import Due, Newswire
from monitor.daemon import Daemon, collector_for, utc_now
from monitor.decide import host
from monitor.deliver import Courier
from monitor.listener import ListenError
from monitor.model import Poll
from monitor.rounds import Rounds
from scrapers.items import Reason

_AT_ONCE = 16
_PAGES = 200
_SHOWN = 10


@click.command()
@click.pass_obj
def run(session: Session) -> None:
    """The daemon, until SIGTERM or SIGINT. SIGHUP reloads the configuration.

    Alerts of a console channel go to standard output, the log to standard error.
    """
    journal.configure()
    try:
        with hold(session.archive):  # first: where another one runs, nobody waits for the rules to be tried
            asyncio.run(Daemon(session.settings(), session.load, _print).run())
    except ListenError as error:
        click.echo(f"pinkslip: {error}", err=True)
        sys.exit(CONFIG)


@click.command()
@click.option("--all", "everything", is_flag=True, help="Ask every source, due or not.")
@as_json
@click.pass_obj
def once(session: Session, everything: bool, json_wanted: bool) -> None:
    """One pass: ask every source that is due, decide, deliver what is owed, exit."""
    settings = session.settings()
    # On a terminal the bar shows how far it is, and log lines would run through it.
    journal.configure(level=logging.ERROR if sys.stderr.isatty() else logging.INFO)
    with hold(settings.archive):
        polls = asyncio.run(_pass(session, everything=everything, to_stderr=json_wanted))
    if json_wanted:
        document([_record(poll) for poll in polls])
        return
    _tell(session, polls)


def _print(text: str) -> None:
    """Straight to the descriptor: a thread that hangs in a full pipe would keep the lock of ``sys.stdout`` for ever."""
    left = text.encode() + b"\n"
    while left:
        left = left[os.write(1, left) :]


def _tell(session: Session, polls: list[Poll]) -> None:
    failed = [poll for poll in polls if poll.outcome in set(Reason)]
    with session.reader() as reader:
        owed = reader.counts(()).alerts
        soonest = reader.next_due()
    if not polls:
        click.echo(
            f"No source is due{f' before {soonest:%H:%M} UTC' if soonest else ''}; --all asks them now.", err=True
        )
    else:
        click.echo(
            f"{counted(len(polls), 'source')} asked, {len(failed)} failed; "
            f"{counted(sum(poll.new for poll in polls), 'new article')}, "
            f"{sum(poll.flagged for poll in polls)} about layoffs.",
            err=True,
        )
    if failed and sys.stderr.isatty():
        for poll in failed[:_SHOWN]:
            click.echo(f"  {poll.source_id}: {poll.outcome}: {plain(poll.detail)}", err=True)
        if len(failed) > _SHOWN:
            click.echo(f"  and {len(failed) - _SHOWN} more: pinkslip sources list", err=True)
    if failed and len(failed) == len(polls):
        click.echo("Every source failed: is there a network?", err=True)
    if waiting := owed["pending"] + owed["held"]:
        click.echo(f"{counted(waiting, 'alert')} still owed: pinkslip alerts list --state pending", err=True)


async def _pass(session: Session, *, everything: bool, to_stderr: bool) -> list[Poll]:
    settings = session.settings()
    collector = collector_for(settings)
    courier = Courier(collector.door, lambda text: click.echo(text, err=to_stderr))
    with contextlib.closing(Archive.open(settings.archive)) as archive:
        newswire = Newswire(settings, archive, collector, courier, utc_now, SystemRandom())
        rounds = Rounds(newswire, utc_now)
        cards = Cards(newswire, utc_now, SystemRandom())
        try:
            async with collector:
                await newswire.enroll()
                polls = await _ask(newswire, everything=everything)
                pages = await newswire.pages_wanted(_PAGES)
                await asyncio.gather(*map(newswire.read_page, pages))
                await rounds.fill_gaps()
                await rounds.survey()
                await newswire.release(at_once=True)
                await asyncio.gather(*map(newswire.pay, newswire.channels))
                await cards.edit()
        finally:
            newswire.close()
    return polls


async def _ask(newswire: Newswire, *, everything: bool) -> list[Poll]:
    due = await newswire.every(due_only=not everything)
    hosts: dict[str, list[Due]] = {}
    for each in due:
        hosts.setdefault(host(each.source.url), []).append(each)
    at_once = asyncio.Semaphore(_AT_ONCE)
    with click.progressbar(length=len(due), label="asking", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        async def ask(queue: list[Due]) -> list[Poll]:
            polls: list[Poll] = []
            async with at_once:
                for each in queue:
                    polls.append(await newswire.ask(each))
                    bar.update(1)
            return polls

        asked = await asyncio.gather(*map(ask, hosts.values()))
    return [poll for polls in asked for poll in polls]


def _record(poll: Poll) -> dict[str, object]:
    skipped = {each.reason: each.count for each in poll.skipped}
    record = {**asdict(poll), "skipped": skipped}
    return {"source": record.pop("source_id"), **record}
