"""The silences that people asked for: kept, listed, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from monitor import silences
from monitor.archive.reader import layoffs_by, reports_of
from monitor.archive.rows import Row, alert_of, maybe_moment, moment, stamp
from monitor.model import Silence, Subject


class Silences:
    """Methods that change something are called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[Silence, ...]:
        """Every one there ever was, the newest first."""
        return tuple(map(_silence, self._db.query("select * from silences order by id desc")))

    def holding(self, now: datetime) -> tuple[Silence, ...]:
        """Those that hold now, the oldest first."""
        rows = self._db.query(
            "select * from silences where until > :now and since <= :now and ended_at is null order by id",
            {"now": stamp(now)},
        )
        return tuple(map(_silence, rows))

    def add(self, silence: Silence) -> Silence:
        """Keep one; gives it with its number."""
        row = {
            "subject": silence.subject,
            "value": silence.value,
            "since": stamp(silence.since),
            "until": stamp(silence.until),
            "note": silence.note,
        }
        number = self._db.table("silences").insert(row).last_pk
        assert isinstance(number, int)
        return replace(silence, id=number)

    def hush(self, silence: Silence) -> int:
        """Take back what it covers and nobody was sent yet; gives how many alerts."""
        rows = self._db.query(
            "select * from alerts where layoff_id is not null and (state = 'pending' and attempts = 0 "
            "or state = 'held' and digest_id is null) order by rowid"
        )
        waiting = tuple(map(alert_of, rows))
        ids = list({alert.layoff_id for alert in waiting if alert.layoff_id})
        layoffs = {layoff.id: layoff for layoff in layoffs_by(self._db, ids=set(ids))}
        reports = reports_of(self._db, ids)
        covered = [
            alert.id
            for alert in waiting
            if alert.layoff_id and silences.over(layoffs[alert.layoff_id], reports[alert.layoff_id], (silence,))
        ]
        for alert_id in covered:
            self._db.execute(
                "update alerts set state = 'suppressed', reason = ? where id = ?", [silences.reason(silence), alert_id]
            )
        return len(covered)

    def end(self, number: int, now: datetime) -> bool:
        """End one that still holds; False if none has this number."""
        ended = self._db.execute(
            "update silences set ended_at = ? where id = ? and ended_at is null and until > ?",
            [stamp(now), number, stamp(now)],
        )
        return bool(ended.rowcount)


def _silence(row: Row) -> Silence:
    return Silence(
        id=row["id"],
        subject=Subject(row["subject"]),
        value=row["value"],
        since=moment(row["since"]),
        until=moment(row["until"]),
        note=row["note"],
        ended_at=maybe_moment(row["ended_at"]),
    )
