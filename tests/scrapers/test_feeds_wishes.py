"""What a feed asks of those who poll it, read from well-formed and ill-formed ones alike."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from scrapers.feeds import Feed, parse
from scrapers.items import Document, Hints, Hub

SPACES = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:a="http://www.w3.org/2005/Atom"'
HUB = "https://hub.example/"
TOPIC = "https://news.example/rss"


def fed(body: str, *links: str) -> Feed:
    headers = tuple((b"link", link.encode()) for link in links)
    feed = parse(Document(url="https://news.example/feed", status=200, headers=headers, body=body.encode()))
    assert isinstance(feed, Feed)
    return feed


def rss(head: str, item: str = "") -> str:
    return f'<rss version="2.0" {SPACES}><channel><title>T</title>{head}<item><title>A</title>{item}</item></channel></rss>'


ILL = "<description>a & b</description>"
HINTS = {
    "<ttl> 90 </ttl>": Hints(wait=timedelta(minutes=90)),
    "<sy:updatePeriod>Daily</sy:updatePeriod>": Hints(wait=timedelta(days=1)),
    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>": Hints(
        wait=timedelta(minutes=15)
    ),
    "<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>": Hints(wait=timedelta(hours=1)),
    "<skipHours><hour>0</hour><hour>24</hour><hour> 7 </hour><hour>25</hour></skipHours>": Hints(
        skip_hours=frozenset({0, 7})
    ),
    "<skipDays><day>Monday</day><day>sunday</day><day>Doomsday</day></skipDays>": Hints(skip_days=frozenset({0, 6})),
    "<ttl>soon</ttl><sy:updatePeriod>never</sy:updatePeriod>": Hints(),
    "<ttl>-5</ttl>": Hints(),
    "<ttl>0</ttl>": Hints(),
    "<ttl>99999999999999999999</ttl>": Hints(),
    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>": Hints(
        wait=timedelta(hours=1)
    ),
    "": Hints(),
}


@pytest.mark.parametrize("item", ["", ILL], ids=["well-formed", "ill-formed"])
@pytest.mark.parametrize(("head", "expected"), HINTS.items(), ids=HINTS.keys())
def test_a_feed_says_when_to_come_again(head: str, expected: Hints, item: str) -> None:
    assert fed(rss(head, item)).hints == expected


def test_an_item_asks_for_nothing() -> None:
    assert fed(rss("", "<ttl>90</ttl><hour>3</hour>")).hints == Hints()


HUBS = {
    f'<a:link rel="hub" href="{HUB}"/><a:link rel="self" href="{TOPIC}"/>': Hub(HUB, TOPIC),
    f'<a:link rel="hub" href="{HUB}"/>': Hub(HUB),
    f'<a:link rel="self" href="{TOPIC}"/>': None,
    '<a:link rel="hub" href=""/>': None,
}


@pytest.mark.parametrize("item", ["", ILL], ids=["well-formed", "ill-formed"])
@pytest.mark.parametrize(("head", "expected"), HUBS.items(), ids=HUBS.keys())
def test_a_feed_names_its_hub(head: str, expected: Hub | None, item: str) -> None:
    assert fed(rss(head, item)).hub == expected


def test_an_atom_feed_names_its_hub() -> None:
    links = f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'
    entry = '<entry><link rel="hub" href="https://other.example/"/></entry>'
    assert fed(f'<feed xmlns="http://www.w3.org/2005/Atom">{links}{entry}</feed>').hub == Hub(HUB, TOPIC)


HEADERS = [
    ((f'<{HUB}>; rel="hub", <{TOPIC}>; rel=self',), Hub(HUB, TOPIC)),
    ((f'<{HUB}>; title="a, b"; rel="next hub"', f"<{TOPIC}>;REL=SELF"), Hub(HUB, TOPIC)),
    ((f"<{HUB}>; rel=hub",), Hub(HUB, "https://feed.example/self")),
    ((f"<{TOPIC}>; rel=self",), Hub("https://feed.example/hub", TOPIC)),
    (('<https://news.example/>; rel="alternate"',), Hub("https://feed.example/hub", "https://feed.example/self")),
    (("<" * 5_000, "<a>;" * 2_000), Hub("https://feed.example/hub", "https://feed.example/self")),
]


@pytest.mark.parametrize(("links", "expected"), HEADERS)
def test_the_answer_s_headers_go_before_the_feed_s_links(links: tuple[str, ...], expected: Hub) -> None:
    own = '<a:link rel="hub" href="https://feed.example/hub"/><a:link rel="self" href="https://feed.example/self"/>'
    assert fed(rss(own), *links).hub == expected


def test_a_json_feed_names_its_hub() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": TOPIC,
        "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, 7, {"type": "WebSub", "url": HUB}],
        "items": [],
    }
    assert fed(json.dumps(feed)).hub == Hub(HUB, TOPIC)
