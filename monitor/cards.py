"""Keeps the cards in Slack at what is known: an edit is owed while a card shows something else, and is no alert."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from monitor.alerts import cards
from monitor.alerts.cards import Card
from monitor.alerts.retries import retry_at
from monitor.archive import Archive
from monitor.cycle import Newswire
from monitor.journal import note, warn
from monitor.model import Channel, ChannelKind, Delivery, Verdict


@dataclass(frozen=True, slots=True)
class Edit:
    """A card, and what it is to say."""

    card: Card
    body: bytes


class Cards:
    """Edits take turns with the alerts of their channel, one at a time, so that neither comes in the other's pause."""

    def __init__(self, newswire: Newswire, clock: Callable[[], datetime], random: Random) -> None:
        self._newswire = newswire
        self._clock = clock
        self._random = random
        self._editing: set[str] = set()

    async def edit(self) -> None:
        """Make the cards that are behind say what is known, one in each channel after the other."""
        channels = [each for each in self._newswire.channels.values() if each.kind is ChannelKind.SLACK_APP]
        await asyncio.gather(*(self._edit(channel) for channel in channels if channel.id not in self._editing))

    async def _edit(self, channel: Channel) -> None:
        self._editing.add(channel.id)
        try:
            more = True
            while more and not self._newswire.stopping:
                more = await self._edited(channel)
                await self._newswire.pay(channel.id)  # what is news goes before what is only kept up
        finally:
            self._editing.discard(channel.id)

    async def _edited(self, channel: Channel) -> bool:
        """One edit; False where none is due."""
        async with self._newswire.turn(channel.id):
            edit = await self._newswire.in_archive(_due, channel, self._clock())
            if edit is None:
                return False
            card = edit.card
            delivery = await self._newswire.courier.edit(
                channel, card.alert_id, card.ts, edit.body, attempt=card.failures + 1, now=self._clock()
            )
            again = retry_at(card.failures + 1, delivery, self._clock(), self._random.random())
            await self._newswire.in_archive(_record, edit, delivery, again)
        _log(card, delivery, again)
        return True


def _due(archive: Archive, channel: Channel, now: datetime) -> Edit | None:
    """The next card that says something else than is known. One that does not is let alone on the way."""
    while (card := archive.cards.due(channel, now)) is not None:
        layoff = archive.layoffs([card.layoff_id])[card.layoff_id]
        repeat = archive.cards.doubtful(card)
        body = cards.face(card, channel, layoff, archive.reports(card.layoff_id), repeat=repeat)
        if cards.mark(body) != card.shown:
            return Edit(card, body)
        archive.cards.settled(card)
    return None


def _record(archive: Archive, edit: Edit, delivery: Delivery, again: datetime | None) -> None:
    archive.cards.put(cards.edited(edit.card, edit.body, delivery, again))
    if delivery.verdict is Verdict.THROTTLED and again is not None:
        archive.cards.pause(edit.card.channel_id, again, delivery.detail)


def _log(card: Card, delivery: Delivery, again: datetime | None) -> None:
    tell_of = note if delivery.verdict is Verdict.SENT else warn
    tell_of(
        "card",
        channel=card.channel_id,
        layoff=card.layoff_id,
        verdict=delivery.verdict,
        status=delivery.status,
        detail=None if delivery.verdict is Verdict.SENT else delivery.detail,
        next=again,
    )
