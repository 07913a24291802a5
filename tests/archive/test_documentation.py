"""docs/archive.md says what the schema is, and its queries give rows on the archive that the demonstration leaves."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.archive import Archive

PAGE = (Path(__file__).parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^([^\n]+)\n\n```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
OWN = re.compile(r"^(_sqlite|sqlite_|articles_fts_)")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = Archive.open(tmp_path_factory.mktemp("archive") / "pinkslip.db")
    yield archive
    archive.close()


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    """The archive that `pinkslip demo` leaves."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    command = [sys.executable, "-m", "monitor.cli", "demo", "--keep", folder]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / "pinkslip.db"


def plain(path):
    """The file as Python's own SQLite opens it, which knows nothing of Pinkslip."""
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


def test_every_table_and_column_is_documented(archive):
    names = [n for n in archive.db.table_names() + archive.db.view_names() if not OWN.match(n)]
    sections = {name: PAGE.partition(f"**{name}**")[2].partition("\n\n**")[0] for name in names}
    missing = [
        f"{name}.{column.name}"
        for name in names
        for column in archive.db[name].columns
        if name not in {"latest_layoffs", "articles_fts"} and f"`{column.name}`" not in sections[name]
    ]
    assert (missing, [name for name in names if not sections[name]]) == ([], [])


def test_every_column_that_names_a_row_of_another_table_leads_there(archive):
    """So that Datasette shows a label in its place, and a link."""
    named = {"article_id": "articles", "layoff_id": "layoffs", "source_id": "sources", "alert_id": "alerts"}
    loose = [
        f"{table}.{column.name}"
        for table in archive.db.table_names()
        if not OWN.match(table)
        for column in archive.db[table].columns
        if column.name in named
        and (column.name, named[column.name])
        not in {(key.column, key.other_table) for key in archive.db[table].foreign_keys}
    ]
    assert loose == []


@pytest.mark.parametrize("query", [pytest.param(sql, id=title) for title, sql in QUERIES])
def test_every_documented_query_runs(archive, query):
    archive.db.execute(query).fetchall()


@pytest.mark.slow
def test_every_documented_query_gives_rows_on_the_archive_of_the_demo(demonstrated):
    with plain(demonstrated) as db:
        empty = [title for title, sql in QUERIES if not db.execute(sql).fetchall()]
    assert (len(QUERIES) >= 9, empty) == (True, [])
