"""Whether this installation is well: the machine, the configuration, the archive, each source and each channel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import click
from rich.text import Text

from monitor import conditions
from monitor.archive import ArchiveError, DiskError, NoArchiveError, Reader, holder
from monitor.archive.connection import SQLITE_VERSION
from monitor.archive.outbox import imbalances, ledger
from monitor.archive.sources import Sources
from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, output, plain
from monitor.config import Settings
from monitor.daemon import collector_for
from monitor.model import Channel, Condition
from scrapers.egress import Door, Refused
from scrapers.items import Source

_LITTLE_ROOM = 500 * 2**20
_LARGE_LOG = 64 * 2**20
_OVERDUE = timedelta(minutes=15)
_AT_ONCE = 16
_LISTED = 20
_LATELY = timedelta(days=14)


class State(StrEnum):
    WELL = "well"
    NOTE = "note"
    """Worth knowing; nothing is broken."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``what`` is ``machine``, ``archive``, ``source ID`` and the like."""

    what: str
    state: State
    says: str
    remedy: str = ""


_STYLES = {State.WELL: "green", State.NOTE: "yellow", State.WRONG: "bold red"}


@click.command()
@click.option("--offline", is_flag=True, help="Contact nobody.")
@as_json
@click.pass_obj
def doctor(session: Session, offline: bool, json_wanted: bool) -> None:
    """Look whether all is well, and say what to do where it is not. Exits 1 where something is wrong.

    Hosts of sources and channels are only shaken hands with (a connection, and TLS): nothing is asked, nothing is sent.
    """
    settings = session.settings()
    found = [*_machine(settings), *_configuration(settings), *_archive(session, settings)]
    if not offline:
        found += asyncio.run(_handshakes(settings))
    wrong = [each for each in found if each.state is State.WRONG]
    if json_wanted:
        document({"ok": not wrong, "findings": [asdict(each) for each in found]})
    else:
        _show(found)
    sys.exit(1 if wrong else 0)


def _machine(settings: Settings) -> Iterator[Finding]:
    yield Finding("machine", State.WELL, f"Python {platform.python_version()}, SQLite {SQLITE_VERSION}")
    folder = next(path for path in settings.archive.parents if path.exists())
    free = shutil.disk_usage(folder).free
    says = f"{free / 2**30:,.1f} GiB free where the archive is"
    if free < _LITTLE_ROOM:
        yield Finding("disk", State.WRONG, says, "make room: when it is full, polls pause")
    elif not os.access(folder, os.W_OK):
        yield Finding("disk", State.WRONG, f"{folder} cannot be written", "run as its owner, or set [archive] path")
    else:
        yield Finding("disk", State.WELL, says)


def _configuration(settings: Settings) -> Iterator[Finding]:
    enabled = sum(source.enabled for source in settings.sources)
    yield Finding("configuration", State.WELL, f"{settings.folder}: {counted(enabled, 'source')}")
    for problem in settings.notes:
        yield Finding("configuration", State.NOTE, str(problem))
    if settings.contact is None:
        yield Finding("configuration", State.NOTE, "[http] contact is not set", "some sources refuse without it")


def _archive(session: Session, settings: Settings) -> Iterator[Finding]:
    try:
        with session.reader() as reader:
            yield from _kept(reader, settings)
            yield from _outbox(session, reader)
            yield from _sources(session, reader, settings)
    except NoArchiveError:
        yield Finding("archive", State.NOTE, "there is none yet", "pinkslip run makes it")
    except (ArchiveError, DiskError) as error:
        yield Finding("archive", State.WRONG, str(error), "restore a copy made by pinkslip db backup")


def _kept(reader: Reader, settings: Settings) -> Iterator[Finding]:
    problems = reader.problems()
    for problem in problems:
        yield Finding("archive", State.WRONG, problem, "restore a copy made by pinkslip db backup")
    if not problems:
        yield Finding("archive", State.WELL, f"{settings.archive}: sound, {settings.archive.stat().st_size:,} bytes")
    log = Path(f"{settings.archive}-wal")
    if log.exists() and log.stat().st_size > _LARGE_LOG:
        remedy = "some program keeps the archive open for reading; end it"
        yield Finding("archive", State.NOTE, f"its log has grown to {log.stat().st_size:,} bytes", remedy)
    pid = holder(settings.archive)
    if pid is None:
        yield Finding("daemon", State.NOTE, "none is running", "pinkslip run")
    else:
        yield Finding("daemon", State.WELL, f"running, pid {pid}")


