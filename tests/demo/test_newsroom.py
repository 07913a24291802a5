from __future__ import annotations

import json
from datetime import date

import feedparser
import pytest
import trafilatura

from monitor.demo.newsroom import Newsroom
from monitor.demo.stories import Format, Outlet, Page, programme

from .conftest import Hand, get, post

PROGRAMME = programme(date(2026, 11, 23))
STORIES = {story.slug: story for story in PROGRAMME.stories}
XML = [outlet for outlet in PROGRAMME.outlets if outlet.format is not Format.JSON]
VERSIONS = {Format.RSS2: "rss20", Format.ATOM: "atom10", Format.RDF: "rss10", Format.RSS091: "rss091u"}


def named(outlet: Outlet) -> str:
    return outlet.id


@pytest.mark.parametrize("outlet", XML, ids=named)
async def test_feedparser_reads_every_story_of_an_outlet(room: Newsroom, hand: Hand, outlet: Outlet) -> None:
    room.open()
    hand.move(60)
    answer = await get(room.feed(outlet.id))
    feed = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["content-type"]})
    assert (feed.bozo, feed.version) == (False, VERSIONS[outlet.format])
    assert [(entry.title, entry.link) for entry in feed.entries] == [
        (story.title, room.link(story)) for story in room.published(outlet)
    ]


@pytest.mark.parametrize("outlet", [o for o in XML if o.format is not Format.RSS091], ids=named)
async def test_a_dated_feed_gives_the_moment_a_story_appeared(room: Newsroom, outlet: Outlet) -> None:
    feed = feedparser.parse((await get(room.feed(outlet.id))).body)
    [story] = room.published(outlet)[:1]
    written = feed.entries[0].get("published_parsed") or feed.entries[0].updated_parsed
    assert written[:6] == room.at(story).timetuple()[:6]


async def test_the_json_feed_has_what_its_specification_asks_for(room: Newsroom) -> None:
    answer = await get(room.feed("cloudpost"))
    feed = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert all({"id", "content_html"} <= item.keys() and isinstance(item["id"], str) for item in feed["items"])


async def test_before_the_opening_there_is_only_the_baseline(room: Newsroom, hand: Hand) -> None:
    hand.move(3600)
    shown = [story for outlet in PROGRAMME.outlets for story in room.published(outlet)]
    assert shown
    assert all(story.baseline for story in shown)


async def test_waves_come_when_their_time_has_come(room: Newsroom, hand: Hand) -> None:
    gridline = PROGRAMME.outlets[0]
    before = len(room.published(gridline))
    room.open()
    hand.move(3)
    first = len(room.published(gridline))
    hand.move(60)
    assert before < first < len(room.published(gridline)) == len(PROGRAMME.at(gridline))


async def test_the_opening_leaves_the_baseline_as_it_was(room: Newsroom, hand: Hand) -> None:
    before = await get(room.feed("gridline"))
    hand.move(30)
    room.open()
    assert (await get(room.feed("gridline"))).body == before.body


@pytest.mark.parametrize("outlet", [o for o in PROGRAMME.outlets if o.etag and not o.stumbles], ids=named)
async def test_an_etag_echoed_gives_304_without_a_body(room: Newsroom, outlet: Outlet) -> None:
    etag = (await get(room.feed(outlet.id))).headers["etag"]
    again = await get(room.feed(outlet.id), If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)


async def test_last_modified_echoed_gives_304_where_there_is_no_etag(room: Newsroom) -> None:
    date_given = (await get(room.feed("savepoint"))).headers["last-modified"]
    again = await get(room.feed("savepoint"), If_Modified_Since=date_given)
    assert (again.status, again.body) == (304, b"")


async def test_news_break_an_etag(room: Newsroom, hand: Hand) -> None:
    etag = (await get(room.feed("ledger"))).headers["etag"]
    room.open()
    hand.move(60)
    assert (await get(room.feed("ledger"), If_None_Match=etag)).status == 200


async def test_a_garbled_date_is_no_condition(room: Newsroom) -> None:
    assert (await get(room.feed("savepoint"), If_Modified_Since="yesterday")).status == 200


async def test_who_asks_for_gzip_gets_it(room: Newsroom) -> None:
    plain = await get(room.feed("gridline"))
    packed = await get(room.feed("gridline"), Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.body


async def test_one_outlet_stumbles_once_and_says_for_how_long(room: Newsroom) -> None:
    answers = [await get(room.feed("quayside")) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 503, 200]
    assert answers[1].headers["retry-after"] == "2"


@pytest.mark.parametrize("slug", [s.slug for s in PROGRAMME.stories if s.page is Page.OPEN and s.carries is None])
async def test_the_text_of_a_page_is_found_among_what_is_around_it(room: Newsroom, hand: Hand, slug: str) -> None:
    room.open()
    hand.move(60)
    text = trafilatura.extract((await get(room.link(STORIES[slug]))).body.decode())
    last = " ".join(STORIES[slug].body.split("\n\n")[-1].split())
    assert last in text
    assert "Our newsletter" not in text
    assert "open jobs" not in text


async def test_the_link_with_tracking_parameters_leads_to_the_page_it_carries(room: Newsroom, hand: Hand) -> None:
    room.open()
    hand.move(60)
    link = room.link(STORIES["northwind-cloud-carried"])
    own = room.link(STORIES["northwind-cloud-trims-sales-and-store-technology"])
    assert link.startswith(f"{own}?utm_source=")
    assert (await get(link)).body == (await get(own)).body


async def test_a_page_may_be_gone(room: Newsroom, hand: Hand) -> None:
    room.open()
    hand.move(60)
    assert (await get(room.link(STORIES["volmar-motors-sheds-14000"]))).status == 404
    assert room.counts["gone"] == 1


async def test_a_page_that_robots_txt_closes_is_counted_when_it_is_asked_for(room: Newsroom, hand: Hand) -> None:
    room.open()
    hand.move(60)
    closed = room.link(STORIES["kelpanto-axes-2400"])
    assert b"Disallow: /premium/" in (await get(f"{room.site('quayside')}/robots.txt")).body
    assert "/premium/" in closed
    assert (await get(closed)).status == 200
    assert room.counts["closed"] == 1


async def test_a_page_is_not_there_before_its_story_is(room: Newsroom) -> None:
    assert (await get(room.link(STORIES["nexora-narrows-its-focus"]))).status == 404


async def test_the_newsroom_knows_when_every_outlet_was_read_to_the_end(room: Newsroom, hand: Hand) -> None:
    for outlet in PROGRAMME.outlets:
        await get(room.feed(outlet.id))
    assert (room.baseline_served, room.exhausted) == (True, False)
    room.open()
    hand.move(60)
    for outlet in (*PROGRAMME.outlets, PROGRAMME.outlets[3]):
        await get(room.feed(outlet.id))
    assert room.exhausted


async def test_nothing_can_be_written_to_the_newsroom(room: Newsroom) -> None:
    assert (await post(room.feed("gridline"), b"x", {})).status == 405
