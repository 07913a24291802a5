"""Posts one alert to one channel, once, and says how it went. Nobody is asked twice here, save for a refused card."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import assert_never

from monitor.alerts import answers, signing, slack
from monitor.alerts.answers import Reading
from monitor.model import Alert, Channel, ChannelKind, Delivery, Verdict
from scrapers.egress import Ask, Door, Headers, Refused
from scrapers.items import Reason

DEADLINE = 15.0
"""Seconds for one attempt, all of it."""

_ANSWER = 64 * 1024
"""Bytes of an answer that are read; the rest is left on the wire."""

_JSON = (b"content-type", b"application/json")


class Courier:
    """Carries alerts through the one door, or prints them."""

    def __init__(
        self,
        door: Door,
        print: Callable[[str], None],  # noqa: A002  it is what it replaces
        *,
        deadline: float = DEADLINE,
    ) -> None:
        self._printing: threading.Thread | None = None
        self._door = door
        self._print = print
        self._deadline = deadline

    async def post(self, channel: Channel, alert: Alert, *, attempt: int, now: datetime, repeat: bool) -> Delivery:
        """One attempt. ``repeat``: an earlier one may have been taken, and the reader shall know."""
        clock = asyncio.get_running_loop().time
        began = clock()
        match channel.kind:
            case ChannelKind.CONSOLE:
                status, reading = None, await self._shown(alert)
            case ChannelKind.WEBHOOK:
                status, reading = await self._webhook(channel, alert, now)
            case ChannelKind.SLACK:
                body = slack.repeated(alert.body, alert.id) if repeat else alert.body
                status, reading = await self._slack(channel, body, began + self._deadline, now)
            case _:
                assert_never(channel.kind)
        return Delivery(
            alert_id=alert.id,
            channel_id=channel.id,
            attempt=attempt,
            started_at=now,
            took=timedelta(seconds=clock() - began),
            verdict=reading.verdict,
            status=status,
            detail=reading.detail,
            retry_after=reading.retry_after,
            ambiguous=reading.ambiguous,
        )

    async def _shown(self, alert: Alert) -> Reading:
        """Printed in a thread that may be left behind: a terminal that is held, or a full pipe, takes for ever."""
        if self._printing is not None and self._printing.is_alive():
            return Reading(verdict=Verdict.RETRY, detail="the terminal is still held")
        printed: Future[None] = Future()
        printed.set_running_or_notify_cancel()

        def show() -> None:
            try:
                self._print(alert.body.decode())
            except (OSError, ValueError) as error:
                printed.set_exception(error)
            else:
                printed.set_result(None)

        self._printing = threading.Thread(target=show, name="console", daemon=True)
        self._printing.start()
        try:
            await asyncio.wait_for(asyncio.wrap_future(printed), self._deadline)
        except TimeoutError:
            return Reading(verdict=Verdict.RETRY, detail="the terminal did not take it in time", ambiguous=True)
        except (OSError, ValueError) as error:
            return Reading(verdict=Verdict.RETRY, detail=f"the terminal did not take it: {type(error).__name__}")
        return Reading(verdict=Verdict.SENT, detail="printed")

    async def _webhook(self, channel: Channel, alert: Alert, now: datetime) -> tuple[int | None, Reading]:
        headers = signing.headers(alert.id, alert.body, channel.secrets, now)
        answer = await self._ask(channel, (*headers, _JSON), alert.body, self._deadline)
        if isinstance(answer, Reading):
            return None, answer
        status, retry_after, _ = answer
        return status, answers.webhook(status, retry_after, now)

    async def _slack(self, channel: Channel, body: bytes, until: float, now: datetime) -> tuple[int | None, Reading]:
        """The card; and if it is the card that Slack cannot take, its plain text at once, within the same deadline."""
        status, reading = await self._slack_once(channel, body, until, now)
        if not reading.poisoned:
            return status, reading
        refused = reading.detail
        status, reading = await self._slack_once(channel, slack.plain_text(body), until, now)
        how = f"{reading.detail} (as plain text: the card was refused, {refused.partition(':')[0]})"
        return status, Reading(
            verdict=reading.verdict, detail=how, retry_after=reading.retry_after, ambiguous=reading.ambiguous
        )

    async def _slack_once(
        self, channel: Channel, body: bytes, until: float, now: datetime
    ) -> tuple[int | None, Reading]:
        seconds = max(until - asyncio.get_running_loop().time(), 0.1)
        answer = await self._ask(channel, (_JSON,), body, seconds)
        if isinstance(answer, Reading):
            return None, answer
        status, retry_after, said = answer
        return status, answers.slack(status, said, retry_after, now)

    async def _ask(
        self, channel: Channel, headers: Headers, body: bytes, seconds: float
    ) -> tuple[int, bytes | None, bytes] | Reading:
        if channel.url is None:
            return Reading(verdict=Verdict.PERMANENT, detail="the channel has no url")
        ask = Ask(
            url=channel.url.reveal(),
            method="POST",
            headers=headers,
            body=body,
            deadline=seconds,
            limit=_ANSWER,
            truncate=True,
            redirects=0,
        )
        try:
            answer = await self._door.ask(ask)
        except Refused as refused:
            return _unanswered(refused)
        retry_after = next((value for name, value in answer.headers if name == b"retry-after"), None)
        return answer.status, retry_after, answer.body


def _unanswered(refused: Refused) -> Reading:
    """No answer. Only a URL that cannot be asked at all is hopeless; names, certificates and hosts come back."""
    verdict = Verdict.PERMANENT if refused.reason is Reason.URL else Verdict.RETRY
    return Reading(verdict=verdict, detail=f"{refused.reason}: {refused.detail}", ambiguous=refused.sent)
