"""The order of things, with real parts."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from monitor.archive import Archive
from monitor.config import load
from monitor.cycle import Newswire
from monitor.decide import host
from monitor.deliver import Courier
from monitor.rounds import Rounds
from scrapers.collect import Collector
from scrapers.items import Memory
from tests.faults.harness import configure, rss
from tests.making import NOW
from tests.origin import Origin, Reply


class Stumbling:
    """Rules with a bug that one headline meets."""

    def __init__(self, pack):
        self._pack = pack

    def judge(self, text):
        if "Brantiq" in text.title:
            raise IndexError(text.title)
        return self._pack.judge(text)


@pytest.fixture
async def origin():
    async with Origin() as origin:
        origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq", "Tirmona"])))
        yield origin


@pytest.fixture
async def newswire(tmp_path, origin):
    configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
    settings = load(tmp_path, {})
    archive = Archive.open(settings.archive)
    collector = Collector(user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0)
    async with collector:
        courier = Courier(collector.door, print)
        newswire = Newswire(settings, archive, collector, courier, lambda: NOW, Random(1))
        await newswire.enroll()
        yield newswire
        newswire.close()
    archive.close()


@pytest.fixture
def rounds(newswire):
    return Rounds(newswire, lambda: newswire._clock())  # noqa: PLW0108 (tests set the clock later)


async def test_an_article_that_meets_a_bug_is_tried_again_and_the_others_go_on(newswire, caplog):
    rules = newswire.settings.pack
    newswire.settings = replace(newswire.settings, pack=Stumbling(rules))
    (due,) = await newswire.every(due_only=False)
    first = await newswire.ask(due)
    newswire.settings = replace(newswire.settings, pack=rules)
    (due,) = await newswire.every(due_only=False)
    due = replace(due, state=replace(due.state, memory=Memory()))  # the feed changed
    second = await newswire.ask(due)
    assert (first.new, second.new) == (2, 1)
    assert "article_crashed" in caplog.text


async def asked(newswire, times=1):
    for _ in range(times):
        (due,) = await newswire.every(due_only=False)
        await newswire.ask(due)
    (due,) = await newswire.every(due_only=False)
    return due.state


async def test_an_address_that_has_moved_for_good_is_asked_at_once_and_the_configured_one_stays(newswire, origin):
    origin.on("/new", Reply(body=rss(["Halvora"])))
    origin.on("/feed", Reply(status=301, headers=((b"Location", b"/new"),)))
    state = await asked(newswire, 5)
    assert [request.path for request in origin.requests] == ["/feed", "/new"] * 3 + ["/new"] * 2
    assert (state.url, state.moved_to) == (origin.url("/feed"), origin.url("/new"))
    origin.on("/new", Reply(status=404))
    origin.on("/feed", Reply(body=rss(["Halvora"])))
    state = await asked(newswire, 2)
    assert [request.path for request in origin.requests[-2:]] == ["/new", "/feed"]
    assert (state.moved_to, state.failures) == (None, 0)


async def test_word_of_a_source_goes_through_the_outbox(newswire, origin, rounds):
    await asked(newswire)
    origin.on("/feed", Reply(status=410))
    await asked(newswire, 3)
    await rounds.survey()
    await rounds.survey()
    told = list(
        newswire._archive.db.query("select kind, reason, state, channel_id, body from alerts where layoff_id is null")
    )
    assert [(each["kind"], each["reason"], each["state"]) for each in told] == [("source.down", "wire", "pending")]
    assert "gone: status 410, 3 times in a row" in json.loads(told[0]["body"])["data"]["message"]


async def test_a_channel_may_be_spared_word_of_sources(newswire, origin, rounds):
    policy = newswire.settings.policy
    channels = tuple(replace(channel, sources=False) for channel in policy.channels)
    newswire.settings = replace(newswire.settings, policy=replace(policy, channels=channels))
    origin.on("/feed", Reply(status=410))
    await asked(newswire, 3)
    await rounds.survey()
    assert list(newswire._archive.db.query("select id from alerts where layoff_id is null")) == []


async def test_what_fell_out_of_a_feed_before_we_came_again_is_noted(newswire, origin):
    await asked(newswire)
    newswire._clock = lambda: NOW + timedelta(days=2)
    origin.on("/feed", Reply(body=rss(["Volmar", "Ospera"], at=NOW + timedelta(hours=45))))
    await asked(newswire)
    gaps = list(newswire._archive.db.query("select source_id, since, until, filled_at from gaps"))
    assert [(gap["source_id"], gap["since"][:10], gap["filled_at"]) for gap in gaps] == [("wire", "2026-11-23", None)]
    await asked(newswire)
    assert newswire._archive.db.table("gaps").count == 1


SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>"""
STORY = """<url><loc>https://news.example/{name}</loc><news:news><news:title>{name} to cut 300 jobs</news:title>
<news:publication_date>{date}</news:publication_date></news:news></url>"""


