"""Posts a card to an incoming webhook of Slack; one that Slack cannot take goes once more at once, as plain text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from monitor.alerts import answers, slack
from monitor.alerts.answers import Reading
from monitor.deliver.asking import JSON, Asking
from monitor.model import Channel


async def post(asking: Asking, channel: Channel, body: bytes) -> Reading:
    async def once(body: bytes) -> Reading:
        answer = await asking.post(channel.url, (JSON,), body)
        if isinstance(answer, Reading):
            return answer
        reading = answers.slack(answer.status, answer.body, answer.retry_after, asking.now)
        return replace(reading, status=answer.status)

    return await simpler_if_refused(once, body)


async def simpler_if_refused(once: Callable[[bytes], Awaitable[Reading]], body: bytes) -> Reading:
    """The card; and if it is the card that cannot be taken, its plain text, within the same deadline."""
    refused = await once(body)
    if not refused.poisoned:
        return refused
    reading = await once(slack.plain_text(body))
    why = refused.detail.partition(":")[0]
    return replace(reading, detail=f"{reading.detail} (as plain text: the card was refused, {why})", poisoned=False)
