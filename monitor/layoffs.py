"""Which layoff an article reports, and what it changes there: an employer's reports within the window are one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Amount, Facts, Judged, Layoff, Qualifier, Severity, Stage
from scrapers.items import Article

# Outlets word one announcement as "plans to cut" and as "cuts": only a step between these groups is news.
# What was denied comes back only when somebody confirms it, or names a number that was not denied.
_STEP = {
    Stage.RUMOURED: 0,
    Stage.PLANNED: 1,
    Stage.ANNOUNCED: 1,
    Stage.DENIED: 1,
    Stage.REVERSED: 1,
    Stage.UNDER_WAY: 2,
    Stage.CONFIRMED: 2,
    Stage.FILED: 3,
}

_UNDOING = {"denied": Stage.DENIED, "reversed": Stage.REVERSED}

_LONG_AGO = timedelta(days=3650)

# A figure this far from what is known is another figure.
_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report went: the layoff with it and without it, and why."""

    layoff: Layoff
    before: Layoff | None
    why: str


def undoing(judged: Judged) -> Stage | None:
    """The stage that a denial or a reversal leaves a layoff in; None for any other article."""
    return None if judged.flag.flagged else _UNDOING.get(judged.flag.kind or "")


def reports_a_layoff(judged: Judged) -> bool:
    return judged.flag.flagged or undoing(judged) is not None


def place(judged: Judged, known: Iterable[Layoff], now: datetime, window: timedelta) -> Placed | None:
    """Attach the article to the layoff it reports, or open one; None for a denial of a layoff nobody reported."""
    layoff = _same(judged, known, now, window)
    if layoff is None:
        return None if undoing(judged) else Placed(_opened(judged, now), None, "first report")
    grown = grow(layoff, judged, now)
    why = f"same employer ({layoff.company}) within {window.days} days"
    return Placed(replace(grown, reports=layoff.reports + 1), layoff, why)


def grow(layoff: Layoff, judged: Judged, now: datetime) -> Layoff:
    """The layoff with what a report adds to it, or takes back."""
    at = spoken_at(judged.article, now)
    severity = max(layoff.severity, judged.flag.severity or layoff.severity, key=lambda one: one.rank)
    opened, updated = min(layoff.opened_at, at), max(layoff.updated_at, at)
    grown = replace(layoff, opened_at=opened, updated_at=updated, severity=severity)
    stage = undoing(judged)
    grown = _with_facts(grown, judged) if stage is None else _undone(grown, judged, stage)
    return replace(grown, revision=layoff.revision + 1) if material(layoff, grown) else grown


def material(told: Layoff, layoff: Layoff) -> str | None:
    """What is news in a layoff to one who was told of it before, in words; None where nothing is."""
    return "; ".join(_material(told, layoff)) or None


def stated(amount: Amount) -> str:
    """A headcount in words: "up to 400", "several hundred", "300 to 400"."""
    if amount.value is None:
        return amount.vague or amount.text
    if amount.qualifier is Qualifier.RANGE and amount.low is not None and amount.high is not None:
        return f"{amount.low:,.0f} to {amount.high:,.0f}"
    words = {Qualifier.ABOUT: "about ", Qualifier.AT_LEAST: "at least ", Qualifier.UP_TO: "up to "}
    return f"{words.get(amount.qualifier, '')}{amount.value:,.0f}"


def _material(told: Layoff, layoff: Layoff) -> Iterator[str]:
    if told.company_key is None and layoff.company is not None:
        yield f"the employer is {layoff.company}"
    if layoff.stated is not None and told.stated is None:
        yield f"a first number: {layoff.stated}"
    elif layoff.headcount is not None and not _covers(told, layoff.headcount):
        yield f"{layoff.stated}, was {told.stated}"
    if layoff.percent is not None and told.percent is None and told.stated is None:
        yield f"a first figure: {layoff.percent:g} %"
    if layoff.stage.undone is not told.stage.undone or _STEP[layoff.stage] > _STEP[told.stage]:
        yield f"now {_words(layoff.stage)}, was {_words(told.stage)}"


def _covers(layoff: Layoff, headcount: float) -> bool:
    """Whether a figure is one that the layoff is known to have, give or take a tenth."""
    if layoff.headcount is None:
        return False
    low, high = layoff.headcount_low or layoff.headcount, layoff.headcount_high or layoff.headcount
    return low * (1 - _TOLERANCE) <= headcount <= high * (1 + _TOLERANCE)


