"""A small HTTP/1.1 server on 127.0.0.1 that asks one function for every answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

import h11

HOST = "127.0.0.1"
_BODY_LIMIT = 2**20
_CHUNK = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked. Header names are lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered; Content-Length is added on the way out."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Loopback:
    """Serves ``answer`` from ``async with`` until its end; ``port`` 0 takes a free one."""

    def __init__(self, answer: Callable[[Request], Response], port: int = 0) -> None:
        self._answer = answer
        self._port = port
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            while (request := await _request(connection, reader)) is not None:
                writer.write(_wire(connection, request.method, self._answer(request)))
                await writer.drain()
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return
                connection.start_next_cycle()
        except (h11.RemoteProtocolError, ConnectionError):
            return  # the other side went away or does not speak HTTP
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None when there is none, or its body is too long."""
    head: h11.Request | None = None
    body = bytearray()
    while len(body) <= _BODY_LIMIT:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return Request(
                method=head.method.decode(),
                target=head.target.decode(),
                headers=tuple((name.decode(), value.decode("latin-1")) for name, value in head.headers),
                body=bytes(body),
            )
        else:
            return None
    return None


def _wire(connection: h11.Connection, method: str, response: Response) -> bytes:
    headers = [*response.headers]
    if response.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Length", str(len(response.body))))
    head = h11.Response(
        status_code=response.status, headers=headers, reason=HTTPStatus(response.status).phrase.encode()
    )
    parts = [connection.send(head)]
    if method != "HEAD":
        parts.append(connection.send(h11.Data(data=response.body)))
    parts.append(connection.send(h11.EndOfMessage()))
    return b"".join(part for part in parts if part)
