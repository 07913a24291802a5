"""The addresses of a host, each of them checked; one that may not be dialled refuses the name."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

from scrapers.addresses import Address, Network, is_allowed, may_dial
from scrapers.asking import Refused
from scrapers.items import Reason

_WEB_PORTS = frozenset({80, 443, 8080, 8443})


class Resolver:
    """Asks for a name once per connection, in threads of its own: the loop's few could all wait for one name server."""

    def __init__(self, allow_private: tuple[Network, ...]) -> None:
        self._allow_private = allow_private
        self._threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def addresses(self, host: str, port: int) -> tuple[Address, ...]:
        """What may be dialled for this host. Raises Refused."""
        found = await self._found(host, port)
        for address in found:
            if not may_dial(address, self._allow_private):
                called = host if host == str(address) else f"{host}: {address}"
                raise Refused(Reason.ADDRESS, f"{called} is private or reserved, and allow_private does not name it")
        if port not in _WEB_PORTS and not all(is_allowed(address, self._allow_private) for address in found):
            raise Refused(Reason.ADDRESS, f"{host}: port {port} is not one of the web's")
        return found

    async def _found(self, host: str, port: int) -> tuple[Address, ...]:
        literal = _literal(host)
        if literal is not None:
            return (literal,)
        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._threads, _lookup, host, port)
        except (OSError, UnicodeError) as error:
            detail = getattr(error, "strerror", None) or type(error).__name__
            raise Refused(Reason.DNS, f"{host}: {detail}") from None
        if not answers:
            raise Refused(Reason.DNS, f"{host}: no address")
        return tuple(dict.fromkeys(ip_address(str(answer[4][0])) for answer in answers))


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _lookup(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