def _words(stage: Stage) -> str:
    return stage.replace("_", " ")


def _same(judged: Judged, known: Iterable[Layoff], now: datetime, window: timedelta) -> Layoff | None:
    company = judged.facts.company
    if company is None:
        return None
    at, count = spoken_at(judged.article, now), judged.facts.headcount

    def another(layoff: Layoff) -> bool:
        """Mentions may go on for months; a number that this layoff does not know is by then another cut's."""
        known_number = count is None or count.value is None or _covers(layoff, count.value)
        return at > layoff.opened_at + window and layoff.headcount is not None and not known_number

    near = [
        layoff
        for layoff in known
        if layoff.company_key == company.key
        and layoff.opened_at - window <= at <= layoff.updated_at + window
        and not another(layoff)
    ]
    return min(near, key=lambda layoff: (abs(layoff.updated_at - at), layoff.id), default=None)


def spoken_at(article: Article, now: datetime) -> datetime:
    """When an article speaks, for the window: never later than now, and long ago where it claims the year 1."""
    return max(min(article.published_at or now, now), now - _LONG_AGO)


def _opened(judged: Judged, now: datetime) -> Layoff:
    facts = judged.facts
    company = facts.company
    layoff = Layoff(
        # With the time: an article that ceased to be a report may open another layoff later.
        id=hashlib.sha256(f"layoff\n{judged.article.id}\n{now.isoformat()}".encode()).hexdigest()[:12],
        company=company.name if company else None,
        company_key=company.key if company else None,
        stage=judged.flag.stage or Stage.ANNOUNCED,
        headcount=None,
        headcount_low=None,
        headcount_high=None,
        stated=None,
        percent=facts.percent.value if facts.percent else None,
        place=None,
        sentence=_sentence(judged, facts),
        opened_at=spoken_at(judged.article, now),
        updated_at=spoken_at(judged.article, now),
        reports=1,
        severity=judged.flag.severity or Severity.NORMAL,
    )
    return layoff if facts.headcount is None else _with_count(layoff, facts.headcount)


def _sentence(judged: Judged, facts: Facts) -> str:
    for amount in (facts.headcount, facts.percent):
        if amount is not None and amount.sentence:
            return amount.sentence
    return judged.article.title


def _undone(layoff: Layoff, judged: Judged, stage: Stage) -> Layoff:
    return layoff if layoff.stage is stage else replace(layoff, stage=stage, sentence=judged.article.title)


def _with_facts(layoff: Layoff, judged: Judged) -> Layoff:
    facts, grown = judged.facts, layoff
    if layoff.company_key is None and facts.company is not None:
        grown = replace(grown, company=facts.company.name, company_key=facts.company.key)
    if grown.percent is None and facts.percent is not None and facts.percent.value is not None:
        sentence = grown.sentence if grown.stated else facts.percent.sentence
        grown = replace(grown, percent=facts.percent.value, sentence=sentence or grown.sentence)
    if facts.headcount is not None:
        grown = _counted(grown, facts.headcount)
    stage = judged.flag.stage or layoff.stage
    count = facts.headcount.value if facts.headcount else None
    anew = layoff.stage.undone and count is not None and not _covers(layoff, count)
    return replace(grown, stage=stage) if anew or _STEP[stage] > _STEP[layoff.stage] else grown


def _counted(layoff: Layoff, count: Amount) -> Layoff:
    """The layoff with a report's headcount: the first one, a number instead of words, or a wider range."""
    if layoff.stated is None:
        return _with_count(layoff, count)
    if count.value is None or _covers(layoff, count.value):
        return layoff
    if layoff.headcount is None:
        return _with_count(layoff, count)
    low, high = layoff.headcount_low or layoff.headcount, layoff.headcount_high or layoff.headcount
    widened = _with_count(layoff, count)
    return replace(
        widened,
        headcount_low=min(low, widened.headcount_low or low),
        headcount_high=max(high, widened.headcount_high or high),
    )


def _with_count(layoff: Layoff, count: Amount) -> Layoff:
    return replace(
        layoff,
        headcount=_whole(count.value),
        headcount_low=_whole(count.low if count.low is not None else count.value),
        headcount_high=_whole(count.high if count.high is not None else count.value),
        stated=stated(count),
        sentence=count.sentence or layoff.sentence,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
