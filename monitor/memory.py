"""What an archive would know, held in memory for a replay, and forgotten where it can matter no more."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide import Filed, Known
from monitor.duplicates import text_key
from monitor.model import Alert, AlertState, Judged, Kept, Layoff, Plan, Report

_RECENT = timedelta(minutes=10)


class Memory:
    """Answers ``known`` and carries out plans, as the archive does. Time only goes forward.

    What no report within the window could touch any more is dropped, so that memory follows the news of one window,
    not of all time; of each company the last layoff stays, for the next one to name.
    """

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._articles: OrderedDict[str, tuple[datetime, Filed]] = OrderedDict()
        self._texts: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._layoffs: dict[str, Layoff] = {}
        self._by_company: dict[str, list[str]] = {}
        self._reports: dict[str, dict[str, Report]] = {}
        self._alerts: dict[str, dict[str, Alert]] = {}
        self._told: deque[tuple[datetime, str]] = deque()

    def known(self, judged: Judged, now: datetime) -> Known:
        """All that is known of what this article touches."""
        self._forget(now)
        article = judged.article
        key = text_key(article)
        texts = {key: self._texts[key]} if key in self._texts else {}
        filed = {each: self._articles[each][1] for each in (article.id, *texts.values()) if each in self._articles}
        company = judged.facts.company
        ids = {*self._by_company.get(company.key if company else "", ())}
        ids |= {each.layoff_id for each in filed.values() if each.layoff_id}
        layoffs = tuple(self._layoffs[each] for each in sorted(ids) if each in self._layoffs)
        return Known(
            articles=filed,
            texts=texts,
            layoffs=layoffs,
            reports={each.id: tuple(self._reports.get(each.id, {}).values()) for each in layoffs},
            alerts=tuple(alert for each in layoffs for alert in self._alerts.get(each.id, {}).values()),
            recent=self._recent(now),
        )

    def apply(self, plan: Plan, now: datetime) -> None:
        """Carry out a plan; what is owed counts as sent at once, and what is held as told."""
        for kept in plan.articles:
            self._file(kept, now)
        for layoff in plan.layoffs:
            self._layoffs[layoff.id] = layoff
            if layoff.company_key and layoff.id not in self._by_company.setdefault(layoff.company_key, []):
                self._by_company[layoff.company_key].append(layoff.id)
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
            layoff_id=before[1].layoff_id if before else None,
            duplicate_of=kept.duplicate_of,
        )
        self._articles[article.id] = (now, filed)
        if kept.text_key is not None and kept.duplicate_of is None:
            self._texts.setdefault(kept.text_key, article.id)
            self._keys[article.id] = kept.text_key

    def _attach(self, report: Report) -> None:
        self._detach(report.article_id)
        self._reports.setdefault(report.layoff_id, {})[report.article_id] = report
        self._refile(report.article_id, report.layoff_id)

    def _detach(self, article_id: str) -> None:
        layoff_id = self._articles[article_id][1].layoff_id
        self._reports.get(layoff_id or "", {}).pop(article_id, None)
        self._refile(article_id, None)

    def _refile(self, article_id: str, layoff_id: str | None) -> None:
        at, filed = self._articles[article_id]
        self._articles[article_id] = (at, replace(filed, layoff_id=layoff_id))

    def _tell(self, alert: Alert, now: datetime) -> None:
        if alert.layoff_id is None:
            return
        owed = alert.state in {AlertState.PENDING, AlertState.HELD}
        told = replace(alert, state=AlertState.DELIVERED, attempts=1, sent_at=now) if owed else alert
        self._alerts.setdefault(alert.layoff_id, {})[alert.id] = told
        if alert.state is AlertState.PENDING:
            self._told.append((now, alert.channel_id))

    def _recent(self, now: datetime) -> dict[str, int]:
        while self._told and self._told[0][0] < now - _RECENT:
            self._told.popleft()
        return Counter(channel for _, channel in self._told)

    def _forget(self, now: datetime) -> None:
        """Drop articles older than the window, and with them the layoffs that nothing can join any more."""
        oldest = now - self._window
        while self._articles and next(iter(self._articles.values()))[0] < oldest:
            article_id, (_, filed) = self._articles.popitem(last=False)
            key = self._keys.pop(article_id, None)
            if key is not None and self._texts.get(key) == article_id:
                del self._texts[key]
            layoff = self._layoffs.get(filed.layoff_id or "")
            if layoff is not None and layoff.updated_at < oldest:
                self._close(layoff)

    def _close(self, layoff: Layoff) -> None:
        self._reports.pop(layoff.id, None)
        self._alerts.pop(layoff.id, None)
        mine = self._by_company.get(layoff.company_key or "", [layoff.id])
        if mine[-1] != layoff.id:
            mine.remove(layoff.id)
        if mine[-1:] != [layoff.id] or layoff.company_key is None:
            del self._layoffs[layoff.id]
