"""Which layoff an article reports, and what it changes there: an employer's reports within the window are one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Amount, Facts, Judged, Layoff, Qualifier, Stage

# Outlets word one announcement as "plans to cut" and as "cuts": only a step between these groups is news.
_STEP = {
    Stage.RUMOURED: 0,
    Stage.PLANNED: 1,
    Stage.ANNOUNCED: 1,
    Stage.UNDER_WAY: 2,
    Stage.CONFIRMED: 2,
    Stage.FILED: 3,
}

_UNDONE = {"denied": Stage.DENIED, "reversed": Stage.REVERSED}

# A figure this far from what is known is another figure.
_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report went. ``change`` says what is materially new in the layoff, or nothing for a silent report."""

    layoff: Layoff
    before: Layoff | None
    why: str
    change: str | None


def reports_a_layoff(judged: Judged) -> bool:
    return judged.flag.flagged or judged.flag.kind in _UNDONE


def place(judged: Judged, known: Iterable[Layoff], now: datetime, window: timedelta) -> Placed | None:
    """Attach the article to the layoff it reports, or open one; None for a denial of a layoff nobody reported."""
    undone = _UNDONE.get(judged.flag.kind or "") if not judged.flag.flagged else None
    layoff = _same(judged, known, now, window)
    if layoff is None:
        return None if undone else Placed(_opened(judged, now), None, "first report", "opened")
    placed = undo(layoff, judged, undone, now) if undone else grow(layoff, judged, now)
    why = f"same employer ({layoff.company}) within {window.days} days"
    return replace(placed, layoff=replace(placed.layoff, reports=layoff.reports + 1), why=why)


def grow(layoff: Layoff, judged: Judged, now: datetime) -> Placed:
    """What a report adds to its layoff."""
    facts = judged.facts
    changes: list[str] = []
    grown = layoff
    if layoff.company_key is None and facts.company is not None:
        grown = replace(grown, company=facts.company.name, company_key=facts.company.key)
        changes.append(f"the employer is {facts.company.name}")
    if facts.headcount is not None:
        grown, change = _count(grown, facts.headcount)
        changes += [change] if change else []
    if grown.percent is None and facts.percent is not None and facts.percent.value is not None:
        if layoff.stated is None:
            changes.append(f"a first figure: {facts.percent.value:g} %")
            grown = replace(grown, sentence=facts.percent.sentence)
        grown = replace(grown, percent=facts.percent.value)
    stage = judged.flag.stage
    if stage is not None and _STEP.get(stage, -1) > _STEP.get(layoff.stage, -1):
        changes.append(f"now {stage.replace('_', ' ')}, was {layoff.stage.replace('_', ' ')}")
        grown = replace(grown, stage=stage)
    revision = layoff.revision + (1 if changes else 0)
    grown = replace(grown, updated_at=max(now, layoff.updated_at), revision=revision)
    return Placed(grown, layoff, "", "; ".join(changes) or None)


def undo(layoff: Layoff, judged: Judged, stage: Stage, now: datetime) -> Placed:
    """What a denial or a reversal does to the layoff it speaks of."""
    seen = replace(layoff, updated_at=max(now, layoff.updated_at))
    if layoff.stage == stage:
        return Placed(seen, layoff, "", None)
    undone = replace(seen, stage=stage, sentence=judged.article.title, revision=layoff.revision + 1)
    return Placed(undone, layoff, "", f"now {stage}, was {layoff.stage.replace('_', ' ')}")


def stated(amount: Amount) -> str:
    """A headcount in words: "up to 400", "several hundred", "300 to 400"."""
    if amount.value is None:
        return amount.vague or amount.text
    if amount.qualifier is Qualifier.RANGE and amount.low is not None and amount.high is not None:
        return f"{amount.low:,.0f} to {amount.high:,.0f}"
    words = {Qualifier.ABOUT: "about ", Qualifier.AT_LEAST: "at least ", Qualifier.UP_TO: "up to "}
    return f"{words.get(amount.qualifier, '')}{amount.value:,.0f}"


def _same(judged: Judged, known: Iterable[Layoff], now: datetime, window: timedelta) -> Layoff | None:
    company = judged.facts.company
    if company is None:
        return None
    at = judged.article.published_at or now
    near = [
        layoff
        for layoff in known
        if layoff.company_key == company.key and layoff.opened_at - window <= at <= layoff.updated_at + window
    ]
    return max(near, key=lambda layoff: (layoff.updated_at, layoff.id), default=None)


def _opened(judged: Judged, now: datetime) -> Layoff:
    facts = judged.facts
    company = facts.company
    count = facts.headcount
    layoff = Layoff(
        id=hashlib.sha256(f"layoff\n{judged.article.id}".encode()).hexdigest()[:12],
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
        opened_at=now,
        updated_at=now,
        reports=1,
    )
    return layoff if count is None else _with_count(layoff, count)


def _sentence(judged: Judged, facts: Facts) -> str:
    for amount in (facts.headcount, facts.percent):
        if amount is not None and amount.sentence:
            return amount.sentence
    return judged.article.title


def _count(layoff: Layoff, count: Amount) -> tuple[Layoff, str | None]:
    """The layoff with a report's headcount, and what is materially new about it."""
    if layoff.stated is None:
        return _with_count(layoff, count), f"a first number: {stated(count)}"
    if count.value is None:
        return layoff, None
    if layoff.headcount is None:
        return _with_count(layoff, count), f"{stated(count)}, was {layoff.stated}"
    low, high = layoff.headcount_low or layoff.headcount, layoff.headcount_high or layoff.headcount
    if low * (1 - _TOLERANCE) <= count.value <= high * (1 + _TOLERANCE):
        return layoff, None
    widened = _with_count(layoff, count)
    widened = replace(
        widened,
        headcount_low=min(low, widened.headcount_low or low),
        headcount_high=max(high, widened.headcount_high or high),
    )
    return widened, f"{stated(count)}, was {layoff.stated}"


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
