"""Queries about any number of values, in batches that SQLite accepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from monitor.archive.rows import Row

_BATCH = 500


def question_marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def in_batches(db: Database, sql: str, values: Sequence[str] | Sequence[int], *more: object) -> Iterator[Row]:
    """Rows of a query whose ``in ({})`` takes any number of values."""
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        yield from db.query(sql.format(question_marks(batch)), [*batch, *more])
