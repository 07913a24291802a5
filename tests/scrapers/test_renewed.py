"""A feed polled again: only what is new in it is read, and what is told of it is what reading all of it tells."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

from scrapers import read, renewed
from scrapers.collect import Collector
from scrapers.items import Document, Hints, Hub, Memory, News, Source, Unchanged
from tests.origin import Origin, Reply

SOURCE = Source(id="wire", url="https://news.example/feed")
ITEM = "<item><title>Halvora cuts {0} jobs</title><link>https://news.example/{0}</link><guid>{0}</guid></item>"
HEAD = (
    '<title>Northwind Wire</title><ttl>90</ttl><a:link rel="hub" href="https://hub.example/"/>'
    "<lastBuildDate>Mon, 23 Nov 2026 10:00:00 GMT</lastBuildDate>"
)


def body(*items: object, head: str = HEAD) -> bytes:
    texts = "".join(item if isinstance(item, str) else ITEM.format(item) for item in items)
    return f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>{head}{texts}</channel></rss>'.encode()


def document(text: bytes) -> Document:
    return Document(url=SOURCE.url, status=200, headers=((b"content-type", b"application/rss+xml"),), body=text)


def remembered(text: bytes) -> bytes:
    _, whole, spans = renewed.since(document(text), SOURCE, b"")
    assert whole
    return spans


def since(text: bytes, spans: bytes) -> News:
    outcome, _, _ = renewed.since(document(text), SOURCE, spans)
    assert isinstance(outcome, News)
    return outcome


def test_only_what_is_new_is_told_and_all_is_counted() -> None:
    news = since(body(300, 100, 200), remembered(body(100, 200)))
    assert ([one.title for one in news.articles], news.entries) == (["Halvora cuts 300 jobs"], 3)


def test_what_the_feed_asks_for_is_told_with_what_is_new() -> None:
    news = since(body(300, 100), remembered(body(100)))
    assert (news.hints, news.hub) == (Hints(wait=timedelta(minutes=90)), Hub("https://hub.example/"))


def test_another_hub_is_told_although_no_item_is_new() -> None:
    moved = body(100, 200, head=HEAD.replace("//hub.example", "//other.example"))
    spans = remembered(body(100, 200))
    assert not renewed.known(document(moved), spans)
    assert since(moved, spans).hub == Hub("https://other.example/")


def test_an_edited_item_is_told_again() -> None:
    edited = ITEM.format(100).replace("cuts", "to cut")
    assert [one.title for one in since(body(edited, 200), remembered(body(100, 200))).articles] == [
        "Halvora to cut 100 jobs"
    ]


def test_an_item_with_the_address_of_a_known_one_is_read_beside_it() -> None:
    other = "<item><title>Brantiq closes</title><link>http://m.news.example/100/</link><guid>b</guid></item>"
    text = body(other, 100)
    whole, _ = read.news(document(text), SOURCE)
    assert since(text, remembered(body(100))) == whole


def test_an_ill_formed_new_item_makes_all_be_read() -> None:
    text = body("<item><title>Tirmona & co</title></item>", 100)
    assert len(since(text, remembered(body(100))).articles) == 2


def test_nothing_is_remembered_of_a_feed_without_its_end_or_not_well_formed() -> None:
    for text in (body(100)[:-6], body("<item><title>Tirmona & co</title></item>")):
        assert renewed.since(document(text), SOURCE, b"")[2] == b""


async def test_a_feed_with_another_date_and_no_new_item_is_unchanged() -> None:
    async with (
        Origin() as origin,
        Collector(
            user_agent="Pinkslip/0.1", allow_private=(ip_network("127.0.0.0/8"),), per_host_delay=0.0
        ) as collector,
    ):
        source = Source(id="wire", url=origin.url("/feed"))
        origin.on("/feed", lambda _: Reply(body=body(100, 200)))
        first, memory = await collector.poll(source, Memory())
        origin.on("/feed", lambda _: Reply(body=body(200, head=HEAD.replace("10:00", "11:00"))))
        second, later = await collector.poll(source, memory)
        origin.on("/feed", lambda _: Reply(body=body(300, 200)))
        third, _ = await collector.poll(source, later)
    assert isinstance(first, News)
    assert isinstance(second, Unchanged)
    assert (memory.spans[8:], memory.body_hash != later.body_hash) == (later.spans, True)
    assert isinstance(third, News)
    assert ([one.title for one in third.articles], third.entries) == (["Halvora cuts 300 jobs"], 2)
