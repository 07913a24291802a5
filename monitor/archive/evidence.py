"""The texts that decided, as they stood when an article was flagged: what was edited since can still be checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from monitor.archive.batches import in_batches

_KEPT = (
    "insert or ignore into evidence (article_id, decided_at, hash, title, summary, body, headers) "
    "values (?, ?, ?, ?, ?, ?, ?)"
)

_STANDING = (
    "select articles.id, flags.decided_at, title, summary, body from flags "
    "join articles on articles.id = flags.article_id where flagged"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedText:
    """A text by which an article was flagged. ``changed``: the article reads otherwise now."""

    article_id: str
    decided_at: datetime
    hash: str
    title: str
    summary: str
    body: str | None
    headers: dict[str, str] | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The text of an article, as it is read."""

    article_id: str
    title: str
    summary: str
    body: str | None


def keep(db: Database, texts: Iterable[Words], decided_at: str, headers: Mapping[str, str] | None) -> None:
    """Keep these texts, each once however often it decides. ``headers`` are those of the answer that brought them."""
    written = None if headers is None else json.dumps(headers)
    db.conn.executemany(
        _KEPT,
        [(each.article_id, decided_at, digest(each), each.title, each.summary, each.body, written) for each in texts],
    )


def keep_standing(db: Database) -> None:
    """Keep the texts of all that is flagged already, in an archive that did not keep them before."""
    for row in list(db.query(_STANDING)):
        keep(db, [Words(row["id"], row["title"], row["summary"], row["body"])], row["decided_at"], None)


def texts_of(db: Database, article_ids: Sequence[str]) -> tuple[DecidedText, ...]:
    """The texts by which these articles were flagged, the first of each article first."""
    rows = in_batches(
        db,
        "select evidence.*, evidence.title is not articles.title or evidence.summary is not articles.summary "
        # A feed that gives no text takes none away: only another text is another one.
        "or (evidence.body is not null and evidence.body is not articles.body) as changed "
        "from evidence join articles on articles.id = evidence.article_id where article_id in ({}) "
        "order by article_id, evidence.id",
        article_ids,
    )
    return tuple(
        DecidedText(
            article_id=row["article_id"],
            decided_at=datetime.fromisoformat(row["decided_at"]),
            hash=row["hash"],
            title=row["title"],
            summary=row["summary"],
            body=row["body"],
            headers=None if row["headers"] is None else json.loads(row["headers"]),
            changed=bool(row["changed"]),
        )
        for row in rows
    )


def digest(text: Words) -> str:
    """SHA-256 of title, summary and body, a line break between them, in UTF-8."""
    joined = "\n".join((text.title, text.summary, text.body or ""))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
