"""A webhook receiver as a careful subscriber would write one: it verifies, takes each alert once, and counts.

It is clumsy on purpose twice, so that retries can be watched: it takes the first alert and yet answers 500, and it
turns the third away with 429 and asks for a second of patience.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError

from monitor.demo.loopback import Loopback, Request, Response

_FAILS, _TURNS_AWAY = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One alert as the receiver took it."""

    id: str
    at: datetime
    type: str
    company: str | None
    urls: tuple[str, ...]
    """Of the articles that report it."""


class Receiver:
    """Listens from ``async with`` until its end."""

    def __init__(self, secret: str, now: Callable[[], datetime], heard: Callable[[str], None] = lambda _: None) -> None:
        self.taken: dict[str, Taken] = {}
        self.verified = self.forged = self.repeats = self.failures = self.refusals = 0
        self._oracle = Webhook(secret)
        self._now = now
        self._heard = heard
        self._server = Loopback(self._answer)

    @property
    def url(self) -> str:
        return f"{self._server.url}/hooks/layoffs"

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    def _answer(self, request: Request) -> Response:
        try:
            event = self._oracle.verify(request.body, dict(request.headers))
        except (WebhookVerificationError, ValueError):
            self.forged += 1
            return Response(401)
        self.verified += 1
        return self._take(_taken(request.header("webhook-id") or "", event, self._now()))

    def _take(self, alert: Taken) -> Response:
        if alert.id in self.taken:
            self.repeats += 1
            self._heard(f"{_what(alert)}: had it already, dropped the repeat")
            return Response(204)
        if len(self.taken) == _TURNS_AWAY - 1 and not self.refusals:
            self.refusals += 1
            self._heard(f"{_what(alert)}: answered 429, asked to wait 1 s")
            return Response(429, (("Retry-After", "1"),))
        self.taken[alert.id] = alert
        if len(self.taken) == _FAILS:
            self.failures += 1
            self._heard(f"{_what(alert)}: took it, but answered 500")
            return Response(500)
        return Response(204)


def _what(alert: Taken) -> str:
    return f"{alert.type} {alert.company or ''}".rstrip()


def _taken(ident: str, event: dict[str, Any], now: datetime) -> Taken:
    about = event.get("data") or {}
    return Taken(
        id=ident,
        at=now,
        type=str(event.get("type")),
        company=about.get("company"),
        urls=tuple(report["url"] for report in about.get("reports", ()) if report.get("url")),
    )
