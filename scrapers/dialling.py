"""Connections, each to an address that was checked, on which only so much is heard. It speaks no HTTP itself.

A deadline alone does not protect the loop: what comes in faster than it can be read keeps it busy to the end.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, cast

import certifi

from scrapers.addresses import Address, Network
from scrapers.asking import Refused
from scrapers.inflate import NotInflatable
from scrapers.items import Reason
from scrapers.resolve import Resolver

if TYPE_CHECKING:
    from asyncio import Future, Transport

_ADDRESSES_TRIED = 4
_SECONDS_PER_ADDRESS = 8.0
_LONGEST_HEAD = 256 * 2**10
"""Of all that comes before a body: an answer may be announced by others (1xx) without end."""
_AT_ONCE = 16 * 2**10


class Line(asyncio.Protocol):
    """A dialled connection. ``allowance``: how many more bytes are heard before something is said again."""

    def __init__(self) -> None:
        self.allowance = 0
        self._transport: Transport
        self._heard = bytearray()
        self._ended = False
        self._broken: Exception | None = None
        self._waiting: Future[None] | None = None

    def say(self, words: bytes) -> None:
        self.allow(0)
        self._transport.write(words)

    def allow(self, further: int) -> None:
        self.allowance = _LONGEST_HEAD + further

    async def hear(self) -> bytes:
        """Little at a time: all that was heard is parsed before the loop comes round. Nothing: it has ended."""
        if not self._heard and not self._ended:
            await self._something()
        if not self._heard and self._broken is not None:
            raise self._broken
        heard = bytes(self._heard[:_AT_ONCE])
        del self._heard[:_AT_ONCE]
        self.allowance -= len(heard)
        if self.allowance < 0:
            raise NotInflatable(Reason.TOO_LARGE, "more around the body than may be")
        if len(heard) == _AT_ONCE:  # the next bytes may be there already, and nothing would wait for them
            await asyncio.sleep(0)
        if len(self._heard) < _AT_ONCE:
            self._transport.resume_reading()
        return heard

    @property
    def is_quiet(self) -> bool:
        """Still open, and nothing was said that nobody asked for."""
        return not self._ended and not self._heard and not self._transport.is_closing()

    def hang_up(self) -> None:
        self._transport.abort()

    async def _something(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if len(self._heard) >= _AT_ONCE:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended, self._broken = True, error
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class Dialler:
    """Dials an address that was checked, never a name."""

    def __init__(self, allow_private: tuple[Network, ...], tls: ssl.SSLContext | None) -> None:
        self._resolver = Resolver(allow_private)
        self._tls = tls

    def close(self) -> None:
        self._resolver.close()

    async def dial(self, host: str, port: int, secure: bool) -> Line:  # noqa: FBT001 (a part of an address)
        """Raises Refused, and what a handshake raises."""
        plugged = await self._connected(host, port)
        try:
            _, line = await asyncio.get_running_loop().create_connection(
                Line, sock=plugged, ssl=self._trust() if secure else None, server_hostname=host if secure else None
            )
        except BaseException:  # a deadline in a handshake among them
            plugged.close()
            raise
        return line

    async def _connected(self, host: str, port: int) -> socket.socket:
        for address in (await self._resolver.addresses(host, port))[:_ADDRESSES_TRIED]:
            try:
                async with asyncio.timeout(_SECONDS_PER_ADDRESS):
                    return await _plugged(address, port)
            except (OSError, TimeoutError):
                continue
        raise Refused(Reason.CONNECT, f"{host}: no connection to port {port}")

    def _trust(self) -> ssl.SSLContext:
        """Verifies against the system's certificates and, as slim images have none, the bundled ones."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.load_verify_locations(certifi.where())
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


async def _plugged(address: Address, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, (str(address), port))
    except BaseException:
        made.close()
        raise
    return made
