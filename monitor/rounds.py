"""The look round, once a minute: how the sources fare, and what they dropped from their lists before we came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor import conditions, decide, schedule, tell
from monitor.archive import Archive
from monitor.cycle import Newswire
from monitor.journal import note, warn
from monitor.model import AlertKind, Gap, Judged, SourceState
from scrapers.items import Failed, Kind, News, Outcome, Source

_GAPS_AT_ONCE = 3
_ASKED_BEFORE = timedelta(minutes=2)
"""What a process that was killed had asked last, nobody may have been told of."""


class Rounds:
    """Neither of the two is a matter of seconds. It remembers when it looked last."""

    def __init__(self, newswire: Newswire, clock: Callable[[], datetime]) -> None:
        self._newswire = newswire
        self._clock = clock
        self._surveyed_at = clock() - _ASKED_BEFORE

    async def survey(self) -> None:
        """Look how the sources fare, and owe word of those that went down or came back."""
        now = self._clock()
        notices = await self._newswire.in_archive(self._survey, self._newswire.sources, now)
        self._surveyed_at = now
        for notice in notices:
            tell_of = warn if notice.kind is AlertKind.SOURCE_DOWN else note
            tell_of(notice.kind.value.replace(".", "_"), source=notice.source_id, message=notice.message)

    async def fill_gaps(self) -> None:
        """Look in a source's sitemap for what it dropped from its feed before we asked it again."""
        fillable = {source.id: source for source in self._newswire.sources.values() if source.sitemap}
        for gap in await self._newswire.in_archive(_fillable, fillable, self._clock()):
            await self._fill(gap, fillable[gap.source_id])

    def _survey(self, archive: Archive, sources: dict[str, Source], now: datetime) -> tuple[conditions.Notice, ...]:
        states = archive.sources.states(tuple(sources))
        found = conditions.survey(states, sources, self._surveyed_at, now)
        archive.sources.judge(found.states)
        archive.outbox.add(tell.of_sources(found.notices, self._newswire.settings.policy, now))
        return found.notices

    async def _fill(self, gap: Gap, source: Source) -> None:
        assert source.sitemap is not None
        sitemap = replace(source, kind=Kind.SITEMAP, url=source.sitemap)
        outcome = await self._newswire.peek(sitemap, SourceState(id=source.id, url=source.sitemap, next_due=gap.until))
        if isinstance(outcome, Failed):
            warn("gap_failed", source=gap.source_id, reason=outcome.reason, detail=outcome.detail, tries=gap.tries + 1)
            await self._newswire.in_archive(_put_off, gap, source.sitemap, outcome, self._clock())
            return
        judged, _ = await self._newswire.judge(_within(outcome, gap))
        await self._newswire.in_archive(self._record, gap, source, judged, self._clock())
        note("gap", source=source.id, since=gap.since, until=gap.until, new=len(judged))

    def _record(self, archive: Archive, gap: Gap, source: Source, judged: tuple[Judged, ...], now: datetime) -> None:
        policy = self._newswire.settings.policy
        for each in judged:
            known = archive.known(source.id, judged, now, policy.window)
            archive.apply(decide.plan_found(each, source, known, policy, now), now)
        archive.sources.close_gap(gap, len(judged), now)


def _fillable(archive: Archive, sources: dict[str, Source], now: datetime) -> tuple[Gap, ...]:
    return archive.sources.gaps_to_fill(sources, now, _GAPS_AT_ONCE)


def _within(outcome: Outcome, gap: Gap) -> Outcome:
    if not isinstance(outcome, News):
        return outcome
    missing = (each for each in outcome.articles if each.published_at and gap.since < each.published_at < gap.until)
    return replace(outcome, articles=tuple(missing))


def _put_off(archive: Archive, gap: Gap, sitemap: str, failed: Failed, now: datetime) -> None:
    if until := schedule.host_until(failed, now):
        archive.sources.spare_host(decide.host(sitemap), until)
    again = schedule.gap_again(gap, now)
    if again is None:
        archive.sources.close_gap(gap, 0, now)
    else:
        archive.sources.put_off_gap(gap, again)
