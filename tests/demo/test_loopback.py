from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from monitor.demo.loopback import Loopback, Request, Response

from .conftest import post


def echo(request: Request) -> Response:
    return Response(200, (("X-Method", request.method),), request.body or request.target.encode())


async def _raw(url: str, sent: bytes) -> bytes:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(sent)
    writer.write_eof()
    received = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return received


async def test_a_connection_serves_one_request_after_another() -> None:
    async with Loopback(echo) as server:
        received = await _raw(server.url, b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.endswith(b"/b")


async def test_head_gives_the_length_and_no_body() -> None:
    async with Loopback(echo) as server:
        received = await _raw(server.url, b"HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"Content-Length: 2" in received
    assert received.endswith(b"\r\n\r\n")


async def test_what_is_not_http_is_hung_up_on() -> None:
    async with Loopback(echo) as server:
        assert await _raw(server.url, b"\x16\x03\x01 hello\r\n\r\n") == b""


async def test_a_body_arrives_whole() -> None:
    async with Loopback(echo) as server:
        assert (await post(server.url + "/", b"x" * 200_000, {})).body == b"x" * 200_000


async def test_an_open_connection_does_not_hold_up_the_end() -> None:
    async with Loopback(echo) as server:
        parts = urlsplit(server.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"/a")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await writer.wait_closed()
