"""Which channels a layoff goes to, and until when a route's quiet hours hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from monitor.detect.text import fold
from monitor.model import Channel, Layoff, Policy, Quiet, Route, Unknown


@dataclass(frozen=True, slots=True)
class Taker:
    """A channel that gets a layoff, and the route that says so; none where no routes are configured."""

    channel: Channel
    route: Route | None


def takers(layoff: Layoff, policy: Policy, told: frozenset[str] = frozenset()) -> tuple[Taker, ...]:
    """Every channel once, by its first route that lets the layoff through; without any routes, every channel.

    ``told`` are the ids of channels that were told of this layoff before: a denial or a reversal goes to them
    whatever their routes say.
    """
    if not policy.routes:
        return tuple(Taker(channel, None) for channel in policy.channels)
    owed = told if layoff.stage.undone else frozenset()
    found = ((channel, _route(layoff, channel, policy, owed)) for channel in policy.channels)
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


def _route(layoff: Layoff, channel: Channel, policy: Policy, owed: frozenset[str]) -> Route | None:
    routes = [route for route in policy.routes if route.channel == channel.id]
    matching = next((route for route in routes if lets_through(route, layoff)), None)
    return matching or (routes[0] if routes and channel.id in owed else None)


def lets_through(route: Route, layoff: Layoff) -> bool:
    return (
        (not route.stages or layoff.stage in route.stages)
        and (not route.severities or layoff.severity in route.severities)
        and _watched(route, layoff)
        and _large_enough(route, layoff)
        and _in_places(route, layoff)
    )


def _watched(route: Route, layoff: Layoff) -> bool:
    if not route.companies:
        return True
    named = {layoff.company_key, *layoff.others}
    unknown = layoff.company_key is None and Unknown.COMPANY in route.take_unknown
    return not named.isdisjoint(route.companies) or unknown


def _large_enough(route: Route, layoff: Layoff) -> bool:
    """Number and share are alternatives: one that suffices is enough. The highest stated number counts."""
    sizes = (layoff.headcount, layoff.headcount_low, layoff.headcount_high)
    highest = max((size for size in sizes if size is not None), default=None)
    limits = ((route.min_headcount, highest), (route.min_percent, layoff.percent))
    asked = [(limit, value) for limit, value in limits if limit is not None]
    stated = [value >= limit for limit, value in asked if value is not None]
    return not asked or any(stated) or (not stated and Unknown.SIZE in route.take_unknown)


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
