"""A scripted origin on loopback, and the crawler as these tests run it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scrapers.crawl import Crawler

USER_AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)


def page(body: bytes = b"<html>Halvora cuts 120 jobs</html>", status: str = "200 OK", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def moved(to: str) -> bytes:
    return page(b"", "302 Found", Location=to)


@dataclass
class Origin:
    """Answers each path with the bytes in ``pages``, others with a plain page, and never one in ``silent``."""

    pages: dict[str, bytes] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    port: int = 0
    accepts: int = 0
    asked: list[tuple[float, str, bytes]] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    async def __aenter__(self) -> Self:
        self.pages.setdefault("/robots.txt", page(b"User-agent: *\nDisallow: /no"))
        self._tasks: set[asyncio.Task] = set()
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepts += 1
        self._tasks.add(asyncio.create_task(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split()[1].decode()
                self.busy += 1
                self.busiest = max(self.busy, self.busiest)
                self.asked.append((asyncio.get_running_loop().time(), path, head))
                await asyncio.sleep(0.002)  # so that two at once would meet
                self.busy -= 1
                await self._say(path, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _say(self, path: str, writer: asyncio.StreamWriter) -> None:
        self.heard.set()
        for _ in self.silent & {path}:
            await asyncio.Event().wait()
        writer.write(self.pages.get(path, page(Content_Type="text/html")))


def crawling(**changes: object) -> Crawler:
    terms: dict = {"user_agent": USER_AGENT, "allow_private": LOOPBACK, "per_host_delay": 0.0, "grace": 0.5}
    return Crawler(**{**terms, **changes})


@asynccontextmanager
async def several(answer: bytes, hosts: int) -> AsyncIterator[list[Origin]]:
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Origin({"/a": answer}, host=f"127.0.0.{10 + number}"))
            for number in range(hosts)
        ]


def certificate(path: Path) -> ssl.SSLContext:
    """A server's side with a certificate for 127.0.0.1 that nobody but itself vouches for; written to ``path``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
