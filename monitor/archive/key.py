"""A key of this instance, in a file beside the archive: people publish their archives, so no secret stands in one."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.archive.connection import ArchiveError

_BYTES = 32


def instance_key(archive: Path) -> bytes:
    """The key, made at its first use. Losing it costs one more request to each hub."""
    real = archive.resolve()
    path = real.with_name(real.name + ".key")
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path}: the key cannot be had: {error.strerror}") from error
    if len(key) != _BYTES:
        raise ArchiveError(f"{path}: is no key of {_BYTES} bytes; remove it, and a new one is made")
    return key


def _make(path: Path) -> None:
    """Whole or not at all: what is half written under this name would be a key for ever."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, os.urandom(_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.rename(path)
