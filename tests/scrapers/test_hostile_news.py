"""Feeds that mislead: pages in their place, ids that change or collide, dates of another age. On a real archive."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

import pytest

from monitor.archive import Archive
from monitor.config import load
from monitor.cycle import Newswire
from monitor.deliver import Courier
from monitor.model import Poll
from scrapers.collect import Collector
from tests.faults.harness import configure
from tests.making import NOW
from tests.origin import Origin, Reply, Request

DATE = format_datetime(NOW - timedelta(minutes=5))


@dataclass(slots=True)
class Clock:
    now: datetime

    def read(self) -> datetime:
        return self.now


class World:
    """One source, polled by the real machine into a real archive, on a clock of ours."""

    def __init__(self, newswire: Newswire, archive: Archive, origin: Origin, clock: Clock) -> None:
        self.newswire = newswire
        self.archive = archive
        self.origin = origin
        self._clock = clock

    @property
    def now(self) -> datetime:
        return self._clock.now

    def serve(self, script: Reply | list[Reply] | Callable[[Request], Reply]) -> None:
        self.origin.on("/feed", script)

    async def poll(self, times: int = 1) -> Poll:
        for _ in range(times):
            self._clock.now += timedelta(minutes=1)
            (due,) = await self.newswire.every(due_only=False)
            poll = await self.newswire.ask(due)
        return poll

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return list(self.archive.db.execute(sql).fetchall())

    def told(self) -> Counter[tuple[str, str]]:
        """How often each employer was told of, and as what."""
        bodies = [json.loads(str(body)) for (body,) in self.rows("select cast(body as text) from alerts")]
        return Counter((body["data"].get("company") or "", body["type"]) for body in bodies)


@asynccontextmanager
async def world_in(folder: Path) -> AsyncIterator[World]:
    async with Origin() as origin:
        configure(folder, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        settings = load(folder, {}, examples=False)
        archive = Archive.open(settings.archive)
        collector = Collector(user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0)
        async with collector:
            clock = Clock(NOW)
            courier = Courier(collector.door, print)
            newswire = Newswire(settings, archive, collector, courier, clock.read, Random(1))
            world = World(newswire, archive, origin, clock)
            await newswire.enroll()
            yield world
            newswire.close()
        archive.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as made:
        yield made


def item(title: str, link: str = "", guid: str = "", text: str = "", date: str = DATE) -> str:
    parts = {"title": title, "link": link, "guid": guid, "description": text, "pubDate": date}
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value) + "</item>"


def feed(*items: str, tag: bytes = b"") -> Reply:
    body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>{"".join(items)}</channel></rss>'
    return Reply(body=body.encode(), headers=((b"ETag", tag),) if tag else ())


NO_FEEDS = {
    "a login page": b"<!doctype html><html><head><title>Sign in</title></head><body><form action='/login'><input name='password'></form></body></html>",
    "a challenge": b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'></div></body></html>",
    "a captive portal": b"<html><head><meta http-equiv='refresh' content='0; url=http://portal.example/'></head></html>",
    "XHTML": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body/></html>",
    "an error in XML": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "nothing": b"",
    "white space": b" \n" * 999,
    "JSON": b'{"error": "rate limited"}',
    "a JSON list": b'[{"title": "Halvora"}]',
    "JSON Feed without items": b'{"version": "https://jsonfeed.org/version/1.1"}',
    "a PDF": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
    "a gzip file": gzip.compress(b"<rss version='2.0'><channel></channel></rss>"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "plain text": b"Service temporarily unavailable",
    "a sitemap": b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://news.example/a</loc></url></urlset>",
}


async def test_what_is_no_feed_changes_nothing_that_was_kept(world: World) -> None:
    world.serve(feed(item("Halvora cuts 400 jobs", "https://news.example/h"), tag=b'"1"'))
    await world.poll()
    kept = _kept(world)
    outcomes = {}
    for name, body in NO_FEEDS.items():
        world.serve(Reply(body=body, headers=((b"ETag", b'"login"'), (b"cf-mitigated", b"challenge"))))
        outcomes[name] = (await world.poll()).outcome
        outcomes[name] += "" if _kept(world) == kept else " and changed"
    world.serve(Reply(status=304))
    again = (await world.poll()).outcome
    changed = sum(outcome.endswith("changed") for outcome in outcomes.values())
    print(
        f"FIGURE X3 answers={len(outcomes)} not_a_feed={list(outcomes.values()).count('not_a_feed')} changes={changed}"
    )
    assert (set(outcomes.values()), again) == ({"not_a_feed"}, "unchanged")
    assert world.origin.requests[-1].header("if-none-match") == b'"1"'


def _kept(world: World) -> list[object]:
    tables = ("articles", "entries", "layoffs", "alerts")
    return [
        [world.rows(f"select * from {table}") for table in tables],
        world.rows("select etag, body_hash from sources"),
    ]


POLLS = 100


def _stories(n: int) -> list[str]:
    """The same ten stories, dressed anew for each poll."""
    page, pad = "https://news.example", " " * (n % 5)
    swapped = ("s-1", "s-2") if n % 2 else ("s-2", "s-1")
    return [
        item("Halvora to cut 410 jobs", f"{page}/halvora", f"new-{n}"),
        item("Brantiq to cut 420 jobs", "", f"new-{n}-b"),
        item("Tirmona to cut 430 jobs", f"{page}/tirmona?utm_source=rss&amp;utm_campaign=c{n}", f"t-{n}"),
        item("Nexora to cut 440 jobs", f"http{'s' * (n % 2)}://{'www.' * (n % 3 == 0)}news.example/nexora"),
        item("Kelpanto to cut 450 jobs", f"{page}/s{n}/kelpanto", f"{page}/s{n}/kelpanto"),
        item(f"Ospera Bank to cut 460 jobs, version {n}", f"{page}/ospera", "o"),
        item("Volmar Motors to cut 470 jobs", f"{page}/volmar", "v", text=f"It said so {n} times."),
        item("Dravona to cut 480 jobs", f"{page}/dravona", swapped[0]),
        item("Quistor to cut 490 jobs", f"{page}/quistor", swapped[1]),
        item("Lumetra to cut 510 jobs", "", f"{pad}{'LUM' if n % 2 else 'lum'}-1{pad}"),
        item("Ferrano to cut 520 jobs", "", "f" * 2**20),
        item("Sandovar to cut 530 jobs", "", "", date=""),
    ]


@pytest.mark.slow
async def test_a_hundred_polls_of_changing_ids_tell_each_story_once(world: World) -> None:
    world.serve(feed())
    await world.poll()
    for n in range(POLLS):
        world.serve(feed(*_stories(n)))
        poll = await world.poll()
        assert poll.outcome == "news", poll
    told = world.told()
    twice = {key: count for key, count in told.items() if count > 1 or key[1] != "layoff.opened"}
    print(f"FIGURE X4 polls={POLLS} stories={len(_stories(0))} told={len(told)} told_more_than_once={len(twice)}")
    assert (len(told), twice) == (len(_stories(0)), {})


COLLISIONS = {
    "one guid, no links": lambda n: item(f"Firm {n} opens a plant", "", "same"),
    "one guid, own links": lambda n: item(f"Firm {n} opens a plant", f"https://news.example/{n}", "same"),
    "one link, own guids": lambda n: item(f"Firm {n} opens a plant", "https://news.example/all", f"g{n}"),
    "the home page for all": lambda n: item(
        f"Firm {n} opens a plant", "https://news.example/", "https://news.example/"
    ),
    "neither": lambda n: item(f"Firm {n} opens a plant"),
    "long guids that differ at their end": lambda n: item(f"Firm {n} opens a plant", "", "g" * 5_000 + str(n)),
}


@pytest.mark.parametrize("name", COLLISIONS)
async def test_items_that_share_an_id_are_all_kept(world: World, name: str) -> None:
    world.serve(feed(*(COLLISIONS[name](n) for n in range(40))))
    for _ in range(2):
        poll = await world.poll()
    stored = world.rows("select count(*) from articles")[0][0]
    print(f"FIGURE X4 collision={name!r} stored={stored} of=40")
    assert (stored, poll.new) == (40, 0)


TODAY = datetime(2026, 11, 23, tzinfo=UTC)
DATES: dict[str, tuple[str, object]] = {
    # as written: what is kept. NOW is a minute before the poll; None is unknown.
    "now": (DATE, NOW - timedelta(minutes=5)),
    "in ten years": ("Mon, 23 Nov 2036 10:00:00 GMT", "clamped"),
    "in two days": ("Wed, 25 Nov 2026 12:00:00 GMT", "clamped"),
    "a zone ahead": ("Mon, 23 Nov 2026 23:30:00 GMT", TODAY + timedelta(hours=23, minutes=30)),
    "an unknown zone": ("Mon, 23 Nov 2026 10:00:00 XQZ", TODAY + timedelta(hours=10)),
    "an impossible zone": ("Mon, 23 Nov 2026 10:00:00 +9900", "any"),
    "no zone": ("2026-11-23T10:00:00", TODAY + timedelta(hours=10)),
    "a century ago": ("Tue, 23 Nov 1926 10:00:00 GMT", None),
    "the epoch": ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    "year one": ("0001-01-01T00:00:00Z", None),
    "missing": ("", None),
    "words": ("yesterday, about noon", None),
    "24:00": ("Sun, 22 Nov 2026 24:00:00 GMT", "any"),
    "a leap second": ("Sat, 31 Dec 2016 23:59:60 GMT", "any"),
    "five digits": ("12026-11-23T10:00:00Z", "any"),
    "the thirty-first of November": ("Mon, 31 Nov 2026 10:00:00 GMT", "any"),
    "a French month": ("lun., 23 nov. 2026 10:00:00 +0100", "any"),
    "a German month": ("Mo, 23 Dez 2025 10:00:00 +0100", "any"),
    "huge": ("9" * 400, "any"),
    "negative": ("-2026-11-23T10:00:00Z", "any"),
}


async def test_no_date_puts_an_article_before_the_others_for_ever(world: World) -> None:
    items = [
        item(f"Firm {n} opens a plant", f"https://news.example/{n}", date=date)
        for n, (date, _) in enumerate(DATES.values())
    ]
    world.serve(feed(*items))
    await world.poll()
    rows = world.rows(
        "select cast(substr(url, 22) as integer), published_at, first_seen_at, date_trust from articles order by 1"
    )
    wrong = {}
    for (name, (_, expected)), (_, published, seen, trust) in zip(DATES.items(), rows, strict=True):
        at = datetime.fromisoformat(str(published)) if published else None
        if trust == "clamped":
            as_kept: object = "clamped" if at == world.now else at
        else:
            as_kept = at
        fits = expected == "any" or as_kept == expected
        ahead = at is not None and at > world.now + timedelta(hours=24)
        if not fits or ahead or datetime.fromisoformat(str(seen)) != world.now:
            wrong[name] = (published, trust)
    print(
        f"FIGURE X7 dates={len(DATES)} wrong={len(wrong)} ahead_of_now={sum(str(row[1] or '') > '2026-11-24T12:01' for row in rows)}"
    )
    assert wrong == {}
