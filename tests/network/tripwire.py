"""A listener on every address there is, in a network namespace in which all of them are this machine's own.

An accepted connection is written down with the address and port that were dialled, before a byte of it is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PUBLIC = "93.184.216.34"
"""The one address that may be reached."""

_PORTS = (21, 22, 25, 80, 443, 3128, 6379, 8080, 8443)
_WEB = (80, 443, 8080, 8443)
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


def own_everything(folder: Path) -> None:
    """Raises CalledProcessError where the kernel will not have it."""
    resolv = folder / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:1\n")
    for command in (
        "ip link set lo up",
        "ip route add local 0.0.0.0/0 dev lo",
        "ip -6 route add local ::/0 dev lo",
        f"mount --bind {resolv} /etc/resolv.conf",
    ):
        subprocess.run(command.split(), check=True, capture_output=True)


@dataclass(frozen=True, slots=True)
class Accept:
    address: str
    port: int

    @property
    def leaked(self) -> bool:
        return self.address != PUBLIC or self.port not in _WEB


@dataclass
class Tripwire:
    """``pages`` answers a path at the public address; what is asked of it is in ``paths``, host included."""

    pages: dict[str, bytes] = field(default_factory=dict)
    accepts: list[Accept] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    _servers: list[asyncio.Server] = field(default_factory=list)

    async def start(self) -> None:
        for port in _PORTS:
            for host, family in (("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)):
                self._servers.append(await asyncio.start_server(self._accepted, host, port, family=family))

    def stop(self) -> None:
        for server in self._servers:
            server.close()

    def leaks(self) -> list[str]:
        return [f"{one.address} port {one.port}" for one in self.accepts if one.leaked]

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepts.append(Accept(*writer.get_extra_info("sockname")[:2]))
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                said = _LENGTH.search(head)
                await reader.readexactly(int(said[1]) if said else 0)
                writer.write(self._answer(head))
                if b"/closed" in head:
                    break
        writer.close()

    def _answer(self, head: bytes) -> bytes:
        target = head.split(b" ")[1].decode("latin-1")
        host = next(line[6:] for line in head.decode("latin-1").split("\r\n") if line.lower().startswith("host: "))
        self.paths.append(host + target)
        for key in (host + target, target):
            if key in self.pages:
                return self.pages[key]
        return page(b"")


def page(body: bytes, kind: str = "text/html") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def moved(to: str) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to.encode() + b"\r\n\r\n"
