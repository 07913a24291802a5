"""What is forgotten of old articles: their text; never what they are known again by, nor what somebody was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.archive.batches import in_batches
from monitor.archive.rows import stamp
from monitor.decide import BASELINE

_OLD = "pruned_at is null and first_seen_at < ?"

_FORGETTABLE = (
    f"{_OLD} "
    "and not exists (select 1 from flags where flags.article_id = articles.id and flagged) "
    "and not exists (select 1 from evidence where evidence.article_id = articles.id) "
    "and not exists (select 1 from reports where reports.article_id = articles.id) "
    "and not exists (select 1 from corrections where corrections.article_id = articles.id) "
    "and not exists (select 1 from pages where pages.article_id = articles.id and fetched_at is null)"
)
"""Neither flagged, nor ever flagged, nor a report, nor marked by hand, nor still to be read."""

_STRIPPED = (
    "update articles set summary = '', body = null, author = null, text_origin = 'feed', pruned_at = ? where seq = ?"
)

_LOOSE_ENDS = (
    "update entries set link = null, title = '', published = null where article_id in ({}) returning 1",
    "update flags set evidence = '[]' where article_id in ({}) returning 1",
    "delete from facts where article_id in ({}) returning 1",
)

_LOGGED = f"outcome <> '{BASELINE}'"
"""A first poll stays: what came with it was told to nobody."""

_STEP = timedelta(milliseconds=12)
_MOST = 2_000
_FEWEST = 5

_MERGED_AT_ONCE = 32
"""Pages of the search index that one step rewrites."""

_INCREMENTAL = 2


@dataclass(frozen=True, slots=True)
class Extent:
    """What may be forgotten: how many articles, with how many bytes of text, and how many rows of the log of polls."""

    articles: int
    bytes: int
    polls: int


class Forgetting:
    """One run over all that is older than ``before``, in steps that are each called inside ``writing()``.

    What stays of an article: its row, with its addresses, title, date, keys and signature; which sources carry it, by
    which guid and with which hash; and the decision on it, without the passages it was made by.
    """

    def __init__(self, db: Database, before: datetime, now: datetime) -> None:
        self._db = db
        self._before = stamp(before)
        self._now = stamp(now)
        self._at = ("", 0)
        """The last article that was looked at: those that stay are not looked at again with every step."""

    def extent(self) -> Extent:
        """What there is to forget. Only reads."""
        articles, size = self._db.execute(
            "select count(*), coalesce(sum(octet_length(summary) + coalesce(octet_length(body), 0)), 0) "
            f"from articles indexed by articles_unpruned where {_FORGETTABLE}",
            [self._before],
        ).fetchone()
        polls = self._db.execute(f"select count(*) from polls where at < ? and {_LOGGED}", [self._before]).fetchone()[0]
        return Extent(articles, size, polls)

    def articles(self, most: int) -> int:
        """Take the text of up to ``most`` articles, the oldest first; how many it were."""
        rows = self._db.execute(
            f"select first_seen_at, seq, id from articles indexed by articles_unpruned where {_FORGETTABLE} "
            "and (first_seen_at, seq) > (?, ?) order by first_seen_at, seq limit ?",
            [self._before, *self._at, most],
        ).fetchall()
        self._db.conn.executemany(_STRIPPED, [(self._now, row[1]) for row in rows])
        for sql in _LOOSE_ENDS:
            _exhaust(in_batches(self._db, sql, [str(row[2]) for row in rows]))
        self._at = (rows[-1][0], rows[-1][1]) if rows else self._at
        return len(rows)

    def last_poll(self) -> int:
        """Before which row the log of polls may be dropped. Only reads."""
        found = self._db.execute("select id from polls where at >= ? order by id limit 1", [self._before]).fetchone()
        return (
            int(found[0])
            if found
            else int(self._db.execute("select coalesce(max(id), 0) + 1 from polls").fetchone()[0])
        )

    def polls(self, last: int, most: int) -> int:
        """Drop up to ``most`` rows of the log before that one, the oldest first; how many it were."""
        sql = f"delete from polls where id in (select id from polls where id < ? and {_LOGGED} order by id limit ?)"
        return int(self._db.execute(sql, [last, most]).rowcount)


class Space:
    """The room that is left when something was forgotten."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def gather(self) -> bool:
        """Put all parts of the search index together for being merged, and begin; in ``writing()``."""
        return self._merged(-_MERGED_AT_ONCE)

    def merge(self) -> bool:
        """Rewrite a part of the search index without the words that are gone; in ``writing()``.

        False where there is no more to do.
        """
        return self._merged(_MERGED_AT_ONCE)

    def free(self) -> int:
        """Bytes of the file that nothing is in; the archive uses them again before the file grows."""
        return self._pragma("freelist_count") * self._pragma("page_size")

    def shrinks(self) -> bool:
        """Whether free pages can be given back one by one. An older archive must be rewritten once for that."""
        return self._pragma("auto_vacuum") == _INCREMENTAL

    def shrink(self, pages: int) -> bool:
        """Give back up to so many free pages; whether there are more."""
        _exhaust(self._db.execute(f"pragma incremental_vacuum({int(pages)})"))
        return self._pragma("freelist_count") > 0

    def rewrite(self) -> None:
        """Write the file anew without free space, outside of any transaction. Nobody else may use it meanwhile."""
        self._db.execute(f"pragma auto_vacuum = {_INCREMENTAL}")
        self._db.execute("vacuum")

    def fold(self) -> None:
        """Fold the log beside the file into it, so that the file is as small as it can be."""
        _exhaust(self._db.execute("pragma wal_checkpoint(truncate)"))

    def _merged(self, pages: int) -> bool:
        before = self._db.conn.total_changes
        self._db.execute("insert into articles_fts (articles_fts, rank) values ('merge', ?)", [pages])
        return bool(self._db.conn.total_changes - before > 1)

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"pragma {name}").fetchone()[0])


def next_size(size: int, took: timedelta) -> int:
    """How much the next step shall take, when one of this size took so long: nobody shall wait for it."""
    factor = min(2.0, _STEP / max(took, timedelta(microseconds=100)))
    return max(_FEWEST, min(_MOST, int(size * factor)))


def _exhaust(rows: Iterable[object]) -> None:
    for _ in rows:
        pass
