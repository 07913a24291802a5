"""When to subscribe to a hub, renew and give up, whom of those who answer to believe, and how far polling may rest.

Pure: a subscription and ``now`` in, a subscription out; None is one to forget. It knows no secret and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from monitor.model import Plan, SourceState
from monitor.schedule import LONGEST
from scrapers.items import Failed, Mode, News, Outcome, Question, Source

LEASE = timedelta(days=10)
"""What a hub is asked for."""

_SHORTEST_LEASE = timedelta(hours=1)
_LONGEST_LEASE = timedelta(days=30)
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(days=1)
_DENIED = timedelta(days=7)
"""A denial is a decision, not a failure: the hub is asked again all the same, as decisions change."""
_GOODBYES = 5
_SLOWER = 4
"""While a hub pushes, its feed is polled so many times more slowly."""
_MISSES = 3
"""Polls in a row that brought what nobody had pushed, before a push is trusted no more."""
_LONGEST_URL = 2_000


class State(StrEnum):
    WANTED = "wanted"
    ASKED = "asked"
    """Asked, and the hub has not asked back yet."""
    ACTIVE = "active"
    REFUSED = "refused"
    """The hub, or the door, said no; ``detail`` says why. It is asked again later."""
    LEAVING = "leaving"
    """Nobody wants it any more; the hub is told so."""


class Pushed(StrEnum):
    """What became of one request of a hub, as it is counted."""

    TAKEN = "taken"
    KNOWN = "known"
    """It was the hub's, and brought nothing new."""
    PING = "ping"
    """Not signed, as its hub has no https: the source is polled instead."""
    FORGED = "bad_signature"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    """To an address that is none of ours, or no more."""
    TOO_LARGE = "too_large"
    SLOW = "slow"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed's at one hub."""

    source_id: str
    hub: str
    topic: str
    state: State = State.WANTED
    next_at: datetime
    """When something is to be done about it."""
    mark: str = ""
    """Tells the public address and the key that the hub was given a callback of."""
    asked_at: datetime | None = None
    lease_until: datetime | None = None
    pushed_at: datetime | None = None
    missed: int = 0
    """Polls in a row that brought news, and no push did."""
    failures: int = 0
    """Times in a row that the hub was asked, and has not asked back."""
    detail: str | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        return self.source_id, self.hub, self.topic


def trusted(subscription: Subscription, now: datetime) -> bool:
    """Whether polling may rest on it."""
    until = subscription.lease_until
    live = subscription.state is State.ACTIVE and until is not None and until > now
    return live and subscription.missed < _MISSES


def follow(
    known: Iterable[Subscription], source: Source, outcome: Outcome, plan: Plan, now: datetime
) -> tuple[tuple[Subscription, ...], Plan]:
    """The subscriptions of a source after a poll, and the poll's plan, the next one put off if push can be trusted.

    A poll that failed, or found nothing, says nothing about hubs.
    """
    kept = tuple(known)
    if isinstance(outcome, News):
        named = _named(source, outcome)
        left = (each if each.name == named else left_alone(each, now) for each in kept)
        kept = tuple(each for each in left if each is not None)
        kept = tuple(_noticed(each, plan) if each.name == named else each for each in kept)
        kept = tuple(_wanted_again(each, now) if each.name == named else each for each in kept)
        if named and all(each.name != named for each in kept):
            kept = (*kept, Subscription(source_id=named[0], hub=named[1], topic=named[2], next_at=now))
    return kept, _rested(plan, now) if any(trusted(each, now) for each in kept) else plan


def left_alone(subscription: Subscription, now: datetime) -> Subscription | None:
    """One that nobody wants any more. A hub that never heard of it, or said no, need not be told."""
    if subscription.state is State.LEAVING:
        return subscription
    if subscription.state in {State.WANTED, State.REFUSED}:
        return None
    return replace(subscription, state=State.LEAVING, next_at=now, failures=0, detail=None)


def remarked(subscription: Subscription, mark: str, now: datetime) -> Subscription | None:
    """After a change of the public address or the key: the hub knows a callback that leads nowhere now."""
    if subscription.mark in {mark, ""}:
        return subscription
    if subscription.state is State.LEAVING:
        return None
    return replace(subscription, state=State.WANTED, next_at=now, failures=0, lease_until=None)


