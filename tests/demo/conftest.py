from __future__ import annotations

import asyncio
import gzip
import http.client
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from monitor.demo.newsroom import Newsroom
from monitor.demo.stories import programme


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        return gzip.decompress(self.body)


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def _ask(method: str, url: str, headers: dict[str, str], body: bytes | None) -> Got:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request(method, url.partition(parts.netloc)[2], body=body, headers=headers)
        answer = connection.getresponse()
        return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


async def get(url: str, **headers: str) -> Got:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await asyncio.to_thread(_ask, "GET", url, named, None)


async def post(url: str, body: bytes, headers: dict[str, str]) -> Got:
    return await asyncio.to_thread(_ask, "POST", url, headers, body)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def room(hand: Hand) -> AsyncIterator[Newsroom]:
    async with Newsroom(programme(hand.now.date()), hand) as open_room:
        yield open_room
