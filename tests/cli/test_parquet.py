"""Exports as Parquet, read back by the library that reads them everywhere."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import datetime

import pytest

from monitor.cli.parquet import write

parquet = pytest.importorskip("pyarrow.parquet", reason="skipped: no pyarrow")


def timed(row):
    return {key: datetime.fromisoformat(cell) if cell and key.endswith("_at") else cell for key, cell in row.items()}


@pytest.mark.parametrize("what", ["layoffs", "articles", "alerts"])
@pytest.mark.usefixtures("archived")
def test_it_holds_what_json_holds_even_through_a_pipe(folder, ask, what):
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "export", "--what", what]
    written = subprocess.run([*command, "--format", "parquet"], capture_output=True, check=True).stdout
    rows = ask("export", "--what", what)
    table = parquet.read_table(io.BytesIO(written))

    assert table.column_names == list(rows[0])
    assert table.to_pylist() == [timed(row) for row in rows]


@pytest.mark.usefixtures("archived")
def test_an_empty_export_has_the_same_columns_and_types(call, tmp_path):
    full, empty = tmp_path / "full.parquet", tmp_path / "empty.parquet"
    call("export", "--format", "parquet", "--output", str(full))
    call("export", "--format", "parquet", "--output", str(empty), "--company", "Nobody")

    assert parquet.read_schema(full).equals(parquet.read_schema(empty))
    assert parquet.read_table(empty).num_rows == 0


def test_what_comes_in_groups_is_whole():
    sink = io.BytesIO()
    write(("id", "headcount"), ((str(number), number) for number in range(20_001)), sink)
    read = parquet.ParquetFile(sink)

    assert (read.num_row_groups, read.read().column("headcount").to_pylist()) == (2, list(range(20_001)))
