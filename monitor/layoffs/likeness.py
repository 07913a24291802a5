"""Whether a report speaks of a known layoff of its employer: evidence for and against, each in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.layoffs.aftermath import looks_back
from monitor.layoffs.figures import TOLERANCE, common_place, is_near, is_part, is_whole, meeting
from monitor.model import Amount, Facts, Judged, Layoff, Stage

REACH = 9
"""Windows after which no report joins a layoff any more."""
_SOON = 3
"""Windows within which an agreeing word is enough to join."""
_MENTIONS = 3
"""Windows within which a report that says nothing of its own may still speak of a layoff that many reported."""
_MANY = 3
"""Reports that make a layoff one that people come back to."""
_OPEN_ENDED = 5
"""Times "thousands" may be exceeded by what they are said of."""
_NEVER = -99
_ELSEWHERE = -6
"""The same number in another place: a plant here and one there."""
_UNNAMED = -6
"""Nobody says whose cut it is: only number, place and time together can tell."""

_FORETOLD = frozenset({Stage.RUMOURED, Stage.PLANNED})
"""Stages after which the cut itself is still to come, and to be reported."""

Evidence = tuple[int, str]
"""Points, for or against, and what they are for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a report fits a layoff: it may join from 0 points on."""

    points: int
    evidence: tuple[Evidence, ...]

    @property
    def joins(self) -> bool:
        return self.points >= 0

    def words(self, *, against: bool) -> str:
        """What speaks against it, or for it, in words."""
        said = [words for points, words in self.evidence if words and (points < 0 if against else points >= 0)]
        return "; ".join(said)


def likeness(judged: Judged, facts: Facts, at: datetime, layoff: Layoff, window: timedelta) -> Likeness:
    """Compare what a report says at a time with what is known of a layoff of the same employer.

    ``facts`` are those of the report that count here.
    """
    stage = judged.flag.stage
    numbers = _numbers(facts, stage, layoff, late=at > layoff.opened_at + window)
    evidence = (
        _employer(facts, layoff),
        _time(judged, facts, at, layoff, window),
        numbers,
        _percents(facts.percent, layoff),
        _waves(facts, layoff, numbers[0], soon=gap(at, layoff) <= window / 4),
        _alike("place", [each.value for each in facts.places], layoff.places, _ELSEWHERE if numbers[0] > 1 else -1),
        _alike("unit", facts.parts, layoff.units),
    )
    return Likeness(sum(points for points, _ in evidence), evidence)


def gap(at: datetime, layoff: Layoff) -> timedelta:
    """How far from a layoff's reports a time is; nothing between the first and the last of them."""
    return max(layoff.opened_at - at, at - layoff.updated_at, timedelta(0))


def _employer(facts: Facts, layoff: Layoff) -> Evidence:
    if facts.company is not None and layoff.company_key is not None:
        return 0, f"the same employer, {layoff.company}"
    value = facts.headcount.value if facts.headcount and facts.headcount.value else 0
    return _UNNAMED - _uncommon(value), "only one of them names the employer"


def _time(judged: Judged, facts: Facts, at: datetime, layoff: Layoff, window: timedelta) -> Evidence:
    apart, stage = gap(at, layoff), judged.flag.stage
    words = _days(apart)
    if apart <= window / 4:
        return 2, words
    if apart <= window:
        return int(apart <= window / 2), words
    if _says_nothing(facts, stage, layoff) and layoff.reports >= _MANY and apart <= _MENTIONS * window:
        return 0, f"{words}, and says nothing of its own"
    if apart <= REACH * window and looks_back(layoff.sentence if at < layoff.opened_at else judged.article.title):
        return 0, f"{words}, and speaks of what came of a cut"
    if apart > _SOON * window:
        return (-4 if apart <= REACH * window else _NEVER), words
    earlier = stage if at < layoff.opened_at else layoff.stage
    return (-1 if earlier in _FORETOLD else -2), words


def _says_nothing(facts: Facts, stage: Stage | None, layoff: Layoff) -> bool:
    """Whether a report brings nothing by which its cut could be told from another one."""
    new = {each.value for each in facts.places} - {*layoff.places} or {*facts.parts} - {*layoff.units}
    counted = facts.headcount is not None and facts.headcount.value is not None
    to_come = stage in _FORETOLD and layoff.stage not in _FORETOLD
    return not (counted or facts.percent or facts.wave or new or to_come)


def _days(apart: timedelta) -> str:
    if apart < timedelta(days=1):
        return "within a day"
    return f"{apart.days} day{'' if apart.days == 1 else 's'} apart"


def _numbers(facts: Facts, stage: Stage | None, layoff: Layoff, *, late: bool) -> Evidence:
    count = facts.headcount
    if count is None or layoff.stated is None:
        return 0, ""
    if is_part(layoff, facts):
        return 0, f"{count.text} may be a part of {layoff.stated}"
    if is_whole(layoff, facts):
        return 0, f"{layoff.stated} may be a part of {count.text}"
    if count.value is None or not layoff.figures:
        agree = any(_meet(count, low, high) for low, high in layoff.figures or [_known(layoff)])
        return (1 if agree else -1), f"{count.text} and {layoff.stated} {'may be one' if agree else 'differ'}"
    if (same := meeting(layoff, count.value)) is not None:
        uncommon = _uncommon(count.value) and _uncommon(same[0])
        words = f"{count.text} is one of the figures known" if layoff.conflicting else f"both say {layoff.stated}"
        return (4 if uncommon else 3), words
    rumoured = (layoff.stage is Stage.RUMOURED) is not (stage is Stage.RUMOURED)
    mild = rumoured or is_near(layoff, count.value)
    return -4 if late and not mild else -1 if mild else -2, f"{count.text} is not {layoff.stated}"


def _uncommon(value: float) -> bool:
    """Whether it would be a rare chance that two cuts had this number: 1,254 and not 500."""
    return len(f"{value:.0f}".rstrip("0")) > 2


def _known(layoff: Layoff) -> tuple[int, int]:
    """What words such as "hundreds" can mean."""
    low = layoff.headcount_low if layoff.headcount_low is not None else 0
    return low, (layoff.headcount_high or 10**7) * _OPEN_ENDED


def _meet(count: Amount, low: int, high: int) -> bool:
    least = count.low if count.low is not None else count.value or 0
    most = count.high if count.high is not None else count.value or 10**7
    if count.value is None:
        most *= _OPEN_ENDED
    return least <= high and low <= most


def _percents(percent: Amount | None, layoff: Layoff) -> Evidence:
    if percent is None or percent.value is None or layoff.percent is None:
        return 0, ""
    if abs(percent.value - layoff.percent) <= max(1.0, TOLERANCE * max(percent.value, layoff.percent)):
        return 2, f"both say {layoff.percent:g} %"
    return -1, f"{percent.value:g} % is not {layoff.percent:g} %"


def _waves(facts: Facts, layoff: Layoff, numbers: int, *, soon: bool) -> Evidence:
    """Only one of the two tells itself from an earlier cut: they are two, unless within days their figures agree."""
    if (facts.wave is not None) is layoff.wave or (numbers > 1 and soon):
        return 0, ""
    words = f"it speaks of “{facts.wave.text}”" if facts.wave else "that was another round"
    return (-6 if numbers > 1 else -3 if numbers < 0 else -1), words


def _alike(what: str, said: Iterable[str], known: tuple[str, ...], other: int = -1) -> Evidence:
    given = tuple(said)
    if not given or not known:
        return 0, ""
    common = common_place(given, known)
    return (1, f"the same {what}: {common}") if common else (other, f"another {what}: {given[0]}")
