"""Which channels a layoff goes to, and until when a route's quiet hours hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

from monitor.detect.text import fold
from monitor.model import Channel, Digest, Layoff, Policy, Quiet, Route, Unknown, Urgent


@dataclass(frozen=True, slots=True)
class Taker:
    """A channel that gets a layoff, and the route that says so; none where no routes are configured."""

    channel: Channel
    route: Route | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when a route holds an opening or an update; ``quiet``: for its quiet hours, else for its digest."""

    until: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A route, and why it does not let a layoff through; nothing if it does."""

    route: Route
    refusals: tuple[str, ...]


def takers(
    layoff: Layoff, policy: Policy, told: frozenset[str] = frozenset(), rules: Collection[str] = ()
) -> tuple[Taker, ...]:
    """Every channel once, by its first route that lets the layoff through; without any routes, every channel.

    ``told`` are the ids of channels that were told of this layoff before: a denial or a reversal goes to them
    whatever their routes say. ``rules`` are those that fired for its reports.
    """
    if not policy.routes:
        return tuple(Taker(channel, None) for channel in policy.channels)
    owed = told if layoff.stage.undone else frozenset()
    found = ((channel, _route(layoff, channel, policy, owed, rules)) for channel in policy.channels)
    return tuple(Taker(channel, route) for channel, route in found if route is not None or channel.id in owed)


def quiet_until(quiet: Quiet, now: datetime) -> datetime | None:
    """The end of the quiet hours that ``now`` falls into, in UTC; None outside of them.

    The hours go by the wall clock of their zone and may cross midnight. A start or end that the clock shows twice is
    the first of the two; one that it skips is as late as it would have been without the skip (as in RFC 5545).
    """
    if quiet.start == quiet.end:
        return None
    today = now.astimezone(quiet.zone).date()
    windows = (_window(quiet, today + timedelta(days=offset)) for offset in (-1, 0))
    return next((end for start, end in windows if start <= now < end), None)


def choices(layoff: Layoff, policy: Policy, rules: Collection[str]) -> tuple[Choice, ...]:
    """Every route in order, and what in it refuses this layoff."""
    return tuple(Choice(route, tuple(_refusals(route, layoff, rules))) for route in policy.routes)


def lets_through(route: Route, layoff: Layoff, rules: Collection[str] = ()) -> bool:
    return next(_refusals(route, layoff, rules), None) is None


def hold(route: Route, layoff: Layoff, now: datetime) -> Hold | None:
    """Until when the route holds what it takes: quiet hours, a digest, or a while to gather; None: not at all."""
    if route.urgent and _is_urgent(route.urgent, layoff):
        return None
    due = digest_at(route.digest, now) if route.digest else now + route.gather if route.gather else None
    quiet = quiet_until(route.quiet, due or now) if route.quiet else None
    if quiet is not None:
        return Hold(quiet, quiet=due is None)
    return Hold(due, quiet=False) if due is not None else None


def digest_at(digest: Digest, now: datetime) -> datetime:
    """The next moment after ``now`` at which a digest is told, in UTC: one each hour, day or week.

    A time that the clock of its zone shows twice is the first of the two; one that it skips is as late as it would have
    been without the skip (as in RFC 5545).
    """
    if digest.at is None or digest.zone is None:
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    today = now.astimezone(digest.zone).date()
    days = (today + timedelta(days=offset) for offset in range(9))
    moments = (
        datetime.combine(day, digest.at, digest.zone).astimezone(UTC)
        for day in days
        if digest.weekday in {None, day.weekday()}
    )
    return next(moment for moment in moments if moment > now)


def _is_urgent(urgent: Urgent, layoff: Layoff) -> bool:
    named = {layoff.company_key, *layoff.others}
    size = _highest(layoff)
    large = urgent.min_headcount is not None and size is not None and size >= urgent.min_headcount
    return large or not named.isdisjoint(urgent.companies)


def _route(
    layoff: Layoff, channel: Channel, policy: Policy, owed: frozenset[str], rules: Collection[str]
) -> Route | None:
    routes = [route for route in policy.routes if route.channel == channel.id]
    matching = next((route for route in routes if lets_through(route, layoff, rules)), None)
    return matching or (routes[0] if routes and channel.id in owed else None)


def _refusals(route: Route, layoff: Layoff, rules: Collection[str]) -> Iterator[str]:
    """In words, each condition that does not let the layoff through."""
    if route.stages and layoff.stage not in route.stages:
        yield f"stages: it is {layoff.stage}"
    if route.severities and layoff.severity not in route.severities:
        yield f"severities: it is {layoff.severity}"
    if route.rules and not any(fnmatchcase(rule, wanted) for rule in rules for wanted in route.rules):
        yield "rules: none of these fired"
    if not _watched(route, layoff):
        yield f"companies: {layoff.company or 'an unnamed employer'} is not among them"
    yield from _too_small(route, layoff)
    if not _in_places(route, layoff):
        yield f"places: {'; '.join(layoff.places) or 'none is stated'}"


def _watched(route: Route, layoff: Layoff) -> bool:
    if not route.companies:
        return True
    named = {layoff.company_key, *layoff.others}
    unknown = layoff.company_key is None and Unknown.COMPANY in route.take_unknown
    return not named.isdisjoint(route.companies) or unknown


def _too_small(route: Route, layoff: Layoff) -> Iterator[str]:
    """Number and share are alternatives: one that suffices is enough. The highest stated number counts."""
    limits = (
        ("min_headcount", route.min_headcount, _highest(layoff)),
        ("min_percent", route.min_percent, layoff.percent),
    )
    asked = [(name, limit, value) for name, limit, value in limits if limit is not None]
    stated = [value >= limit for _, limit, value in asked if value is not None]
    if not asked or any(stated) or (not stated and Unknown.SIZE in route.take_unknown):
        return
    for name, limit, value in asked:
        yield f"{name} {limit:g}: {'not stated' if value is None else f'it states {value:g}'}"


def _highest(layoff: Layoff) -> int | None:
    sizes = (layoff.headcount, layoff.headcount_low, layoff.headcount_high)
    return max((size for size in sizes if size is not None), default=None)


def _in_places(route: Route, layoff: Layoff) -> bool:
    if not route.places:
        return True
    if not layoff.places:
        return Unknown.PLACE in route.take_unknown
    stated = [fold(f", {place}").text for place in layoff.places]
    return any(place.endswith(f", {wanted}") for place in stated for wanted in route.places)


def _window(quiet: Quiet, day: date) -> tuple[datetime, datetime]:
    last = day if quiet.start < quiet.end else day + timedelta(days=1)
    start = datetime.combine(day, quiet.start, quiet.zone)
    end = datetime.combine(last, quiet.end, quiet.zone)
    return start.astimezone(UTC), end.astimezone(UTC)