async def test_a_gap_is_filled_from_the_sitemap_with_what_lies_in_it(newswire, origin, rounds):
    (wire,) = newswire.sources.values()
    newswire.sources = {"wire": replace(wire, sitemap=origin.url("/sitemap.xml"))}
    await asked(newswire)
    newswire._clock = lambda: NOW + timedelta(days=2)
    dates = {"Before": -1, "Kelpanto": 20, "Nexora": 40, "After": 47}
    stories = (STORY.format(name=name, date=(NOW + timedelta(hours=h)).isoformat()) for name, h in dates.items())
    origin.on("/sitemap.xml", Reply(body=SITEMAP.format("".join(stories)).encode()))
    origin.on("/feed", Reply(body=rss(["Volmar"], at=NOW + timedelta(hours=45))))
    await asked(newswire)
    await rounds.fill_gaps()
    await rounds.fill_gaps()
    titles = {row["title"] for row in newswire._archive.db.query("select title from articles")}
    assert {"Kelpanto to cut 300 jobs", "Nexora to cut 300 jobs"} <= titles
    assert not {"Before to cut 300 jobs", "After to cut 300 jobs"} & titles
    (gap,) = newswire._archive.db.query("select filled, filled_at from gaps")
    assert (gap["filled"], gap["filled_at"] is not None, len(origin.asked("/sitemap.xml"))) == (2, True, 1)


async def test_a_gap_waits_for_a_sitemap_that_fails_and_for_a_host_that_asked_to_be_left_alone(
    newswire, origin, rounds
):
    (wire,) = newswire.sources.values()
    newswire.sources = {"wire": replace(wire, sitemap=origin.url("/sitemap.xml"))}
    await asked(newswire)
    now = NOW + timedelta(days=2)
    newswire._clock = lambda: now
    story = STORY.format(name="Kelpanto", date=(NOW + timedelta(hours=20)).isoformat())
    held = Reply(status=503, headers=((b"Retry-After", b"7200"),))
    origin.on("/sitemap.xml", [held, Reply(body=SITEMAP.format(story).encode())])
    origin.on("/feed", Reply(body=rss(["Volmar"], at=NOW + timedelta(hours=45))))
    await asked(newswire)
    for hours in (0, 1, 1.9):
        now = NOW + timedelta(days=2, hours=hours)
        await rounds.fill_gaps()
    assert len(origin.asked("/sitemap.xml")) == 1
    now = NOW + timedelta(days=2, hours=2.1)
    await rounds.fill_gaps()
    assert [row["filled"] for row in newswire._archive.db.query("select filled from gaps")] == [1]


async def test_a_list_that_stays_empty_is_told_to_have_collapsed(newswire, origin, rounds):
    origin.on("/feed", Reply(body=rss([f"Name{n}" for n in range(20)])))
    await asked(newswire)
    origin.on("/feed", Reply(body=rss([])))
    for _ in range(3):
        await asked(newswire)
    await rounds.survey()
    (state,) = newswire._archive.sources.states(("wire",))
    assert (state.condition, state.told) == ("collapsed", "collapsed")


async def test_what_is_due_is_put_off_before_it_is_asked(newswire):
    assert len(await newswire.due(frozenset(), 10)) == 1
    assert await newswire.due(frozenset(), 10) == ()


async def test_a_busy_host_is_not_asked_at_the_same_time(newswire):
    (source,) = newswire.sources.values()
    assert await newswire.due(frozenset({host(source.url)}), 10) == ()
