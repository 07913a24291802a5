"""What is owed to channels, what was tried, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.archive.rows import alert_of, alert_row, delivery_row, maybe_stamp, stamp
from monitor.model import Alert, AlertState, Delivery, Verdict
from monitor.tell import LATE, STORM

# Nothing waits for longer than a day and its jitter: what is due later was written by a clock that was wrong.
_NEVER = timedelta(hours=30)

# A member of a digest shares its fate.
_SETTLE_MEMBERS = "update alerts set state = ?, sent_at = ? where digest_id = ? and state in ('held', 'dead')"

_DROPPED = "its channel is configured no more"


class Outbox:
    """The alerts and their ledger. Methods that change something are called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, channel_id: str, now: datetime) -> Alert | None:
        """Begin an attempt at the alert that this channel is owed first, if one is due and the channel can be asked.

        The attempt is counted before it is made: should we die in it, the next one knows that it may be a repeat.
        """
        rows = self._db.query(
            "select alerts.* from alerts left join channels on channels.id = alerts.channel_id "
            "where channel_id = :channel and state = 'pending' and (due_at <= :now or due_at > :never) "
            "and disabled_at is null and (paused_until is null or paused_until <= :now or paused_until > :never) "
            "and not exists (select 1 from alerts as earlier where earlier.channel_id = alerts.channel_id and "
            "earlier.state = 'pending' and earlier.layoff_id = alerts.layoff_id and earlier.rowid < alerts.rowid) "
            "order by created_at, alerts.rowid limit 1",
            {"channel": channel_id, "now": stamp(now), "never": stamp(now + _NEVER)},
        )
        alert = next(map(alert_of, rows), None)
        if alert is None:
            return None
        self._db.execute("update alerts set attempts = attempts + 1 where id = ?", [alert.id])
        return replace(alert, attempts=alert.attempts + 1)

    def history(self, alert: Alert) -> tuple[int, bool]:
        """How often it was refused since it was last owed, and whether an earlier attempt may have been taken.

        That is one that was, one without a clear answer, or one in which we died before writing it down.
        """
        written, taken, refused = self._db.execute(
            "select count(*), coalesce(max(ambiguous or verdict = 'sent'), 0), "
            "coalesce(sum(deliveries.started_at >= owed_at and verdict != 'throttled'), 0) "
            "from deliveries join alerts on alerts.id = alert_id where alert_id = ?",
            [alert.id],
        ).fetchone()
        return refused, bool(taken) or written < alert.attempts - 1

    def add(self, alerts: Sequence[Alert]) -> None:
        self._db.table("alerts").upsert_all(map(alert_row, alerts), pk="id")

    def record(self, alert: Alert, delivery: Delivery, retry_at: datetime | None) -> None:
        """Write an attempt into the ledger and move its alert on.

        Without ``retry_at`` a failed alert is dead; but where the channel itself is gone, it stays owed.
        """
        self._db.table("deliveries").insert(delivery_row(delivery))
        ended = delivery.started_at + delivery.took
        if delivery.verdict is Verdict.SENT:
            self._settle(alert, AlertState.DELIVERED, ended)
        elif delivery.verdict is Verdict.DISABLED:
            self._note_channel(alert.channel_id, "disabled_at", ended, delivery.detail)
        elif retry_at is None:
            self._settle(alert, AlertState.DEAD, None)
        else:
            self._db.execute("update alerts set due_at = ? where id = ?", [stamp(retry_at), alert.id])
        if delivery.verdict is Verdict.THROTTLED and retry_at is not None:
            self._note_channel(alert.channel_id, "paused_until", retry_at, delivery.detail)

    def enable(self, channel_ids: Sequence[str]) -> None:
        """Ask channels again that said they were gone: the operator has just confirmed them."""
        for channel_id in channel_ids:
            self._db.execute("update channels set disabled_at = null, detail = null where id = ?", [channel_id])

    def drop_channels_but(self, channel_ids: Sequence[str]) -> int:
        """Owe nothing to channels that are configured no more; gives how many alerts that ended."""
        cursor = self._db.execute(
            f"update alerts set state = 'suppressed', reason = '{_DROPPED}' "
            f"where state in ('pending', 'held') and channel_id not in ({', '.join('?' * len(channel_ids))})",
            list(channel_ids),
        )
        return int(cursor.rowcount)

    def releasable(self, now: datetime) -> tuple[Alert, ...]:
        """Held alerts whose digest is due. A digest takes all that its channel holds for the same reason."""
        rows = self._db.query(
            "select * from alerts as held where state = 'held' and digest_id is null and exists (select 1 from alerts "
            "where state = 'held' and digest_id is null and channel_id = held.channel_id and reason = held.reason "
            "and (due_at <= ? or due_at > ?)) order by created_at, rowid",
            [stamp(now), stamp(now + _NEVER)],
        )
        return tuple(map(alert_of, rows))

    def gathering(self) -> tuple[Alert, ...]:
        """Held alerts that wait for nothing but others to share their digest."""
        sql = (
            "select * from alerts where state = 'held' and digest_id is null and reason in (?, ?) "
            "order by created_at, rowid"
        )
        return tuple(map(alert_of, self._db.query(sql, [LATE, STORM])))

    def recent(self, since: datetime) -> dict[str, int]:
        """How many layoffs each channel was told of one by one since then."""
        rows = self._db.query(
            "select channel_id, count(*) as told from alerts where created_at >= ? and state != 'held' "
            "and digest_id is null and layoff_id is not null group by channel_id",
            [stamp(since)],
        )
        return {row["channel_id"]: row["told"] for row in rows}

    def replay(self, ids: Sequence[str], now: datetime) -> int:
        """Owe alerts again under their own ids; gives how many."""
        count = 0
        for alert_id in ids:
            cursor = self._db.execute(
                "update alerts set state = 'pending', owed_at = ?, due_at = ?, sent_at = null "
                "where id = ? and digest_id is null and body != x'' "
                "and (state in ('dead', 'delivered') or state = 'suppressed' and reason = ?)",
                [stamp(now), stamp(now), alert_id, _DROPPED],
            )
            count += cursor.rowcount
        return count

    def _settle(self, alert: Alert, state: AlertState, sent_at: datetime | None) -> None:
        sent = maybe_stamp(sent_at)
        self._db.execute("update alerts set state = ?, sent_at = ? where id = ?", [state, sent, alert.id])
        self._db.execute(_SETTLE_MEMBERS, [state, sent, alert.id])

    def _note_channel(self, channel_id: str, column: str, at: datetime, detail: str) -> None:
        self._db.table("channels").upsert({"id": channel_id, column: stamp(at), "detail": detail}, pk="id")
