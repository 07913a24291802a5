"""Sitemaps and listings, polled over real HTTP."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from scrapers.collect import Collector
from scrapers.items import Article, DateTrust, Failed, Kind, Memory, News, Outcome, Reason, Selectors, Source, Unchanged
from tests.origin import Origin, Reply

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
HTML = (b"Content-Type", b"text/html; charset=utf-8")
LISTING = b"""<html lang="en"><main><h2><a href="/news/1">Halvora cuts 400 jobs</a> <time datetime="2026-11-23">today</time></h2>
<h2><a href="/news/2">Brantiq plans layoffs</a></h2></main></html>"""


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    networks = (ip_network("127.0.0.0/8"),)
    async with Collector(user_agent=AGENT, allow_private=networks, per_host_delay=0.0, clock=lambda: NOW) as running:
        yield running


def sitemap(origin: Origin, path: str = "/sitemap.xml") -> Source:
    return Source(id="herald", url=origin.url(path), kind=Kind.SITEMAP)


def listing(origin: Origin, **selectors: str) -> Source:
    return Source(
        id="herald",
        url=origin.url("/newsroom"),
        kind=Kind.LISTING,
        selectors=Selectors(**{"links": "h2 a", **selectors}),
    )


def news_map(*titles: str) -> bytes:
    urls = "".join(
        f"<url><loc>https://herald.example/{title.split()[0]}</loc><news:news><news:title>{title}</news:title>"
        f"<news:publication_date>2026-11-23T09:30:00Z</news:publication_date></news:news></url>"
        for title in titles
    )
    return f'<urlset xmlns:news="{NEWS}">{urls}</urlset>'.encode()


def index(origin: Origin, *parts: tuple[str, str]) -> bytes:
    inside = "".join(
        f"<sitemap><loc>{origin.url(path)}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for path, at in parts
    )
    return f"<sitemapindex>{inside}</sitemapindex>".encode()


def tagged(body: bytes, etag: bytes) -> Reply:
    return Reply(body=body, headers=((b"ETag", etag),))


def unless(body: bytes, etag: bytes, *headers: tuple[bytes, bytes]) -> object:
    """Answers 304 to who knows it."""

    def answer(request: object) -> Reply:
        known = request.header("if-none-match") == etag
        return Reply(status=304) if known else Reply(body=body, headers=((b"ETag", etag), *headers))

    return answer


def titles(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, News), outcome
    return [article.title for article in outcome.articles]


async def test_a_news_sitemap_is_news_with_the_sitemap_as_the_origin_of_its_dates(origin, collector) -> None:
    origin.on("/sitemap.xml", unless(news_map("Halvora cuts 400 jobs"), b'"1"'))
    outcome, memory = await collector.poll(sitemap(origin), Memory())
    again, _ = await collector.poll(sitemap(origin), memory)
    (article,) = outcome.articles
    assert (article.title, article.date_origin, article.date_trust) == (
        "Halvora cuts 400 jobs", "sitemap", DateTrust.EXACT,
    )  # fmt: skip
    assert (again, [request.header("if-none-match") for request in origin.requests]) == (Unchanged(), [None, b'"1"'])


async def test_a_plain_sitemap_brings_addresses_whose_pages_have_the_words(origin, collector) -> None:
    origin.on("/sitemap.xml", Reply(body=b"<urlset><url><loc>/halvora-cuts-400-jobs</loc></url></urlset>"))
    outcome, _ = await collector.poll(sitemap(origin), Memory())
    (article,) = outcome.articles
    assert (article.title, article.url, article.date_origin) == ("", origin.url("/halvora-cuts-400-jobs"), None)


async def test_a_gzipped_sitemap_is_read(origin, collector) -> None:
    packed = Reply(
        body=gzip.compress(news_map("Halvora cuts 400 jobs")), headers=((b"Content-Type", b"application/gzip"),)
    )
    origin.on("/sitemap.xml.gz", packed)
    outcome, _ = await collector.poll(sitemap(origin, "/sitemap.xml.gz"), Memory())
    assert titles(outcome) == ["Halvora cuts 400 jobs"]


async def test_a_gzipped_file_that_was_packed_for_the_way_too_is_read(origin, collector) -> None:
    twice = gzip.compress(gzip.compress(news_map("Halvora cuts 400 jobs")))
    origin.on("/sitemap.xml.gz", Reply(body=twice, headers=((b"Content-Encoding", b"gzip"),)))
    outcome, _ = await collector.poll(sitemap(origin, "/sitemap.xml.gz"), Memory())
    assert titles(outcome) == ["Halvora cuts 400 jobs"]


async def test_the_parts_of_an_index_are_news_together(origin, collector) -> None:
    origin.on(
        "/sitemap.xml",
        Reply(body=index(origin, ("/a.xml", "2026-11-23"), ("/b.xml", "2026-11-22"), ("/old.xml", "2026-01-01"))),
    )
    origin.on("/a.xml", Reply(body=news_map("Halvora cuts 400 jobs", "Tirmona hires")))
    origin.on("/b.xml", Reply(body=news_map("Brantiq plans layoffs", "Tirmona hires")))
    outcome, _ = await collector.poll(sitemap(origin), Memory())
    assert titles(outcome) == ["Halvora cuts 400 jobs", "Tirmona hires", "Brantiq plans layoffs"]
    assert [request.path for request in origin.requests] == ["/sitemap.xml", "/a.xml", "/b.xml"]


async def test_of_an_index_that_changed_only_the_parts_that_did_are_asked_and_all_of_them_politely(
    origin, collector
) -> None:
    first = index(origin, ("/a.xml", "2026-11-23T09:00:00Z"), ("/b.xml", "2026-11-22"), ("/news.xml", ""))
    second = index(origin, ("/a.xml", "2026-11-23T10:00:00Z"), ("/b.xml", "2026-11-22"), ("/news.xml", ""))
    origin.on("/sitemap.xml", [tagged(first, b'"i1"'), tagged(second, b'"i2"'), Reply(status=304)])
    origin.on(
        "/a.xml", [tagged(news_map("Halvora cuts 400 jobs"), b'"a1"'), tagged(news_map("Volmar Motors cuts"), b'"a2"')]
    )
    origin.on("/b.xml", tagged(news_map("Brantiq plans layoffs"), b'"b"'))
    origin.on("/news.xml", unless(news_map("Nexora closes"), b"caf\xe9"))
    _, memory = await collector.poll(sitemap(origin), Memory())
    outcome, memory = await collector.poll(sitemap(origin), memory)
    third, _ = await collector.poll(sitemap(origin), memory)
    asked = [(request.path, request.header("if-none-match")) for request in origin.requests]
    print(f"FIGURE C2 sitemap_requests={len(asked)} unconditional={sum(known is None for _, known in asked)}")
    assert (titles(outcome), third) == (["Volmar Motors cuts"], Unchanged())
    assert asked == [
        ("/sitemap.xml", None), ("/a.xml", None), ("/b.xml", None), ("/news.xml", None),
        ("/sitemap.xml", b'"i1"'), ("/a.xml", b'"a1"'), ("/news.xml", b"caf\xe9"),
        ("/sitemap.xml", b'"i2"'), ("/news.xml", b"caf\xe9"),
    ]  # fmt: skip


async def test_a_part_that_fails_is_counted_and_asked_again_although_the_index_is_unchanged(origin, collector) -> None:
    origin.on("/sitemap.xml", unless(index(origin, ("/a.xml", "2026-11-23"), ("/b.xml", "2026-11-23")), b'"i"'))
    origin.on("/a.xml", unless(news_map("Halvora cuts 400 jobs"), b'"a"'))
    origin.on("/b.xml", [Reply(status=500), Reply(body=news_map("Brantiq plans layoffs"))])
    first, memory = await collector.poll(sitemap(origin), Memory())
    second, _ = await collector.poll(sitemap(origin), memory)
    assert [(each.reason, each.count) for each in first.skipped] == [("a part failed: status", 1)]
    assert titles(second) == ["Brantiq plans layoffs"]


async def test_an_index_all_of_whose_parts_fail_is_a_failure_with_their_reason(origin, collector) -> None:
    origin.on("/sitemap.xml", Reply(body=index(origin, ("/a.xml", ""), ("http://10.0.0.1/b.xml", ""))))
    origin.on("/a.xml", Reply(status=429, headers=((b"Retry-After", b"90"),)))
    outcome, _ = await collector.poll(sitemap(origin), Memory())
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.retry_after.total_seconds()) == (Reason.THROTTLED, 90)


async def test_an_index_that_names_itself_ends(origin, collector) -> None:
    origin.on("/sitemap.xml", Reply(body=index(origin, ("/sitemap.xml", ""))))
    outcome, _ = await collector.poll(sitemap(origin), Memory())
    assert (outcome.reason, outcome.detail, len(origin.requests)) == (Reason.NOT_A_FEED, "an index within an index", 2)


async def test_a_sitemap_without_its_end_leaves_no_mark(origin, collector) -> None:
    origin.on("/sitemap.xml", tagged(news_map("Halvora cuts 400 jobs", "Brantiq plans layoffs")[:-30], b'"cut"'))
    outcome, memory = await collector.poll(sitemap(origin), Memory(body_hash="before"))
    assert (titles(outcome), memory) == (["Halvora cuts 400 jobs"], Memory())


async def test_a_page_in_the_place_of_a_sitemap_changes_nothing(origin, collector) -> None:
    origin.on("/sitemap.xml", tagged(b"<html><body>Sign in</body></html>", b'"login"'))
    before = Memory(body_hash="before", spans=b"[]")
    outcome, memory = await collector.poll(sitemap(origin), before)
    assert (outcome.reason, memory) == (Reason.NOT_A_FEED, before)


@pytest.mark.slow
async def test_a_listing_is_news_by_scrapy_under_robots_txt_and_its_second_poll_is_conditional(
    origin, collector
) -> None:
    origin.on("/newsroom", unless(LISTING, b'"caf\xe9"', HTML))
    outcome, memory = await collector.poll(listing(origin, date="time"), Memory())
    again, _ = await collector.poll(listing(origin, date="time"), memory)
    moved, _ = await collector.poll(listing(origin, links="h2", date="time"), Memory())
    assert titles(outcome) == ["Halvora cuts 400 jobs", "Brantiq plans layoffs"]
    assert [(one.date_origin, one.date_trust) for one in moved.articles] == [("listing", DateTrust.DAY), (None, None)]
    assert (again.status, [request.path for request in origin.requests]) == (
        304, ["/robots.txt", "/newsroom", "/newsroom", "/newsroom"],
    )  # fmt: skip
    assert origin.requests[2].header("if-none-match") == b'"caf\xe9"'


@pytest.mark.slow
async def test_a_listing_that_robots_txt_disallows_is_not_asked_for(origin, collector) -> None:
    origin.on("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /newsroom"))
    outcome, _ = await collector.poll(listing(origin), Memory())
    assert (outcome.reason, len(origin.asked("/newsroom"))) == (Reason.ROBOTS, 0)


@pytest.mark.slow
async def test_a_listing_that_matches_nothing_or_asks_to_wait_is_a_failure_that_changes_nothing(
    origin, collector
) -> None:
    wait = Reply(status=503, headers=((b"Retry-After", b"90"),))
    origin.on("/newsroom", [tagged(b"<html><body>Rebuilt</body></html>", b'"new"'), wait])
    before = Memory(body_hash="before")
    empty, memory = await collector.poll(listing(origin), before)
    late, _ = await collector.poll(listing(origin), before)
    assert (empty.reason, memory, origin.asked("/newsroom")[0].header("if-none-match")) == (
        Reason.NO_MATCH,
        before,
        None,
    )
    assert (late.reason, late.retry_after.total_seconds()) == (Reason.THROTTLED, 90)


@pytest.mark.slow
async def test_a_permanent_move_of_a_listing_is_told_and_another_is_not(origin, collector) -> None:
    origin.on(
        "/newsroom",
        [
            Reply(status=301, headers=((b"Location", b"/press"),)),
            Reply(status=302, headers=((b"Location", b"/press"),)),
        ],
    )
    origin.on("/press", Reply(body=LISTING, headers=(HTML,)))
    first, _ = await collector.poll(listing(origin), Memory())
    second, _ = await collector.poll(listing(origin), Memory())
    assert (first.moved, second.moved) == (origin.url("/press"), None)


@pytest.mark.slow
async def test_the_page_of_a_listed_article_is_read_by_the_body_selector(origin, collector) -> None:
    story = "".join(
        f"<p>Halvora will cut {number}00 jobs at plant {number}, it said on Monday.</p>" for number in range(1, 8)
    )
    page = f"<html><body><article>{story.replace('Halvora', 'Tirmona')}</article><div id='story'>{story}</div></body></html>"
    origin.on("/newsroom", Reply(body=LISTING, headers=(HTML,)))
    origin.on("/news/1", Reply(body=page.encode(), headers=(HTML,)))
    outcome, _ = await collector.poll(listing(origin, body="#story"), Memory())
    full = await collector.page(outcome.articles[0], "#story")
    assert isinstance(full, Article)
    assert ("Tirmona" in full.body, full.body.count("Halvora")) == (False, 7)


async def test_the_page_of_an_aggregators_link_is_not_asked_for(origin, collector) -> None:
    origin.on(
        "/sitemap.xml",
        Reply(
            body=b"<urlset><url><loc>https://news.google.com/rss/articles/CBMiDkFVX3lxTE5zWldGc1pXUQ?oc=5</loc></url></urlset>"
        ),
    )
    outcome, _ = await collector.poll(sitemap(origin), Memory())
    failed = await collector.page(outcome.articles[0])
    assert (failed.reason, failed.detail.partition(":")[0]) == (Reason.URL, "link unresolved")
