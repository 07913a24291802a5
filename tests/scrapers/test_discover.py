"""What a page names, and what is found behind it over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from scrapers.collect import Collector
from scrapers.discover import Candidate, Way, feeds_of, look, rules
from scrapers.items import Document, Kind
from tests.origin import Origin, Reply

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = b"""<!doctype html><html><head><base href="https://news.example/en/"><title>Northwind</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="All &amp; everything" href="feed.xml">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="https://feeds.example/atom">
<link rel="alternate" type="application/feed+json" href="//news.example/feed.json">
<link rel="alternate" type="application/rss+xml" href="feed.xml">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="stylesheet" type="text/css" href="style.css">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml" href="http://user@news.example/feed"></head></html>"""
BARE = Reply(body=b"<html><head></head><body>Newsroom</body></html>")
NEWS_MAP = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://herald.example/1</loc><news:news>
<news:publication><news:name>Herald</news:name></news:publication><news:publication_date>2026-11-23T09:00:00Z</news:publication_date>
<news:title>Halvora cuts 400 jobs</news:title></news:news></url></urlset>"""


def feed(title: str = "Herald", items: int = 2, date: str = "Mon, 23 Nov 2026 09:30:00 GMT") -> Reply:
    inside = "".join(
        f"<item><title>Story {n}</title><link>https://herald.example/{n}</link><pubDate>{date}</pubDate></item>"
        for n in range(items)
    )
    return Reply(body=f"<rss version='2.0'><channel><title>{title}</title>{inside}</channel></rss>".encode())


def naming(*paths: str) -> Reply:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" title="{path}" href="{path}">' for path in paths)
    return Reply(body=f"<html><head>{links}</head></html>".encode())


def document(body: bytes) -> Document:
    return Document(url="https://news.example/start", status=200, headers=(), body=body)


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    networks = (ip_network("127.0.0.0/8"),)
    async with Collector(user_agent=AGENT, allow_private=networks, per_host_delay=0.0, clock=lambda: NOW) as running:
        yield running


def paths(origin: Origin) -> list[str]:
    return [request.target for request in origin.requests]


def test_the_feeds_of_a_page_come_in_its_order_with_comments_last() -> None:
    assert feeds_of(document(PAGE)) == (
        Candidate("https://news.example/en/feed.xml", "All & everything", Way.LINK),
        Candidate("https://feeds.example/atom", "", Way.LINK),
        Candidate("https://news.example/feed.json", "", Way.LINK),
        Candidate("https://news.example/comments/feed", "Comments", Way.LINK),
    )


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01\x02", b"words", b"<?xml version='1.0'?><a/>", b"%PDF-1.7", b"<" * 9999]
)
def test_what_is_no_page_is_no_source_and_names_none(body: bytes) -> None:
    seen = look(document(body), NOW)
    assert (seen.kind, seen.names) == (None, ())


def test_robots_txt_names_sitemaps_and_says_what_may_be_asked() -> None:
    body = b"User-agent: *\nDisallow: /feed\nUser-agent: Pinkslip\nDisallow: /rss\nSitemap: /news.xml\nSitemap: javascript:x\n\xff\x00"
    read = rules(document(body), "Pinkslip", ("https://news.example/feed", "https://news.example/rss"))
    assert [each.url for each in read.sitemaps] == ["https://news.example/news.xml"]
    assert read.allowed == ("https://news.example/feed",)


async def test_a_feed_is_found_as_itself(origin: Origin, collector: Collector) -> None:
    origin.on("/feed", feed())
    (found,) = (await collector.find(origin.url("/feed"))).found
    assert (found.url, found.title, found.kind, found.way, found.entries, found.newest) == (
        origin.url("/feed"), "Herald", Kind.FEED, Way.ITSELF, 2, datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    )  # fmt: skip


async def test_the_best_of_the_feeds_that_a_page_names_comes_first_and_dead_ones_are_told(origin, collector) -> None:
    origin.on("/", naming("/comments/feed", "/old", "/empty", "/gone", "/news", "/more"))
    origin.on("/comments/feed", feed("Comments"))
    origin.on("/old", feed("Old", date="Mon, 03 Nov 2025 09:30:00 GMT"))
    origin.on("/empty", feed("Empty", items=0))
    origin.on("/news", feed("News"))
    origin.on("/more", feed("More"))
    finding = await collector.find(origin.url("/"))
    assert [found.title for found in finding.found] == ["News", "More", "Old", "Empty", "Comments"]
    assert [(tried.url, tried.said) for tried in finding.tried] == [(origin.url("/gone"), "status 404")]


async def test_a_site_that_names_none_is_asked_at_the_usual_places_one_by_one_until_one_answers(
    origin, collector
) -> None:
    origin.on("/blog/", BARE)
    origin.on("/feed", BARE)
    origin.on("/rss", feed())
    finding = await collector.find(origin.url("/blog/"))
    assert [(found.url, found.way) for found in finding.found] == [(origin.url("/rss"), Way.PLACE)]
    assert paths(origin) == ["/blog/", "/robots.txt", "/blog/feed", "/feed", "/rss"]
    assert [tried.said for tried in finding.tried] == ["status 404", "neither a feed nor a sitemap"]
    print(f"FIGURE C5 discovery_requests={len(origin.requests)} most_at_once={origin.most_at_once}")
    assert origin.most_at_once == 1


async def test_places_that_robots_txt_disallows_are_not_asked(origin, collector) -> None:
    origin.on("/", BARE)
    origin.on("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /feed\nDisallow: /rss"))
    origin.on("/rss", feed())
    origin.on("/atom.xml", feed("Atom"))
    finding = await collector.find(origin.url("/"))
    assert [found.title for found in finding.found] == ["Atom"]
    assert paths(origin) == ["/", "/robots.txt", "/atom.xml"]


async def test_without_a_robots_txt_that_can_be_had_nothing_is_guessed(origin, collector) -> None:
    origin.on("/", BARE)
    origin.on("/robots.txt", Reply(status=503))
    finding = await collector.find(origin.url("/"))
    assert (finding.found, paths(origin)) == ((), ["/", "/robots.txt"])


async def test_the_sitemaps_that_robots_txt_names_are_next_and_news_before_others(origin, collector) -> None:
    origin.on("/", BARE)
    origin.on(
        "/robots.txt", Reply(body=f"Sitemap: {origin.url('/pages.xml')}\nSitemap: {origin.url('/news.xml')}".encode())
    )
    origin.on("/pages.xml", Reply(body=b"<urlset><url><loc>https://herald.example/about</loc></url></urlset>"))
    origin.on(
        "/news.xml",
        Reply(body=f"<sitemapindex><sitemap><loc>{origin.url('/today.xml')}</loc></sitemap></sitemapindex>".encode()),
    )
    origin.on("/today.xml", Reply(body=NEWS_MAP))
    finding = await collector.find(origin.url("/"))
    assert [(found.url, found.title, found.kind, found.way, found.titled) for found in finding.found] == [
        (origin.url("/news.xml"), "Herald", Kind.SITEMAP, Way.ROBOTS, True),
        (origin.url("/pages.xml"), "", Kind.SITEMAP, Way.ROBOTS, False),
    ]


async def test_a_sitemap_at_a_usual_place_is_the_last_resort(origin, collector) -> None:
    origin.on("/", BARE)
    origin.on("/news-sitemap.xml", Reply(body=NEWS_MAP))
    finding = await collector.find(origin.url("/"))
    assert [(found.url, found.way) for found in finding.found] == [(origin.url("/news-sitemap.xml"), Way.PLACE)]
    assert len(origin.requests) < 20


async def test_a_site_with_nothing_ends_after_a_bounded_number_of_requests_and_tells_them(origin, collector) -> None:
    origin.on("/", BARE)
    finding = await collector.find(origin.url("/"))
    assert (finding.found, len(finding.tried), len(origin.requests)) == ((), 15, 17)


async def test_an_address_that_cannot_be_had_is_told(origin, collector) -> None:
    for url, said in ((origin.url("/gone"), "status 404"), ("http://10.0.0.1/", "10.0.0.1")):
        finding = await collector.find(url)
        assert (finding.found, [tried.url for tried in finding.tried]) == ((), [url])
        assert said in finding.tried[0].said


async def test_a_permanent_move_is_taken_and_one_feed_under_two_names_is_one(origin, collector) -> None:
    origin.on("/", naming("/a", "/b"))
    origin.on("/a", Reply(status=301, headers=((b"Location", b"/feed"),)))
    origin.on("/b", Reply(status=302, headers=((b"Location", b"/feed"),)))
    origin.on("/feed", feed())
    assert [found.url for found in (await collector.find(origin.url("/"))).found] == [origin.url("/feed")]


async def test_no_more_than_a_few_of_the_feeds_that_a_page_names_are_asked(origin, collector) -> None:
    names = [f"/{number}" for number in range(40)]
    origin.on("/", naming(*names))
    for name in names:
        origin.on(name, feed(name))
    assert len((await collector.find(origin.url("/"))).found) == len(origin.requests) - 1 == 8
