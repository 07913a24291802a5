"""What the daemon's process and the crawler's say to each other, as bytes.

Down go orders, one JSON line each; up come answers, each a JSON line that ends with a length, and a body so long.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from scrapers.items import Document, Failed, Reason

LARGEST_PAGE = 2 * 2**20
LONGEST_LINE = 2**20
READY = b"ready\n"
"""The first line up: Scrapy has started."""


class Garbled(Exception):  # noqa: N818 - a state of the stream
    """The other side broke the protocol: nothing after it can be believed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the crawler behaves for as long as it lives."""

    user_agent: str
    allow_private: tuple[str, ...]
    per_host_delay: float

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Terms:
        read = json.loads(text)
        return cls(read["user_agent"], tuple(read["allow_private"]), read["per_host_delay"])


CONDITIONS = (b"If-None-Match", b"If-Modified-Since")
Conditions = tuple[tuple[str, str], ...]
"""Those headers, as latin-1."""


@dataclass(frozen=True, slots=True)
class Order:
    """One page to fetch within so many seconds from now. With ``conditions`` any answer counts, of whatever status."""

    id: int
    url: str
    seconds: float
    conditions: Conditions | None = None

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Order:
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of the order with that ``id``."""

    id: int
    outcome: Document | Failed

    def to_bytes(self) -> bytes:
        match self.outcome:
            case Document(url=url, status=status, headers=headers, body=body, moved=moved):
                pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
                head = {"id": self.id, "url": url, "status": status, "headers": pairs, "moved": moved}
                return _framed(head, body)
            case Failed(reason=reason, detail=detail, status=status, retry_after=wait):
                seconds = wait.total_seconds() if wait is not None else None
                return _framed(
                    {"id": self.id, "reason": reason, "detail": detail, "status": status, "retry_after": seconds}, b""
                )


async def greeted(stream: asyncio.StreamReader) -> bool:
    try:
        return await stream.readuntil(b"\n") == READY
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False


async def received(stream: asyncio.StreamReader) -> Reply | None:
    """The next reply, or None at the end of the stream. Raises Garbled."""
    try:
        line = await stream.readuntil(b"\n")
        head = json.loads(line)
        size = head["size"]
        if not 0 <= size <= LARGEST_PAGE:
            raise Garbled(f"a body of {size} bytes")
        return Reply(int(head["id"]), _outcome(head, await stream.readexactly(size)))
    except asyncio.IncompleteReadError:
        return None
    except (asyncio.LimitOverrunError, ValueError, KeyError, TypeError) as error:
        raise Garbled(type(error).__name__) from error


def _framed(head: dict[str, object], body: bytes) -> bytes:
    return json.dumps({**head, "size": len(body)}).encode() + b"\n" + body


def _outcome(head: dict[str, object], body: bytes) -> Document | Failed:
    match head:
        case {"reason": str(reason), "detail": str(detail), "status": int() | None as status, "retry_after": wait}:
            retry_after = timedelta(seconds=wait) if isinstance(wait, int | float) else None
            return Failed(reason=Reason(reason), detail=detail, status=status, retry_after=retry_after)
        case {"url": str(url), "status": int(status), "headers": list(pairs), "moved": bool(moved)}:
            headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs)
            return Document(url=url, status=status, headers=headers, body=body, moved=moved)
        case _:
            raise Garbled("a head of neither kind")
