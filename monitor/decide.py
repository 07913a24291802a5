"""What one poll means: articles, flags, layoffs and alerts owed, as a plan that the archive carries out whole.

Pure: values and ``now`` in, a ``Plan`` out. The same outcome planned twice plans nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import urlsplit

from monitor import layoffs, rhythm, schedule
from monitor.detect.companies import Directory
from monitor.detect.facts import read
from monitor.detect.primary import is_primary
from monitor.detect.rules import Pack
from monitor.duplicates import Original, Originals, fingerprint, original
from monitor.model import (
    Alert,
    Gap,
    Judged,
    Kept,
    Layoff,
    Plan,
    Policy,
    Poll,
    Report,
    Rhythm,
    Silence,
    SourceState,
    Text,
)
from monitor.tell import Told, owe
from scrapers.items import Article, DateTrust, Failed, FullText, Kind, Memory, News, Outcome, Reason, Source, Unchanged

BASELINE = "baseline"
"""The outcome of a source's first complete poll."""

# A publisher's clock may be wrong by a zone, not by more; what claims to come later is as new as we saw it.
_FUTURE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the archive holds of an article that an outcome brings again."""

    source_id: str
    size: int
    """Characters of its text."""
    layoff_id: str | None
    duplicate_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive knew, inside the transaction, of all that an outcome touches."""

    entries: dict[str, str] = field(default_factory=dict)
    """Article id to the content hash that this source last carried it with."""
    articles: dict[str, Filed] = field(default_factory=dict)
    originals: tuple[Original, ...] = ()
    """Articles within the window that those of the outcome may be copies of."""
    marks: dict[str, bool] = field(default_factory=dict)
    """Article id to what somebody said: it reports a layoff, or it does not."""
    layoffs: tuple[Layoff, ...] = ()
    """Those of the companies in question, and those whose reports came again."""
    reports: dict[str, tuple[Report, ...]] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    """All alerts of those layoffs."""
    recent: dict[str, int] = field(default_factory=dict)
    """Alerts owed one by one to a channel in the last ten minutes."""
    silences: tuple[Silence, ...] = ()
    """Those that hold now."""


def judge(articles: Iterable[Article], pack: Pack, directory: Directory) -> tuple[Judged, ...]:
    """Flag and facts of each article."""
    return tuple(_judged(article, pack, directory) for article in articles)


def plan(  # noqa: PLR0913 (each is a value the decision needs)
    source: Source,
    state: SourceState,
    outcome: Outcome,
    judged: Sequence[Judged],
    known: Known,
    policy: Policy,
    *,
    memory: Memory,
    now: datetime,
    jitter: float,
) -> Plan:
    """All that one poll changes. ``judged`` are the articles of the outcome that are new, or new in their words."""
    match outcome:
        case Failed():
            until = schedule.host_until(outcome, now)
            left = replace(
                state,
                failures=state.failures + 1,
                moves=0,
                reason=outcome.reason,
                detail=_described(outcome),
            )
            poll = Poll(
                source_id=source.id, at=now, outcome=outcome.reason, status=outcome.status, detail=outcome.detail
            )
            planned = Plan(poll=poll, host_until=(host(schedule.asked(source, state).url), until) if until else None)
        case Unchanged():
            left = _answered(source, state, outcome, memory, now)
            left = replace(left, rhythm=rhythm.unchanged(state.rhythm, outcome.entries))
            poll = Poll(source_id=source.id, at=now, outcome="unchanged", status=outcome.status, detail=None)
            planned = Plan(poll=poll)
        case News():
            draft = _Draft(source, known, policy, now, baseline=state.succeeded_at is None)
            for each in judged:
                draft.take(each)
            new = sum(each.article.id not in known.entries for each in judged)
            left = replace(_answered(source, state, outcome, memory, now), hints=outcome.hints)
            left = replace(left, rhythm=_rhythm(source, state, outcome, new, now))
            gap = _gap(state, outcome, new, now) if source.kind is not Kind.SITEMAP else None
            planned = replace(draft.planned(), poll=_poll(source, outcome, draft, now), gap=gap)
        case _:
            assert_never(outcome)
    due = schedule.next_due(
        source,
        left.rhythm,
        left.hints,
        outcome,
        failures=left.failures,
        min_every=policy.min_every,
        now=now,
        jitter=jitter,
    )
    return replace(planned, source=replace(left, polled_at=now, next_due=due))


