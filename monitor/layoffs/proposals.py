"""Layoffs that may be one, for people to judge: what is not certain is never merged by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from monitor.detect import lexicon
from monitor.detect.companies import variants
from monitor.detect.tokens import tokens
from monitor.layoffs.figures import common_place, covers
from monitor.model import Layoff

_COMMON = lexicon.NAME_TAILS | lexicon.FORMS | lexicon.EVERYDAY
"""Words that many names share."""


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
    for later, earlier in _neighbours(latest_first, window):
        why = _why(earlier, later)
        if why is not None and frozenset({earlier.id, later.id}) not in apart:
            yield Proposal(earlier, later, why)


def _neighbours(latest_first: list[Layoff], window: timedelta) -> Iterator[tuple[Layoff, Layoff]]:
    """Pairs within the window that share a word of their names, or a number where one has no name; each once."""
    later_ones: dict[str, list[Layoff]] = {}
    for earlier in latest_first:
        found: dict[str, Layoff] = {}
        for mark in _marks(earlier):
            near = [each for each in later_ones.get(mark, ()) if each.opened_at <= earlier.opened_at + window]
            found |= {each.id: each for each in near if not (mark[0].isdigit() and earlier.company and each.company)}
            later_ones[mark] = [*near, earlier]
        for later in found.values():
            yield later, earlier


def _marks(layoff: Layoff) -> Iterator[str]:
    """What a layoff shares with those that it may be: the words of a name and their initials, and the number."""
    words = tokens(layoff.company or "").norms
    telling = [word for word in words if word not in _COMMON] or words
    names = dict.fromkeys((*telling, "".join(word[0] for word in words)) if words else ())
    yield from (f"name {name}" for name in names)
    if layoff.headcount is not None:
        yield f"{layoff.headcount}"


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
