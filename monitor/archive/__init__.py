"""The archive: one SQLite file, its schema, and every SQL statement of the project."""

from monitor.archive.connection import ArchiveError, DiskError, NoArchiveError
from monitor.archive.key import instance_key
from monitor.archive.lock import HeldError, hold, holder
from monitor.archive.reader import Reader
from monitor.archive.together import Together
from monitor.archive.writer import Archive

__all__ = [
    "Archive",
    "ArchiveError",
    "DiskError",
    "HeldError",
    "NoArchiveError",
    "Reader",
    "Together",
    "hold",
    "holder",
    "instance_key",
]