def _described(failed: Failed) -> str:
    """Reason and detail, where one does not say the other."""
    return failed.detail if failed.reason is Reason.STATUS else f"{failed.reason}: {failed.detail}"


def _answered(
    source: Source, state: SourceState, outcome: News | Unchanged, memory: Memory, now: datetime
) -> SourceState:
    """The state after a whole answer. A permanent move must hold: a site that is down for a day redirects, too."""
    asked = schedule.asked(source, state).url
    moved_to = outcome.moved or (asked if asked != source.url else None)
    moves = 0 if moved_to is None else state.moves + 1 if moved_to == state.moved_to else 1
    return replace(
        state, memory=memory, moved_to=moved_to, moves=moves, succeeded_at=now, failures=0, reason=None, detail=None
    )


def _rhythm(source: Source, state: SourceState, outcome: News, new: int, now: datetime) -> Rhythm:
    if state.succeeded_at is None or not state.rhythm.usual:
        return rhythm.first((article.published_at for article in outcome.articles), outcome.entries, now)
    learned = rhythm.after(state.rhythm, new, outcome.entries, now)
    # Of an index only the parts that changed are asked: what they list is not all that it lists.
    return replace(learned, thin=0) if source.kind is Kind.SITEMAP else learned


def _gap(state: SourceState, outcome: News, new: int, now: datetime) -> Gap | None:
    """Nothing it lists was known, and all of it is newer than our last look: what lies between may be missing."""
    dates = [article.published_at for article in outcome.articles if article.published_at is not None]
    unbroken = new < outcome.entries - sum(each.count for each in outcome.skipped)
    if state.succeeded_at is None or unbroken or not dates or not state.succeeded_at < min(dates) <= now:
        return None
    return Gap(source_id=state.id, since=state.succeeded_at, until=min(dates))


def plan_article(  # noqa: PLR0913 (each is a value the decision needs)
    judged: Judged, source: Source, known: Known, policy: Policy, now: datetime, *, baseline: bool = False
) -> Plan:
    """What one article by itself changes: with the text of its page, or in a replay.

    ``baseline``: it came with its source's first poll.
    """
    draft = _Draft(source, known, policy, now, baseline=baseline)
    draft.keep(judged)
    return draft.planned()


def plan_found(judged: Judged, source: Source, known: Known, policy: Policy, now: datetime) -> Plan:
    """What an article changes that its source dropped before it was asked again."""
    draft = _Draft(source, known, policy, now, baseline=False)
    draft.take(judged)
    return draft.planned()


def host(url: str) -> str:
    """The host, with its port, that politeness counts by."""
    return urlsplit(url).netloc.lower()


def _judged(article: Article, pack: Pack, directory: Directory) -> Judged:
    day = article.published_at.date() if article.published_at else None
    text = Text(article.title, article.summary, article.body or "", article.language, day)
    facts = read(text, directory)
    primary = is_primary(article.url, facts.company, directory)
    return Judged(article, pack.judge(text), facts, primary, fingerprint(article))


def _poll(source: Source, outcome: News, draft: _Draft, now: datetime) -> Poll:
    kept = draft.articles.values()
    return Poll(
        source_id=source.id,
        at=now,
        outcome=BASELINE if draft.baseline else "news",
        status=outcome.status,
        detail=None,
        entries=outcome.entries,
        new=sum(not each.revision for each in kept),
        revised=sum(each.revision for each in kept),
        known=outcome.entries - sum(each.count for each in outcome.skipped) - len(kept),
        duplicates=sum(each.duplicate_of is not None for each in kept),
        flagged=sum(each.judged.flag.flagged for each in kept),
        skipped=outcome.skipped,
    )


