"""What people correct: two layoffs that are one, one that is two, a report that is none. Pure; nobody is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.layoffs.growth import grow, opened
from monitor.layoffs.news import material
from monitor.model import Action, Alert, AlertState, Correction, Judged, Layoff, Plan, Report


class CorrectionError(Exception):
    """What was asked for cannot be done; says why, and what could be."""


@dataclass(frozen=True, slots=True)
class Case:
    """A layoff, its reports with what was read from each, by article id, and the alerts about it."""

    layoff: Layoff
    reports: tuple[Report, ...]
    judged: dict[str, Judged]
    alerts: tuple[Alert, ...]

    def read(self, article_ids: Iterable[str]) -> list[Judged]:
        return [self.judged[each] for each in article_ids]

    @property
    def articles(self) -> tuple[str, ...]:
        return tuple(report.article_id for report in self.reports)


def merged(into: Case, other: Case, now: datetime) -> Plan:
    """The reports of the other layoff become reports of the first, and so will those that would have joined it."""
    target, source = into.layoff, other.layoff
    if target.id == source.id:
        raise CorrectionError(f"{target.id} is one layoff already")
    for layoff in (target, source):
        if layoff.merged_into:
            raise CorrectionError(f"{layoff.id} was merged into {layoff.merged_into}; name that one")
        if not layoff.reports:
            raise CorrectionError(f"{layoff.id} has no reports left")
    named = target if target.company_key is not None else source
    both = sorted((*into.reports, *other.reports), key=lambda report: (report.reported_at, report.article_id))
    judged = [(into.judged | other.judged)[report.article_id] for report in both]
    whole = _rebuilt(replace(target, company=named.company, company_key=named.company_key), judged, now)
    why = f"merged by hand with {source.id}"
    return Plan(
        layoffs=(whole, replace(source, reports=0, merged_into=target.id)),
        moved=tuple(replace(report, layoff_id=target.id, why=why) for report in other.reports),
        alerts=(*_withdrawn(other.alerts, f"merged with {target.id}"), *_as_told(into.alerts, whole)),
        corrections=(Correction(action=Action.MERGE, layoff_id=target.id, other_id=source.id),),
    )


def split(case: Case, article_ids: Collection[str], now: datetime) -> Plan:
    """These reports become a layoff of their own, which the rest never joins again by itself."""
    strangers = [each for each in article_ids if each not in case.articles]
    if strangers:
        raise CorrectionError(f"article {strangers[0]} is no report of {case.layoff.id}")
    rest = [each for each in case.articles if each not in article_ids]
    if not rest:
        raise CorrectionError(f"these are all reports of {case.layoff.id}: at least one has to stay")
    leaving = case.read(each for each in case.articles if each in article_ids)
    part = _rebuilt(_parted(case.layoff, leaving, now), leaving, now)
    why = f"split by hand from {case.layoff.id}"
    moved = (replace(each, layoff_id=part.id, why=why) for each in case.reports if each.article_id in article_ids)
    return Plan(
        layoffs=(part, _rebuilt(case.layoff, case.read(rest), now)),
        moved=tuple(moved),
        corrections=(Correction(action=Action.SPLIT, layoff_id=case.layoff.id, other_id=part.id),),
    )


def dismissed(case: Case, article_id: str, now: datetime) -> Plan:
    """An article that is no report leaves its layoff; without any other report there is nothing left to tell."""
    rest = [each for each in case.articles if each != article_id]
    left = _rebuilt(case.layoff, case.read(rest), now) if rest else replace(case.layoff, reports=0)
    return Plan(
        layoffs=(left,),
        unreported=(article_id,),
        alerts=() if rest else _withdrawn(case.alerts, "its report was marked false"),
        corrections=(marked(article_id, true=False),),
    )


def marked(article_id: str, *, true: bool) -> Correction:
    """That somebody said of an article whether it reports a layoff; from then on that holds, whatever the rules say."""
    return Correction(action=Action.MARK, article_id=article_id, verdict=true)


def _rebuilt(layoff: Layoff, judged: list[Judged], now: datetime) -> Layoff:
    """The same layoff, made anew of these reports alone, in the order in which they came."""
    first, *others = judged
    grown = opened(first, now, layoff.follows)
    for each in others:
        grown = grow(grown, each, now)
    rebuilt = replace(
        grown,
        id=layoff.id,
        company=layoff.company,
        company_key=layoff.company_key,
        reports=len(judged),
        revision=layoff.revision,
    )
    return replace(rebuilt, revision=layoff.revision + 1) if material(layoff, rebuilt) else rebuilt


def _parted(layoff: Layoff, leaving: list[Judged], now: datetime) -> Layoff:
    """The layoff of reports that leave another: of the employer that they name, which may be another one."""
    named = next((each for each in leaving if each.facts.company is not None), leaving[0])
    part = opened(named, now, layoff.id)
    if part.company_key is None:
        return replace(part, company=layoff.company, company_key=layoff.company_key)
    return part if part.company_key == layoff.company_key else replace(part, follows=None)


def _withdrawn(alerts: Iterable[Alert], reason: str) -> tuple[Alert, ...]:
    """The alerts that nobody was sent yet."""
    untold = (alert for alert in alerts if alert.unsent or alert.gathering)
    return tuple(replace(alert, state=AlertState.SUPPRESSED, reason=reason) for alert in untold)


def _as_told(alerts: Iterable[Alert], layoff: Layoff) -> tuple[Alert, ...]:
    """What was told by two alerts counts as told: the next report is measured against the whole."""
    last = {alert.channel_id: alert for alert in alerts if alert.told is not None and not alert.unsent}
    return tuple(replace(alert, told=layoff) for alert in last.values())
