"""Fifty origins that misbehave at once cost five good ones nothing that a reader would notice."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network

import pytest

from scrapers.collect import Collector
from scrapers.items import Memory, News, Source
from tests.faults.harness import rss
from tests.origin import Origin, Reply

ROUNDS = 400 if "PINKSLIP_LONG" in os.environ else 60
BAD = 50
EVERY = 5.0
"""Seconds between two polls of one that misbehaves: a twelfth of the shortest interval that can be configured."""
NOISE = 0.1
"""Seconds that a busy machine, on which all these origins run too, may add to any poll."""
BOMB = gzip.compress(bytes(16 * 2**20)) * 64
HEAD = b"HTTP/1.1 200 OK\r\n"
MISBEHAVING = (
    Reply(raw=b"", hang=True),
    Reply(raw=HEAD + b"Content-Length: 9999\r\n\r\n" + b"a" * 999, drip=0.01, drip_from=60),
    Reply(headers=((b"Content-Encoding", b"gzip"),), body=BOMB),
    Reply(headers=((b"Content-Encoding", b"br"),), body=bytes(2**16)),
    Reply(raw=HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 20_000),
    Reply(raw=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000),
    Reply(raw=bytes(range(256)) * 99),
    Reply(raw=b""),
    Reply(status=302, headers=((b"Location", b"/"),)),
    Reply(status=503, headers=((b"Retry-After", b"999999999"),)),
)


@asynccontextmanager
async def origins(first: int, count: int) -> AsyncIterator[list[Origin]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Origin(host=f"127.0.{first}.{n + 1}")) for n in range(count)]


async def slowest(collector: Collector, good: list[Origin]) -> float:
    """Of many polls of all good origins, each of them news, the one that took longest but for one in a hundred."""
    took = []

    async def poll(origin: Origin) -> None:
        began = time.perf_counter()
        outcome, _ = await collector.poll(Source(id="good", url=origin.url("/feed")), Memory())
        took.append(time.perf_counter() - began)
        assert isinstance(outcome, News)

    for _ in range(ROUNDS):
        await asyncio.gather(*map(poll, good))
        await asyncio.sleep(0.05)
    return sorted(took)[int(len(took) * 0.99) - 1]


@pytest.mark.slow
async def test_good_origins_are_polled_as_quickly_while_fifty_misbehave() -> None:
    async with (
        origins(7, 5) as good,
        origins(8, BAD) as bad,
        Collector(
            user_agent="pinkslip-test", allow_private=(ip_network("127.0.0.0/8"),), per_host_delay=0.0
        ) as collector,
    ):
        for origin in good:
            origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq"])))
        for number, origin in enumerate(bad):
            origin.checks_hygiene = False
            origin.on("/", MISBEHAVING[number % len(MISBEHAVING)])
        await slowest(collector, good)  # the workers start
        baseline = await slowest(collector, good)

        async def pester(origin: Origin, wait: float) -> None:
            await asyncio.sleep(wait)
            while True:
                await collector.poll(Source(id="bad", url=origin.url("/")), Memory())
                await asyncio.sleep(EVERY)

        pests = [asyncio.create_task(pester(origin, EVERY * n / BAD)) for n, origin in enumerate(bad)]
        beset = await slowest(collector, good)
        for pest in pests:
            assert not pest.done()  # no outcome of theirs was an exception
            pest.cancel()
        await asyncio.gather(*pests, return_exceptions=True)
    print(f"FIGURE H5 good=5 bad={BAD} baseline_p99={baseline:.3f} beset_p99={beset:.3f} ratio={beset / baseline:.1f}")
    assert beset <= 2 * baseline + NOISE
