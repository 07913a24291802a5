"""The rows of cards in Slack: which message shows which layoff, and which may be behind what is known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.alerts.cards import EVERY, GONE, Card
from monitor.archive.batches import in_batches
from monitor.archive.rows import Row, maybe_moment, maybe_stamp, moment, stamp
from monitor.model import Channel, Layoff

# No edit waits for longer than a day and its jitter: what is due later was written by a clock that was wrong.
_NEVER = timedelta(hours=30)


class Cards:
    """Every method that changes something is called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def thread(self, channel: Channel, layoff_id: str | None) -> str | None:
        """The message in whose thread a change of the layoff is told."""
        sql = "select ts from cards where channel_id = ? and layoff_id = ? and place = ? and ts != ?"
        row = self._db.execute(sql, [channel.id, layoff_id, channel.to, GONE]).fetchone()
        return str(row[0]) if row else None

    def due(self, channel: Channel, now: datetime) -> Card | None:
        """The card of a channel that is behind for longest, if the channel can be asked and takes an edit already."""
        rows = self._db.query(
            "select cards.* from cards left join channels on channels.id = cards.channel_id "
            "where (cards.due_at <= :now or cards.due_at > :never) and channel_id = :channel and place = :place "
            "and ts != :gone and (shown_at <= :before or shown_at > :now) and disabled_at is null "
            "and (paused_until is null or paused_until <= :now or paused_until > :never) "
            "order by cards.due_at limit 1",
            {
                "now": stamp(now),
                "channel": channel.id,
                "place": channel.to,
                "gone": GONE,
                "before": stamp(now - EVERY),
                "never": stamp(now + _NEVER),
            },
        )
        return next(map(_of, rows), None)

    def put(self, card: Card) -> None:
        self._db.table("cards").upsert(_row(card), pk=("channel_id", "layoff_id"))

    def settled(self, card: Card) -> None:
        """It shows what is known."""
        sql = "update cards set due_at = null where channel_id = ? and layoff_id = ?"
        self._db.execute(sql, [card.channel_id, card.layoff_id])

    def touch(self, layoffs: Collection[Layoff], now: datetime) -> None:
        """Have the cards of these layoffs looked at; one whose edit waits already keeps its time."""
        sql = "select layoff_id from cards where layoff_id in ({})"
        for row in in_batches(self._db, sql, [layoff.id for layoff in layoffs]):
            self._db.execute(
                "update cards set due_at = ? where layoff_id = ? and due_at is null", [stamp(now), row["layoff_id"]]
            )

    def pause(self, channel_id: str, until: datetime, detail: str) -> None:
        """A channel that wants fewer wants fewer of everything."""
        row = {"id": channel_id, "paused_until": stamp(until), "detail": detail}
        self._db.table("channels").upsert(row, pk="id")

    def doubtful(self, card: Card) -> bool:
        """Whether its message may stand there twice: an attempt before it may have been taken."""
        row = self._db.execute(
            "select attempts > (select count(*) from deliveries where alert_id = alerts.id) or exists "
            "(select 1 from deliveries where alert_id = alerts.id and ambiguous) from alerts where id = ?",
            [card.alert_id],
        ).fetchone()
        return bool(row and row[0])


def _row(card: Card) -> Row:
    return {
        "channel_id": card.channel_id,
        "layoff_id": card.layoff_id,
        "place": card.place,
        "ts": card.ts,
        "alert_id": card.alert_id,
        "posted_at": stamp(card.posted_at),
        "shown": card.shown,
        "shown_at": stamp(card.shown_at),
        "due_at": maybe_stamp(card.due_at),
        "failures": card.failures,
        "detail": card.detail,
    }


def _of(row: Row) -> Card:
    return Card(
        channel_id=row["channel_id"],
        layoff_id=row["layoff_id"],
        place=row["place"],
        ts=row["ts"],
        alert_id=row["alert_id"],
        posted_at=moment(row["posted_at"]),
        shown=row["shown"],
        shown_at=moment(row["shown_at"]),
        due_at=maybe_moment(row["due_at"]),
        failures=row["failures"],
        detail=row["detail"],
    )
