"""Ask one source, give an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from scrapers.collect import Collector
from scrapers.egress import Door
from scrapers.items import Article, Entry, Failed, Memory, News, Reason, Source, Unchanged, Validators
from scrapers.read import article
from tests.origin import Origin, Reply

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
FEED = b"""<rss version="2.0"><channel><item><title>Halvora cuts 400 jobs</title>
<link>https://news.example/halvora</link><guid>1</guid></item></channel></rss>"""
WHOLE = Reply(body=FEED, headers=((b"ETag", b'"1"'), (b"Content-Type", b"application/rss+xml")))
NONE = Memory()
TAGGED = Memory(validators=Validators(b'"1"'))


def collecting(per_host_delay: float = 0.0) -> Collector:
    return Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=per_host_delay)


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as running:
        yield running


def source(origin: Origin, path: str = "/feed") -> Source:
    return Source(id="wire", url=origin.url(path))


async def test_a_changed_feed_is_news(origin: Origin, collector: Collector) -> None:
    origin.on("/feed", WHOLE)
    outcome, memory = await collector.poll(source(origin), NONE)
    assert isinstance(outcome, News)
    assert ([one.title for one in outcome.articles], memory.validators, outcome.size, memory.body_hash is not None) == (
        ["Halvora cuts 400 jobs"], Validators(b'"1"'), len(FEED), True,
    )  # fmt: skip


async def test_a_second_poll_is_conditional(origin: Origin, collector: Collector) -> None:
    origin.on("/feed", [WHOLE, Reply(status=304)])
    outcome, memory = await collector.poll(source(origin), NONE)
    assert isinstance(outcome, News)
    again = await collector.poll(source(origin), memory)
    assert (again, origin.requests[1].header("if-none-match")) == ((Unchanged(), memory), b'"1"')


async def test_the_same_bytes_from_a_server_without_validators_are_unchanged(
    origin: Origin, collector: Collector
) -> None:
    origin.on("/feed", Reply(body=FEED))
    _, memory = await collector.poll(source(origin), NONE)
    outcome, _ = await collector.poll(source(origin), memory)
    assert outcome == Unchanged(status=200)


async def test_a_truncated_feed_is_news_that_leaves_no_mark(origin: Origin, collector: Collector) -> None:
    cut = Reply(body=FEED[:-20], headers=((b"ETag", b'"whole"'),))
    origin.on("/feed", [cut, WHOLE])
    outcome, memory = await collector.poll(source(origin), Memory(body_hash="before"))
    assert isinstance(outcome, News)
    await collector.poll(source(origin), memory)
    assert (len(outcome.articles), memory, origin.requests[1].header("if-none-match")) == (1, NONE, None)


@pytest.mark.parametrize("body", [b"<html><body>Sign in</body></html>", b"", b'{"a": 1}', b"%PDF-1.7", b"\x1f\x8b\x08"])
async def test_what_is_no_feed_changes_nothing(origin: Origin, collector: Collector, body: bytes) -> None:
    origin.on("/feed", Reply(body=body, headers=((b"ETag", b'"login"'),)))
    before = replace(TAGGED, body_hash="before")
    outcome, memory = await collector.poll(source(origin), before)
    assert isinstance(outcome, Failed)
    print(f"FIGURE X3 reason={outcome.reason} memory_kept={memory == before}")
    assert (outcome.reason, memory) == (Reason.NOT_A_FEED, before)


async def test_a_server_that_asks_to_wait_is_heard(origin: Origin, collector: Collector) -> None:
    origin.on("/feed", Reply(status=429, headers=((b"Retry-After", b"90"),)))
    outcome, _ = await collector.poll(source(origin), NONE)
    assert outcome == Failed(
        reason=Reason.THROTTLED, detail="status 429", status=429, retry_after=timedelta(seconds=90)
    )


@pytest.mark.parametrize("url", ["http://[::1", "ftp://news.example/", "", "http://10.0.0.1/feed"])
async def test_a_source_that_may_not_be_asked_is_a_value(collector: Collector, url: str) -> None:
    outcome, _ = await collector.poll(Source(id="wire", url=url), NONE)
    assert isinstance(outcome, Failed)
    assert outcome.reason in {Reason.URL, Reason.ADDRESS}


