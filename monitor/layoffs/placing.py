"""Which layoff an article reports: one of its employer's that it speaks of, or a new one that follows the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.layoffs.figures import own
from monitor.layoffs.growth import grow, opened, spoken_at, undoing
from monitor.layoffs.likeness import Likeness, gap, likeness
from monitor.model import Company, Judged, Layoff


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a report went: the layoff with it and without it, and why."""

    layoff: Layoff
    before: Layoff | None
    why: str


def place(judged: Judged, known: Sequence[Layoff], now: datetime, window: timedelta) -> Placed | None:
    """Attach the article to the layoff it reports, or open one; None for a denial of a layoff nobody reported.

    ``known`` are layoffs of its employer and of nobody named, and where it names none those with its number.
    """
    facts, at = own(judged.facts), spoken_at(judged.article, now)
    mine, nobodys = _theirs(facts.employers, known), _nobodys(facts.company, known, at, window)
    compared = ((likeness(judged, facts, at, each, window), each) for each in dict.fromkeys((*mine, *nobodys)))
    ranked = sorted(compared, key=lambda one: _rank(one[0], one[1], at, together=facts.together > 1))
    first = _unheard(facts.employers, ranked)
    if ranked and ranked[0][0].joins and (first is None or facts.together == 1):
        like, layoff = ranked[0]
        grown = grow(layoff, judged, now)
        return Placed(replace(grown, reports=layoff.reports + 1), layoff, _joined(like))
    if undoing(judged):
        return None
    employer = first or facts.company
    before = _theirs((employer,) if employer else (), known)
    last = max(before, key=lambda each: (each.updated_at, each.id), default=None)
    layoff = opened(judged, now, last.id if last else None)
    if employer is not None:
        others = tuple(company.key for company in facts.employers if company is not employer)
        layoff = replace(layoff, company=employer.name, company_key=employer.key, others=others)
    return Placed(layoff, None, _apart([one for one in ranked if one[1] in before or facts.together == 1]))


def _unheard(employers: Iterable[Company], ranked: list[tuple[Likeness, Layoff]]) -> Company | None:
    """The first of the employers of whose cut nothing was heard yet, alone or together with another's."""
    joined = [layoff for like, layoff in ranked if like.joins]
    heard = {key for layoff in joined for key in (layoff.company_key, *layoff.others)}
    return next((company for company in employers if company.key not in heard), None)


def _theirs(employers: Iterable[Company], known: Sequence[Layoff]) -> list[Layoff]:
    """Layoffs of these employers, also those that people merged one of theirs into."""
    keys = {company.key for company in employers}
    merged = {each.merged_into for each in known if each.company_key in keys}
    return [each for each in known if each.reports and (each.company_key in keys or each.id in merged)]


def _nobodys(company: Company | None, known: Sequence[Layoff], at: datetime, window: timedelta) -> list[Layoff]:
    """Layoffs of which only one side names the employer, or none does; number, place and time may tell."""
    near = (each for each in known if each.reports and gap(at, each) <= window)
    return [each for each in near if company is None or each.company_key is None]


def _rank(like: Likeness, layoff: Layoff, at: datetime, *, together: bool) -> tuple[int, int, timedelta, str]:
    """The best first. News of several employers together goes to the one that is most in the news."""
    return -like.points, -layoff.reports if together else 0, gap(at, layoff), layoff.id


def _joined(like: Likeness) -> str:
    against = like.words(against=True)
    return f"{like.words(against=False)}{f'; although {against}' if against else ''}"


def _apart(ranked: list[tuple[Likeness, Layoff]]) -> str:
    if not ranked:
        return "first report"
    like, layoff = ranked[0]
    return f"first report, apart from {layoff.id}: {like.words(against=True)}"
