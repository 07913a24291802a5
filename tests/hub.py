"""A small WebSub hub on loopback: it takes wishes, asks back, and pushes, signed with what it was told.

async with Hub(tls=certificate(path)) as hub:
    … hub.url … await hub.asked(1) … await hub.verify() … await hub.push(body)
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

import httpx

from tests.faults.harness import within
from tests.origin import Origin, Reply, Request


@dataclass(slots=True)
class Hub(Origin):
    """``reply`` meets each wish; ``wishes`` are the forms that came, oldest first."""

    reply: Reply = field(default_factory=lambda: Reply(status=202))
    wishes: list[dict[str, str]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        await Origin.__aenter__(self)
        self.on("/hub", self._wish)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await Origin.__aexit__(self, kind, error, trace)

    def _wish(self, request: Request) -> Reply:
        assert request.method == "POST"
        self.wishes.append(dict(parse_qsl(request.body.decode(), strict_parsing=True)))
        return self.reply

    async def was_asked(self, times: int = 1, seconds: float = 15) -> bool:
        return await within(seconds, lambda: len(self.wishes) >= times)

    async def verify(self, **changes: str) -> httpx.Response:
        """Ask back about the last wish."""
        wish = self.wishes[-1]
        query = {
            "hub.mode": wish["hub.mode"],
            "hub.topic": wish["hub.topic"],
            "hub.challenge": "<b>chosen</b> at random",
            "hub.lease_seconds": "864000",
        }
        query |= {f"hub.{name}": value for name, value in changes.items()}
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(wish["hub.callback"], params=query)

    async def push(
        self, body: bytes, *, secret: str | None = None, method: str = "sha256", to: str | None = None
    ) -> httpx.Response:
        """Push to the callback of the last wish; with its secret, if none is given."""
        wish = self.wishes[-1]
        key = secret if secret is not None else wish.get("hub.secret", "")
        headers = {"Content-Type": "application/rss+xml"}
        if key:
            headers["X-Hub-Signature"] = f"{method}={hmac.new(key.encode(), body, method).hexdigest()}"
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(to or wish["hub.callback"], content=body, headers=headers)
