"""One daemon per archive: an advisory lock beside the file, held for a process's life, that names its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HeldError(Exception):
    """Another process holds the archive."""

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(f"{path}: another daemon holds this archive: pid {pid}")
        self.pid = pid


@contextmanager
def hold(archive: Path) -> Iterator[None]:
    """Hold the archive for the length of the block; raises ``HeldError`` at once if another process does.

    The kernel drops the lock with the process, however it dies, so there is nothing stale to clean up.
    """
    archive.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    real = archive.resolve()  # two names of one file are one archive
    path = real.with_name(real.name + ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(archive, os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(archive: Path) -> str | None:
    """The pid of the process that holds the archive, if any does. To know, it shares the lock for a moment."""
    real = archive.resolve()
    try:
        descriptor = os.open(real.with_name(real.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(descriptor)
    return None
