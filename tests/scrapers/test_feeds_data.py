"""Real feeds, exactly as served: what feedparser finds is an article or is counted, and nothing is altered."""

from __future__ import annotations

import io
import os
import tarfile
from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import feedparser
import pytest

from scrapers import feeds, quick, read, spans
from scrapers.collect import Collector
from scrapers.items import Document, Hints, Memory, News, Source, Unchanged
from tests.origin import Origin, Reply, Request

SOURCE = Source(id="real", url="https://news.example.com/feed")


def _bodies() -> dict[str, bytes]:
    folder = os.environ.get("PINKSLIP_DATA")
    if not folder:
        pytest.skip("skipped: no data")
    with tarfile.open(Path(folder) / "feeds.tar.gz") as archive:
        members = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        return {name: opened.read() for name, opened in members.items() if opened is not None}


def _document(body: bytes) -> Document:
    return Document(url=SOURCE.url, status=200, headers=((b"content-type", b"application/xml"),), body=body)


def _told(found: Any) -> tuple[object, ...]:
    parsed = dict.get(found, "published_parsed") or dict.get(found, "updated_parsed")
    when = datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    return found.get("title", ""), found.get("link"), found.get("id"), when


@pytest.mark.slow
def test_every_entry_is_as_feedparser_tells_it() -> None:
    differing: Counter[str] = Counter()
    entries = 0
    for body in _bodies().values():
        headers = {"content-type": "application/xml"}
        expected = [_told(found) for found in feedparser.parse(io.BytesIO(body), response_headers=headers).entries]
        feed = feeds.parse(_document(body))
        assert isinstance(feed, feeds.Feed)
        ours = [(entry.title, entry.link, entry.guid, entry.published_at) for entry in feed.entries]
        entries += len(expected)
        differing["count"] += len(ours) != len(expected)
        for one, other in zip(ours, expected, strict=False):
            differing.update(
                name for name, a, b in zip(("title", "link", "id", "date"), one, other, strict=True) if a != b
            )
    print(f"FIGURE feeds entries={entries} differing={dict(differing)}")
    assert +differing == Counter()


def test_every_entry_is_an_article_or_is_counted() -> None:
    counts: Counter[str] = Counter()
    lost = 0
    for body in _bodies().values():
        outcome, whole = read.news(_document(body), SOURCE)
        assert isinstance(outcome, News)
        counts.update(feeds=1, articles=len(outcome.articles), not_whole=not whole)
        counts.update({f"skipped {skipped.reason}": skipped.count for skipped in outcome.skipped})
        lost += outcome.entries - len(outcome.articles) - sum(skipped.count for skipped in outcome.skipped)
    print(f"FIGURE feeds {dict(counts)} lost={lost}")
    assert lost == 0


def _believed(date: datetime | None) -> datetime | None:
    """Sites without dates write the first of January of the year 1."""
    return None if date is None or date.year < 1990 else date


def test_an_article_keeps_what_its_publisher_wrote() -> None:
    altered = 0
    for body in _bodies().values():
        feed = feeds.parse(_document(body))
        assert isinstance(feed, feeds.Feed)
        articles = [(entry, read.article(entry, SOURCE, SOURCE.url)) for entry in feed.entries]
        altered += sum(
            (article.written_title, article.written_link, article.published_at)
            != (entry.title, entry.link, _believed(entry.published_at))
            for entry, article in articles
        )
    print(f"FIGURE feeds altered={altered}")
    assert altered == 0


def test_what_is_read_quickly_is_what_feedparser_gives() -> None:
    counts: Counter[str] = Counter()
    for body in _bodies().values():
        document = _document(body)
        feed = feeds.parse(document)
        expected = feeds._parse_with_feedparser(document, feeds._headers(document))
        assert isinstance(feed, feeds.Feed)
        assert expected is not None
        quickly = quick.read(document, feeds._headers(document)) is not None
        counts.update(
            feeds=1, quickly=quickly, differing=feed.entries != expected.entries, wishes=feed.hints != Hints()
        )
        counts["wishes differing"] += (feed.hints, feed.hub) != (expected.hints, expected.hub)
    print(f"FIGURE feeds quickly {dict(counts)}")
    assert (counts["differing"], counts["wishes differing"]) == (0, 0)
    assert counts["quickly"] >= 0.9 * counts["feeds"]


def test_the_rest_of_a_feed_gives_its_new_entries() -> None:
    counts: Counter[str] = Counter()
    for body in _bodies().values():
        found, whole = spans.split(body), feeds.parse(_document(body))
        assert isinstance(whole, feeds.Feed)
        counts.update(feeds=1, split=found is not None and whole.sure)
        if found is None or not whole.sure:
            continue
        new = min(2, len(found.digests))
        rest = feeds.parse(_document(found.without(frozenset(found.digests[new:]))))
        assert isinstance(rest, feeds.Feed)
        counts["differing"] += rest.entries != whole.entries[:new] or not rest.sure
    print(f"FIGURE feeds split {dict(counts)}")
    assert counts["differing"] == 0
    assert counts["split"] >= 0.9 * counts["feeds"]


@pytest.mark.slow
@pytest.mark.parametrize("validating", [True, False], ids=["with validators", "without"])
async def test_a_second_pass_over_loopback_brings_nothing(*, validating: bool) -> None:
    served = {f"/{name}": body for name, body in _bodies().items()}

    def reply(request: Request) -> Reply:
        if request.header("if-none-match") == b'"1"':
            return Reply(status=304)
        return Reply(body=served[request.path], headers=((b"ETag", b'"1"'),) if validating else ())

    loopback = (ip_network("127.0.0.0/8"),)
    told: Counter[str] = Counter()
    async with (
        Origin() as origin,
        Collector(
            user_agent="Pinkslip/0.1 (+https://pinkslip.example)", allow_private=loopback, per_host_delay=0.0
        ) as collector,
    ):
        for path in served:
            origin.on(path, reply)
            source = Source(id=path, url=origin.url(path))
            outcome, memory = await collector.poll(source, Memory())
            assert isinstance(outcome, News)
            again, _ = await collector.poll(source, memory)
            told.update(feeds=1, articles=len(outcome.articles), unchanged=isinstance(again, Unchanged))
    print(f"FIGURE feeds second pass {dict(told)}")
    assert told["unchanged"] == told["feeds"]
