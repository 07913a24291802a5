"""How the archive's file is opened: which SQLite library, which pragmas, and the one way a write begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysqlite3 as sqlite3
from sqlite_utils import Database

from monitor.archive.schema import migrations

# A checkpoint racing a reset of the write-ahead log could corrupt a database; fixed in these versions
# (sqlite.org, release 3.51.3). We always have more than one connection, so an older library is refused.
_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

DiskError: type[Exception] = sqlite3.DatabaseError
"""What SQLite raises when the disk is full, the file damaged, or another process holds it for too long."""

SQLITE_VERSION: str = sqlite3.sqlite_version

_BUSY_MS = 5_000


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file and the remedy."""


class NoArchiveError(ArchiveError):
    """There is no archive yet."""


def sqlite_is_fixed(version: tuple[int, ...]) -> bool:
    """Whether this SQLite version is free of the WAL-reset bug: 3.51.3 and later, or a patched older branch."""
    return version >= _FIXED[0] or any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED)


def open_writer(path: Path) -> Database:
    """Open the archive for writing, made and migrated if need be. One process may hold one of these."""
    _check_library()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not path.exists()
        # Autocommit: a transaction is begun by `writing()` alone, never behind our back.
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000, check_same_thread=False)
        if new:
            path.chmod(0o600)
            connection.execute("pragma auto_vacuum = incremental")  # can only be said before there is a table
        db = Database(connection)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        connection.execute(f"pragma busy_timeout = {_BUSY_MS}")
        _refuse_newer(db, path)
        migrations.apply(db)
    except (sqlite3.DatabaseError, OSError) as error:
        raise ArchiveError(f"{path}: cannot be opened as an archive: {error}") from error
    return db


def open_reader(path: Path) -> Database:
    """Open an existing archive read-only; a write through it fails."""
    _check_library()
    if not path.exists():
        raise NoArchiveError(f"{path}: there is no archive yet; `pinkslip once` or `pinkslip run` makes it")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_MS / 1000)
        db = Database(connection)
        if migrations.pending(db):
            raise ArchiveError(f"{path}: was made by an older version; `pinkslip db migrate` brings it up to this one")
        _refuse_newer(db, path)
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: cannot be opened as an archive: {error}") from error
    return db


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that holds the write lock from its first statement on.

    A deferred one fails at once when it reads, another connection writes, and it then writes.
    """
    db.conn.execute("begin immediate")
    try:
        yield
        db.conn.execute("commit")
    except BaseException:
        if db.conn.in_transaction:  # also a commit that fails may leave it open
            db.conn.execute("rollback")
        raise


@contextmanager
def attempting(db: Database) -> Iterator[None]:
    """A part of a transaction that fails by itself."""
    db.conn.execute("savepoint attempt")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # SQLite itself ends a transaction that met a full or broken disk
            db.conn.execute("rollback to attempt")
            db.conn.execute("release attempt")
        raise
    db.conn.execute("release attempt")


def _check_library() -> None:
    if not sqlite_is_fixed(sqlite3.sqlite_version_info):
        raise ArchiveError(
            f"SQLite {sqlite3.sqlite_version} can corrupt a database in WAL mode; "
            "3.51.3, 3.50.7 or 3.44.6 is needed: install pysqlite3 0.6.1 or newer"
        )


def _refuse_newer(db: Database, path: Path) -> None:
    known = {migration.name for migration in migrations.pending(Database(sqlite3.connect(":memory:")))}
    strangers = {migration.name for migration in migrations.applied(db)} - known
    if strangers:
        raise ArchiveError(f"{path}: was made by a newer version of Pinkslip ({', '.join(sorted(strangers))}); upgrade")
