"""What is owed to channels, what was tried, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.archive.rows import alert_of, alert_row, delivery_row, maybe_moment, maybe_stamp, moment, stamp
from monitor.model import Alert, AlertState, Delivery, Verdict
from monitor.tell import LATE, STORM

# Nothing waits for longer than a day and its jitter: what is due later was written by a clock that was wrong.
_NEVER = timedelta(hours=30)
_NEVER_HELD = timedelta(days=8)
"""Longer than from one weekly digest to the next."""

# A member of a digest shares its fate.
_SETTLE_MEMBERS = "update alerts set state = ?, sent_at = ? where digest_id = ? and state in ('held', 'dead')"

_DROPPED = "its channel is configured no more"

GIVEN_UP = timedelta(days=5)
"""A channel that took nothing for so long is asked no more."""

# What may stand in the books of a digest's members, by the state of the digest.
_FATES = "case digest.state when 'pending' then 'held' else digest.state end"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books: what was decided, where each alert stands, and how many rows contradict each other, by how."""

    decided: int
    states: dict[str, int]
    contradictions: dict[str, int]


def imbalances(ledger: Ledger) -> tuple[str, ...]:
    """What is wrong with the books, each in a sentence; empty when decided is the sum of what became of it."""
    found: list[str] = []
    known = {state: ledger.states.get(state, 0) for state in AlertState}
    if ledger.decided != sum(known.values()):
        sums = " + ".join(f"{number} {state}" for state, number in known.items())
        found.append(f"{ledger.decided} alerts were decided, but there are {sums}")
    strange = sorted(ledger.states.keys() - set(AlertState))
    found += [f"{ledger.states[state]} alerts are {state!r}, which is no state" for state in strange]
    found += [f"{number} alerts {what}" for what, number in ledger.contradictions.items() if number]
    return tuple(found)


def ledger(db: Database) -> Ledger:
    """Read in one look, so that nothing moves meanwhile."""
    counts = ", ".join(f"({sql}) as [{what}]" for what, sql in _CONTRADICTIONS.items())
    states = "(select json_group_object(state, n) from (select state, count(*) as n from alerts group by state))"
    row = next(db.query(f"select (select count(*) from alerts) as decided, {states} as states, {counts}"))
    decided, found = row.pop("decided"), json.loads(row.pop("states"))
    return Ledger(decided, dict.fromkeys(map(str, AlertState), 0) | found, row)


def hindrances(db: Database, now: datetime) -> dict[str, str]:
    """Why channels are not being sent what they are owed, by channel."""
    return {
        row["id"]: f"its channel is gone: {row['detail'] or 'no reason given'}"
        if row["disabled_at"]
        else f"its channel is paused until {moment(row['paused_until']):%Y-%m-%d %H:%M} UTC"
        for row in db.query(
            "select * from channels where disabled_at is not null or paused_until > ? and paused_until <= ?",
            [stamp(now), stamp(now + _NEVER)],
        )
    }


_CONTRADICTIONS = {
    "are delivered without a delivery that was taken": (
        "select count(*) from alerts where state = 'delivered' and digest_id is null and not exists "
        "(select 1 from deliveries where alert_id = alerts.id and verdict = 'sent')"
    ),
    "stand otherwise than the digest that tells of them": (
        "select count(*) from alerts join alerts as digest on digest.id = alerts.digest_id "
        f"where alerts.state != {_FATES} and alerts.state != 'suppressed'"
    ),
    "are owed without words": "select count(*) from alerts where state = 'pending' and body = x''",
    "have fewer attempts counted than written down": (
        "select count(*) from alerts join (select alert_id, max(attempt) as last from deliveries group by alert_id) "
        "on alert_id = alerts.id where last > attempts"
    ),
}


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

    def record(self, alert: Alert, delivery: Delivery, retry_at: datetime | None) -> str | None:
        """Write an attempt into the ledger and move its alert on; gives why its channel is gone, where this shows it.

        Without ``retry_at`` a failed alert is dead; but where the channel itself says that it is gone, it stays owed.
        """
        self._db.table("deliveries").insert(delivery_row(delivery))
        ended = delivery.started_at + delivery.took
        if delivery.verdict is Verdict.SENT:
            self._settle(alert, AlertState.DELIVERED, ended)
        elif delivery.verdict is not Verdict.DISABLED and retry_at is None:
            self._settle(alert, AlertState.DEAD, None)
        elif retry_at is not None:
            self._db.execute("update alerts set due_at = ? where id = ?", [stamp(retry_at), alert.id])
        if delivery.verdict is Verdict.THROTTLED and retry_at is not None:
            self._note_channel(alert.channel_id, "paused_until", retry_at, delivery.detail)
        return self._gone(alert.channel_id, delivery, ended)

    def enable(self, channel_ids: Sequence[str]) -> None:
        """Ask channels again that were gone, and at once: the operator has just confirmed them."""
        for channel_id in channel_ids:
            cursor = self._db.execute(
                "update channels set disabled_at = null, failing_since = null, detail = null "
                "where id = ? and disabled_at is not null",
                [channel_id],
            )
            if cursor.rowcount:
                sql = "update alerts set due_at = owed_at where channel_id = ? and state = 'pending'"
                self._db.execute(sql, [channel_id])

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
            "select * from alerts where state = 'held' and digest_id is null and (channel_id, reason) in ("
            "select channel_id, reason from alerts where state = 'held' and digest_id is null "
            "and (due_at <= ? or due_at > ?)) order by created_at, rowid",
            [stamp(now), stamp(now + _NEVER_HELD)],
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
            "and state != 'suppressed' and digest_id is null and layoff_id is not null group by channel_id",
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
            if cursor.rowcount:  # the members of a digest wait with it
                self._db.execute("update alerts set state = 'held', sent_at = null where digest_id = ?", [alert_id])
        return count

    def _settle(self, alert: Alert, state: AlertState, sent_at: datetime | None) -> None:
        sent = maybe_stamp(sent_at)
        self._db.execute("update alerts set state = ?, sent_at = ? where id = ?", [state, sent, alert.id])
        self._db.execute(_SETTLE_MEMBERS, [state, sent, alert.id])

    def _gone(self, channel_id: str, delivery: Delivery, ended: datetime) -> str | None:
        """Disable the channel that says it is gone, or took nothing for days."""
        if delivery.verdict is Verdict.SENT:
            sql = "update channels set failing_since = null where id = ? and failing_since is not null"
            self._db.execute(sql, [channel_id])
            return None
        sql = "select failing_since, disabled_at from channels where id = ?"
        since, disabled = self._db.execute(sql, [channel_id]).fetchone() or (None, None)
        failing = maybe_moment(since) or ended
        if since is None:
            self._note_channel(channel_id, "failing_since", ended, delivery.detail)
        why = delivery.detail
        if delivery.verdict is not Verdict.DISABLED:
            if ended - failing < GIVEN_UP:
                return None
            why = f"it took nothing since {failing:%Y-%m-%d %H:%M} UTC; the last answer: {delivery.detail}"
        self._note_channel(channel_id, "disabled_at", ended, why)
        return None if disabled else why

    def _note_channel(self, channel_id: str, column: str, at: datetime, detail: str) -> None:
        self._db.table("channels").upsert({"id": channel_id, column: stamp(at), "detail": detail}, pk="id")
