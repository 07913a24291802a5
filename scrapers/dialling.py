"""Connections, each to an address that was checked, on which only so much is heard. It speaks no HTTP itself.

A deadline alone does not protect the loop: what comes in faster than it can be read keeps it busy to the end.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from scrapers.addresses import Network
from scrapers.asking import Refused
from scrapers.inflate import NotInflatable
from scrapers.items import Reason
from scrapers.resolve import Resolver

_ADDRESSES_TRIED = 4
_SECONDS_PER_ADDRESS = 8.0
_CONNECTIONS = 8
_LONGEST_HEAD = 256 * 2**10
"""Of all that comes before a body: an answer may be announced by others (1xx) without end."""
_WRAPPED = 2
"""How often a body's limit may come over the wire: chunks, and what is in them beside the body, take room too."""
_AT_ONCE = 16 * 2**10


class Wire(httpx.AsyncBaseTransport):
    """httpcore under httpx, with our dialler below. A request's extension ``limit`` is how large its body may be."""

    def __init__(self, dialler: Dialler, tls: ssl.SSLContext | None, *, kept_alive: float) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=_CONNECTIONS, keepalive_expiry=kept_alive, network_backend=dialler
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        heard = answer.extensions["network_stream"]
        assert isinstance(heard, _Stream)
        heard.allowance = _LONGEST_HEAD + _WRAPPED * int(request.extensions["limit"])
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        await self._answer.aclose()


class _Stream(httpcore.AsyncNetworkStream):
    """A dialled connection. ``allowance``: how many more bytes are heard before something is said again."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self.allowance = _LONGEST_HEAD
        self.aclose = stream.aclose  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  the library's
        """Little at a time: all that was read is parsed before the loop comes round."""
        heard = await self._stream.read(min(max_bytes, _AT_ONCE), timeout)
        self.allowance -= len(heard)
        if self.allowance < 0:
            raise NotInflatable(Reason.TOO_LARGE, "more around the body than may be")
        if len(heard) == _AT_ONCE:  # the next read may have its bytes already, and would not wait
            await asyncio.sleep(0)
        return heard

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  the library's
        self.allowance = _LONGEST_HEAD
        await self._stream.write(buffer, timeout)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  the library's signature
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            await self._stream.aclose()  # the library forgets to when a handshake is cancelled, as at a deadline
            raise


class Dialler(httpcore.AsyncNetworkBackend):
    """Dials an address that was checked, never a name."""

    def __init__(self, allow_private: tuple[Network, ...]) -> None:
        self._resolver = Resolver(allow_private)
        self._sockets = httpcore.AnyIOBackend()

    def close(self) -> None:
        self._resolver.close()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolver.addresses(host, port)
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                async with asyncio.timeout(_SECONDS_PER_ADDRESS):
                    dialled = str(address), port, timeout, local_address, socket_options
                    return _Stream(await self._sockets.connect_tcp(*dialled))
            except (httpcore.ConnectError, TimeoutError):
                continue
        raise Refused(Reason.CONNECT, f"{host}: no connection to port {port}")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
