"""Posts one alert to one channel, once, and says how it went. Nobody is asked twice here, save for a refused card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from monitor.alerts import slack as cards
from monitor.alerts.answers import Reading
from monitor.deliver import slack, slack_app, webhook
from monitor.deliver.apprise import Apprise
from monitor.deliver.asking import Asking, Pace
from monitor.deliver.console import Console
from monitor.model import Alert, Channel, ChannelKind, Delivery
from scrapers.egress import Door

DEADLINE = 15.0
"""Seconds for one attempt, all of it."""

PAUSE = 1.0
"""Seconds between two messages to one place in Slack, which takes no more than one a second."""


class Courier:
    """Carries alerts through the one door, or prints them."""

    def __init__(
        self,
        door: Door,
        print: Callable[[str], None],  # noqa: A002  it is what it replaces
        *,
        deadline: float = DEADLINE,
        pause: float = PAUSE,
    ) -> None:
        self._apprise = Apprise(door.allow_private)
        self._console = Console(print)
        self._door = door
        self._deadline = deadline
        self._pace = Pace(pause)

    async def post(  # noqa: PLR0913 (what is posted, where, and what is known of it)
        self, channel: Channel, alert: Alert, *, attempt: int, now: datetime, repeat: bool, thread: str | None = None
    ) -> Delivery:
        """One attempt. ``repeat``: an earlier one may have been taken, and the reader shall know.

        ``thread``: the message in whose thread it goes, where the channel knows such.
        """
        began = asyncio.get_running_loop().time()
        asking = self._asking(channel, now)
        match channel.kind:
            case ChannelKind.CONSOLE:
                reading = await self._console.show(alert, self._deadline)
            case ChannelKind.WEBHOOK:
                reading = await webhook.post(asking, channel, alert)
            case ChannelKind.SLACK:
                reading = await slack.post(asking, channel, _marked(alert, repeat=repeat))
            case ChannelKind.SLACK_APP:
                reading = await slack_app.post(asking, channel, _marked(alert, repeat=repeat), thread)
            case ChannelKind.APPRISE:
                reading = await self._apprise.post(channel, alert, self._deadline, now, repeat=repeat)
            case _:
                assert_never(channel.kind)
        return self._delivery(channel, alert.id, attempt, now, began, reading)

    async def edit(  # noqa: PLR0913 (what is edited, where, and what is known of it)
        self, channel: Channel, alert_id: str, message: str, body: bytes, *, attempt: int, now: datetime
    ) -> Delivery:
        """One attempt to make a message of an app into another one."""
        began = asyncio.get_running_loop().time()
        reading = await slack_app.edit(self._asking(channel, now), channel, message, body)
        return self._delivery(channel, alert_id, attempt, now, began, reading)

    def _asking(self, channel: Channel, now: datetime) -> Asking:
        place = channel.to or channel.id if channel.kind in {ChannelKind.SLACK, ChannelKind.SLACK_APP} else None
        return Asking(self._door, self._pace, place, self._deadline, now)

    def _delivery(  # noqa: PLR0913 (each is a column of it)
        self, channel: Channel, alert_id: str, attempt: int, now: datetime, began: float, reading: Reading
    ) -> Delivery:
        return Delivery(
            alert_id=alert_id,
            channel_id=channel.id,
            attempt=attempt,
            started_at=now,
            took=timedelta(seconds=asyncio.get_running_loop().time() - began),
            verdict=reading.verdict,
            status=reading.status,
            detail=reading.detail,
            retry_after=reading.retry_after,
            ambiguous=reading.ambiguous,
            message=reading.message,
        )


def _marked(alert: Alert, *, repeat: bool) -> bytes:
    return cards.repeated(alert.body, alert.id) if repeat else alert.body
