"""A receiver of webhooks and Slack messages on loopback, scripted to misbehave.

In a test: ``async with Receiver(script=[Reply(500), Reply(429, retry_after="7")]) as receiver: … receiver.url``.
As a process, for tests that kill things::

    python tests/receiver.py --port 0 --log taken.jsonl --secret whsec_… --faults 500:10,429:4,reset:4,late:3 --seed 7

It prints its address first, and writes one line per request to the log before it answers. Signatures are checked by
the ``standardwebhooks`` package, which shares no code with what signs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import random
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Self

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

_LATE = 0.2
_FLOOD = 1 << 30


@dataclass(frozen=True, slots=True)
class Reply:
    """How one request is met.

    ``how``: ``answer``; ``late`` answers after ``delay``; ``refuse`` resets without having taken it; ``reset`` takes it
    and resets; ``silent`` takes it and never answers; ``drip`` answers a byte at a time for ever; ``half`` closes amid
    the headers; ``flood`` answers with 1 GiB.
    """

    status: int = 200
    body: bytes = b"ok"
    retry_after: str | None = None
    how: str = "answer"
    delay: float = _LATE
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def takes(self) -> bool:
        """Whether the request is acted upon, as far as the receiver is concerned."""
        return self.how in {"reset", "silent", "drip", "half", "flood"} or (
            200 <= self.status < 300 and self.how != "refuse"
        )


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in, and how it was met. ``verified`` is None without secrets."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes
    verified: bool | None
    status: int
    how: str
    taken: bool

    @property
    def id(self) -> str:
        return self.headers.get("webhook-id", "")


@dataclass(slots=True)
class Receiver:
    """``script`` is followed first, then ``faults`` (name: percent of requests, by ``seed``), else ``otherwise``.

    ``rate`` is how many messages a second are taken, with bursts of three; the rest get a 429.
    """

    script: Iterable[Reply] = ()
    otherwise: Reply = field(default_factory=Reply)
    faults: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    secrets: tuple[str, ...] = ()
    rate: float | None = None
    log: Path | None = None
    port: int = 0
    received: list[Received] = field(default_factory=list)
    _replies: Iterator[Reply] = field(init=False)
    _random: random.Random = field(init=False)
    _server: asyncio.Server | None = None
    _descriptor: int | None = None
    _tokens: float = 3.0
    _filled: float = 0.0
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._replies = iter(self.script)
        self._random = random.Random(self.seed)
        if self.log is not None:
            self._descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        if self._descriptor is not None:
            os.close(self._descriptor)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def taken(self) -> list[Received]:
        return [one for one in self.received if one.taken]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        except asyncio.CancelledError:  # the server goes down; asyncio would log it as an error
            return
        finally:
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        reply = self._reply()
        self._note(
            Received(
                at=time.time(),
                path=head[0].split(" ")[1],
                headers=headers,
                body=body,
                verified=self._verified(body, headers),
                status=reply.status,
                how=reply.how,
                taken=reply.takes,
            )
        )
        return await self._met(reply, writer)

    def _reply(self) -> Reply:
        scripted = next(self._replies, None)
        if scripted is not None:
            return scripted
        if self.rate is not None and not self._in_rate(self.rate):
            return Reply(429, b"rate_limited", retry_after="1")
        drawn = self._random.uniform(0, 100)
        for name, percent in self.faults.items():
            if drawn < percent:
                return named(name)
            drawn -= percent
        return self.otherwise

    def _in_rate(self, rate: float) -> bool:
        now = time.monotonic()
        self._tokens = min(3.0, self._tokens + (now - self._filled) * rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _verified(self, body: bytes, headers: dict[str, str]) -> bool | None:
        if not self.secrets:
            return None
        return any(verifies(secret, body, headers) for secret in self.secrets)

    def _note(self, one: Received) -> None:
        self.received.append(one)
        if self._descriptor is not None:
            line = {
                "at": one.at,
                "path": one.path,
                "headers": one.headers,
                "body": base64.b64encode(one.body).decode(),
                "verified": one.verified,
                "status": one.status,
                "how": one.how,
                "taken": one.taken,
            }
            os.write(self._descriptor, json.dumps(line).encode() + b"\n")

    async def _met(self, reply: Reply, writer: asyncio.StreamWriter) -> bool:
        match reply.how:
            case "refuse" | "reset":
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case "silent":
                await asyncio.Event().wait()
            case "half":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-le")
                await writer.drain()
                return False
            case "drip":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
                while True:
                    writer.write(b"o")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            case "flood":
                await _flood(writer)
                return False
            case "late":
                await asyncio.sleep(reply.delay)
        writer.write(_answer(reply))
        await writer.drain()
        return True


async def _flood(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % _FLOOD)
    chunk = b"o" * 65536
    for _ in range(_FLOOD // len(chunk)):
        writer.write(chunk)
        await writer.drain()


def _answer(reply: Reply) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Odd"
    bodiless = reply.status in {204, 304}
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers)]
    lines += [] if reply.retry_after is None else [f"retry-after: {reply.retry_after}"]
    lines += [] if bodiless else [f"content-length: {len(reply.body)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if bodiless else reply.body)


def named(name: str) -> Reply:
    """A reply by its name on the command line: ``500``, ``429=7`` (Retry-After), ``reset``, ``refuse``, ``late=0.5``."""
    name, _, detail = name.partition("=")
    if name.isdigit():
        return Reply(int(name), b"ok" if name == "200" else b"no", retry_after=detail or None)
    return Reply(how=name, delay=float(detail or _LATE))


def verifies(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def read_log(path: Path) -> list[Received]:
    """What a receiver process took down; a line cut off by a kill is left out."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    entries = (json.loads(line) for line in lines)
    return [Received(**{**entry, "body": base64.b64decode(entry["body"])}) for entry in entries]


async def _serve(receiver: Receiver) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with receiver:
        sys.stdout.write(f"{receiver.url}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A webhook receiver that misbehaves as told.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--secret", action="append", default=[])
    parser.add_argument("--script", default="", help="replies in order: 200,500,429=7,reset,refuse,late=0.5")
    parser.add_argument("--faults", default="", help="percent of requests: 500:10,429=1:4,reset:4,late:3")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float)
    told = parser.parse_args()
    pairs = [fault.rpartition(":") for fault in told.faults.split(",") if fault]
    receiver = Receiver(
        script=[named(name) for name in told.script.split(",") if name],
        faults={name: float(percent) for name, _, percent in pairs},
        seed=told.seed,
        secrets=tuple(told.secret),
        rate=told.rate,
        log=told.log,
        port=told.port,
    )
    asyncio.run(_serve(receiver))


if __name__ == "__main__":
    main()
