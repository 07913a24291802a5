"""Headcounts as a layoff keeps them: each in its own words, agreeing ones once, none added to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from monitor.model import Amount, Facts, Layoff, Qualifier

TOLERANCE = 0.1
"""A figure this far from what is known is another figure."""

_NEAR = 0.7
_PART = 0.5
"""A figure of a place or unit below this share of what is known is taken for a part of it."""


def own(facts: Facts) -> Facts:
    """The facts without figures that are of several employers together."""
    return replace(facts, headcount=None, percent=None, headcounts=()) if facts.together > 1 else facts


def stated(amount: Amount) -> str:
    """A headcount in words: "up to 400", "several hundred", "300 to 400"."""
    if amount.value is None:
        return amount.vague or amount.text
    if amount.qualifier is Qualifier.RANGE and amount.low is not None and amount.high is not None:
        return f"{amount.low:,.0f} to {amount.high:,.0f}"
    words = {Qualifier.ABOUT: "about ", Qualifier.AT_LEAST: "at least ", Qualifier.UP_TO: "up to "}
    return f"{words.get(amount.qualifier, '')}{amount.value:,.0f}"


def covers(layoff: Layoff, value: float) -> bool:
    """Whether a figure is one that the layoff is known to have, give or take a tenth."""
    return meeting(layoff, value) is not None


def meeting(layoff: Layoff, value: float) -> tuple[int, int] | None:
    """The known figure that this one is, give or take a tenth of the larger; so it does not matter which came first."""
    return next((each for each in layoff.figures if _apart(each, value) <= TOLERANCE * max(each[1], value)), None)


def _apart(figure: tuple[int, int], value: float) -> float:
    return max(figure[0] - value, value - figure[1], 0)


def is_near(layoff: Layoff, value: float) -> bool:
    """Whether a figure is another one, but one that two outlets could give of the same cut."""
    return any(low * _NEAR <= value <= high / _NEAR for low, high in layoff.figures)


def is_part(layoff: Layoff, facts: Facts) -> bool:
    """Whether a smaller figure is only of a place or a unit: "1,700 in the UK" of 15,000."""
    count = facts.headcount
    if count is None or not (facts.places or facts.parts) or not layoff.figures:
        return False
    most = count.value if count.value is not None else count.high
    return most is not None and most < _PART * min(low for low, _ in layoff.figures)


def is_whole(layoff: Layoff, facts: Facts) -> bool:
    """Whether what is known is only of a place or a unit, and a report tells the whole."""
    count = facts.headcount
    if count is None or count.value is None or not (layoff.places or layoff.units) or layoff.headcount_high is None:
        return False
    return count.value * _PART > max((high for _, high in layoff.figures), default=layoff.headcount_high)


def counted(layoff: Layoff, facts: Facts) -> Layoff:
    """The layoff with a report's headcount: the first one, a number instead of words, or one more figure."""
    count = facts.headcount
    if count is None or is_part(layoff, facts):
        return layoff
    if layoff.stated is None:
        return _with_count(layoff, count)
    if count.value is None or _holds(layoff, count):
        return layoff
    return _within(layoff, count) if covers(layoff, count.value) else _with_count(layoff, count)


def _holds(layoff: Layoff, count: Amount) -> bool:
    """Whether what is known is "at least" or "up to" so many, and so nothing new is said."""
    known = layoff.headcount
    if known is None or count.value is None or not covers(layoff, count.value):
        return False
    more, fewer = count.qualifier is Qualifier.AT_LEAST, count.qualifier is Qualifier.UP_TO
    return (more and known >= count.value) or (fewer and known <= count.value)


def _with_count(layoff: Layoff, count: Amount) -> Layoff:
    """The layoff with another figure, which from now on is the one that is told."""
    bounds = _bounds(count)
    figures = layoff.figures if count.value is None or bounds is None else (*layoff.figures, bounds)
    told = replace(
        layoff,
        headcount=_whole(count.value),
        stated=stated(count),
        sentence=count.sentence or layoff.sentence,
        figures=figures,
    )
    # A number takes the place of words such as "hundreds"; after that every figure counts.
    return _within(told if layoff.figures else replace(told, headcount_low=None, headcount_high=None), count)


def _within(layoff: Layoff, count: Amount) -> Layoff:
    """The layoff with a range that holds a figure too."""
    bounds = _bounds(count)
    if bounds is None:
        return layoff
    lows = (low for low in (layoff.headcount_low, bounds[0]) if low is not None)
    highs = (high for high in (layoff.headcount_high, bounds[1]) if high is not None)
    return replace(layoff, headcount_low=min(lows), headcount_high=max(highs))


def _bounds(count: Amount) -> tuple[int, int] | None:
    low = count.low if count.low is not None else count.value
    high = count.high if count.high is not None else count.value
    return None if low is None or high is None else (round(low), round(high))


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def common_place(given: Iterable[str], known: Collection[str]) -> str | None:
    """What one names and another is, or lies in: "Ireland" and "Cork, Ireland"."""
    for one in given:
        for other in known:
            shorter, longer = sorted((one.casefold(), other.casefold()), key=len)
            if longer == shorter or longer.endswith(f", {shorter}"):
                return one
    return None
