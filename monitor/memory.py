"""What an archive would know, held in memory for a replay, and forgotten where it can matter no more."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide import Filed, Known
from monitor.duplicates import Originals, original
from monitor.layoffs import REACH, Shelf
from monitor.model import Alert, AlertState, Judged, Kept, Layoff, Plan, Report
from monitor.tell import RECENT


@dataclass(frozen=True, slots=True)
class _Held:
    at: datetime
    filed: Filed
    guid: str | None


class Memory:
    """Answers ``known`` and carries out plans, as the archive does. Time only goes forward.

    What no report within the window could touch any more is dropped, so that memory follows the news of one window,
    not of all time; of each company the last layoff stays, for the next one to name.
    """

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._articles: OrderedDict[str, _Held] = OrderedDict()
        self._originals = Originals()
        self._shelf = Shelf()
        self._touched: OrderedDict[str, None] = OrderedDict()
        self._reports: dict[str, dict[str, Report]] = {}
        self._last: dict[str, Layoff] = {}
        self._alerts: dict[str, dict[str, Alert]] = {}
        self._told: deque[tuple[datetime, str]] = deque()

    def __len__(self) -> int:
        """Articles and layoffs held."""
        return len(self._articles) + len(self._touched)

    def known(self, judged: Judged, now: datetime) -> Known:
        """All that is known of what this article touches."""
        self._forget(now)
        article = judged.article
        originals = self._originals.of(judged)
        ids = (article.id, *(each.id for each in originals))
        filed = {each: self._articles[each].filed for each in ids if each in self._articles}
        found = self._shelf.candidates(judged.facts)
        joined = (self._shelf.get(each.layoff_id) for each in filed.values())
        last = (self._last.get(company.key) for company in judged.facts.employers)
        layoffs = tuple({each.id: each for each in (*found, *joined, *last) if each is not None}.values())
        return Known(
            articles=filed,
            originals=originals,
            layoffs=layoffs,
            reports={each.id: tuple(self._reports.get(each.id, {}).values()) for each in layoffs},
            alerts=tuple(alert for each in layoffs for alert in self._alerts.get(each.id, {}).values()),
            recent=self._recent(now),
        )

    def layoff(self, layoff_id: str) -> Layoff | None:
        return self._shelf.get(layoff_id)

    def written_id(self, article_id: str) -> str | None:
        """The id that a held article was given by those who wrote it."""
        return self._articles[article_id].guid

    def apply(self, plan: Plan, now: datetime) -> None:
        """Carry out a plan; what is owed counts as sent at once, and what is held as told."""
        for kept in plan.articles:
            self._file(kept, now)
        for layoff in plan.layoffs:
            self._shelf.put(layoff)
            self._touched[layoff.id] = None
            self._touched.move_to_end(layoff.id)
        for report in (*plan.reports, *plan.moved):
            self._attach(report)
        for article_id in plan.unreported:
            self._detach(article_id)
        for alert in plan.alerts:
            self._tell(alert, now)

    def _file(self, kept: Kept, now: datetime) -> None:
        article = kept.judged.article
        size = len(article.title) + len(article.summary) + len(article.body or "")
        before = self._articles.pop(article.id, None)
        filed = Filed(
            source_id=article.source_id,
            size=size,
            layoff_id=before.filed.layoff_id if before else None,
            duplicate_of=kept.duplicate_of,
        )
        self._articles[article.id] = _Held(now, filed, before.guid if before else article.guid)
        if kept.duplicate_of is None:
            self._originals.put(original(kept.judged))

    def _attach(self, report: Report) -> None:
        self._detach(report.article_id)
        self._reports.setdefault(report.layoff_id, {})[report.article_id] = report
        self._refile(report.article_id, report.layoff_id)

    def _detach(self, article_id: str) -> None:
        layoff_id = self._articles[article_id].filed.layoff_id
        self._reports.get(layoff_id or "", {}).pop(article_id, None)
        self._refile(article_id, None)

    def _refile(self, article_id: str, layoff_id: str | None) -> None:
        held = self._articles[article_id]
        self._articles[article_id] = replace(held, filed=replace(held.filed, layoff_id=layoff_id))

    def _tell(self, alert: Alert, now: datetime) -> None:
        if alert.layoff_id is None:
            return
        owed = alert.state in {AlertState.PENDING, AlertState.HELD}
        told = replace(alert, state=AlertState.DELIVERED, attempts=1, sent_at=now) if owed else alert
        self._alerts.setdefault(alert.layoff_id, {})[alert.id] = told
        if alert.state is AlertState.PENDING:
            self._told.append((now, alert.channel_id))

    def _recent(self, now: datetime) -> dict[str, int]:
        while self._told and self._told[0][0] < now - RECENT:
            self._told.popleft()
        return Counter(channel for _, channel in self._told)

    def _forget(self, now: datetime) -> None:
        """Drop articles older than the window, and layoffs that no report can join any more."""
        while self._articles and next(iter(self._articles.values())).at < now - self._window:
            article_id, _ = self._articles.popitem(last=False)
            self._originals.drop(article_id)
        reached = now - REACH * self._window
        while self._touched and (oldest := self._shelf[next(iter(self._touched))]).updated_at < reached:
            self._close(oldest)

    def _close(self, layoff: Layoff) -> None:
        del self._touched[layoff.id]
        self._shelf.drop(layoff)
        self._reports.pop(layoff.id, None)
        self._alerts.pop(layoff.id, None)
        if layoff.company_key is not None:
            self._last[layoff.company_key] = layoff
