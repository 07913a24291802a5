"""What channels are owed, what it tells, and how sending it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.layoff import Layoff, Report


class AlertKind(StrEnum):
    """What an alert tells; the values are also the webhook types."""

    OPENED = "layoff.opened"
    UPDATED = "layoff.updated"
    REVERSED = "layoff.reversed"
    DIGEST = "digest"
    SOURCE_DOWN = "source.down"
    SOURCE_RECOVERED = "source.recovered"
    CHANNEL_DISABLED = "channel.disabled"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an alert tells, before it is put into a channel's words.

    ``before`` is the layoff as it was told last; ``reports`` go oldest first, and ``fresh`` are those of them that
    brought the change; ``layoffs`` are those a digest lists out of ``total``; ``message`` is what a source or a test
    has to say, in a sentence.
    """

    kind: AlertKind
    now: datetime
    reason: str = ""
    layoff: Layoff | None = None
    before: Layoff | None = None
    reports: tuple[Report, ...] = ()
    fresh: tuple[Report, ...] = ()
    late: timedelta | None = None
    layoffs: tuple[Layoff, ...] = ()
    total: int = 0
    message: str = ""
    source_id: str | None = None
    channel_id: str | None = None
    """The channel that is gone, where this tells another one of it."""


class AlertState(StrEnum):
    """Where an alert stands. Decided = pending + held + delivered + dead + suppressed, always."""

    PENDING = "pending"
    HELD = "held"
    DELIVERED = "delivered"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing one channel is owed.

    ``id`` is the ``webhook-id``: a hash of channel, layoff and transition, the same over retries.
    ``body`` is what is posted, byte for byte, however often. ``due_at`` is when it may next be sent (pending)
    or released into a digest (held). ``digest_id`` names the digest that tells of it instead.
    """

    id: str
    channel_id: str
    layoff_id: str | None
    kind: AlertKind
    state: AlertState
    reason: str
    body: bytes
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    attempts: int = 0
    digest_id: str | None = None
    told: Layoff | None = None
    """The layoff as this alert tells it: what the channel knows once it is sent."""
    article_id: str | None = None
    """The article whose report brought it, from whose times its latency is counted."""

    @property
    def unsent(self) -> bool:
        """Whether its words may still change: no attempt was ever begun."""
        return self.state is AlertState.PENDING and not self.attempts

    @property
    def gathering(self) -> bool:
        """Whether it waits for a digest that is not made yet."""
        return self.state is AlertState.HELD and self.digest_id is None


class Verdict(StrEnum):
    """What a channel's answer means for the alert."""

    SENT = "sent"
    RETRY = "retry"
    THROTTLED = "throttled"
    PERMANENT = "permanent"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to send an alert, and how it went.

    ``ambiguous``: the request may have been taken although no answer came. ``message``: what the channel calls the
    message of its own that came of it, where it can be edited and replied to.
    """

    alert_id: str
    channel_id: str
    attempt: int
    started_at: datetime
    took: timedelta
    verdict: Verdict
    status: int | None
    detail: str
    retry_after: timedelta | None = None
    ambiguous: bool = False
    message: str | None = None