class _Draft:
    """A plan in the making: takes judged articles one by one, in order."""

    def __init__(self, source: Source, known: Known, policy: Policy, now: datetime, *, baseline: bool) -> None:
        self.source = source
        self.known = known
        self.policy = policy
        self.now = now
        self.baseline = baseline
        self.articles: dict[str, Kept] = {}
        self._seen: list[Article] = []
        self._originals = Originals(known.originals)
        self._layoffs = layoffs.Shelf(known.layoffs)
        self._reports: dict[str, Report] = {}
        self._told: dict[str, Told] = {}
        self._pages: dict[str, None] = {}
        self._moved: list[Report] = []
        self._unreported: list[str] = []

    def take(self, judged: Judged) -> None:
        if self.known.entries.get(judged.article.id) != judged.article.content_hash:
            self._seen.append(judged.article)
            self.keep(replace(judged, article=self._dated(judged.article)))

    def keep(self, judged: Judged) -> None:
        article = judged.article
        filed = self.known.articles.get(article.id)
        if article.id in self.articles:
            return
        said = layoffs.as_marked(judged, self.known.marks.get(article.id))
        if filed and not self._betters(said, filed):
            self._vouch(said, filed.duplicate_of or article.id)
            return
        twin = self._twin(judged, filed)
        self.articles[article.id] = Kept(judged=judged, duplicate_of=twin, revision=filed is not None)
        if twin is not None:
            self._vouch(said, twin)
        else:
            self._report(said, filed)

    def planned(self) -> Plan:
        alerts = owe(
            tuple(self._told.values()),
            self.known.alerts,
            recent=self.known.recent,
            silences=self.known.silences,
            policy=self.policy,
            now=self.now,
        )
        return Plan(
            articles=tuple(self.articles.values()),
            seen=tuple(self._seen),
            layoffs=tuple(self._layoffs[layoff_id] for layoff_id in self._told),
            reports=tuple(self._reports.values()),
            moved=tuple(self._moved),
            unreported=tuple(self._unreported),
            alerts=alerts,
            pages=tuple(self._pages),
        )

    def _dated(self, article: Article) -> Article:
        late = article.published_at is not None and article.published_at > self.now + _FUTURE
        return replace(article, published_at=self.now, date_trust=DateTrust.CLAMPED) if late else article

    def _betters(self, judged: Judged, filed: Filed) -> bool:
        """Whether these words replace those in the archive: two sources may carry one address in their own for ever.

        The owner's do, clearly more text does, and so do words that say what nobody has reported yet.
        """
        article = judged.article
        size = len(article.title) + len(article.summary) + len(article.body or "")
        unreported = judged.flag.flagged and filed.layoff_id is None
        return filed.source_id == article.source_id or size > 2 * filed.size or unreported

    def _twin(self, judged: Judged, filed: Filed | None) -> str | None:
        """The article whose text this repeats. One that is a report already stays one; a copy may cease to be one."""
        if filed and filed.duplicate_of is None:
            return None
        twin = self._originals.find(judged)
        if twin is None:
            self._originals.put(original(judged))
        return twin

    def _vouch(self, judged: Judged, article_id: str) -> None:
        """A source past its first poll brings what another one's first poll had: now it is news."""
        filed = self.known.articles.get(article_id)
        layoff = self._layoffs.get(filed.layoff_id) if filed and judged.flag.flagged else None
        if layoff is None or self.baseline or any(report.article_id == article_id for report in self._moved):
            return
        report = next((each for each in self._told_of(layoff).reports if each.article_id == article_id), None)
        if report and report.baseline and report.source_id != self.source.id:
            vouched = replace(report, baseline=False)
            self._moved.append(vouched)
            self._tell(layoff, vouched)

    def _report(self, judged: Judged, filed: Filed | None) -> None:
        self._want_page(judged, filed)
        mine = self._layoffs.get(filed.layoff_id) if filed else None
        if mine is not None:
            self._reread(judged, mine)
            return
        placed = self._placed(judged)
        if placed is not None:
            report = self._new_report(judged, placed)
            self._reports[report.article_id] = report
            self._tell(placed.layoff, report)

    def _reread(self, judged: Judged, layoff: Layoff) -> None:
        """A report of a layoff comes in new words, or with the text of its page."""
        report = next(each for each in self._told_of(layoff).reports if each.article_id == judged.article.id)
        if report.baseline and not self.baseline and report.source_id != self.source.id:
            report = replace(report, baseline=False)
            self._moved.append(report)
        report = replace(
            report, headcount=judged.facts.headcount, percent=judged.facts.percent, rules=judged.flag.rules
        )
        if not layoffs.reports_a_layoff(judged):
            self._unreport(judged, layoff)
            return
        placed = self._elsewhere(judged, layoff)
        if placed is None:
            self._tell(layoffs.grow(layoff, judged, self.now), report)
            return
        self._leave(layoff, report.article_id, f"its text names {placed.layoff.company}: {placed.layoff.id}")
        moved = replace(report, layoff_id=placed.layoff.id, why=placed.why)
        self._moved.append(moved)
        self._tell(placed.layoff, moved)

    def _elsewhere(self, judged: Judged, layoff: Layoff) -> layoffs.Placed | None:
        """Where a report belongs that now names an employer, or another one than its layoff's; None if it stays."""
        keys = {company.key for company in judged.facts.employers}
        if not keys or layoff.company_key in keys or not keys.isdisjoint(layoff.others):
            return None
        alone = layoff.reports == 1 and layoff.company_key is None
        placed = self._placed(judged) if alone or layoff.company_key is not None else None
        known = placed is not None and placed.before is not None
        return None if placed is None or placed.layoff.id == layoff.id or (alone and not known) else placed

    def _unreport(self, judged: Judged, layoff: Layoff) -> None:
        """A report says something else by now. Of what somebody was told already, it stays one, for the record."""
        if any(not (alert.unsent or alert.gathering) for alert in self.known.alerts if alert.layoff_id == layoff.id):
            return
        self._unreported.append(judged.article.id)
        self._leave(layoff, judged.article.id, f"its text is {judged.flag.kind or 'not about a layoff'}")

    def _leave(self, layoff: Layoff, article_id: str, reason: str) -> None:
        """A layoff without one of its reports; without any, nobody who was not told of it will be."""
        left = replace(layoff, reports=layoff.reports - 1)
        if not left.reports:
            self._withdraw(left, reason)
            return
        told = self._told_of(layoff)
        others = tuple(each for each in told.reports if each.article_id != article_id)
        self._layoffs.put(left)
        self._told[layoff.id] = replace(told, layoff=left, reports=others)

    def _placed(self, judged: Judged) -> layoffs.Placed | None:
        if not layoffs.reports_a_layoff(judged):
            return None
        return layoffs.place(judged, self._layoffs.candidates(judged.facts), self.now, self.policy.window)

    def _new_report(self, judged: Judged, placed: layoffs.Placed) -> Report:
        article = judged.article
        return Report(
            layoff_id=placed.layoff.id,
            article_id=article.id,
            source_id=self.source.id,
            outlet=self.source.name,
            title=article.title,
            url=article.url,
            published_at=article.published_at,
            reported_at=self.now,
            why=placed.why,
            baseline=self.baseline,
            headcount=judged.facts.headcount,
            percent=judged.facts.percent,
            rules=judged.flag.rules,
        )

    def _tell(self, layoff: Layoff, report: Report) -> None:
        told = self._told_of(layoff)
        self._layoffs.put(layoff)
        self._told[layoff.id] = told.with_report(layoff, report, waits=report.article_id in self._pages)

    def _withdraw(self, layoff: Layoff, reason: str) -> None:
        self._layoffs.put(layoff)
        self._told[layoff.id] = replace(self._told_of(layoff), layoff=layoff, withdrawn=reason)

    def _told_of(self, layoff: Layoff) -> Told:
        return self._told.get(layoff.id) or Told(layoff, self.known.reports.get(layoff.id, ()))

    def _undecided(self, judged: Judged) -> bool:
        """Whether the page may change what is told: it is told of, nearly was, or said nothing but its address."""
        return judged.flag.flagged or judged.flag.near or not judged.article.title

    def _want_page(self, judged: Judged, filed: Filed | None) -> None:
        article = judged.article
        if article.url is None or article.text_origin != "feed" or (filed and filed.layoff_id):
            return
        wanted = {
            FullText.NEVER: False,
            FullText.ALWAYS: True,
            FullText.AUTO: not self.baseline and article.body is None and self._undecided(judged),
        }
        if wanted[self.source.full_text]:
            self._pages[article.id] = None
