"""How long it took from a report's publication to the alert, part by part, and what was told of what offices filed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from monitor.archive.rows import Row, maybe_moment, moment, stamp
from monitor.model import AlertState, Stage
from scrapers.items import DateTrust

OBJECTIVE = timedelta(seconds=60)
"""Ninety-nine of a hundred alerts are sent within this time after we first saw their report."""

LEGS = ("source_lag", "deciding", "sending", "ours", "total")
"""The parts of an alert's way that are measured, as ``Lags`` has them."""

_BEFORE_FILING = timedelta(days=60)
"""What a channel was told of an employer longer before a filing was another cut."""


class Standing(StrEnum):
    OK = "ok"
    LATE = "late"
    UNKNOWN = "unknown"
    """Nothing was measured: that is never well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert of a layoff: whose it is, and the moments that are known of it."""

    channel: str
    source: str | None
    state: AlertState
    published_at: datetime | None
    """None where the publisher wrote no exact time."""
    seen_at: datetime | None
    decided_at: datetime
    sent_at: datetime | None
    owed_at: datetime
    gathered: bool
    """Held on purpose, for a digest: how long says nothing of us."""

    @property
    def measured(self) -> bool:
        """A replayed one was sent anew, and no longer says when it was sent first."""
        alone = self.state is AlertState.DELIVERED and not self.gathered
        return alone and self.sent_at is not None and self.owed_at == self.decided_at


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds within which half, 95 and 99 of a hundred fell; None where nothing was measured."""

    count: int = 0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lags:
    """The way of the alerts of one channel, or of one source.

    ``source_lag``: published to first seen, our own poll interval and downtime included; ``deciding``: first seen to
    decided; ``sending``: decided to taken by the channel; ``ours``: the last two; ``total``: published to taken.
    """

    name: str
    source_lag: Spread
    deciding: Spread
    sending: Spread
    ours: Spread
    total: Spread
    undated: int
    gathered: int
    replayed: int
    waiting: int
    longest_waiting: float | None
    dead: int

    @property
    def standing(self) -> Standing:
        """Late where anything is, owed ones among it: what was never sent has no latency to speak for it."""
        limit = OBJECTIVE.total_seconds()
        if self.dead or (self.longest_waiting or 0) > limit or (self.ours.p99 or 0) > limit:
            return Standing.LATE
        return Standing.OK if self.ours.count else Standing.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Filings:
    """Of how many layoffs that an office reported some channel was told: before the filing, after it, or not."""

    before: int = 0
    after: int = 0
    untold: int = 0

    @property
    def total(self) -> int:
        return self.before + self.after + self.untold

    @property
    def recall(self) -> float | None:
        return (self.before + self.after) / self.total if self.total else None


def spread(seconds: Iterable[float]) -> Spread:
    """By the nearest rank: each figure is one that was measured."""
    found = sorted(seconds)
    if not found:
        return Spread()
    p50, p95, p99 = (found[math.ceil(len(found) * share / 100) - 1] for share in (50, 95, 99))
    return Spread(len(found), p50, p95, p99)


def lags(name: str, told: Sequence[Told], now: datetime) -> Lags:
    """What these alerts have to say together."""
    measured = [each for each in told if each.measured]
    waiting = [_seconds(each.owed_at, now) for each in told if each.state is AlertState.PENDING]
    return Lags(
        name=name,
        source_lag=_between((each.published_at, each.seen_at) for each in measured),
        deciding=_between((each.seen_at, each.decided_at) for each in measured),
        sending=_between((each.decided_at, each.sent_at) for each in measured),
        ours=_between((each.seen_at, each.sent_at) for each in measured),
        total=_between((each.published_at, each.sent_at) for each in measured),
        undated=sum(each.published_at is None for each in measured),
        gathered=sum(each.gathered for each in told),
        replayed=sum(each.owed_at != each.decided_at for each in told),
        waiting=len(waiting),
        longest_waiting=max(waiting, default=None),
        dead=sum(each.state is AlertState.DEAD and not each.gathered for each in told),
    )


def by_channel(told: Sequence[Told], channels: Iterable[str], now: datetime) -> tuple[Lags, ...]:
    """One for each of these channels, also where nothing was told."""
    return tuple(lags(name, [each for each in told if each.channel == name], now) for name in channels)


def by_source(told: Sequence[Told], now: datetime) -> tuple[Lags, ...]:
    """One for each source that a channel was told something from, by name."""
    found: dict[str, list[Told]] = {}
    for each in told:
        if each.source is not None:
            found.setdefault(each.source, []).append(each)
    return tuple(lags(name, found[name], now) for name in sorted(found))


def overall(channels: Sequence[Lags]) -> Standing:
    """As well as the one that is worst off."""
    standings = {each.standing for each in channels}
    if Standing.LATE in standings:
        return Standing.LATE
    return Standing.UNKNOWN if Standing.UNKNOWN in standings or not standings else Standing.OK


def told_since(db: Database, since: datetime) -> tuple[Told, ...]:
    """The alerts of layoffs that were decided since then, but those that were taken back."""
    rows = db.query(
        "select channel_id, source_id, state, published_at, date_trust, first_seen_at, created_at, sent_at, owed_at, "
        "state = 'held' or digest_id is not null as gathered from alerts "
        "left join articles on articles.id = alerts.article_id "
        "where created_at >= ? and layoff_id is not null and state != 'suppressed' order by created_at",
        [stamp(since)],
    )
    return tuple(map(_told_of, rows))


def filings_since(db: Database, since: datetime) -> Filings:
    """Layoffs of which a report since then was a filing, by whether and when a channel was told of that employer."""
    rows = db.query(
        "select layoffs.id, company_key, min(iif(date_trust = 'exact', published_at, first_seen_at)) as filed_at "
        "from reports join flags on flags.article_id = reports.article_id "
        "join articles on articles.id = reports.article_id join layoffs on layoffs.id = reports.layoff_id "
        "where first_seen_at >= ? and flags.stage = ? and not baseline group by layoffs.id",
        [stamp(since), Stage.FILED],
    )
    found = [_first_told(db, row) for row in list(rows)]
    before = sum(told is not None and told <= filed for filed, told in found)
    untold = sum(told is None for _, told in found)
    return Filings(before=before, after=len(found) - before - untold, untold=untold)


def _first_told(db: Database, filing: Row) -> tuple[datetime, datetime | None]:
    filed_at = moment(filing["filed_at"])
    (told,) = db.execute(
        "select min(sent_at) from alerts join layoffs on layoffs.id = layoff_id "
        "where state = 'delivered' and (layoffs.id = ? or company_key = ?) and sent_at >= ?",
        [filing["id"], filing["company_key"], stamp(filed_at - _BEFORE_FILING)],
    ).fetchone()
    return filed_at, maybe_moment(told)


def _told_of(row: Row) -> Told:
    exact = row["date_trust"] == DateTrust.EXACT
    return Told(
        channel=row["channel_id"],
        source=row["source_id"],
        state=AlertState(row["state"]),
        published_at=maybe_moment(row["published_at"]) if exact else None,
        seen_at=maybe_moment(row["first_seen_at"]),
        decided_at=moment(row["created_at"]),
        sent_at=maybe_moment(row["sent_at"]),
        owed_at=moment(row["owed_at"]),
        gathered=bool(row["gathered"]),
    )


def _between(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> Spread:
    return spread(_seconds(start, end) for start, end in pairs if start is not None and end is not None)


def _seconds(start: datetime, end: datetime) -> float:
    """A publisher's clock may go before ours."""
    return max((end - start).total_seconds(), 0.0)
