"""What Datasette says of the tables: descriptions and queries out of the archive's own document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import monitor
from monitor.web.name import NAME

_TABLE = re.compile(r"^\*\*(\w+)\*\*: (.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^\| (`[^|]+`) \| ([^|]*) \|$", re.MULTILINE)
_QUERY = re.compile(r"^(?P<title>[^\n`|]+[?:])\n\n```sql\n(?P<sql>.*?)```", re.MULTILINE | re.DOTALL)
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def document() -> dict[str, Any]:
    """Datasette's metadata."""
    text = _path().read_text(encoding="utf-8")
    return {
        "title": "Pinkslip",
        "databases": {
            NAME: {
                "description": "Everything that was read, decided and told. One SQLite file; here it can only be read.",
                "tables": _LOOKS | {name: _table(text, name, says) for name, says in _TABLE.findall(text)},
                "queries": {
                    _slug(found["title"]): {"title": found["title"].rstrip(":"), "sql": found["sql"].strip()}
                    for found in _QUERY.finditer(text)
                },
            }
        },
    }


def _path() -> Path:
    """In an installed package beside the code, in a clone among the documents."""
    package = Path(monitor.__file__).parent
    carried = package / "web" / "archive.md"
    return carried if carried.is_file() else package.parent / "docs" / "archive.md"


def _table(text: str, name: str, says: str) -> dict[str, Any]:
    section = text.partition(f"**{name}**: ")[2].partition("\n**")[0]
    columns = {
        column: _unmarked(meaning)
        for names, meaning in _COLUMN.findall(section)
        for column in re.findall(r"`(\w+)`", names)
        if meaning.strip()
    }
    return {"description": _unmarked(says), "columns": columns, **_LOOKS.get(name, {})}


_LOOKS: dict[str, dict[str, Any]] = {
    "layoffs": {"label_column": "company", "sort_desc": "updated_at", "facets": ["stage", "severity"]},
    "articles": {"label_column": "title", "sort_desc": "seq", "fts_table": "articles_fts", "fts_pk": "seq"},
    "sources": {"label_column": "title", "sort": "id", "facets": ["condition"]},
    "alerts": {"label_column": "reason", "sort_desc": "created_at", "facets": ["state", "channel_id", "kind"]},
    "polls": {"sort_desc": "id", "facets": ["outcome"]},
    "deliveries": {"sort_desc": "id", "facets": ["verdict"]},
    "flags": {"sort_desc": "decided_at", "facets": ["flagged", "kind"]},
    "bands": {"hidden": True},
    "_sqlite_migrations": {"hidden": True},
}


def _unmarked(markdown: str) -> str:
    return " ".join(markdown.replace("`", "").split())


def _slug(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))
