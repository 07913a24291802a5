"""Which layoff an article reports: one of its employer's that it speaks of, or a new one that follows the last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.layoffs.figures import own
from monitor.layoffs.growth import grow, opened, spoken_at, undoing
from monitor.layoffs.likeness import Likeness, gap, likeness
from monitor.model import Judged, Layoff


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report went: the layoff with it and without it, and why."""

    layoff: Layoff
    before: Layoff | None
    why: str


def place(judged: Judged, known: Iterable[Layoff], now: datetime, window: timedelta) -> Placed | None:
    """Attach the article to the layoff it reports, or open one; None for a denial of a layoff nobody reported.

    ``known`` are layoffs of its employer and of nobody named, and where it names none those with its number.
    """
    company, at = judged.facts.company, spoken_at(judged.article, now)
    key = company.key if company else None
    known = tuple(known)
    merged = {each.merged_into for each in known if key is not None and each.company_key == key}
    mine = [
        each for each in known if each.reports and key is not None and (each.company_key == key or each.id in merged)
    ]
    nobodys = [each for each in known if each.reports and (key is None or each.company_key is None)]
    facts = own(judged.facts)
    ranked = sorted(
        ((likeness(facts, judged.flag.stage, at, each, window), each) for each in dict.fromkeys((*mine, *nobodys))),
        key=lambda one: (-one[0].points, gap(at, one[1]), one[1].id),
    )
    if ranked and ranked[0][0].joins:
        like, layoff = ranked[0]
        grown = grow(layoff, judged, now)
        return Placed(replace(grown, reports=layoff.reports + 1), layoff, _joined(like))
    if undoing(judged):
        return None
    last = max(mine, key=lambda each: (each.updated_at, each.id), default=None)
    return Placed(opened(judged, now, last.id if last else None), None, _apart(ranked))


def _joined(like: Likeness) -> str:
    against = like.words(against=True)
    return f"{like.words(against=False)}{f'; although {against}' if against else ''}"


def _apart(ranked: list[tuple[Likeness, Layoff]]) -> str:
    if not ranked:
        return "first report"
    like, layoff = ranked[0]
    return f"first report, apart from {layoff.id}: {like.words(against=True)}"
