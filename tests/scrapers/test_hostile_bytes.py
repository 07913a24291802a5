"""Origins that send too much, too little, too slowly, or no HTTP: each costs its deadline at most, and leaves no mark."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import sys
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from scrapers.collect import Collector
from scrapers.egress import Ask, Door, Refused
from scrapers.items import Failed, Memory, News, Reason, Source, Unchanged, Validators
from tests.origin import Origin, Reply, Request
from tests.scrapers.blasting import Blaster, Heartbeat, Peak, open_files
from tests.scrapers.crawling import certificate

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
MIB = 2**20
OK = b"HTTP/1.1 200 OK\r\n"

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="skipped: it reads /proc")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Door(user_agent=AGENT, allow_private=LOOPBACK) as opened:
        yield opened


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0.0) as running:
        yield running


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


def _encoded(encoding: bytes, body: bytes) -> Iterator[bytes]:
    yield OK + b"Connection: close\r\nContent-Encoding: " + encoding + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    yield body


GIB = gzip.compress(bytes(16 * MIB)) * 64
BOMBS = {
    "gzip": (lambda: _encoded(b"gzip", GIB), Reason.TOO_LARGE),
    "gzip_and_junk": (lambda: _encoded(b"gzip", GIB + b"junk" * 2**18), Reason.TOO_LARGE),
    "gzip_in_gzip": (lambda: _encoded(b"gzip, gzip", gzip.compress(GIB)), Reason.ENCODING),
    "gzip_in_gzip_unsaid": (lambda: _encoded(b"gzip", gzip.compress(GIB + bytes(16 * MIB))), Reason.TOO_LARGE),
    "deflate": (lambda: _encoded(b"deflate", zlib.compress(bytes(64 * MIB))), Reason.ENCODING),
    "br": (lambda: _encoded(b"br", b"\x5b\xff\xff\x00" + bytes(MIB)), Reason.ENCODING),
    "zstd": (lambda: _encoded(b"zstd", b"\x28\xb5\x2f\xfd" + bytes(MIB)), Reason.ENCODING),
    "plain": (lambda: iter([OK + b"\r\n", *[bytes(MIB)] * 64]), Reason.TOO_LARGE),
}


@linux_only
@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_costs_little_memory_and_less_than_a_second(door: Door, name: str) -> None:
    stream, reason = BOMBS[name]
    parts = list(stream())
    with Blaster(bomb=lambda: iter(parts), warm=lambda: _encoded(b"gzip", gzip.compress(b"warm"))) as blaster:
        await door.ask(Ask(url=blaster.url("warm")))
        began = time.perf_counter()
        with Peak() as peak, pytest.raises(Refused) as caught:
            await door.ask(Ask(url=blaster.url("bomb")))
        took = time.perf_counter() - began
    print(f"FIGURE H1 case={name} reason={caught.value.reason} rss_mib={peak.mib:.1f} seconds={took:.2f}")
    assert (caught.value.reason, peak.mib <= 16, took <= 1.0) == (reason, True, True)


def _for_ever(head: bytes, part: bytes) -> Iterator[bytes]:
    yield head
    while True:
        yield part


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIPPED = OK + b"Content-Encoding: gzip\r\n\r\n"
FLOODS = {
    "small chunks": (CHUNKED, b"1\r\na\r\n" * 20_000),
    "chunk extensions": (CHUNKED, b"1;" + b"a" * 90_000 + b"\r\na\r\n"),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000),
    "empty gzip members": (GZIPPED, gzip.compress(b"") * 20_000),
    "empty blocks": (GZIPPED + b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\0\0\0\xff\xff" * 20_000),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_ends_long_before_its_deadline_and_never_holds_the_loop(door: Door, name: str) -> None:
    with Blaster(flood=lambda: _for_ever(*FLOODS[name])) as blaster:
        async with Heartbeat() as heart:
            began = time.thread_time()
            with pytest.raises(Refused) as caught:
                await door.ask(Ask(url=blaster.url("flood")))
            work = time.thread_time() - began
    print(f"FIGURE H1 flood={name!r} work_s={work:.2f} gap={heart.gap:.3f} gap_of_work={heart.work:.3f}")
    assert (caught.value.reason, work <= 1.0, heart.work <= 0.1) == (Reason.TOO_LARGE, True, True)


async def test_a_large_feed_in_small_chunks_is_read(origin: Origin, door: Door) -> None:
    body = b"".join(b"10\r\n" + b"a" * 16 + b"\r\n" for _ in range(30_000)) + b"0\r\n\r\n"
    origin.on("/", Reply(raw=CHUNKED + body))
    assert len((await door.ask(Ask(url=origin.url("/")))).body) == 16 * 30_000


@pytest.mark.parametrize("limit", [10 * MIB, 64 * MIB])
async def test_a_body_at_its_limit_passes_however_it_is_packed(door: Door, limit: int) -> None:
    packed = gzip.compress(bytes(limit), 1)
    chunks = b"".join(b"1000\r\n" + b"a" * 4096 + b"\r\n" for _ in range(limit // 4096)) + b"0\r\n\r\n"
    with Blaster(gzip=lambda: _encoded(b"gzip", packed), chunks=lambda: iter([CHUNKED, chunks])) as blaster:
        for name in ("gzip", "chunks"):
            assert len((await door.ask(Ask(url=blaster.url(name), limit=limit))).body) == limit


async def test_many_gzip_members_are_read_and_too_many_refused(origin: Origin, door: Door) -> None:
    member = gzip.compress(b"a")
    for count in (1_000, 1_001):
        origin.on(f"/{count}", Reply(headers=((b"Content-Encoding", b"gzip"),), body=member * count))
    assert len((await door.ask(Ask(url=origin.url("/1000")))).body) == 1_000
    with pytest.raises(Refused):
        await door.ask(Ask(url=origin.url("/1001")))


HEAD = OK + b"Content-Length: 500\r\n\r\n"
SLOW = {
    "silence": Reply(raw=b"", hang=True),
    "status line": Reply(raw=HEAD, drip=0.05),
    "headers": Reply(raw=OK + b"A: b\r\n" * 500, drip=0.05, drip_from=20),
    "body": Reply(raw=HEAD + b"a" * 500, drip=0.05, drip_from=len(HEAD)),
    "chunk size": Reply(raw=CHUNKED + b"0" * 500, drip=0.05, drip_from=len(CHUNKED)),
    "chunk": Reply(raw=CHUNKED + b"ffff\r\n" + b"a" * 500, drip=0.05, drip_from=len(CHUNKED) + 6),
    "gzip": Reply(raw=GZIPPED + gzip.compress(bytes(range(256)) * 4), drip=0.05, drip_from=len(GZIPPED)),
    "interim answers": Reply(raw=b"HTTP/1.1 103 E\r\n\r\n" * 500, drip=0.01),
}


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_slow_answers_end_at_the_deadline_all_at_once(tmp_path: Path, scheme: str) -> None:
    tls = certificate(tmp_path / "own.pem") if scheme == "https" else None
    trusting = ssl.create_default_context(cafile=tmp_path / "own.pem") if tls else None
    async with Origin(tls=tls) as origin, Door(user_agent=AGENT, allow_private=LOOPBACK, tls=trusting) as door:
        for name, reply in SLOW.items():
            origin.on(f"/{name.replace(' ', '-')}", reply)
        clock = asyncio.get_running_loop().time
        async with Heartbeat() as heart:
            began = clock()
            asked = [door.ask(Ask(url=origin.url(f"/{name.replace(' ', '-')}"), deadline=1.0)) for name in SLOW]
            ended = await asyncio.gather(*asked, return_exceptions=True)
            took = clock() - began
    print(f"FIGURE H2 {scheme} cases={len(ended)} deadline=1.0 took={took:.2f} gap={heart.gap:.3f}")
    assert {one.reason for one in ended if isinstance(one, Refused)} == {Reason.TIMEOUT}
    assert (len(ended), took <= 1.5, heart.work <= 0.25) == (len(SLOW), True, True)


async def test_a_slow_handshake_ends_at_the_deadline(door: Door) -> None:
    """One byte of a server's first record at a time, as large as a record can be."""
    hello = b"\x16\x03\x03\x3f\xff" + bytes(16_000)

    ended = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in hello:
            if writer.is_closing():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)
        writer.close()
        ended.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(Refused) as caught:
        await door.ask(Ask(url=f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", deadline=1.0))
    took = clock() - began
    await ended.wait()
    server.close()
    print(f"FIGURE H2 handshake deadline=1.0 took={took:.2f}")
    assert (caught.value.reason, took <= 1.5) == (Reason.TIMEOUT, True)


FEED = b"""<rss version="2.0"><channel><item><title>Halvora cuts 400 jobs</title>
<link>https://news.example/halvora</link><guid>1</guid></item><item><title>Brantiq cuts 90 jobs</title>
<link>https://news.example/brantiq</link><guid>2</guid></item></channel></rss>"""
TAGGED = OK + b'ETag: "new"\r\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: application/rss+xml\r\n'
SIZED = TAGGED + b"Content-Length: %d\r\n" % len(FEED)
IN_CHUNKS = TAGGED + b"Transfer-Encoding: chunked\r\n"
CHUNK = b"%x\r\n" % len(FEED) + FEED + b"\r\n"
MALFORMED = {
    "length too long": TAGGED + b"Content-Length: 9999\r\n\r\n" + FEED,
    "length beyond all measure": TAGGED + b"Content-Length: 1" + b"0" * 18 + b"\r\n\r\n" + FEED,
    "length of thirty digits": TAGGED + b"Content-Length: 1" + b"0" * 29 + b"\r\n\r\n" + FEED,
    "two lengths": SIZED + b"Content-Length: 6\r\n\r\n" + FEED,
    "two lengths in one": TAGGED + b"Content-Length: %d, 6\r\n\r\n" % len(FEED) + FEED,
    "negative length": TAGGED + b"Content-Length: -5\r\n\r\n" + FEED,
    "signed length": TAGGED + b"Content-Length: +%d\r\n\r\n" % len(FEED) + FEED,
    "hexadecimal length": TAGGED + b"Content-Length: 0xff\r\n\r\n" + FEED,
    "length of words": TAGGED + b"Content-Length: five\r\n\r\n" + FEED,
    "empty length": TAGGED + b"Content-Length: \r\n\r\n" + FEED,
    "chunk size of words": IN_CHUNKS + b"\r\nxyz\r\n" + FEED + b"\r\n0\r\n\r\n",
    "negative chunk size": IN_CHUNKS + b"\r\n-5\r\n" + FEED + b"\r\n0\r\n\r\n",
    "chunk size of thirty digits": IN_CHUNKS + b"\r\n" + b"f" * 30 + b"\r\n" + FEED + b"\r\n0\r\n\r\n",
    "no last chunk": IN_CHUNKS + b"\r\n" + CHUNK,
    "half a last chunk": IN_CHUNKS + b"\r\n" + CHUNK + b"0\r\n",
    "chunk longer than said": IN_CHUNKS + b"\r\n2\r\n" + FEED + b"\r\n0\r\n\r\n",
    "chunk shorter than said": IN_CHUNKS + b"\r\nffff\r\n" + FEED + b"\r\n0\r\n\r\n",
    "chunk extension of a megabyte": IN_CHUNKS + b"\r\n5;" + b"a" * MIB + b"\r\n" + FEED,
    "trailers of a megabyte": IN_CHUNKS + b"\r\n" + CHUNK + b"0\r\n" + b"A: b\r\n" * 170_000 + b"\r\n",
    "chunks and a length, cut": IN_CHUNKS + b"Content-Length: 5\r\n\r\n" + CHUNK,
    "chunked twice": IN_CHUNKS + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK + b"0\r\n\r\n",
    "unknown transfer encoding": TAGGED + b"Transfer-Encoding: identity, gzip\r\n\r\n" + FEED,
    "100,000 headers": TAGGED + b"A: b\r\n" * 100_000 + b"\r\n" + FEED,
    "header of a megabyte": TAGGED + b"A: " + b"b" * MIB + b"\r\n\r\n" + FEED,
    "folded first header": OK + b" A: b\r\n\r\n" + FEED,
    "header without colon": SIZED + b"nonsense\r\n\r\n" + FEED,
    "header name with space": SIZED + b"A : b\r\n\r\n" + FEED,
    "header without name": SIZED + b": b\r\n\r\n" + FEED,
    "NUL in a header": SIZED + b"A: b\x00c\r\n\r\n" + FEED,
    "carriage return in a header": SIZED + b"A: b\rc\r\n\r\n" + FEED,
    "HTTP/0.9": FEED,
    "HTTP/3": b"HTTP/3 200 OK\r\n\r\n" + FEED,
    "no status": b"HTTP/1.1\r\n\r\n" + FEED,
    "status of words": b"HTTP/1.1 OK\r\n\r\n" + FEED,
    "status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n" + FEED,
    "status of one digit": b"HTTP/1.1 2 OK\r\n\r\n" + FEED,
    "another protocol": b"ICY 200 OK\r\n\r\n" + FEED,
    "garbage": bytes(range(256)) + FEED,
    "TLS instead": b"\x15\x03\x01\x00\x02\x02\x46",
    "nothing": b"",
    "half a head": TAGGED[:-9],
    "unasked upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + FEED,
    "gzip cut short": TAGGED + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(FEED)[:-9],
    "gzip that is none": TAGGED + b"Content-Encoding: gzip\r\n\r\n" + FEED,
    "gzip with a wrong sum": TAGGED + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(FEED)[:-8] + bytes(8),
    "unknown encoding": TAGGED + b"Content-Encoding: rot13\r\n\r\n" + FEED,
}
KNOWN = Memory(validators=Validators(b'"old"', None), body_hash="before")


async def test_what_is_not_http_fails_stores_nothing_and_advances_no_validator(
    origin: Origin, collector: Collector
) -> None:
    wrong: dict[str, object] = {}
    for number, (name, raw) in enumerate(MALFORMED.items()):
        origin.on(f"/{number}", Reply(raw=raw))
        outcome, memory = await collector.poll(Source(id="wire", url=origin.url(f"/{number}")), KNOWN)
        if not isinstance(outcome, Failed) or memory != KNOWN:
            wrong[name] = outcome
    origin.on("/feed", Reply(body=FEED))
    outcome, _ = await collector.poll(Source(id="wire", url=origin.url("/feed")), KNOWN)
    print(f"FIGURE H3 failed={len(MALFORMED) - len(wrong)} of={len(MALFORMED)} ingested={len(wrong)}")
    assert (wrong, isinstance(outcome, News)) == ({}, True)


@pytest.mark.parametrize("known", [Memory(), KNOWN], ids=["new", "known"])
async def test_a_feed_cut_anywhere_is_asked_for_again_as_a_whole(
    origin: Origin, collector: Collector, known: Memory
) -> None:
    """Its server says 304 for ever to whoever shows the ETag that came with the torn one."""
    lost = {}
    for cut in range(0, len(FEED), 16):
        origin.on(f"/{cut}", _torn_once(cut))
        source, memory, seen = Source(id="wire", url=origin.url(f"/{cut}")), known, set()
        for _ in range(3):
            outcome, memory = await collector.poll(source, memory)
            seen |= {one.title for one in outcome.articles} if isinstance(outcome, News) else set()
        if len(seen) < 2 or not isinstance(outcome, Unchanged):
            lost[cut] = outcome
    print(f"FIGURE H4 cuts={len(range(0, len(FEED), 16))} lost={len(lost)}")
    assert lost == {}


def _torn_once(cut: int) -> Callable[[Request], Reply]:
    torn = [Reply(body=FEED[:cut], headers=((b"ETag", b'"whole"'),))]

    def reply(request: Request) -> Reply:
        if request.header("if-none-match") == b'"whole"':
            return Reply(status=304)
        return torn.pop() if torn else Reply(body=FEED, headers=((b"ETag", b'"whole"'),))

    return reply


@linux_only
async def test_connections_that_are_never_answered_leave_no_file_open(door: Door) -> None:
    held: set[asyncio.StreamWriter] = set()
    gone = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.add(writer)
        while await reader.read(65536):
            pass
        writer.close()
        held.discard(writer)
        if not held:
            gone.set()

    server = await asyncio.start_server(hold, "0.0.0.0", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    before = open_files()
    asked = [
        asyncio.create_task(door.ask(Ask(url=f"{scheme}://127.0.{n}.1:{port}/", deadline=1.0)))
        for n in range(100)
        for scheme in ("http", "https")  # of the second not even the handshake is answered
    ]
    await asyncio.sleep(0.5)
    most = len(held)
    ended = await asyncio.gather(*asked, return_exceptions=True)
    await asyncio.wait_for(gone.wait(), 5.0)
    after = open_files()
    server.close()
    print(f"FIGURE H6 asked={len(ended)} held={most} files_before={before} files_after={after}")
    assert ({one.reason for one in ended if isinstance(one, Refused)}, most, after <= before + 20) == (
        {Reason.TIMEOUT}, 200, True,
    )  # fmt: skip
