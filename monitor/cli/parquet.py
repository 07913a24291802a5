"""Rows of the archive as Parquet, by pyarrow, which comes with the extra ``pinkslip[parquet]``."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

import click

from monitor.archive.reader import Cell

_INTEGERS = frozenset({"headcount", "headcount_low", "headcount_high", "reports", "attempts"})
_NUMBERS = frozenset({"percent", "score"})
_SWITCHES = frozenset({"conflicting", "flagged"})
_GROUP = 20_000
"""Rows written at a time."""


def library() -> tuple[Any, Any]:
    """The library, and its module for Parquet. Raises ``UsageError`` with the remedy where it is not installed."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise click.UsageError("parquet needs pyarrow; install it with: pip install 'pinkslip[parquet]'") from None


def write(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], sink: BinaryIO) -> None:
    """Each column has one type, whatever is in it: an empty export has the same schema as a full one."""
    arrow, parquet = library()
    schema = arrow.schema([(column, _type(arrow, column)) for column in columns])
    remaining = iter(rows)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(islice(remaining, _GROUP)):
            cells = [
                arrow.array([_value(column, cell) for cell in values], type=field.type)
                for column, field, values in zip(columns, schema, zip(*group, strict=True), strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(cells, schema=schema))


def _type(arrow: Any, column: str) -> Any:
    if column.endswith("_at"):
        return arrow.timestamp("us", tz="UTC")
    if column in _SWITCHES:
        return arrow.bool_()
    if column in _INTEGERS:
        return arrow.int64()
    return arrow.float64() if column in _NUMBERS else arrow.string()


def _value(column: str, cell: Cell) -> object:
    if cell is None:
        return None
    if column.endswith("_at"):
        return datetime.fromisoformat(str(cell))
    return bool(cell) if column in _SWITCHES else cell
