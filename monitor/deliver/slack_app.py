"""Posts cards as an app of Slack: into a channel or a thread, and edits what it posted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from monitor.alerts import answers
from monitor.alerts.answers import Reading
from monitor.deliver.asking import JSON, Asking
from monitor.deliver.slack import simpler_if_refused
from monitor.model import Channel, Secret, Verdict


async def post(asking: Asking, channel: Channel, body: bytes, thread: str | None) -> Reading:
    """A message of its own, or a reply; where the thread takes none any more, a message of its own after all."""
    if thread is not None:
        reading = await _sent(asking, channel, "chat.postMessage", body, {"thread_ts": thread})
        if not reading.unthreadable:
            return replace(reading, message=None)
    return await _sent(asking, channel, "chat.postMessage", body, {})


async def edit(asking: Asking, channel: Channel, message: str, body: bytes) -> Reading:
    return await _sent(asking, channel, "chat.update", body, {"ts": message})


async def _sent(asking: Asking, channel: Channel, method: str, body: bytes, where: dict[str, str]) -> Reading:
    if channel.url is None or channel.token is None or channel.to is None:
        return Reading(verdict=Verdict.PERMANENT, detail="the channel has no url, no token or no place to write to")
    url = Secret(f"{channel.url.reveal().rstrip('/')}/{method}")
    headers = ((b"authorization", b"Bearer " + channel.token.reveal().encode()), JSON)
    place = {"channel": channel.to} | where

    async def once(body: bytes) -> Reading:
        # Slack keeps the blocks of a message unless an edit says that there are none.
        message: dict[str, Any] = {"blocks": []} | json.loads(body) | place
        answer = await asking.post(url, headers, json.dumps(message, ensure_ascii=False).encode())
        if isinstance(answer, Reading):
            return answer
        reading = answers.slack_app(answer.status, answer.body, answer.retry_after, asking.now)
        return replace(reading, status=answer.status)

    return await simpler_if_refused(once, body)
