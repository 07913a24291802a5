"""What docs/notebook.md asks can be asked."""

import ast
import sqlite3
from contextlib import closing

import pytest

from monitor.archive import Archive
from tests.archive.notebook import PAGE, blocks, shown

CODE = blocks()
ASKED = [
    node.value
    for code in CODE
    for node in ast.walk(ast.parse(code))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().startswith("select")
]


@pytest.fixture
def path(tmp_path):
    Archive.open(tmp_path / "pinkslip.db").close()
    return tmp_path / "pinkslip.db"


def test_every_question_of_the_notebook_is_one_that_the_archive_understands(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("attach ? as pinkslip", [str(path)])
        asked = [db.execute(sql).description for sql in ASKED if ".parquet" not in sql and "::" not in sql]
    assert len(asked) >= 5


def test_every_block_but_the_picture_shows_what_it_gives():
    silent = [code for code in CODE if f"```python\n{code}```\n\n```text\n" not in PAGE.read_text(encoding="utf-8")]
    assert [("savefig" in code) for code in silent] == [True]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs(path, tmp_path, monkeypatch):
    for package in ("pandas", "matplotlib", "duckdb", "duckdb_extension_sqlite_scanner"):
        pytest.importorskip(package, reason=f"no {package} here")
    with closing(Archive.open(path)) as archive:
        archive.db.execute(
            "insert into layoffs (id, company, stage, headcount, sentence, opened_at, updated_at, reports, revision) "
            "values ('1', 'Halvora', 'announced', 400, '', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z', 1, 0)"
        )
    monkeypatch.chdir(tmp_path)
    assert "Halvora" in next(iter(shown(CODE)))
    assert len(list(shown(CODE))) == len(CODE)
    assert (tmp_path / "notebook-jobs.svg").stat().st_size > 1_000
