"""A raw origin server on loopback, scripted per path, which writes down every request as it came.

    async with Origin() as origin:
        origin.on("/feed", Reply(body=b"<rss/>", headers=((b"ETag", b'"1"'),)))
        … origin.url("/feed") … origin.requests[0].header("if-none-match")

A path has one reply, a list of them (taken in turn, the last for good), or a function of the request. ``Reply.raw``
sends bytes that are not HTTP. On leaving, it fails the test if any request was badly behaved: see ``hygiene``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``raw`` replaces all of it. ``drip`` sends byte by byte, so many seconds apart, from the named part on."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""
    raw: bytes | None = None
    delay: float = 0.0
    drip: float = 0.0
    drip_from: int = 0
    hang: bool = False
    """After sending, keep the connection open and silent."""
    length: bool = True
    """Say Content-Length; without it the end of the connection is the end of the body."""

    def head(self) -> bytes:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Odd"
        lines = [f"HTTP/1.1 {self.status} {phrase}".encode(), *(name + b": " + value for name, value in self.headers)]
        if self.length and self.status not in {204, 304}:
            lines.append(b"Content-Length: %d" % len(self.body))
        if not self.length:
            lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, its headers as raw bytes in their order."""

    method: str
    target: str
    headers: Headers
    body: bytes
    at: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name.lower().encode()), None)


Script = Reply | list[Reply] | Callable[[Request], Reply]


@dataclass(slots=True)
class Origin:
    """``accepts`` counts TCP connections: the figure of a tripwire. ``most_at_once`` counts requests in hand."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    checks_hygiene: bool = True
    requests: list[Request] = field(default_factory=list)
    accepts: int = 0
    most_at_once: int = 0
    _at_once: int = 0
    _scripts: dict[str, Script] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, self.host, 0, ssl=self.tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        if error is None and self.checks_hygiene:
            assert self.hygiene() == []

    @property
    def open(self) -> int:
        """Connections that neither side has closed."""
        return len(self._tasks)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def base(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.tls else ''}://{host}:{self.port}"

    def url(self, target: str = "/") -> str:
        return self.base + target

    def on(self, path: str, script: Script) -> None:
        self._scripts[path] = list(script) if isinstance(script, list) else script

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def hygiene(self) -> list[str]:
        """What a polite client never sends."""
        return [
            f"{request.path}: {name}"
            for request in self.requests
            for name, bad in (
                ("Cookie", request.header("cookie") is not None),
                ("Referer", request.header("referer") is not None),
                ("Accept-Encoding", request.header("accept-encoding") != b"gzip"),
                ("User-Agent", not (request.header("user-agent") or b"").lower().startswith(b"pinkslip")),
            )
            if bad
        ]

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepts += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answered(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            reply = self._reply(request)
            await asyncio.sleep(reply.delay)
            await _send(writer, reply, with_body=request.method != "HEAD")
        finally:
            self._at_once -= 1
        if reply.hang:
            await asyncio.get_running_loop().create_future()
        return reply.raw is None and reply.length

    def _reply(self, request: Request) -> Reply:
        script = self._scripts.get(request.path, Reply(status=404))
        if isinstance(script, list):
            return script.pop(0) if len(script) > 1 else script[0]
        return script if isinstance(script, Reply) else script(request)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    method, target, _ = head[0].decode("ascii").split(" ")
    pairs = [line.split(b":", 1) for line in head[1:]]
    headers = tuple((name, value[1:] if value.startswith(b" ") else value) for name, value in pairs)
    length = next((int(value) for name, value in headers if name.lower() == b"content-length"), 0)
    body = await reader.readexactly(length)
    return Request(method=method, target=target, headers=headers, body=body, at=asyncio.get_running_loop().time())


async def _send(writer: asyncio.StreamWriter, reply: Reply, *, with_body: bool) -> None:
    payload = reply.raw if reply.raw is not None else reply.head() + (reply.body if with_body else b"")
    whole = len(payload) if reply.drip == 0.0 else reply.drip_from
    writer.write(payload[:whole])
    await writer.drain()
    for byte in payload[whole:]:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(reply.drip)
    if (not reply.length or reply.raw is not None) and not reply.hang:
        writer.close()
