"""Asks a channel's address through the door: within one deadline, and in Slack no sooner than it takes the next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.answers import Reading
from monitor.model import Secret, Verdict
from scrapers.egress import Ask, Door, Headers, Refused
from scrapers.items import Reason

_ANSWER = 64 * 1024
"""Bytes of an answer that are read; the rest is left on the wire."""

JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: bytes | None
    body: bytes


class Pace:
    """Lets one message after another go to a place, so many seconds apart."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._free: dict[str, float] = {}

    async def turn(self, place: str) -> None:
        """Wait until it is our turn, and let the next one wait for that long after us."""
        now = asyncio.get_running_loop().time()
        mine = max(now, self._free.get(place, now))
        self._free[place] = mine + self._pause
        await asyncio.sleep(mine - now)

    def ended(self, place: str) -> None:
        """A request that took its time may have arrived only now."""
        self._free[place] = max(self._free[place], asyncio.get_running_loop().time() + self._pause)


class Asking:
    """One attempt, whose requests share a deadline. The wait for the first one's turn does not count."""

    def __init__(self, door: Door, pace: Pace, place: str | None, seconds: float, now: datetime) -> None:
        self.now = now
        self._door = door
        self._pace = pace
        self._place = place
        self._seconds = seconds
        self._until: float | None = None

    async def post(self, url: Secret | None, headers: Headers, body: bytes) -> Answer | Reading:
        """The answer, or what it means that there is none."""
        if url is None:
            return Reading(verdict=Verdict.PERMANENT, detail="the channel has no url")
        if self._place is None:
            return await self._asked(url.reveal(), headers, body)
        await self._pace.turn(self._place)
        try:
            return await self._asked(url.reveal(), headers, body)
        finally:
            self._pace.ended(self._place)

    async def _asked(self, url: str, headers: Headers, body: bytes) -> Answer | Reading:
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + self._seconds
        ask = Ask(
            url=url,
            method="POST",
            headers=headers,
            body=body,
            deadline=max(self._until - now, 0.1),
            limit=_ANSWER,
            truncate=True,
            redirects=0,
        )
        try:
            answer = await self._door.ask(ask)
        except Refused as refused:
            return _unanswered(refused)
        retry_after = next((value for name, value in answer.headers if name == b"retry-after"), None)
        return Answer(answer.status, retry_after, answer.body)


def _unanswered(refused: Refused) -> Reading:
    """No answer. Only a URL that cannot be asked at all is hopeless; names, certificates and hosts come back."""
    verdict = Verdict.PERMANENT if refused.reason is Reason.URL else Verdict.RETRY
    return Reading(verdict=verdict, detail=f"{refused.reason}: {refused.detail}", ambiguous=refused.sent)
