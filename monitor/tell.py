"""Which channel is owed which alert for what changed in the layoffs, and when: a channel hears of a layoff once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import layoffs, routes
from monitor.alerts import compose
from monitor.model import (
    Alert,
    AlertKind,
    AlertState,
    Channel,
    Layoff,
    Policy,
    Report,
    Stage,
    Telling,
)

LATE, STORM, QUIET = "late", "storm", "quiet"
"""Why an alert is held for a digest."""

_GATHER = timedelta(seconds=60)
"""How long a digest gathers what belongs into it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one plan tells of one layoff: its newest state, the one before, all its reports."""

    layoff: Layoff
    before: Layoff | None
    reports: tuple[Report, ...]
    fresh: tuple[Report, ...] = ()
    """Reports of this plan that may be told of: not those of a source's first poll."""
    changes: tuple[str, ...] = ()
    waits: bool = False
    """The page of a report is being fetched, and may say more."""

    def with_report(self, placed: layoffs.Placed, report: Report | None, *, waits: bool) -> Told:
        added = (report,) if report else ()
        news = () if report and report.baseline else added
        change = (placed.change,) if placed.change and placed.before and not (report and report.baseline) else ()
        return replace(
            self,
            layoff=placed.layoff,
            reports=self.reports + added,
            fresh=self.fresh + news,
            changes=self.changes + change,
            waits=self.waits or waits,
        )


def owe(
    told: Sequence[Told], known: Iterable[Alert], *, recent: dict[str, int], policy: Policy, now: datetime
) -> tuple[Alert, ...]:
    """The alerts that come of it: new ones, and unsent ones that now say more."""
    heard: dict[str | None, dict[str, list[Alert]]] = {}
    for earlier in known:
        heard.setdefault(earlier.layoff_id, {}).setdefault(earlier.channel_id, []).append(earlier)
    counts = dict(recent)
    owed: list[Alert] = []
    for each in told:
        by_channel = heard.get(each.layoff.id, {})
        for taker in routes.takers(each.layoff, policy, frozenset(by_channel)):
            before = by_channel.get(taker.channel.id, [])
            alert = _alert(each, taker, before, policy, now)
            if alert is not None:
                owed.append(_within_storm(alert, before, counts, policy, now))
    return tuple(owed)


def release(
    held: Sequence[Alert], layoffs_of: dict[str, Layoff], channels: Iterable[Channel], now: datetime
) -> tuple[Alert, ...]:
    """One digest per channel and reason for what was held, and the held alerts, each naming its digest."""
    released: list[Alert] = []
    for channel in channels:
        for reason in (LATE, STORM, QUIET):
            members = [alert for alert in held if alert.channel_id == channel.id and alert.reason == reason]
            if members:
                digest = _digest(channel, reason, members, layoffs_of, now)
                released += [digest, *(replace(member, digest_id=digest.id) for member in members)]
    return tuple(released)


def trial(channel: Channel, now: datetime) -> Alert:
    """A test alert, to see whether the channel answers."""
    alert_id = _id(channel.id, "test", now.isoformat())
    telling = Telling(
        kind=AlertKind.TEST, reason="test", now=now, message="This is a test from Pinkslip. Nobody was laid off."
    )
    body = compose(channel, alert_id, telling)
    return Alert(
        id=alert_id,
        channel_id=channel.id,
        layoff_id=None,
        kind=AlertKind.TEST,
        state=AlertState.PENDING,
        reason="test",
        body=body,
        created_at=now,
        due_at=now,
    )


def _alert(told: Told, taker: routes.Taker, before: Sequence[Alert], policy: Policy, now: datetime) -> Alert | None:
    unsent = next((alert for alert in before if alert.state is AlertState.PENDING and not alert.attempts), None)
    if unsent is not None:
        # Nobody has read it yet: it says all there is to say by now.
        telling = _telling(told, unsent.kind, unsent.reason, policy, now)
        return replace(unsent, body=compose(taker.channel, unsent.id, telling))
    if any(alert.state is AlertState.HELD and alert.digest_id is None for alert in before):
        return None
    if not before:
        if not told.fresh or _undone(told.layoff):
            return None
        return _new(told, taker, AlertKind.OPENED, "first report", policy, now)
    if not told.changes:
        return None
    kind = AlertKind.REVERSED if _undone(told.layoff) else AlertKind.UPDATED
    return _new(told, taker, kind, "; ".join(told.changes), policy, now)


