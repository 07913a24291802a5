"""The rows of subscriptions at hubs; nothing in them tells a callback or a secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from monitor.archive.rows import Row, maybe_moment, maybe_stamp, moment, stamp
from monitor.push import State, Subscription


class Subscriptions:
    """Every method that changes something is called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[Subscription, ...]:
        return tuple(map(_of, self._db.query("select * from subscriptions order by source_id, hub, topic")))

    def of(self, source_id: str) -> tuple[Subscription, ...]:
        rows = self._db.query("select * from subscriptions where source_id = ? order by hub, topic", [source_id])
        return tuple(map(_of, rows))

    def one(self, name: tuple[str, str, str]) -> Subscription | None:
        return next((each for each in self.of(name[0]) if each.name == name), None)

    def due(self, now: datetime, limit: int) -> tuple[Subscription, ...]:
        """Those about which something is to be done, longest waiting first."""
        rows = self._db.query(
            "select * from subscriptions where next_at <= ? order by next_at limit ?", [stamp(now), limit]
        )
        return tuple(map(_of, rows))

    def put(self, subscription: Subscription) -> None:
        self._db.table("subscriptions").upsert(_row(subscription), pk=("source_id", "hub", "topic"))

    def drop(self, name: tuple[str, str, str]) -> None:
        self._db.execute("delete from subscriptions where source_id = ? and hub = ? and topic = ?", list(name))

    def drop_all(self) -> None:
        self._db.execute("delete from subscriptions")

    def keep(self, known: Iterable[Subscription], kept: Iterable[Subscription]) -> None:
        """Make those that were known into these."""
        known, kept = tuple(known), tuple(kept)
        for each in kept:
            if each not in known:
                self.put(each)
        for name in {each.name for each in known} - {each.name for each in kept}:
            self.drop(name)

    def hasten(self, source_id: str, at: datetime) -> None:
        """Have a well source asked by then; one that fails keeps its wait."""
        sql = "update sources set next_due = min(next_due, ?) where id = ? and failures = 0"
        self._db.execute(sql, [stamp(at), source_id])


def by_state(db: Database) -> dict[str, int]:
    """How many subscriptions are in each state, for probes."""
    counted = {row["state"]: row["n"] for row in db.query("select state, count(*) as n from subscriptions group by 1")}
    return {state.value: counted.get(state.value, 0) for state in State}


def _row(subscription: Subscription) -> Row:
    return {
        "source_id": subscription.source_id,
        "hub": subscription.hub,
        "topic": subscription.topic,
        "state": subscription.state,
        "next_at": stamp(subscription.next_at),
        "mark": subscription.mark,
        "asked_at": maybe_stamp(subscription.asked_at),
        "lease_until": maybe_stamp(subscription.lease_until),
        "pushed_at": maybe_stamp(subscription.pushed_at),
        "missed": subscription.missed,
        "failures": subscription.failures,
        "detail": subscription.detail,
    }


def _of(row: Row) -> Subscription:
    return Subscription(
        source_id=row["source_id"],
        hub=row["hub"],
        topic=row["topic"],
        state=State(row["state"]),
        next_at=moment(row["next_at"]),
        mark=row["mark"],
        asked_at=maybe_moment(row["asked_at"]),
        lease_until=maybe_moment(row["lease_until"]),
        pushed_at=maybe_moment(row["pushed_at"]),
        missed=row["missed"],
        failures=row["failures"],
        detail=row["detail"],
    )
