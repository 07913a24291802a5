"""What people correct: two layoffs that are one, one that is two, a report that is none. Pure; it is no news."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import layoffs, tell
from monitor.model import Action, Alert, Correction, Judged, Layoff, Plan, Policy, Report
from monitor.tell import Told


class CorrectionError(Exception):
    """What was asked for cannot be done; says why, and what could be."""


@dataclass(frozen=True, slots=True)
class Case:
    """A layoff, its reports in the order in which they came, what was read from each, and what was told of it.

    ``absorbed`` are the layoffs that were merged into it.
    """

    layoff: Layoff
    reports: tuple[Report, ...]
    judged: dict[str, Judged]
    """By article id."""
    alerts: tuple[Alert, ...]
    absorbed: tuple[Layoff, ...] = ()


def merged(into: Case, other: Case, policy: Policy, now: datetime) -> Plan:
    """The reports of the other layoff become reports of the first, and so will those that would have joined it.

    What was told of either counts as told of the whole.
    """
    target, source = into.layoff, other.layoff
    if target.id == source.id:
        raise CorrectionError(f"{target.id} is one layoff already")
    for layoff in (target, source):
        if layoff.merged_into:
            raise CorrectionError(f"{layoff.id} was merged into {layoff.merged_into}; name that one")
        if not layoff.reports:
            raise CorrectionError(f"{layoff.id} has no reports left")
    named = target if target.company_key is not None else source
    moved = [replace(each, layoff_id=target.id, why=f"merged by hand with {source.id}") for each in other.reports]
    reports = sorted((*into.reports, *moved), key=lambda report: (report.reported_at, report.article_id))
    judged = into.judged | other.judged
    whole = replace(target, company=named.company, company_key=named.company_key)
    whole = _rebuilt(whole, [judged[each.article_id] for each in reports], now)
    alerts = {each.id: replace(each, layoff_id=target.id) for each in (*into.alerts, *other.alerts)}
    alerts |= {each.id: each for each in tell.correct(Told(whole, tuple(reports)), tuple(alerts.values()), policy, now)}
    gone = (replace(source, reports=0), *other.absorbed)
    return Plan(
        layoffs=(whole, *(replace(each, merged_into=target.id) for each in gone)),
        moved=tuple(moved),
        alerts=tuple(alerts.values()),
        corrections=(Correction(action=Action.MERGE, layoff_id=target.id, other_id=source.id),),
    )


def split(case: Case, article_ids: Collection[str], policy: Policy, now: datetime) -> Plan:
    """These reports become a layoff of their own, or again the one that they came from by a merge.

    It is told to channels that were told nothing of the whole.
    """
    known = {report.article_id for report in case.reports}
    if strangers := [each for each in article_ids if each not in known]:
        raise CorrectionError(f"article {strangers[0]} is no report of {case.layoff.id}")
    leaving = [report for report in case.reports if report.article_id in article_ids]
    staying = [report for report in case.reports if report.article_id not in article_ids]
    if not staying:
        raise CorrectionError(f"these are all reports of {case.layoff.id}: at least one has to stay")
    rest = _rebuilt(case.layoff, [case.judged[each.article_id] for each in staying], now)
    read = [case.judged[each.article_id] for each in leaving]
    part = _rebuilt(_parted(case, read, now), read, now)
    part = replace(part, follows=rest.id if part.follows == rest.id and part.opened_at >= rest.opened_at else None)
    moved = [replace(each, layoff_id=part.id, why=f"split by hand from {rest.id}") for each in leaving]
    told = tell.owe([Told(part, tuple(moved), fresh=tuple(moved))], (), recent={}, policy=policy, now=now)
    heard = tell.heard_by(case.alerts)
    return Plan(
        layoffs=(part, rest),
        moved=tuple(moved),
        alerts=(
            *tell.correct(Told(rest, tuple(staying)), case.alerts, policy, now),
            *(each for each in told if each.channel_id not in heard),
        ),
        corrections=(Correction(action=Action.SPLIT, layoff_id=rest.id, other_id=part.id),),
    )


def dismissed(case: Case, article_id: str, policy: Policy, now: datetime) -> Plan:
    """An article that is no report leaves its layoff; without any other report there is nothing left to tell."""
    rest = tuple(report for report in case.reports if report.article_id != article_id)
    read = [case.judged[each.article_id] for each in rest]
    left = _rebuilt(case.layoff, read, now) if rest else replace(case.layoff, reports=0)
    return Plan(
        layoffs=(left,),
        unreported=(article_id,),
        alerts=tell.correct(Told(left, rest), case.alerts, policy, now),
        corrections=(marked(article_id, true=False),),
    )


def marked(article_id: str, *, true: bool) -> Correction:
    """That somebody said of an article whether it reports a layoff; from then on that holds, whatever the rules say."""
    return Correction(action=Action.MARK, article_id=article_id, verdict=true)


def _rebuilt(layoff: Layoff, judged: list[Judged], now: datetime) -> Layoff:
    """The same layoff, made anew of these reports alone, in the order in which they came."""
    first = next((each for each in judged if not layoffs.undoing(each)), judged[0])
    grown = layoffs.opened(first, now, layoff.follows)
    for each in judged:
        grown = layoffs.grow(grown, each, now) if each is not first or layoffs.undoing(each) else grown
    rebuilt = replace(
        grown,
        id=layoff.id,
        company=layoff.company,
        company_key=layoff.company_key,
        others=layoff.others,
        reports=len(judged),
        revision=layoff.revision,
        merged_into=None,
    )
    return replace(rebuilt, revision=layoff.revision + 1) if layoffs.material(layoff, rebuilt) else rebuilt


def _parted(case: Case, leaving: Iterable[Judged], now: datetime) -> Layoff:
    """The layoff of reports that leave another: of the employer that they name, which may be another one."""
    read = list(leaving)
    named = next((each for each in read if each.facts.company is not None), read[0])
    part = layoffs.opened(named, now, case.layoff.id)
    before = next((each for each in case.absorbed if each.company_key == part.company_key), None)
    if before is not None:
        return before
    if part.company_key is None:
        return replace(part, company=case.layoff.company, company_key=case.layoff.company_key)
    return part if part.company_key == case.layoff.company_key else replace(part, follows=None)