def _new(  # noqa: PLR0913 (each is a value the alert is made of)
    told: Told, taker: routes.Taker, kind: AlertKind, reason: str, policy: Policy, now: datetime
) -> Alert | None:
    age = _age(told, now)
    if age is not None and age > policy.window:
        return None
    alert_id = _id(taker.channel.id, told.layoff.id, kind, str(told.layoff.revision))
    alert = Alert(
        id=alert_id,
        channel_id=taker.channel.id,
        layoff_id=told.layoff.id,
        kind=kind,
        state=AlertState.PENDING,
        reason=reason,
        body=b"",
        created_at=now,
        due_at=now + policy.page_wait if told.waits else now,
    )
    quiet_until = routes.quiet_until(taker.route.quiet, now) if taker.route and taker.route.quiet else None
    if age is not None and age > policy.fresh:
        return _held(alert, LATE, now + _GATHER)
    if quiet_until is not None:
        return _held(alert, QUIET, quiet_until)
    return replace(alert, body=compose(taker.channel, alert_id, _telling(told, kind, reason, policy, now)))


def _telling(told: Told, kind: AlertKind, reason: str, policy: Policy, now: datetime) -> Telling:
    age = _age(told, now)
    return Telling(
        kind=kind,
        layoff=told.layoff,
        before=None if kind is AlertKind.OPENED else told.before,
        reports=told.reports,
        fresh=told.fresh,
        reason=reason,
        late=age if age is not None and age > policy.fresh else None,
        now=now,
    )


def _digest(
    channel: Channel, reason: str, members: Sequence[Alert], layoffs_of: dict[str, Layoff], now: datetime
) -> Alert:
    told = {member.layoff_id: layoffs_of[member.layoff_id] for member in members if member.layoff_id in layoffs_of}
    largest_first = sorted(told.values(), key=lambda each: (-(each.headcount_high or 0), each.opened_at, each.id))
    digest_id = _id(channel.id, "digest", *sorted(member.id for member in members))
    telling = Telling(kind=AlertKind.DIGEST, layoffs=tuple(largest_first), total=len(told), reason=reason, now=now)
    return Alert(
        id=digest_id,
        channel_id=channel.id,
        layoff_id=None,
        kind=AlertKind.DIGEST,
        state=AlertState.PENDING,
        reason=reason,
        body=compose(channel, digest_id, telling),
        created_at=now,
        due_at=now,
    )


def _within_storm(
    alert: Alert, before: Sequence[Alert], counts: dict[str, int], policy: Policy, now: datetime
) -> Alert:
    """The alert itself, or held for a digest where its channel has just been told of many; counts it."""
    if alert.state is not AlertState.PENDING or any(alert.id == earlier.id for earlier in before):
        return alert
    counts[alert.channel_id] = counts.get(alert.channel_id, 0) + 1
    return alert if counts[alert.channel_id] <= policy.storm else _held(alert, STORM, now + _GATHER)


def _held(alert: Alert, reason: str, until: datetime) -> Alert:
    # Only the digest speaks for it, so it needs no words of its own.
    return replace(alert, state=AlertState.HELD, reason=reason, due_at=until, body=b"")


def _undone(layoff: Layoff) -> bool:
    return layoff.stage in {Stage.DENIED, Stage.REVERSED}


def _age(told: Told, now: datetime) -> timedelta | None:
    """How old the newest report is that is told of; None where nobody dated one."""
    dates = [report.published_at for report in told.fresh or told.reports if report.published_at]
    return now - max(dates) if dates and len(dates) == len(told.fresh or told.reports) else None


def _id(*parts: str) -> str:
    return "msg_" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:28]
