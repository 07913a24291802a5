"""Carries out what ``push`` decides: asks hubs, answers what they ask back, takes what they push."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from monitor import decide, push
from monitor.archive import Archive, instance_key
from monitor.cycle import Newswire
from monitor.journal import note, warn
from monitor.model import Judged
from monitor.push import Pushed, State, Subscription
from scrapers.collect import authentic, question, signs
from scrapers.items import Document, Failed, Mode, News, Question, Reason, Source, Wish

_ASKED_AT_ONCE = 4
_HUB_SECONDS = 60.0

WAY = "/websub/"
"""What stands between the public address and the part of a callback that nobody can guess."""

_Name = tuple[str, str, str]


class Hubs:
    """Knows the way from a callback to a subscription. ``told`` is called when a push may have left alerts owed."""

    def __init__(
        self, newswire: Newswire, public_url: str, clock: Callable[[], datetime], told: Callable[[], None]
    ) -> None:
        self._newswire = newswire
        self._public_url = public_url.rstrip("/")
        self._key = instance_key(newswire.settings.archive)
        self._mark = self._derived("mark", self._public_url)[:16]
        self._clock = clock
        self._told = told
        self._names: dict[str, _Name] = {}
        self._asking = 0
        self.pushes: Counter[Pushed] = Counter(dict.fromkeys(Pushed, 0))

    async def enroll(self) -> None:
        """Take up what the archive knows; leave the hubs of sources that are configured no more."""
        sources = frozenset(self._newswire.sources)
        self._names = await self._newswire.in_archive(self._enrolled, sources, self._clock())

    async def due(self) -> tuple[Subscription, ...]:
        """Those whose hub is to be asked now, already put off."""
        free = _ASKED_AT_ONCE - self._asking
        due, names = await self._newswire.in_archive(self._claim, self._clock(), free) if free else ((), None)
        self._names = names or self._names
        return due

    async def ask(self, subscription: Subscription) -> None:
        """Tell a hub what is wished; whether it agrees it says by asking back."""
        self._asking += 1
        try:
            async with asyncio.timeout(_HUB_SECONDS):
                failure = await self._newswire.collector.ask_hub(self._wish(subscription))
        except TimeoutError:
            failure = Failed(reason=Reason.TIMEOUT, detail=f"no answer in {_HUB_SECONDS:.0f} s")
        finally:
            self._asking -= 1
        note("hub", source=subscription.source_id, hub=subscription.hub, state=subscription.state, taken=not failure)
        if failure is not None:
            warn("hub_refused", source=subscription.source_id, hub=subscription.hub, detail=failure.detail)
            await self._newswire.in_archive(_fail, subscription.name, failure)

    def knows(self, token: str) -> bool:
        return token in self._names

    async def reply(self, token: str, query: bytes) -> str | None:
        """What to answer a GET of a callback with; None: it is not what we wish, or nobody knows what it is."""
        name, asked = self._names.get(token), question(query)
        if name is None or asked is None:
            return None
        agreed = await self._newswire.in_archive(self._answer, name, asked, self._clock())
        (note if agreed else warn)(
            "hub_asked", source=name[0], hub=name[1], mode=asked.mode, agreed=agreed, reason=asked.reason or None
        )
        return asked.challenge if agreed else None

    async def take(self, token: str, headers: dict[bytes, bytes], body: bytes) -> Pushed:
        """What a hub posted to a callback, from the check of its signature to the commit."""
        name = self._names.get(token)
        source = self._newswire.sources.get(name[0]) if name else None
        if name is None or source is None or not await self._newswire.in_archive(_listens, name):
            return Pushed.UNKNOWN
        if not signs(name[1]):
            return await self._ping(name, Pushed.PING)
        signature = headers.get(b"x-hub-signature")
        if not await asyncio.to_thread(authentic, self._secret(name), signature, body):
            warn("push_refused", source=name[0], hub=name[1], reason="its signature is wrong, or there is none")
            return Pushed.FORGED
        kind = headers.get(b"content-type", b"")
        document = Document(url=source.url, status=200, headers=((b"content-type", kind),), body=body)
        return await self._taken(name, source, document)

    async def _taken(self, name: _Name, source: Source, document: Document) -> Pushed:
        outcome = await self._newswire.collector.pushed(source, document)
        if isinstance(outcome, Failed):
            warn("push_unreadable", source=name[0], hub=name[1], detail=f"{outcome.reason}: {outcome.detail}")
            return await self._ping(name, Pushed.UNREADABLE)
        judged, unread = await self._newswire.judge(outcome)
        new = await self._newswire.in_archive(self._record, name, source, outcome, judged, self._clock())
        if new is None:
            return await self._ping(name, Pushed.PING)
        note("push", source=name[0], entries=outcome.entries, new=new, unread=unread or None)
        self._told()
        return Pushed.TAKEN if new else Pushed.KNOWN

    async def _ping(self, name: _Name, outcome: Pushed) -> Pushed:
        """There is news, as it seems: the source is polled, no sooner than any source is."""
        await self._newswire.in_archive(self._hasten, name, outcome, self._clock())
        note("ping", source=name[0], hub=name[1], why=outcome)
        return outcome

    def _wish(self, subscription: Subscription) -> Wish:
        return Wish(
            mode=Mode.UNSUBSCRIBE if subscription.state is State.LEAVING else Mode.SUBSCRIBE,
            hub=subscription.hub,
            topic=subscription.topic,
            callback=f"{self._public_url}{WAY}{self._token(subscription.name)}",
            secret=self._secret(subscription.name),
            lease=push.LEASE,
        )

    def _enrolled(self, archive: Archive, sources: frozenset[str], now: datetime) -> dict[str, _Name]:
        known = archive.subscriptions.all()
        wanted = (each if each.source_id in sources else push.left_alone(each, now) for each in known)
        kept = tuple(
            each for one in wanted if one is not None and (each := push.remarked(one, self._mark, now)) is not None
        )
        archive.subscriptions.keep(known, kept)
        return self._index(archive)

    def _claim(
        self, archive: Archive, now: datetime, limit: int
    ) -> tuple[tuple[Subscription, ...], dict[str, _Name] | None]:
        due = archive.subscriptions.due(now, limit)
        claimed = tuple(asked for each in due if (asked := push.asked(each, self._mark, now)) is not None)
        archive.subscriptions.keep(due, claimed)
        return claimed, self._index(archive) if due else None

    def _index(self, archive: Archive) -> dict[str, _Name]:
        return {self._token(each.name): each.name for each in archive.subscriptions.all()}

    def _answer(self, archive: Archive, name: _Name, asked: Question, now: datetime) -> bool:
        known = archive.subscriptions.one(name)
        if known is None or not push.confirms(known, asked):
            return False
        after = push.answered(known, asked, now)
        archive.subscriptions.keep((known,), (after,) if after else ())
        return True

    def _record(  # noqa: PLR0913 (handed on to the decision)
        self, archive: Archive, name: _Name, source: Source, outcome: News, judged: tuple[Judged, ...], now: datetime
    ) -> int | None:
        """How many new articles it brought. None: nothing is known of the source yet that it could be news to."""
        policy = self._newswire.settings.policy
        (state,) = archive.sources.states([source.id])
        subscription = archive.subscriptions.one(name)
        if state.succeeded_at is None or subscription is None:
            return None
        known = archive.known(source.id, judged, now, policy.window)
        planned = decide.plan(source, state, outcome, judged, known, policy, memory=state.memory, now=now, jitter=0.0)
        plan = push.news_alone(planned, state)
        archive.apply(plan, now)
        archive.subscriptions.put(push.pushed(subscription, now))
        return plan.poll.new if plan.poll else 0

    def _hasten(self, archive: Archive, name: _Name, outcome: Pushed, now: datetime) -> None:
        subscription = archive.subscriptions.one(name)
        (state,) = archive.sources.states([name[0]])
        if subscription is not None and outcome is Pushed.PING:
            archive.subscriptions.put(push.pushed(subscription, now))
        free = (state.polled_at or now) + self._newswire.settings.policy.min_every
        archive.subscriptions.hasten(name[0], max(now, free))

    def _token(self, name: _Name) -> str:
        return self._derived("callback", *name)

    def _secret(self, name: _Name) -> str:
        return self._derived("secret", *name)

    def _derived(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def forget(archive: Archive) -> None:
    """Where nothing is pushed any more, nothing is subscribed: without a callback no hub can be told."""
    archive.subscriptions.drop_all()


def _listens(archive: Archive, name: _Name) -> bool:
    known = archive.subscriptions.one(name)
    return known is not None and push.listens(known)


def _fail(archive: Archive, name: _Name, failure: Failed) -> None:
    known = archive.subscriptions.one(name)
    if known is not None:
        archive.subscriptions.put(push.failed(known, failure))
