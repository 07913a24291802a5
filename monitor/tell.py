"""Which channel is owed which alert for what changed in the layoffs, and when: a channel hears of a layoff once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor import layoffs, routes
from monitor.alerts import compose, digest_holds
from monitor.conditions import Notice
from monitor.model import Alert, AlertKind, AlertState, Channel, ChannelKind, Layoff, Policy, Report, Silence, Telling
from monitor.silences import SILENCED, over
from monitor.silences import reason as reason_of

LATE, STORM, QUIET, DIGEST = "late", "storm", "quiet", "digest"
"""Why an alert is held for a digest."""

RECENT = timedelta(minutes=10)
"""Within this time alerts count towards a storm."""

_GATHER = timedelta(seconds=60)
"""How long a digest gathers what belongs into it."""

_PARTS = 5
_NEVER = datetime.max.replace(tzinfo=UTC)

CALM = timedelta(hours=6)
"""An incoming webhook of Slack, which cannot edit, is told no more than one change of a layoff within this time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one plan has to tell of one layoff: its newest state, and all its reports, oldest first."""

    layoff: Layoff
    reports: tuple[Report, ...]
    fresh: tuple[Report, ...] = ()
    """Those that came, or came in new words, with this plan."""
    waits: bool = False
    """The page of a report is being fetched, and may say more."""
    withdrawn: str | None = None
    """Why there is nothing to tell after all."""

    def with_report(self, layoff: Layoff, report: Report, *, waits: bool = False) -> Told:
        """The same with a report, in the place of what that article said before."""
        others = tuple(each for each in self.reports if each.article_id != report.article_id)
        known = len(others) < len(self.reports)
        reports = tuple(report if each.article_id == report.article_id else each for each in self.reports)
        return replace(
            self,
            layoff=layoff,
            reports=reports if known else (*self.reports, report),
            fresh=(*self.fresh, report),
            waits=self.waits or waits,
            withdrawn=None,
        )

    @property
    def rules(self) -> frozenset[str]:
        """All that fired for any of its reports."""
        return frozenset(rule for report in self.reports for rule in report.rules)

    @property
    def tellable(self) -> tuple[Report, ...]:
        """What a source brought with its first poll is told to nobody."""
        return tuple(report for report in self.reports if not report.baseline)


def owe(  # noqa: PLR0913 (what was said before, and what the operator wants)
    told: Sequence[Told],
    known: Iterable[Alert],
    *,
    recent: dict[str, int],
    policy: Policy,
    now: datetime,
    silences: Sequence[Silence] = (),
) -> tuple[Alert, ...]:
    """The alerts that come of it: new ones, and unsent ones that now say something else. ``known`` in order."""
    heard: dict[str | None, dict[str, list[Alert]]] = {}
    for earlier in known:
        heard.setdefault(earlier.layoff_id, {}).setdefault(earlier.channel_id, []).append(earlier)
    counts = dict(recent)
    owed: list[Alert] = []
    for each in told:
        by_channel = heard.get(each.layoff.id, {})
        if each.withdrawn:
            owed += _taken_back(by_channel, each.withdrawn)
            continue
        reached = frozenset(channel for channel, alerts in by_channel.items() if any(map(_heard, alerts)))
        takers = routes.takers(each.layoff, policy, reached, each.rules)
        silence = over(each.layoff, each.fresh, silences)
        taking = {taker.channel.id for taker in takers}
        left = {channel: alerts for channel, alerts in by_channel.items() if channel not in taking}
        owed += _taken_back(left, "no route to its channel takes it any more")
        for taker in takers:
            before = by_channel.get(taker.channel.id, [])
            alert = _alert(each, taker, before, policy, now)
            if alert is not None and silence and not (each.layoff.stage.undone and taker.channel.id in reached):
                owed.append(_silenced(alert, silence))
            elif alert is not None:
                owed.append(_within_storm(alert, before, counts, policy, now))
    return tuple(owed)


def correct(told: Told, alerts: Sequence[Alert], policy: Policy, now: datetime) -> tuple[Alert, ...]:
    """The alerts of a layoff that people corrected, as far as they change; none is made.

    What was not sent yet says what is known now, or is taken back. What was sent counts as having told the layoff as
    it stands: a correction is no news.
    """
    heard = heard_by(alerts)
    takers = {taker.channel.id: taker for taker in routes.takers(told.layoff, policy, heard, told.rules)}
    changed: list[Alert] = []
    for channel in dict.fromkeys(alert.channel_id for alert in alerts):
        mine = [alert for alert in alerts if alert.channel_id == channel]
        untold = [alert for alert in mine if alert.unsent or alert.gathering]
        kept = untold[:1] if told.layoff.reports and channel in takers and channel not in heard else []
        changed += [_worded(each, told, takers[channel], None, policy, now) for each in kept]
        changed += [
            replace(each, state=AlertState.SUPPRESSED, reason="corrected by hand") for each in untold[len(kept) :]
        ]
        if channel in heard:
            changed.append(replace([each for each in mine if _is_heard(each)][-1], told=told.layoff))
    return tuple(changed)


def heard_by(alerts: Iterable[Alert]) -> frozenset[str]:
    """The channels that were sent an alert, or are being sent one."""
    return frozenset(alert.channel_id for alert in alerts if _is_heard(alert))


def release(
    held: Sequence[Alert], layoffs_of: dict[str, Layoff], channels: Iterable[Channel], now: datetime
) -> tuple[Alert, ...]:
    """Digests per channel and reason for what was held, and the held alerts, each naming its digest.

    There is one, or in Slack as many as it takes to name all layoffs, up to five; the last then counts the rest.
    """
    released: list[Alert] = []
    for channel in channels:
        for reason in (LATE, STORM, QUIET, DIGEST):
            members = [alert for alert in held if alert.channel_id == channel.id and alert.reason == reason]
            for part in _parts(channel, members, layoffs_of):
                digest = _digest(channel, reason, part, layoffs_of, now)
                told = (replace(each, digest_id=digest.id, told=layoffs_of.get(each.layoff_id or "")) for each in part)
                released += [digest, *told]
    return tuple(released)


def of_sources(notices: Sequence[Notice], policy: Policy, now: datetime) -> tuple[Alert, ...]:
    """What channels are owed of sources that went down or came back; in quiet hours it waits for their end."""
    takers = [channel for channel in policy.channels if channel.sources]
    return tuple(_of_source(notice, channel, policy, now) for notice in notices for channel in takers)


def of_channel(gone: str, why: str, policy: Policy, now: datetime) -> tuple[Alert, ...]:
    """What the other channels that hear of sources are owed of one that is gone, and takes nothing any more."""
    message = f"Channel {gone} is disabled: {why}. What it is owed waits; mend it, then restart or reload Pinkslip."
    telling = Telling(kind=AlertKind.CHANNEL_DISABLED, now=now, message=message, channel_id=gone)
    takers = [channel for channel in policy.channels if channel.sources and channel.id != gone]
    return tuple(_of_channel(telling, channel, now) for channel in takers)


def trial(channel: Channel, now: datetime) -> Alert:
    """A test alert, to see whether the channel answers."""
    alert_id = _id(channel.id, "test", now.isoformat())
    telling = Telling(
        kind=AlertKind.TEST, reason="test", now=now, message="This is a test from Pinkslip. Nobody was laid off."
    )
    return Alert(
        id=alert_id,
        channel_id=channel.id,
        layoff_id=None,
        kind=AlertKind.TEST,
        state=AlertState.PENDING,
        reason="test",
        body=compose(channel, alert_id, telling),
        created_at=now,
        due_at=now,
    )


def _of_channel(telling: Telling, channel: Channel, now: datetime) -> Alert:
    gone = telling.channel_id or ""
    alert_id = _id(channel.id, telling.kind, gone, now.isoformat())
    return Alert(
        id=alert_id,
        channel_id=channel.id,
        layoff_id=None,
        kind=telling.kind,
        state=AlertState.PENDING,
        reason=gone,
        body=compose(channel, alert_id, telling),
        created_at=now,
        due_at=now,
    )


def _of_source(notice: Notice, channel: Channel, policy: Policy, now: datetime) -> Alert:
    alert_id = _id(channel.id, notice.kind, notice.key)
    telling = Telling(kind=notice.kind, now=now, message=notice.message, source_id=notice.source_id)
    quiet = next((route.quiet for route in policy.routes if route.channel == channel.id and route.quiet), None)
    return Alert(
        id=alert_id,
        channel_id=channel.id,
        layoff_id=None,
        kind=notice.kind,
        state=AlertState.PENDING,
        reason=notice.source_id or "sources",
        body=compose(channel, alert_id, telling),
        created_at=now,
        due_at=(routes.quiet_until(quiet, now) if quiet else None) or now,
    )


def _taken_back(by_channel: dict[str, list[Alert]], reason: str) -> list[Alert]:
    """What nobody was sent yet, and nobody will be."""
    untold = (alert for alerts in by_channel.values() for alert in alerts if alert.unsent or alert.gathering)
    return [replace(alert, state=AlertState.SUPPRESSED, reason=reason) for alert in untold]


def _is_heard(alert: Alert) -> bool:
    return _heard(alert) and not alert.unsent and not alert.gathering


def _heard(alert: Alert) -> bool:
    return alert.state is not AlertState.SUPPRESSED


def _alert(told: Told, taker: routes.Taker, before: Sequence[Alert], policy: Policy, now: datetime) -> Alert | None:
    """What a channel is owed of a layoff, by what it was told of it before."""
    if any(alert.gathering for alert in before):
        return None  # its digest will tell the newest
    unsent = next((alert for alert in before if alert.unsent), None)
    last = next((alert.told for alert in reversed(before) if _heard(alert) and not alert.unsent), None)
    if last is None:
        muted = next((alert.told for alert in reversed(before) if alert.reason.startswith(SILENCED)), None)
        if muted is not None and unsent is None and layoffs.material(muted, told.layoff) is None:
            return None  # a silence held it back, and nothing is new since
        if (
            not any(report.rules for report in told.fresh if not report.baseline)
            and unsent is None
            and (told.layoff.stage.undone or not told.tellable)
        ):
            return None  # nobody is told of a denial of what nobody was told of
        kind, reason = AlertKind.OPENED, "first report"
    else:
        change = layoffs.material(last, told.layoff)
        if change is None and unsent is None:
            return None
        undone = told.layoff.stage.undone and not last.stage.undone
        kind, reason = AlertKind.REVERSED if undone else AlertKind.UPDATED, change or "as before"
    alert = unsent or _new(told, taker, len(before), policy, now)
    alert = replace(alert, kind=kind, reason=reason if alert.state is AlertState.PENDING else alert.reason)
    if taker.channel.kind is ChannelKind.SLACK:
        alert = replace(alert, due_at=_calmly(alert, before, now))
    return _worded(alert, told, taker, last, policy, now)


def _calmly(alert: Alert, before: Sequence[Alert], now: datetime) -> datetime:
    """When a change is told: not soon after what was told last, but a denial or a reversal at once."""
    if alert.state is not AlertState.PENDING or alert.kind is AlertKind.OPENED:
        return alert.due_at
    if alert.kind is AlertKind.REVERSED:
        return min(alert.due_at, now)
    heard = [each.sent_at or each.created_at for each in before if _is_heard(each)]
    return max(alert.due_at, *(at + CALM for at in heard))


def _new(told: Told, taker: routes.Taker, ordinal: int, policy: Policy, now: datetime) -> Alert:
    alert = Alert(
        id=_id(taker.channel.id, told.layoff.id, str(ordinal)),
        channel_id=taker.channel.id,
        layoff_id=told.layoff.id,
        kind=AlertKind.OPENED,
        state=AlertState.PENDING,
        reason="",
        body=b"",
        created_at=now,
        due_at=now + policy.page_wait if told.waits else now,
        article_id=_brought_by(told),
    )
    age = _age(told, now)
    hold = routes.hold(taker.route, told.layoff, now) if taker.route else None
    if age is not None and age > policy.fresh:
        return _held(alert, LATE, max(now + _GATHER, hold.until if hold else now))
    if hold is None:
        return alert
    return _held(alert, QUIET if hold.quiet else DIGEST, hold.until)


def _worded(  # noqa: PLR0913 (each is a value the words are made of)
    alert: Alert, told: Told, taker: routes.Taker, last: Layoff | None, policy: Policy, now: datetime
) -> Alert:
    if alert.state is not AlertState.PENDING:
        return replace(alert, told=told.layoff)
    age = _age(told, now)
    telling = Telling(
        kind=alert.kind,
        layoff=told.layoff,
        before=last,
        reports=told.reports,
        fresh=told.fresh,
        reason=alert.reason,
        late=age if age is not None and age > policy.fresh else None,
        now=now,
    )
    return replace(alert, body=compose(taker.channel, alert.id, telling), told=told.layoff)


def _parts(channel: Channel, members: Sequence[Alert], layoffs_of: dict[str, Layoff]) -> Iterable[Sequence[Alert]]:
    room = digest_holds(channel)
    if room is None or len(members) <= room:
        return [members] if members else []
    ordered = sorted(members, key=lambda each: _smallness(layoffs_of.get(each.layoff_id or "")))
    starts = range(0, min(len(ordered), _PARTS * room), room)
    return [ordered[start : start + room if start != starts[-1] else None] for start in starts]


def _smallness(layoff: Layoff | None) -> tuple[int, datetime, str]:
    """Sorts the largest first."""
    return (-(layoff.headcount_high or 0), layoff.opened_at, layoff.id) if layoff else (1, _NEVER, "")


def _digest(
    channel: Channel, reason: str, members: Sequence[Alert], layoffs_of: dict[str, Layoff], now: datetime
) -> Alert:
    told = {member.layoff_id: layoffs_of[member.layoff_id] for member in members if member.layoff_id in layoffs_of}
    largest_first = sorted(told.values(), key=_smallness)
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


def _silenced(alert: Alert, silence: Silence) -> Alert:
    return replace(alert, state=AlertState.SUPPRESSED, reason=reason_of(silence), body=b"")


def _held(alert: Alert, reason: str, until: datetime) -> Alert:
    # Only the digest speaks for it, so it needs no words of its own.
    return replace(alert, state=AlertState.HELD, reason=reason, due_at=until, body=b"")


def _brought_by(told: Told) -> str | None:
    """The newest article that there is to tell of."""
    reports = tuple(report for report in told.fresh if not report.baseline) or told.tellable
    return reports[-1].article_id if reports else None


def _age(told: Told, now: datetime) -> timedelta | None:
    """How old the newest report is that there is to tell; None where one is undated."""
    reports = tuple(report for report in told.fresh if not report.baseline) or told.tellable
    dates = [report.published_at for report in reports if report.published_at]
    return now - max(dates) if dates and len(dates) == len(reports) else None


def _id(*parts: str) -> str:
    return "msg_" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:28]
