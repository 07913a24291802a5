"""The file opens without Pinkslip: in SQLite's own shell, in Python's sqlite3, in sqlite-utils, DuckDB and Datasette."""

import importlib.resources
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import sqlite_utils
from datasette.app import Datasette

from monitor import decide
from monitor.archive import Archive
from scrapers.items import Memory
from tests.making import NOW, POLICY, judged, news, source, state

ASKED = "select company, headcount from latest_layoffs"
GIVEN = [("Halvora", 1100)]


@pytest.fixture
def path(tmp_path):
    """An archive as a daemon leaves it that ended; its path needs quoting."""
    folder = tmp_path / "news of 2026"
    items = (judged("Halvora cuts 1,100 jobs in a lay-off round", "Halvora", 1100),)
    archive = Archive.open(folder / "pinkslip.db")
    with archive.writing():
        archive.sources.enroll([source()], NOW)
        archive.apply(
            decide.plan(
                source(), state(), news(*items), items, decide.Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0
            ),
            NOW,
        )
    archive.close()
    return folder / "pinkslip.db"


def test_in_the_shell_of_sqlite(path):
    if shutil.which("sqlite3") is None:
        pytest.skip("no sqlite3 here")
    done = subprocess.run(["sqlite3", "-readonly", "-json", path, ASKED], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [{"company": "Halvora", "headcount": 1100}]


def test_in_the_sqlite_of_python_while_a_daemon_writes(path):
    """Whose library is older than ours, and knows nothing of what is in the log beside the file."""
    with closing(Archive.open(path)) as archive, archive.writing():
        archive.db.execute("update layoffs set headcount = 0")
        with closing(sqlite3.connect(path)) as db:
            assert db.execute(ASKED).fetchall() == GIVEN
            assert db.execute("select count(*) from articles_fts where articles_fts match 'round'").fetchall() == [(1,)]


def test_in_sqlite_utils_on_its_own(path):
    script = f"import sqlite_utils; print(list(sqlite_utils.Database({str(path)!r}).query({ASKED!r})))"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[{'company': 'Halvora', 'headcount': 1100}]\n"
    assert sqlite_utils.Database(path).table("reports").foreign_keys


def test_in_duckdb_every_table(path):
    duckdb = pytest.importorskip("duckdb", reason="no duckdb here")
    package = pytest.importorskip("duckdb_extension_sqlite_scanner", reason="no sqlite_scanner for duckdb here")
    version = f"v{duckdb.__version__}"
    scanner = importlib.resources.files(package) / "extensions" / version / "sqlite_scanner.duckdb_extension"
    with closing(duckdb.connect()) as db:
        db.execute(f"load '{scanner}'")
        db.execute(f"attach '{path}' as pinkslip (type sqlite, read_only)")
        assert db.execute(f"{ASKED.replace('from ', 'from pinkslip.')}").fetchall() == GIVEN
        tables = db.execute("select table_name from duckdb_tables() where database_name = 'pinkslip'").fetchall()
        read = [name for (name,) in tables if db.execute(f'select * from pinkslip."{name}"').fetchall() is not None]
        assert {"articles", "evidence", "polls", "bands"} <= set(read)


async def test_in_datasette_with_labels_in_the_place_of_ids(path):
    """Datasette by itself, without our pages: a report shows what it is a report of."""
    host = Datasette(
        [str(path)], metadata={"databases": {"pinkslip": {"tables": {"layoffs": {"label_column": "company"}}}}}
    )
    answer = await host.client.get("/pinkslip/reports.json?_shape=array&_labels=on")
    (row,) = answer.json()
    assert (row["layoff_id"]["label"], row["article_id"]["label"]) == (
        "Halvora",
        "Halvora cuts 1,100 jobs in a lay-off round",
    )
