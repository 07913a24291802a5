"""Full text: what people type made an expression that FTS5 takes, and the best of what it finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.archive.rows import stamp

_Cell = str | int | float | bytes | None

FOUND, LOST = "\x02", "\x03"
"""Around the words of a passage that were searched for; no text of the archive holds control characters."""

LOOKED_AT = 500
"""Of so many matches, the newest, the best are given: where a word is common, to rank all of them takes a second."""

_MOST_CHARACTERS = 1_000
_MOST_WORDS = 32

_DASHES = "\u2010-\u2015-"
_LAY_OFF = re.compile(rf"\b(?:lay|lays|laid|laying)[\s{_DASHES}]*offs?\b", re.IGNORECASE)
_SPELLINGS = '("lay off" OR "layoff" OR "laid off")'
"""However one spells it; the index knows "layoffs" and "lays off" by their stems."""

_QUOTED = re.compile(r'"([^"]+)"|(\S+)')
_COMPOUND = re.compile(rf"\w+(?:[{_DASHES}]\w+)+")
_DASH = re.compile(rf"[{_DASHES}]")


_AHEAD = timedelta(days=1)
"""How much later than it was seen an article may be dated."""

_ALL = 2**31

ARTICLE = (
    "select articles.id, articles.title, articles.url, articles.source_id, articles.published_at, "
    "articles.first_seen_at, flags.flagged, flags.kind, flags.score, articles.duplicate_of, reports.layoff_id, "
    "layoffs.company"
)

JOINED = (
    " left join flags on flags.article_id = articles.id left join reports on reports.article_id = articles.id"
    " left join layoffs on layoffs.id = reports.layoff_id"
)

_WORDS = (
    f"{ARTICLE}, highlight(articles_fts, 0, '{FOUND}', '{LOST}') as marked_title, articles.seq, "
    f"snippet(articles_fts, 1, '{FOUND}', '{LOST}', '…', 24), snippet(articles_fts, 2, '{FOUND}', '{LOST}', '…', 24) "
    f"from articles_fts join articles on articles.seq = articles_fts.rowid{JOINED} "
    "where articles_fts match ? and articles_fts.rowid in ({})"
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Conditions on articles and what is joined to them, with their values; and since when articles are wanted."""

    where: str
    values: tuple[object, ...]
    since: datetime | None = None


def match_expression(query: str) -> str:
    """A full-text expression that any words at all make: each word or "phrase" must be there, dashes do not matter.

    Words are quoted, so that nothing in them is an operator; `lay-off` finds lay-off, layoffs and laid off, and
    `re-structuring` restructuring. Of a text that is no query, its beginning counts.
    """
    written = query[:_MOST_CHARACTERS].encode("utf-8", "ignore").decode().replace("\0", " ")
    phrases = [quoted or word for quoted, word in _QUOTED.findall(_LAY_OFF.sub(" lay-off ", written))]
    kept = [phrase.replace('"', " ").strip() for phrase in phrases if re.search(r"\w", phrase)]
    return " AND ".join(map(_term, kept[:_MOST_WORDS])) or '""'


def found(
    db: Database, query: str, limit: int | None, narrowed: Narrowed | None
) -> tuple[tuple[str, ...], tuple[tuple[_Cell, ...], ...]]:
    """Columns and rows of the articles that match best, with the passage that was searched for."""
    expression = match_expression(query)
    seqs = best(db, expression, limit or _ALL, narrowed)
    rows: dict[int, tuple[_Cell, ...]] = {}
    columns: tuple[str, ...] = ()
    for start in range(0, max(len(seqs), 1), LOOKED_AT):
        part = seqs[start : start + LOOKED_AT]
        cursor = db.execute(_WORDS.format(", ".join("?" * len(part))), [expression, *part])
        columns = (*(column[0] for column in cursor.description[:-3]), "snippet")
        for *cells, title, seq, summary, body in cursor:
            rows[seq] = (*cells, title, max((summary, body, title), key=_marks))
    return columns, tuple(rows[seq] for seq in seqs)


def among(condition: str) -> str:
    """A condition on the flag or the layoff of an article, to be asked of all articles at once."""
    tables = (
        "flags cross join articles on articles.id = flags.article_id"
        if condition.startswith("flags.")
        else "layoffs join reports on reports.layoff_id = layoffs.id join articles on articles.id = reports.article_id"
    )
    # The plus keeps SQLite from looking each of them up in the index by itself.
    return f"+articles_fts.rowid in (select articles.seq from {tables} where {condition})"


def best(db: Database, expression: str, limit: int, narrowed: Narrowed | None = None) -> tuple[int, ...]:
    """``seq`` of the articles that match: those with all the words in their title first, each kind newest first."""
    sql = "select articles_fts.rowid from articles_fts"
    values: list[object] = [expression]
    if narrowed is None:
        sql += " where articles_fts match ?"
    else:
        sql += " cross join articles on articles.seq = articles_fts.rowid where articles_fts match ?"
        # Almost nothing is dated later than it was seen, so what came before need not be looked at.
        sql += f" and articles_fts.rowid >= ? and {narrowed.where}"
        values += [_first_since(db, narrowed.since), *narrowed.values]
    most = max(limit, LOOKED_AT)
    newest = [row[0] for row in db.execute(f"{sql} order by articles_fts.rowid desc limit ?", [*values, most])]
    if not newest:
        return ()
    titled = {
        row[0]
        for row in db.execute(
            "select rowid from articles_fts where articles_fts match ? and rowid between ? and ?",
            [f"title : ({expression})", newest[-1], newest[0]],
        )
    }
    return tuple(sorted(newest, key=lambda seq: (seq not in titled, -seq))[:limit])


def marked(passage: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A passage without its marks, and where they stood: start and end of each, in characters."""
    plain, spans, at = [], [], 0
    for piece in re.split(f"([{FOUND}{LOST}])", passage):
        if piece == FOUND:
            begun = at
        elif piece == LOST:
            spans.append((begun, at))
        else:
            plain.append(piece)
            at += len(piece)
    return "".join(plain), tuple(spans)


def _marks(passage: str | None) -> int:
    return (passage or "").count(FOUND)


def _first_since(db: Database, since: datetime | None) -> int:
    if since is None:
        return 0
    sql = "select seq from articles where first_seen_at >= ? order by first_seen_at limit 1"
    row = db.execute(sql, [stamp(since - _AHEAD)]).fetchone()
    return int(row[0]) if row else _ALL


def _term(phrase: str) -> str:
    if phrase == "lay-off":
        return _SPELLINGS
    if _COMPOUND.fullmatch(phrase):
        return f'("{phrase}" OR "{_DASH.sub("", phrase)}")'
    return f'"{phrase}"'
