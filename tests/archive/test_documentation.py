"""docs/archive.md says what the schema is, and its queries run."""

import re
from pathlib import Path

import pytest

from monitor.archive import Archive

PAGE = (Path(__file__).parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
OWN = re.compile(r"^(_sqlite|sqlite_|articles_fts_)")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = Archive.open(tmp_path_factory.mktemp("archive") / "pinkslip.db")
    yield archive
    archive.close()


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


@pytest.mark.parametrize("query", QUERIES)
def test_every_documented_query_runs(archive, query):
    archive.db.execute(query).fetchall()
