"""What becomes of a card in Slack that shows a layoff: it is edited as reports arrive, until it is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts import slack
from monitor.model import Alert, AlertKind, Channel, Delivery, Layoff, Report, Telling, Verdict

EVERY = timedelta(seconds=30)
"""A card is not edited more often."""

GONE = ""
"""What Slack calls a message that is there no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The message in which a channel reads of a layoff.

    ``shown`` is the hash of what it says, and empty where that is behind what was known when it was posted; ``due_at``
    is when it may differ from what is known, or a failed edit is tried again.
    """

    channel_id: str
    layoff_id: str
    place: str
    ts: str
    alert_id: str
    posted_at: datetime
    shown: bytes
    shown_at: datetime
    due_at: datetime | None = None
    failures: int = 0
    detail: str | None = None


def posted(  # noqa: PLR0913 (what was posted, and what is known)
    channel: Channel, alert: Alert, delivery: Delivery, current: Layoff, reports: Sequence[Report], *, repeat: bool
) -> Card:
    """The card that a message has become; it is looked at again where it says less than is known by now."""
    assert channel.to is not None
    assert delivery.message is not None
    at = delivery.started_at + delivery.took
    behind = alert.told != current
    card = Card(
        channel_id=channel.id,
        layoff_id=current.id,
        place=channel.to,
        ts=delivery.message,
        alert_id=alert.id,
        posted_at=at,
        shown=b"",
        shown_at=at,
        due_at=at if behind else None,
    )
    return card if behind else replace(card, shown=mark(face(card, channel, current, reports, repeat=repeat)))


def face(card: Card, channel: Channel, layoff: Layoff, reports: Sequence[Report], *, repeat: bool) -> bytes:
    """What the card is to say of a layoff as it is known now; as of when it was posted, so that it is the same later.

    ``repeat``: it may stand there twice, and said so.
    """
    if layoff.reports:
        telling = Telling(kind=AlertKind.OPENED, layoff=layoff, reports=tuple(reports), now=card.posted_at)
        body = slack.card(card.alert_id, telling, channel.web)
    else:
        body = slack.taken_back(card.alert_id, layoff, channel.web)
    return slack.repeated(body, card.alert_id) if repeat else body


def mark(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:16]


def edited(card: Card, body: bytes, delivery: Delivery, again: datetime | None) -> Card:
    """The card after an attempt to edit it. Without ``again`` it is given up until something changes, visibly."""
    at = delivery.started_at + delivery.took
    if delivery.verdict is Verdict.SENT:
        return replace(card, shown=mark(body), shown_at=at, due_at=None, failures=0, detail=None)
    failed = replace(card, shown_at=at, due_at=again, failures=card.failures + 1, detail=delivery.detail)
    if delivery.verdict is Verdict.PERMANENT and again is None:
        return replace(failed, ts=GONE)  # what is material next is told in a card of its own
    return failed
