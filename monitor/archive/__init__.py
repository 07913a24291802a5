"""The archive: one SQLite file, its schema, and every SQL statement of the project."""

from monitor.archive.connection import ArchiveError, DiskError
from monitor.archive.lock import HeldError, hold
from monitor.archive.reader import Reader
from monitor.archive.writer import Archive

__all__ = ["Archive", "ArchiveError", "DiskError", "HeldError", "Reader", "hold"]
