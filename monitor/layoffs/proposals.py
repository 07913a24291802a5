"""Layoffs that may be one, for people to judge: what is not certain is never merged by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from monitor.detect.companies import variants
from monitor.layoffs.figures import covers
from monitor.layoffs.likeness import common_place
from monitor.model import Layoff


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two layoffs, the earlier first, and why they may be one."""

    earlier: Layoff
    later: Layoff
    why: str


def proposals(
    layoffs: Iterable[Layoff], window: timedelta, apart: Collection[frozenset[str]] = ()
) -> Iterator[Proposal]:
    """Pairs within the window of each other, the latest first. ``apart`` are ids that people have set apart."""
    latest_first = sorted((each for each in layoffs if each.reports), key=lambda each: each.opened_at, reverse=True)
    for index, later in enumerate(latest_first):
        for earlier in latest_first[index + 1 :]:
            if earlier.opened_at < later.opened_at - window:
                break
            why = _why(earlier, later)
            if why is not None and frozenset({earlier.id, later.id}) not in apart:
                yield Proposal(earlier, later, why)


def _why(one: Layoff, other: Layoff) -> str | None:
    number = _number(one, other)
    if number is False or _elsewhere(one, other):
        return None
    if one.company is None or other.company is None:
        same = one.headcount == other.headcount
        return f"both say {other.stated}, and {_nameless(one, other)}" if number and same else None
    support = f"; {one.stated} and {other.stated}" if number else ""
    if one.company_key == other.company_key:
        return f"the same employer within days{support}"
    likeness = variants(one.company, other.company)
    return None if likeness is None else f"{likeness}{support}"


def _number(one: Layoff, other: Layoff) -> bool | None:
    """Whether both state one figure; None where not both state one."""
    if not one.figures or not other.figures:
        return None
    return any(covers(one, low) or covers(one, high) for low, high in other.figures)


def _elsewhere(one: Layoff, other: Layoff) -> bool:
    """Whether both name places, and none of one is, or lies in, one of the other."""
    return bool(one.places and other.places) and common_place(one.places, other.places) is None


def _nameless(one: Layoff, other: Layoff) -> str:
    return "neither names its employer" if one.company is other.company is None else "only one names its employer"
