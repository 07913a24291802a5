"""The order of things: ask, judge, plan and apply in one transaction, then pay what is owed. It decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Concatenate, ParamSpec, TypeVar

from monitor import decide, push, schedule, tell
from monitor.alerts import cards
from monitor.alerts.retries import retry_at
from monitor.archive import Archive, Together
from monitor.config import Settings
from monitor.deliver import Courier
from monitor.journal import crash, note, warn
from monitor.model import (
    Alert,
    AlertState,
    Channel,
    Delivery,
    Judged,
    Layoff,
    PageRequest,
    Plan,
    Poll,
    SourceState,
    Verdict,
)
from scrapers.collect import Collector
from scrapers.items import Article, Failed, Memory, News, Outcome, Reason, Source

_P = ParamSpec("_P")
_T = TypeVar("_T")


_POLL_SECONDS = 120.0
_PAGE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is asked now, and what is remembered of it."""

    source: Source
    state: SourceState


class Newswire:
    """Carries an article from its source to the channels. The archive is used from one thread, one caller at a time."""

    def __init__(  # noqa: PLR0913 (the parts of the machine, each made by the shell)
        self,
        settings: Settings,
        archive: Archive,
        collector: Collector,
        courier: Courier,
        clock: Callable[[], datetime],
        random: Random,
    ) -> None:
        self._take_up(settings)
        self.collector = collector
        self.courier = courier
        self.stopping = False
        self._archive = archive
        self._clock = clock
        self._random = random
        self._writer = Together(archive.db)
        self._paying: dict[str, asyncio.Lock] = {}

    async def enroll(self) -> None:
        """Make the archive know the configured sources, and ask channels again that had said they were gone."""
        now = self._clock()
        channels = list(self.channels)
        await self._writing(self._archive.sources.enroll, tuple(self.sources.values()), now)
        await self._writing(self._archive.outbox.enable, channels)
        if dropped := await self._writing(self._archive.outbox.drop_channels_but, channels):
            warn("alerts_dropped", count=dropped, reason="their channel is configured no more")

    async def adopt(self, settings: Settings) -> None:
        """Go on with another configuration."""
        self._take_up(settings)
        await self.enroll()

    async def due(self, busy: frozenset[str], limit: int) -> tuple[Due, ...]:
        """Sources to ask now, one a host that is not busy, already put off by their interval.

        So a crash while asking never shortens it, and a slow host holds up nobody but itself.
        """
        return await self._writing(self._claim_due, self.sources, self._clock(), busy, limit)

    async def every(self, *, due_only: bool) -> tuple[Due, ...]:
        """All enabled sources, or all that are due, put off likewise."""
        return await self._writing(self._claim_all, self.sources, self._clock(), due_only)

    async def ask(self, due: Due) -> Poll:
        """One poll of one source, from the request to the commit."""
        source, state = due.source, due.state
        outcome, memory = await self._polled(source, state)
        judged, unread = await self.judge(outcome)
        if unread:  # what met a bug is tried again with the next answer
            memory = replace(memory, spans=b"")
        plan = await self._writing(self._record, source, state, outcome, judged, memory, self._clock())
        assert plan.poll is not None
        _log_poll(plan)
        return plan.poll

    async def pages_wanted(self, limit: int) -> tuple[PageRequest, ...]:
        return await self._writing(self._archive.pages_wanted, limit)

    async def read_page(self, request: PageRequest) -> None:
        """Crawl an article's page and decide the article again with its text."""
        article = request.article
        try:
            outcome = await self._crawled(article)
        except Exception:
            # A bug in reading one page must not bring it back every second.
            await self._writing(self._archive.page_done, article.id, "crashed", self._clock())
            raise
        source = self.sources.get(article.source_id)
        judged: tuple[Judged, ...] = ()
        if isinstance(outcome, Article) and source is not None:
            judged = await asyncio.to_thread(self._judged, [outcome])
        await self._writing(self._record_page, request, source, outcome, judged, self._clock())
        result = outcome.reason if isinstance(outcome, Failed) else "read"
        note("page", article=article.id, source=article.source_id, outcome=result)

    async def release(self, *, at_once: bool = False) -> None:
        """Turn held alerts whose time has come into digests. At once: also those that only wait for more to come."""
        await self._writing(self._release, self._clock(), at_once)

    async def pay(self, channel_id: str) -> None:
        """Send a channel all that it is owed by now, one after the other, as it is configured at each moment."""
        lock = self.turn(channel_id)
        if lock.locked():
            return
        async with lock:
            while not self.stopping and (channel := self.channels.get(channel_id)):
                alert = await self._writing(self._archive.outbox.take, channel_id, self._clock())
                if alert is None:
                    return
                await self._send(channel, alert)

    def turn(self, channel_id: str) -> asyncio.Lock:
        """Whoever holds it may write to the channel."""
        return self._paying.setdefault(channel_id, asyncio.Lock())

    async def replay(self, alert_ids: Iterable[str]) -> int:
        return await self._writing(self._archive.outbox.replay, tuple(alert_ids), self._clock())

    def close(self) -> None:
        self._writer.close()

    async def _send(self, channel: Channel, alert: Alert) -> None:
        refusals, repeat, thread = await self._writing(self._history, channel, alert)
        delivery = await self._posted(channel, alert, repeat=repeat, thread=thread)
        again = retry_at(refusals + 1, delivery, self._clock(), self._random.random())
        await self._writing(self._record_delivery, channel, alert, delivery, again, repeat=repeat)
        _log_delivery(alert, delivery, again)

    def _history(self, channel: Channel, alert: Alert) -> tuple[int, bool, str | None]:
        thread = self._archive.cards.thread(channel, alert.layoff_id) if channel.to and alert.layoff_id else None
        return *self._archive.outbox.history(alert), thread

    def _record_delivery(
        self, channel: Channel, alert: Alert, delivery: Delivery, again: datetime | None, *, repeat: bool
    ) -> None:
        """Where it shows that the channel is gone, the others are owed word of it in the same transaction."""
        if delivery.message and alert.layoff_id:
            layoff, reports = self._archive.layoffs([alert.layoff_id]), self._archive.reports(alert.layoff_id)
            card = cards.posted(channel, alert, delivery, layoff[alert.layoff_id], reports, repeat=repeat)
            self._archive.cards.put(card)
        if why := self._archive.outbox.record(alert, delivery, again):
            owed = tell.of_channel(alert.channel_id, why, self.settings.policy, self._clock())
            self._archive.outbox.add(owed)
            warn("channel_disabled", channel=alert.channel_id, why=why, told=",".join(each.channel_id for each in owed))

    async def _posted(self, channel: Channel, alert: Alert, *, repeat: bool, thread: str | None) -> Delivery:
        now = self._clock()
        try:
            return await self.courier.post(
                channel, alert, attempt=alert.attempts, now=now, repeat=repeat, thread=thread
            )
        except Exception as error:  # noqa: BLE001 (any bug; the alert is tried again later, and the others go on)
            crash("post_crashed", error, channel=channel.id, alert=alert.id)
            return Delivery(
                alert_id=alert.id,
                channel_id=channel.id,
                attempt=alert.attempts,
                started_at=now,
                took=timedelta(0),
                verdict=Verdict.RETRY,
                status=None,
                detail=f"a bug: {type(error).__name__}",
                ambiguous=True,
            )

    async def judge(self, outcome: Outcome) -> tuple[tuple[Judged, ...], int]:
        """What is new, judged, and how many of it could not be."""
        if not isinstance(outcome, News):
            return (), 0
        new = await self._writing(self._archive.unseen, outcome.articles)
        judged = await asyncio.to_thread(self._judged, new) if new else ()
        return judged, len(new) - len(judged)

    def _judged(self, articles: Iterable[Article]) -> tuple[Judged, ...]:
        """Each article by itself: one that meets a bug stays unseen, until its feed changes; the others go on."""
        judged: list[Judged] = []
        for article in articles:
            try:
                judged += decide.judge([article], self.settings.pack, self.settings.directory)
            except Exception as error:  # noqa: BLE001 (any bug; it is logged with its traceback)
                crash("article_crashed", error, article=article.id, source=article.source_id, title=article.title[:200])
        return tuple(judged)

    async def peek(self, source: Source, state: SourceState) -> Outcome:
        """What a source says, of which nothing is kept."""
        outcome, _ = await self._polled(source, state)
        return outcome

    async def _polled(self, source: Source, state: SourceState) -> tuple[Outcome, Memory]:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                return await self.collector.poll(schedule.asked(source, state), state.memory)
        except TimeoutError:
            waited = f"no answer in {_POLL_SECONDS:.0f} s, the wait for its host's turn included"
            return Failed(reason=Reason.TIMEOUT, detail=waited), state.memory
        except Exception as error:  # noqa: BLE001 (any bug; a source that meets one is put off like one that fails)
            crash("poll_crashed", error, source=source.id)
            return Failed(reason=Reason.PROTOCOL, detail=f"a bug: {type(error).__name__}"), state.memory

    async def _crawled(self, article: Article) -> Article | Failed:
        source = self.sources.get(article.source_id)
        body = source.selectors.body if source and source.selectors else None
        try:
            async with asyncio.timeout(_PAGE_SECONDS):
                return await self.collector.page(article, body)
        except TimeoutError:
            return Failed(reason=Reason.TIMEOUT, detail=f"no answer in {_PAGE_SECONDS:.0f} s")

    def _take_up(self, settings: Settings) -> None:
        self.settings = settings
        self.sources = {source.id: source for source in settings.sources if source.enabled}
        self.channels = {channel.id: channel for channel in settings.policy.channels}

    def _claim_due(
        self, sources: dict[str, Source], now: datetime, busy: frozenset[str], limit: int
    ) -> tuple[Due, ...]:
        return self._claimed(self._archive.sources.due(now, sources, busy, limit), sources, now)

    def _claim_all(self, sources: dict[str, Source], now: datetime, due_only: bool) -> tuple[Due, ...]:  # noqa: FBT001
        states = self._archive.sources.states(tuple(sources))
        return self._claimed(self._archive.sources.overdue(now, sources) if due_only else states, sources, now)

    def _claimed(self, states: tuple[SourceState, ...], sources: dict[str, Source], now: datetime) -> tuple[Due, ...]:
        min_every = self.settings.policy.min_every
        claimed = tuple(Due(sources[state.id], state) for state in states)
        self._archive.sources.claim(
            (each.state.id, now + schedule.claimed(each.source, each.state, min_every)) for each in claimed
        )
        return claimed

    def _record(  # noqa: PLR0913 (handed on to the decision)
        self,
        source: Source,
        state: SourceState,
        outcome: Outcome,
        judged: tuple[Judged, ...],
        memory: Memory,
        now: datetime,
    ) -> Plan:
        policy = self.settings.policy
        if self.settings.public_url:
            for present in self._archive.sources.states((source.id,)):  # news may have been pushed while it was asked
                state = replace(state, rhythm=present.rhythm)
        known = self._archive.known(source.id, judged, now, policy.window)
        plan = decide.plan(
            source,
            state,
            outcome,
            judged,
            known,
            policy,
            memory=memory,
            now=now,
            jitter=self._random.random(),
        )
        if self.settings.public_url:
            subscriptions = self._archive.subscriptions.of(source.id)
            kept, plan = push.follow(subscriptions, source, outcome, plan, now)
            self._archive.subscriptions.keep(subscriptions, kept)
        self._archive.apply(plan, now)
        return plan

    def _record_page(
        self,
        request: PageRequest,
        source: Source | None,
        outcome: Article | Failed,
        judged: tuple[Judged, ...],
        now: datetime,
    ) -> None:
        policy = self.settings.policy
        for each in judged:
            assert source is not None
            known = self._archive.known(source.id, judged, now, policy.window)
            plan = decide.plan_article(each, source, known, policy, now, baseline=request.baseline)
            self._archive.apply(plan, now)
        result = f"{outcome.reason}: {outcome.detail}" if isinstance(outcome, Failed) else "read"
        self._archive.page_done(request.article.id, result, now)

    def _release(self, now: datetime, at_once: bool) -> None:  # noqa: FBT001 (handed on as it came)
        outbox = self._archive.outbox
        held = outbox.gathering() if at_once else outbox.releasable(now)
        if not held:
            return
        layoffs: dict[str, Layoff] = self._archive.layoffs({alert.layoff_id for alert in held if alert.layoff_id})
        released = tell.release(held, layoffs, self.settings.policy.channels, now)
        outbox.add(released)
        for alert in released:
            if alert.digest_id is None:
                note("digest", channel=alert.channel_id, reason=alert.reason, alert=alert.id)

    async def in_archive(
        self, function: Callable[Concatenate[Archive, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """A transaction of somebody else."""
        return await self._writing(function, self._archive, *args, **kwargs)

    async def _writing(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await self._writer.write(partial(function, *args, **kwargs))


def _log_poll(plan: Plan) -> None:
    poll = plan.poll
    assert poll is not None
    if plan.source is not None and plan.source.failures:
        warn(
            "poll_failed",
            source=poll.source_id,
            reason=poll.outcome,
            status=poll.status,
            detail=poll.detail,
            failures=plan.source.failures,
            next=plan.source.next_due,
        )
        return
    pending = [alert for alert in plan.alerts if alert.state is AlertState.PENDING]
    held = len(plan.alerts) - len(pending)
    counts = {"entries": poll.entries, "new": poll.new, "revised": poll.revised, "flagged": poll.flagged, "held": held}
    note("poll", source=poll.source_id, outcome=poll.outcome, **{key: n for key, n in counts.items() if n})
    for alert in pending:
        note(
            "alert",
            channel=alert.channel_id,
            kind=alert.kind,
            layoff=alert.layoff_id,
            reason=alert.reason,
            alert=alert.id,
        )


def _log_delivery(alert: Alert, delivery: Delivery, again: datetime | None) -> None:
    tell_of = note if delivery.verdict is Verdict.SENT else warn
    tell_of(
        "delivery",
        channel=alert.channel_id,
        alert=alert.id,
        attempt=delivery.attempt,
        verdict=delivery.verdict,
        status=delivery.status,
        detail=None if delivery.verdict is Verdict.SENT else delivery.detail,
        next=again,
        ms=round(delivery.took.total_seconds() * 1000),
    )