def asked(subscription: Subscription, mark: str, now: datetime) -> Subscription | None:
    """One whose hub is about to be asked: the attempt counts before it is made, and what it waits for is the answer."""
    lease, state = subscription.lease_until, subscription.state
    if state is State.LEAVING and subscription.failures >= _GOODBYES:
        return None
    if state in {State.WANTED, State.REFUSED} or (state is State.ACTIVE and (lease is None or lease <= now)):
        state = State.ASKED
    wait = min(_FIRST_RETRY * 2 ** min(subscription.failures, 20), _LAST_RETRY)
    return replace(
        subscription, state=state, mark=mark, asked_at=now, next_at=now + wait, failures=subscription.failures + 1
    )


def failed(subscription: Subscription, failure: Failed) -> Subscription:
    """One whose hub could not be asked, or said no; it waits as ``asked`` had put it off."""
    if not subscription.failures:  # it asked back all the same
        return subscription
    state = State.REFUSED if subscription.state is State.ASKED else subscription.state
    return replace(subscription, state=state, detail=f"{failure.reason}: {failure.detail}")


def confirms(subscription: Subscription, question: Question) -> bool:
    """Whether a hub asks about what we wish. Some renew a lease by themselves: that is our wish, too."""
    if question.topic != subscription.topic:
        return False
    match question.mode:
        case Mode.SUBSCRIBE:
            wished = subscription.state not in {State.WANTED, State.LEAVING}
            return wished and subscription.asked_at is not None
        case Mode.UNSUBSCRIBE:
            return subscription.state is State.LEAVING
        case Mode.DENIED:
            return True
        case _:
            assert_never(question.mode)


def answered(subscription: Subscription, question: Question, now: datetime) -> Subscription | None:
    """One after its hub asked, and was told yes."""
    match question.mode:
        case Mode.SUBSCRIBE:
            given = LEASE if question.lease is None else question.lease
            lease = min(max(given, _SHORTEST_LEASE), _LONGEST_LEASE)
            return replace(
                subscription,
                state=State.ACTIVE,
                lease_until=now + lease,
                next_at=now + lease * 2 / 3,
                failures=0,
                detail=None,
            )
        case Mode.UNSUBSCRIBE:
            return None
        case Mode.DENIED:
            if subscription.state is State.LEAVING:
                return None
            detail = f"the hub denied it: {question.reason or 'it gave no reason'}"
            return replace(
                subscription,
                state=State.REFUSED,
                asked_at=None,
                lease_until=None,
                next_at=now + _DENIED,
                failures=0,
                detail=detail,
            )
        case _:
            assert_never(question.mode)


def listens(subscription: Subscription) -> bool:
    """Whether what its hub pushes is taken: also from one whose lease ran out while it was asked again."""
    return subscription.state in {State.ASKED, State.ACTIVE}


def pushed(subscription: Subscription, now: datetime) -> Subscription:
    return replace(subscription, pushed_at=now, missed=0)


def news_alone(plan: Plan, state: SourceState) -> Plan:
    """What of a poll's plan holds for what was pushed: its news and its rhythm, not the schedule.

    A push lists what is new and no more, so it says nothing of gaps, nor of how much the feed usually lists.
    """
    assert plan.source is not None
    assert plan.poll is not None
    rhythm = replace(plan.source.rhythm, usual=state.rhythm.usual, thin=state.rhythm.thin)
    poll = replace(plan.poll, outcome="pushed")
    return replace(plan, source=replace(state, rhythm=rhythm), poll=poll, gap=None, host_until=None)


def _named(source: Source, outcome: News) -> tuple[str, str, str] | None:
    """The source, hub and topic that a feed names. The topic tells the hub what we mean, and is nobody's identity."""
    if outcome.hub is None:
        return None
    name = source.id, outcome.hub.url, outcome.hub.topic or source.url
    return name if max(map(len, name)) <= _LONGEST_URL else None


def _noticed(subscription: Subscription, plan: Plan) -> Subscription:
    brought = plan.poll is not None and plan.poll.new > 0
    return replace(subscription, missed=subscription.missed + 1) if brought else subscription


def _wanted_again(subscription: Subscription, now: datetime) -> Subscription:
    if subscription.state is not State.LEAVING:
        return subscription
    return replace(subscription, state=State.WANTED, next_at=now, failures=0)


def _rested(plan: Plan, now: datetime) -> Plan:
    if plan.source is None or plan.source.failures:
        return plan
    wait = plan.source.next_due - now
    return replace(plan, source=replace(plan.source, next_due=now + max(wait, min(_SLOWER * wait, LONGEST))))
