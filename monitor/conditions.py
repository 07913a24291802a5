"""How sources fare by their own past, and what is told of it: once when one goes down, once when it is back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import AlertKind, Condition, Rhythm, SourceState
from scrapers.items import Reason, Source

OUTAGE = "outage"
"""As what sources were told that are not to blame: nothing can be reached from here."""

_PATIENCE = 3
"""Polls in a row that give nothing, or next to nothing, before a source counts as down."""
_FEWEST_GAPS = 5
_QUIET_AFTER = timedelta(hours=12)
"""No source is called quiet sooner, whatever its rhythm."""
_A_DAY = timedelta(days=1)
_WEEKEND = timedelta(days=3)
_SEEN_WEEKENDS = timedelta(days=14)
"""A source watched for less may never have shown us one of its weekends."""
_REFUSALS = frozenset({Reason.FORBIDDEN, Reason.THROTTLED, Reason.BOT_WALL, Reason.LOGIN_WALL, Reason.CONSENT_WALL})
_UNREACHED = frozenset({Reason.DNS, Reason.CONNECT, Reason.TIMEOUT})
_FEWEST_OUT = 4
_NAMED = 3
"""Sources that go down together are told in one message from this number on."""
_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What channels are told of sources; ``key`` is the same for the same news."""

    kind: AlertKind
    key: str
    message: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a look at all sources found: the states that changed, and what to tell."""

    states: tuple[SourceState, ...]
    notices: tuple[Notice, ...]


def condition(state: SourceState, now: datetime) -> Condition:
    if 0 < state.failures < _PATIENCE:  # it may be over with the next poll
        return state.condition
    if state.failures:
        return _failing(state.reason)
    if state.succeeded_at is None:
        return Condition.UNKNOWN
    return Condition.COLLAPSED if state.rhythm.thin >= _PATIENCE else _heard_of(state.rhythm, now)


def survey(
    states: Sequence[SourceState], sources: Mapping[str, Source], asked_since: datetime, now: datetime
) -> Survey:
    """``states`` are of all enabled sources; only those that were asked since the last look are told to be down.

    When most of them cannot be reached at once, the fault is on our side: that is told once, and none of them.
    """
    judged = [_judged(state, now) for state in states]
    out = [state for state in judged if _is_out(state, now)]
    standing = sum(state.told in {None, OUTAGE} for state in judged)
    notices: list[Notice] = []
    if len({_host(state) for state in out}) >= _FEWEST_OUT and len(out) >= standing / 2:
        cut_off, notices = _cut_off(out, len(judged), now)
        others, more = _each([state for state in judged if state not in out], sources, asked_since, now)
        found, notices = [*cut_off, *others], [*notices, *more]
    else:
        found, notices = _each(judged, sources, asked_since, now)
    known = {state.id: state for state in states}
    return Survey(states=tuple(each for each in found if each != known[each.id]), notices=tuple(notices))


def explained(state: SourceState, source: Source, now: datetime) -> str:
    """What is the matter with a source, and what to do about it, in a sentence or two."""
    rhythm = state.rhythm
    match state.condition:
        case Condition.BLOCKED:
            return (
                f"{source.name} refuses us: {state.detail}, {state.failures} times in a row. "
                "Ask it less often, or write to its owner with [http] contact set."
            )
        case Condition.FAILING:
            return (
                f"{source.name} gives nothing: {state.detail}, {state.failures} times in a row. "
                f"Look at its address: pinkslip sources probe {source.id}"
            )
        case Condition.COLLAPSED:
            return _collapsed(state, source)
        case Condition.SILENT | Condition.QUIET if rhythm.brought_at is not None:
            return (
                f"{source.name} answers, but has brought nothing for {_span(now - rhythm.brought_at)}; "
                f"it was never silent for longer than {_span(rhythm.longest)}. It may have moved: "
                f"pinkslip sources add {_site(source)}"
            )
        case Condition.UNKNOWN:
            return f"{source.name}: too little is known of it yet."
        case _:
            return f"{source.name} is well."


def _collapsed(state: SourceState, source: Source) -> str:
    if state.failures:
        return (
            f"{source.name} gives nothing: {state.detail}, {state.failures} times in a row. "
            f"Its site may have been rebuilt; look at its selectors: pinkslip sources probe {source.id}"
        )
    return (
        f"{source.name} lists next to nothing of the {state.rhythm.usual:.0f} entries it used to. "
        f"It may have moved or changed: pinkslip sources add {_site(source)}"
    )


def _is_out(state: SourceState, now: datetime) -> bool:
    """Cannot be reached of late. What was told to be down by itself says nothing of our own network."""
    lately = state.told is None or (state.told == OUTAGE and state.told_at is not None and now - state.told_at < _A_DAY)
    return state.failures > 0 and state.reason in _UNREACHED and lately


def _host(state: SourceState) -> str:
    return state.url.split("/")[2]


def _failing(reason: str | None) -> Condition:
    if reason == Reason.NO_MATCH:
        return Condition.COLLAPSED
    return Condition.BLOCKED if reason in _REFUSALS else Condition.FAILING


def _heard_of(rhythm: Rhythm, now: datetime) -> Condition:
    if rhythm.gaps < _FEWEST_GAPS or rhythm.brought_at is None or rhythm.since is None:
        return Condition.UNKNOWN
    shortest = _WEEKEND if now - rhythm.since < _SEEN_WEEKENDS else _QUIET_AFTER
    usual = max(rhythm.longest, shortest)
    without = now - rhythm.brought_at
    if without > 2 * usual:
        return Condition.SILENT
    return Condition.QUIET if without > usual else Condition.OK


def _judged(state: SourceState, now: datetime) -> SourceState:
    found = condition(state, now)
    return state if found is state.condition else replace(state, condition=found, since=now)


def _cut_off(out: list[SourceState], total: int, now: datetime) -> tuple[list[SourceState], list[Notice]]:
    known = sum(state.told == OUTAGE for state in out)
    found = [state if state.told == OUTAGE else replace(state, told=OUTAGE, told_at=now) for state in out]
    if known >= len(out) / 2:
        return found, []
    message = (
        f"{len(out)} of {total} sources cannot be reached. That is most likely the network of the machine that "
        "Pinkslip runs on. Nothing is lost that the sources still list when they can be reached again."
    )
    return found, [Notice(kind=AlertKind.SOURCE_DOWN, key=f"outage {now.isoformat()}", message=message)]


def _each(
    judged: list[SourceState], sources: Mapping[str, Source], asked_since: datetime, now: datetime
) -> tuple[list[SourceState], list[Notice]]:
    found: list[SourceState] = []
    down: list[SourceState] = []
    back: list[SourceState] = []
    over = sum(state.told == OUTAGE and not state.failures for state in judged)
    left = sum(state.told == OUTAGE and state.failures > 0 for state in judged)
    ended = over > 0 and over >= left
    for state in judged:
        asked = state.polled_at is not None and state.polled_at >= asked_since
        if state.condition.down and state.told in {None, OUTAGE} and asked and not _told_lately(state, now):
            down.append(state)
            found.append(replace(state, told=state.condition, told_at=now))
        elif state.told == OUTAGE and ended:
            found.append(replace(state, told=None, told_at=None))
        elif state.told not in {None, OUTAGE} and _brings_again(state):
            back.append(state)
            found.append(replace(state, told=None))
        else:
            found.append(state)
    notices = _notices(AlertKind.SOURCE_DOWN, down, sources, now)
    notices += _notices(AlertKind.SOURCE_RECOVERED, back, sources, now)
    if ended:
        message = f"{over} sources can be reached again, {left} not yet."
        notices.append(Notice(kind=AlertKind.SOURCE_RECOVERED, key=f"outage over {now.isoformat()}", message=message))
    return found, notices


def _told_lately(state: SourceState, now: datetime) -> bool:
    """One that comes and goes is told once a day."""
    return state.told is None and state.told_at is not None and now - state.told_at < _A_DAY


def _brings_again(state: SourceState) -> bool:
    """An answer is not enough: a poll must have brought something new since it was told."""
    brought_at, told_at = state.rhythm.brought_at, state.told_at
    return not state.condition.down and brought_at is not None and told_at is not None and brought_at > told_at


def _notices(kind: AlertKind, states: list[SourceState], sources: Mapping[str, Source], now: datetime) -> list[Notice]:
    if len(states) <= _NAMED:
        return [
            Notice(
                kind=kind,
                key=f"{state.id} {now.isoformat()}",
                message=explained(state, sources[state.id], now)
                if kind is AlertKind.SOURCE_DOWN
                else f"{sources[state.id].name} brings news again.",
                source_id=state.id,
            )
            for state in states
        ]
    names = [f"{sources[state.id].name} ({state.told or state.condition})" for state in states[:_LISTED]]
    more = f", and {len(states) - _LISTED} more" if len(states) > _LISTED else ""
    what = "are down" if kind is AlertKind.SOURCE_DOWN else "bring news again"
    message = f"{len(states)} sources {what}: {', '.join(names)}{more}. See: pinkslip sources list"
    return [Notice(kind=kind, key=f"several {now.isoformat()}", message=message)]


def _site(source: Source) -> str:
    scheme, _, rest = source.url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _span(time: timedelta) -> str:
    hours = round(time.total_seconds() / 3600)
    return f"{hours} h" if hours < 72 else f"{hours // 24} days"