@pytest.mark.slow
async def test_a_parser_that_does_not_end_is_a_value_and_the_next_feed_is_read(
    origin: Origin, collector: Collector
) -> None:
    origin.on("/hostile", Reply(body=b"<rss><channel>" + b"<a>" * 1_200_000))
    origin.on("/feed", WHOLE)
    hostile, _ = await collector.poll(source(origin, "/hostile"), NONE)
    outcome, _ = await collector.poll(source(origin), NONE)
    assert isinstance(hostile, Failed)
    assert (hostile.reason, isinstance(outcome, News)) == (Reason.PARSER, True)


async def test_a_host_is_asked_one_at_a_time_with_a_pause(origin: Origin) -> None:
    origin.on("/feed", Reply(status=304, delay=0.02))
    async with collecting(per_host_delay=0.1) as collector:
        await asyncio.gather(*(collector.poll(source(origin), TAGGED) for _ in range(5)))
    gaps = [later.at - earlier.at for earlier, later in zip(origin.requests, origin.requests[1:], strict=False)]
    print(f"FIGURE C6 most_at_once={origin.most_at_once} least_gap={min(gaps):.3f} delay=0.1")
    assert (origin.most_at_once, min(gaps) >= 0.1) == (1, True)


async def test_a_slow_host_does_not_hold_up_another(origin: Origin, collector: Collector) -> None:
    async with Origin(host="127.0.0.2") as slow:
        slow.on("/feed", Reply(raw=b"", hang=True))
        origin.on("/feed", WHOLE)
        stuck = asyncio.create_task(collector.poll(source(slow), NONE))
        outcome, _ = await collector.poll(source(origin), NONE)
        assert (isinstance(outcome, News), stuck.done()) == (True, False)
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)


async def test_hosts_that_were_asked_are_forgotten(origin: Origin, collector: Collector) -> None:
    for _ in range(3):
        await collector.poll(source(origin), NONE)
    assert len(collector._turns._turns) <= 1


async def test_a_door_that_was_lent_stays_open(origin: Origin) -> None:
    origin.on("/feed", WHOLE)
    async with Door(user_agent=AGENT, allow_private=LOOPBACK) as door:
        async with Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0.0, door=door) as collector:
            await collector.poll(source(origin), NONE)
        again = Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0.0, door=door)
        outcome, _ = await again.poll(source(origin), TAGGED)
        await again.close()
    assert isinstance(outcome, News)


@pytest.mark.slow
async def test_the_text_of_a_page_is_had(collector: Collector) -> None:
    towns = ("Ostwick", "Varnholm", "Tessaly", "Brune", "Calder")
    text = "".join(
        f"<p>Halvora said on Monday that it would cut {n}00 jobs in {town}.</p>" for n, town in enumerate(towns, 1)
    )
    body = f"<html lang='en'><head><title>Halvora</title></head><body><article>{text}</article></body></html>".encode()
    async with Origin(checks_hygiene=False) as site:
        site.on("/halvora", Reply(body=body, headers=((b"Content-Type", b"text/html"),)))
        entry = Entry(
            guid=None, link=site.url("/halvora"), title="Halvora", summary="", content="", author=None, published=None,
            published_at=None, language=None,
        )  # fmt: skip
        full = await collector.page(article(entry, source(site)))
        await collector.close()
    assert isinstance(full, Article)
    assert (full.text_origin, "400 jobs" in (full.body or "")) == ("page", True)


async def test_an_article_without_a_link_has_no_page(collector: Collector, origin: Origin) -> None:
    entry = Entry(
        guid="1", link=None, title="Halvora", summary="", content="", author=None, published=None, published_at=None,
        language=None,
    )  # fmt: skip
    failed = await collector.page(article(entry, source(origin)))
    assert isinstance(failed, Failed)
    assert failed.reason is Reason.URL
