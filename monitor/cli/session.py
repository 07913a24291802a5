"""What a command line call knows: its configuration, its archive and the time, each read when it is first needed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import click

from monitor.archive import Archive, ArchiveError, DiskError, HeldError, Reader
from monitor.config import ConfigError, Settings, archive_of, load, locate, pack_of
from monitor.detect.rules import Pack

HELD, DISK, CONFIG = 75, 74, 78
"""Exit codes, as in sysexits.h: TEMPFAIL, IOERR, CONFIG."""


class Session:
    def __init__(self, folder: str | None) -> None:
        self._option = folder
        self.now = datetime.now(UTC)

    @property
    def named(self) -> Path | None:
        """The folder that --config names."""
        return Path(self._option) if self._option else None

    @cached_property
    def folder(self) -> Path:
        return locate(self._option, os.environ)

    def load(self) -> Settings:
        """Read the configuration now; raises ``ConfigError``."""
        return load(self.folder, os.environ)

    def settings(self) -> Settings:
        return self._settings(examples=True)

    def unjudging(self) -> Settings:
        """The settings for what decides nothing, and need not wait for the rules to be tried."""
        return self._settings(examples=False)

    def _settings(self, *, examples: bool) -> Settings:
        try:
            return load(self.folder, os.environ, examples=examples)
        except ConfigError as error:
            tell_problems(self.folder, error)
            sys.exit(CONFIG)

    @cached_property
    def pack(self) -> Pack:
        """The rules as they are written: to try them takes no secret and no source, and their examples may fail."""
        try:
            return pack_of(self.folder)
        except ConfigError as error:
            tell_problems(self.folder, error)
            sys.exit(CONFIG)

    @cached_property
    def archive(self) -> Path:
        """Where the archive is. Reading it needs no secret and no source, so nothing else has to be right."""
        try:
            return archive_of(self.folder)
        except ConfigError as error:
            tell_problems(self.folder, error)
            sys.exit(CONFIG)

    @contextlib.contextmanager
    def reader(self) -> Iterator[Reader]:
        with contextlib.closing(Reader.open(self.archive)) as reader:
            yield reader

    @contextlib.contextmanager
    def writer(self) -> Iterator[Archive]:
        with contextlib.closing(Archive.open(self.archive)) as archive:
            yield archive


def tell_problems(folder: Path, error: ConfigError) -> None:
    for problem in error.problems:
        click.echo(str(problem), err=True)
    count = len(error.problems)
    click.echo(f"{folder}: {count} problem{'s' if count != 1 else ''}; nothing was done", err=True)


def exit_code(error: Exception) -> int | None:
    """The code that an expected failure ends a command with; None for a bug, which keeps its traceback."""
    if isinstance(error, HeldError):
        return HELD
    return DISK if isinstance(error, ArchiveError | DiskError | OSError) else None


class When(click.ParamType[datetime]):
    """A moment: ``2026-11-23``, ``2026-11-23T12:00``, or how long ago: ``90m``, ``6h``, ``2d``, ``3w``."""

    name = "when"
    _sign = -1
    _span = "how long ago"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value)
        units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
        if text[:-1].isdigit() and text[-1:] in units and len(text) < 8:
            session = ctx.find_object(Session) if ctx else None
            now = session.now if session else datetime.now(UTC)
            return now + self._sign * timedelta(**{units[text[-1]]: int(text[:-1])})
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no time; write 2026-11-23, or {self._span}: 6h, 2d", param, ctx)
        return moment if moment.tzinfo else moment.astimezone()


class Until(When):
    """A moment to come: ``2026-11-23``, ``2026-11-23T12:00``, or in how long: ``90m``, ``6h``, ``2d``, ``3w``."""

    _sign = 1
    _span = "how long"
