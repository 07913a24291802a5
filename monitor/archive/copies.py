"""What copies are known by: exact keys, and band keys in segments of time, so that none costs more as years go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.archive.batches import in_batches
from monitor.archive.rows import Row, stamp
from monitor.duplicates import Original
from monitor.model import Fingerprint, Judged, Kept

_SEGMENT = timedelta(days=14)
"""Keys of one segment lie together: looking up and adding touch the newest alone."""
_KEPT = 28
"""Segments kept: more than the longest window."""

_ORIGINAL = "articles.id, articles.source_id, articles.text_key, articles.signature, articles.gist"
_EXACT = (
    f"select {_ORIGINAL} from articles "
    "where text_key in ({}) and duplicate_of is null and first_seen_at >= ? order by articles.seq"
)
_NEAR = (
    f"select {_ORIGINAL}, bands.key from bands join articles using (seq) "
    "where bands.key in ({}) and segment = ? and duplicate_of is null and first_seen_at >= ? "
    "order by articles.seq desc limit 1000"
)
"""One template can tell of thousands of layoffs; the newest are enough to know a copy by."""


class Copies:
    """Which articles a text may repeat. Methods that change something are called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def originals(self, judged: Sequence[Judged], since: datetime, now: datetime) -> tuple[Original, ...]:
        """Articles first seen since then that share a key with one of these, in order of arrival."""
        keys = sorted({each.fingerprint.exact for each in judged if each.fingerprint.exact})
        bands = sorted({band for each in judged for band in each.fingerprint.bands})
        found = list(in_batches(self._db, _EXACT, keys, stamp(since)))
        for segment in range(_segment(since), _segment(now) + 1) if bands else ():
            found += in_batches(self._db, _NEAR, bands, segment, stamp(since))
        return tuple(_originals(found))

    def remember(self, articles: Sequence[Kept], now: datetime) -> None:
        """Keep the bands of those that are no copies; of a text that changed the old ones stay, and are harmless."""
        segment = _segment(now)
        self._db.execute("delete from bands where segment < ?", [segment - _KEPT])
        for kept in articles:
            if kept.duplicate_of is None and kept.judged.fingerprint.bands:
                self._db.conn.executemany(
                    "insert or ignore into bands select ?, ?, seq from articles where id = ?",
                    ((segment, band, kept.judged.article.id) for band in kept.judged.fingerprint.bands),
                )


def _segment(at: datetime) -> int:
    return int(at.timestamp() // _SEGMENT.total_seconds())


def _originals(rows: Iterable[Row]) -> Iterator[Original]:
    """One for each article, with those of its bands that were asked for."""
    bands: dict[str, list[int]] = {}
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["id"], row)
        bands.setdefault(row["id"], []).extend([row["key"]] if "key" in row else [])
    for article_id, row in found.items():
        fingerprint = Fingerprint(row["text_key"], tuple(bands[article_id]), row["signature"] or b"")
        yield Original(article_id, row["source_id"], fingerprint, row["gist"] or "")