def _outbox(session: Session, reader: Reader) -> Iterator[Finding]:
    counts = reader.counts(())
    sums = " + ".join(f"{number:,} {state}" for state, number in counts.alerts.items())
    says = f"{counts.decided:,} alerts decided = {sums}"
    if counts.oldest_pending and session.now - counts.oldest_pending > _OVERDUE:
        says += f"; the oldest is owed since {counts.oldest_pending:%Y-%m-%d %H:%M} UTC"
        yield Finding("outbox", State.WRONG, says, "pinkslip alerts list --state pending")
    elif counts.alerts["dead"]:
        yield Finding("outbox", State.NOTE, says, "pinkslip alerts replay --dead sends the dead ones again")
    else:
        yield Finding("outbox", State.WELL, says)
    for trouble in imbalances(ledger(reader.db)):
        yield Finding("ledger", State.WRONG, trouble, "write to the project, with a pinkslip db backup at hand")
    for channel in reader.gone_channels():
        says = "is gone: it said so, or took nothing for days"
        yield Finding(f"channel {channel}", State.WRONG, says, "mend its url, then reload")


def _sources(session: Session, reader: Reader, settings: Settings) -> Iterator[Finding]:
    enabled = {source.id: source for source in settings.sources if source.enabled}
    states = Sources(reader.db).states(tuple(enabled))
    well = 0
    for state in states:
        found = conditions.condition(state, session.now)
        if found.down:
            explained = conditions.explained(replace(state, condition=found), enabled[state.id], session.now)
            yield Finding(f"source {state.id}", State.WRONG, f"{found}: {explained}")
        elif state.moved_to is not None:
            says = f"it has moved to {state.moved_to}"
            yield Finding(f"source {state.id}", State.NOTE, says, "change its url in sources.toml")
        else:
            well += found in {Condition.OK, Condition.QUIET}
    for gap in Sources(reader.db).open_gaps(enabled)[:_LISTED]:
        says = f"may have dropped items from {gap.since:%Y-%m-%d %H:%M} to {gap.until:%Y-%m-%d %H:%M} UTC"
        remedy = "name its news sitemap in sources.toml, or ask it more often"
        if gap.until > session.now - _LATELY:
            yield Finding(f"source {gap.source_id}", State.NOTE, says, remedy)
    new = len(enabled) - len(states)
    yield Finding("sources", State.WELL, f"{well} of {len(enabled)} known to be well, {new} never asked")


async def _handshakes(settings: Settings) -> list[Finding]:
    """One with each host that would be asked or told."""
    room = asyncio.Semaphore(_AT_ONCE)
    async with collector_for(settings) as collector:

        async def shaken(subject: str, url: str) -> Finding | None:
            async with room:
                return await _shaken(collector.door, subject, url)

        found = await asyncio.gather(*(shaken(subject, url) for subject, url in _addresses(settings)))
    troubles = [each for each in found if each is not None]
    hosts = len(found)
    if len(troubles) == hosts > 1:
        says = f"none of {hosts} hosts can be reached: {troubles[0].says}"
        return [Finding("network", State.WRONG, says, "look at this machine's network, name server and firewall")]
    says = f"{hosts - len(troubles)} of {counted(hosts, 'host')} can be reached"
    return [*troubles, Finding("network", State.WELL, says)]


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    channels: list[Channel] = [channel for channel in settings.policy.channels if channel.url is not None]
    yield from ((f"channel {channel.id}", channel.url.reveal()) for channel in channels if channel.url is not None)
    hosts: dict[str, Source] = {}
    for source in settings.sources:
        if source.enabled:
            hosts.setdefault(source.url.split("/")[2], source)
    yield from ((f"source {source.id}", source.url) for source in hosts.values())


async def _shaken(door: Door, subject: str, url: str) -> Finding | None:
    try:
        await door.reach(url)
    except Refused as refused:
        return Finding(subject, State.WRONG, f"{refused.reason}: {refused.detail}")
    return None


def _show(found: list[Finding]) -> None:
    console = output()
    for each in found:
        line = Text.assemble((f"{each.state:<6}", _STYLES[each.state]), f"{each.what}: ", plain(each.says))
        console.print(line, soft_wrap=True)
        if each.remedy:
            console.print(Text(f"      {each.remedy}", style="dim"), soft_wrap=True)
    wrong = sum(each.state is State.WRONG for each in found)
    with contextlib.suppress(BrokenPipeError):
        click.echo("All is well." if not wrong else f"{counted(wrong, 'thing')} to mend.", err=True)
