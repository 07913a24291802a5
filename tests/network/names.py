"""A small name server: answers for A and AAAA as scripted, with a TTL of nothing, so that every lookup is a new one."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address

_KINDS = {1: 4, 28: 6}  # A, AAAA -> version of IP
_CNAME = 5

Script = Callable[[str, int], tuple[str, ...]]
"""Of a name, and how often it was asked before, the addresses; a word that is no address is a CNAME for them."""


class Names(asyncio.DatagramProtocol):
    def __init__(self, script: Script) -> None:
        self._script = script
        self.asked: dict[tuple[str, int], int] = {}

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        name, kind, end = _question(data)
        before = self.asked.get((name, kind), 0)
        self.asked[name, kind] = before + 1
        records = [record for answer in self._script(name, before) for record in _record(answer, kind)]
        head = struct.pack("!HHHHHH", struct.unpack("!H", data[:2])[0], 0x8180, 1, len(records), 0, 0)
        self._transport.sendto(head + data[12:end] + b"".join(records), address)


def _question(data: bytes) -> tuple[str, int, int]:
    labels, at = [], 12
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode("latin-1").lower())
        at += 1 + length
    return ".".join(labels), struct.unpack("!H", data[at + 1 : at + 3])[0], at + 5


def _record(answer: str, kind: int) -> list[bytes]:
    """One answer, all of them for the name of the question (0xc00c points to it)."""
    try:
        address = ip_address(answer)
    except ValueError:
        name = b"".join(bytes([len(label)]) + label.encode() for label in answer.split(".")) + b"\0"
        return [struct.pack("!HHHIH", 0xC00C, _CNAME, 1, 0, len(name)) + name]
    if _KINDS.get(kind) != address.version:
        return []
    return [struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(address.packed)) + address.packed]


async def serve(script: Script, host: str = "127.0.0.1", port: int = 53) -> Names:
    names = Names(script)
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: names, local_addr=(host, port), family=socket.AF_INET)
    return names
