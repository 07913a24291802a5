"""How a layoff opens with its first report, and what each further one adds to it, or takes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.layoffs.aftermath import looks_back
from monitor.layoffs.figures import TOLERANCE, common_place, counted, covers, is_part, own
from monitor.layoffs.news import STEP, material
from monitor.model import Facts, Judged, Layoff, Severity, Stage
from scrapers.items import Article

_UNDOING = {"denied": Stage.DENIED, "reversed": Stage.REVERSED}
_LONG_AGO = timedelta(days=3650)


def undoing(judged: Judged) -> Stage | None:
    """The stage that a denial or a reversal leaves a layoff in; None for any other article."""
    return None if judged.flag.flagged else _UNDOING.get(judged.flag.kind or "")


def as_marked(judged: Judged, verdict: bool | None) -> Judged:  # noqa: FBT001 (what somebody said)
    """The article as somebody said it is, whatever the rules say; None if nobody said anything."""
    if verdict is None:
        return judged
    stage = (judged.flag.stage or Stage.ANNOUNCED) if verdict else None
    kind = "layoff" if verdict else None
    return replace(judged, flag=replace(judged.flag, flagged=verdict, kind=kind, stage=stage, near=False))


def reports_a_layoff(judged: Judged) -> bool:
    return judged.flag.flagged or undoing(judged) is not None


def spoken_at(article: Article, now: datetime) -> datetime:
    """When an article speaks, for the window: never later than now, and long ago where it claims the year 1."""
    return max(min(article.published_at or now, now), now - _LONG_AGO)


def opened(judged: Judged, now: datetime, follows: str | None) -> Layoff:
    """A layoff with its first report. ``follows`` is the one of the same employer before it."""
    facts = own(judged.facts)
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
        follows=follows,
    )
    return _told(counted(layoff, facts), judged)


def grow(layoff: Layoff, judged: Judged, now: datetime) -> Layoff:
    """The layoff with what a report adds to it, or takes back."""
    at = spoken_at(judged.article, now)
    severity = max(layoff.severity, judged.flag.severity or layoff.severity, key=lambda one: one.rank)
    # A lawsuit makes its cut no younger: the next one would be taken for the same.
    late = at if not looks_back(judged.article.title) else layoff.updated_at
    first, last = min(layoff.opened_at, at), max(layoff.updated_at, late)
    grown = replace(layoff, opened_at=first, updated_at=last, severity=severity)
    stage = undoing(judged)
    grown = _with_facts(grown, judged) if stage is None else _undone(grown, judged, stage)
    return replace(grown, revision=layoff.revision + 1) if material(layoff, grown) else grown


def _sentence(judged: Judged, facts: Facts) -> str:
    for amount in (facts.headcount, facts.percent):
        if amount is not None and amount.sentence:
            return amount.sentence
    return judged.article.title


def _undone(layoff: Layoff, judged: Judged, stage: Stage) -> Layoff:
    """The layoff denied or reversed, unless it is only a part of it, or another place, that is spoken of."""
    places = [place.value for place in judged.facts.places]
    elsewhere = bool(places and layoff.places) and common_place(places, layoff.places) is None
    if layoff.stage is stage or elsewhere or is_part(layoff, judged.facts):
        return layoff
    return replace(layoff, stage=stage, sentence=judged.article.title)


def _with_facts(layoff: Layoff, judged: Judged) -> Layoff:
    facts, grown = own(judged.facts), layoff
    if layoff.company_key is None and facts.company is not None:
        grown = replace(grown, company=facts.company.name, company_key=facts.company.key)
    if facts.percent is not None and facts.percent.value is not None and _is_other_share(grown, facts):
        sentence = grown.sentence if grown.stated else facts.percent.sentence
        grown = replace(grown, percent=facts.percent.value, sentence=sentence or grown.sentence)
    grown = _told(counted(grown, facts), judged)
    stage = judged.flag.stage or layoff.stage
    count = facts.headcount.value if facts.headcount else None
    anew = layoff.stage.undone and count is not None and not covers(layoff, count)
    if not anew and not _further(stage, layoff.stage):
        return grown
    told = grown.stated != layoff.stated or STEP[stage] == STEP[layoff.stage]
    return replace(grown, stage=stage, sentence=grown.sentence if told else _sentence(judged, facts))


def _is_other_share(layoff: Layoff, facts: Facts) -> bool:
    """Whether a percentage is the first, or more than a tenth off; that of a unit is not of the whole."""
    value = facts.percent.value if facts.percent else None
    if layoff.percent is None or value is None:
        return value is not None
    return not facts.parts and abs(value - layoff.percent) > TOLERANCE * max(value, layoff.percent)


def _told(layoff: Layoff, judged: Judged) -> Layoff:
    """The layoff with what a report says besides figures and stage: nothing of this is news by itself."""
    facts = judged.facts
    places = _joined(layoff.places, (place.value for place in facts.places))
    return replace(
        layoff,
        place=layoff.place or next((place.text for place in facts.places), None),
        places=places,
        units=_joined(layoff.units, facts.parts),
        effective=layoff.effective or (facts.effective.value if facts.effective else None),
        wave=layoff.wave or facts.wave is not None,
        primary=layoff.primary or judged.primary,
    )


def _further(stage: Stage, before: Stage) -> bool:
    """Whether a stage is further on. "Planned" and "announced" are one step, but the latter is said from then on."""
    return STEP[stage] > STEP[before] or (stage is Stage.ANNOUNCED and before is Stage.PLANNED)


def _joined(known: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
