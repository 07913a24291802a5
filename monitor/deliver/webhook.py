"""Posts an alert to a webhook, signed after Standard Webhooks."""

from __future__ import annotations

from dataclasses import replace

from monitor.alerts import answers, signing
from monitor.alerts.answers import Reading
from monitor.deliver.asking import Asking
from monitor.model import Alert, Channel

_JSON = (b"content-type", b"application/json")


async def post(asking: Asking, channel: Channel, alert: Alert) -> Reading:
    headers = signing.headers(alert.id, alert.body, channel.secrets, asking.now)
    answer = await asking.post(channel.url, (*headers, _JSON), alert.body)
    if isinstance(answer, Reading):
        return answer
    return replace(answers.webhook(answer.status, answer.retry_after, asking.now), status=answer.status)
