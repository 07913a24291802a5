"""Documents made to hurt whoever parses them: a worker is lost at most, and the daemon's loop never waits."""

from __future__ import annotations

import asyncio
import codecs
import os
import time
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from scrapers.collect import Collector
from scrapers.items import Failed, Memory, News, Outcome, Reason, Source
from scrapers.workers import Killed, Workers
from tests.origin import Origin, Reply
from tests.scrapers import hanging
from tests.scrapers.blasting import Heartbeat

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
LONG = "PINKSLIP_LONG" in os.environ
SECRET = "newsdesk-canary-77d0"
ITEM = "<item><title>{}</title><link>https://news.example/a</link></item>"


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin(checks_hygiene=False) as running:
        yield running


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0.0) as running:
        yield running


def _rss(inside: str, doctype: str = "") -> bytes:
    return f"<?xml version='1.0'?>{doctype}<rss version='2.0'><channel>{inside}</channel></rss>".encode()


def _entities(secret: Path, tripwire: str) -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    yield "billion laughs", _rss(ITEM.format("&l12;"), f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>')
    yield "quadratic entities", _rss(ITEM.format("&q;" * 50_000), f'<!DOCTYPE x [<!ENTITY q "{"q" * 50_000}">]>')
    for name, url in (("file", secret.as_uri()), ("http", f"{tripwire}/x"), ("path", str(secret))):
        yield f"entity of a {name}", _rss(ITEM.format("&f;"), f'<!DOCTYPE x [<!ENTITY f SYSTEM "{url}">]>')
        yield f"parameter of a {name}", _rss(ITEM.format("x"), f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}"> %p;]>')
        yield f"DTD of a {name}", _rss(ITEM.format("x"), f'<!DOCTYPE x SYSTEM "{url}">')
    includes = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    yield "an inclusion", _rss(f"<item><title>{includes}</title></item>")
    sheet = f'<?xml-stylesheet href="{tripwire}/x" type="text/xsl"?>'
    yield "a style sheet", _rss(ITEM.format("x"), sheet)


def _sizes() -> Iterator[tuple[str, bytes]]:
    yield "200,000 levels", _rss("<a>" * 200_000)
    yield "200,000 levels in a title", _rss(ITEM.format("&lt;div>" * 200_000))
    yield "a title of 9 MB", _rss(ITEM.format("t" * 9_000_000))
    yield "nested CDATA", _rss(ITEM.format("<![CDATA[" * 100_000 + "]]>" * 100_000))
    yield "CDATA without an end", _rss(ITEM.format("<![CDATA[" * 100_000))
    yield "comments in comments", _rss(ITEM.format("<!--" * 500_000))
    yield "JSON of 100,000 levels", b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000
    if LONG:
        attributes = " ".join(f'a{n}="b"' for n in range(65_000))
        yield "65,000 attributes", _rss(f"<item {attributes}><title>x</title></item>")
        yield "a million items", _rss("<item/>" * 1_000_000)
        yield "200,000 items", _rss("".join(f"<item><title>Halvora {n}</title></item>" for n in range(200_000)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["entities", "sizes"])
async def test_no_hostile_document_stalls_the_loop_opens_a_file_or_asks_a_host(
    origin: Origin, collector: Collector, tmp_path: Path, kind: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    origin.on("/good", Reply(body=_rss(ITEM.format("Halvora cuts 400 jobs"))))
    async with Origin(host="127.0.0.2") as tripwire:
        documents = dict(_entities(secret, tripwire.base) if kind == "entities" else _sizes())
        for number, body in enumerate(documents.values()):
            origin.on(f"/{number}", Reply(body=body))
        await _polled(collector, origin, "/good")
        async with Heartbeat() as heart:
            outcomes = await asyncio.gather(*(_polled(collector, origin, f"/{n}") for n in range(len(documents))))
            good = await _polled(collector, origin, "/good")
        told = {name: _told(outcome) for name, outcome in zip(documents, outcomes, strict=True)}
        print(f"FIGURE X1 {kind} gap={heart.gap:.3f} gap_of_work={heart.work:.3f} accepts={tripwire.accepts} {told}")
        assert (SECRET in repr(outcomes), tripwire.accepts, isinstance(good, News)) == (False, 0, True)
        assert (heart.work <= 0.1, heart.gap < 1.0) == (True, True)


async def _polled(collector: Collector, origin: Origin, path: str) -> Outcome:
    return (await collector.poll(Source(id="wire", url=origin.url(path)), Memory()))[0]


def _told(outcome: Outcome) -> str:
    return outcome.detail if isinstance(outcome, Failed) else f"{getattr(outcome, 'entries', 0)} entries"


async def test_a_worker_that_was_killed_is_replaced_at_once() -> None:
    async with Workers(count=1) as workers:
        await workers.run(hanging.worker)
        with pytest.raises(Killed):
            await workers.run(hanging.spin, seconds=0.2)
        began, worked = time.perf_counter(), time.process_time()
        await workers.run(hanging.worker)
        took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"FIGURE X1 restart_seconds={took:.2f} own_work={work:.2f}")
    assert took < 5.0


async def test_work_counts_and_waiting_for_a_busy_machine_does_not() -> None:
    async with Workers(count=1) as workers:
        await workers.run(hanging.nap, 0.6, seconds=0.3)
        with pytest.raises(Killed) as caught:
            await workers.run(hanging.nap, 60.0, seconds=0.2)
    assert caught.value.reason == "time"


TITLE = "Société Générale 裁员 Ελλάδα"
WESTERN = "Société générale"
DECLARED = '<?xml version="1.0"{}?><rss version="2.0"><channel><item><title>{}</title></item></channel></rss>'
ENCODINGS = {
    # name: what the document declares, how it is written, the header's type, the title expected (RFC 7303, 3.)
    "nothing said": ("", "utf-8", b"application/rss+xml", TITLE),
    "declared": (' encoding="iso-8859-1"', "iso-8859-1", b"application/rss+xml", WESTERN),
    "header before declaration": (' encoding="iso-8859-1"', "utf-8", b"application/xml; charset=utf-8", TITLE),
    "header alone": ("", "windows-1252", b"application/xml; charset=windows-1252", WESTERN),
    "text/xml is not ASCII": ("", "utf-8", b"text/xml", TITLE),
    "text/xml declared": (' encoding="iso-8859-1"', "iso-8859-1", b"text/xml", WESTERN),
    "mark before header": ("", "utf-8-sig", b"application/xml; charset=iso-8859-1", TITLE),
    "mark before declaration": (' encoding="iso-8859-1"', "utf-8-sig", b"application/xml", TITLE),
    "UTF-16 with a mark": (' encoding="utf-16"', "utf-16", b"application/xml", TITLE),
    "UTF-16 and a header of UTF-8": (' encoding="utf-8"', "utf-16", b"text/xml; charset=utf-8", TITLE),
    "UTF-32 with a mark": (' encoding="utf-32"', "utf-32", b"application/xml", TITLE),
    "GB18030 said to be GB2312": (' encoding="gb2312"', "gb18030", b"application/xml", "裁员 𠀀"),
}


async def test_texts_are_read_in_the_encoding_that_rfc_7303_names(origin: Origin, collector: Collector) -> None:
    read = {}
    for number, (name, (declared, actual, kind, title)) in enumerate(ENCODINGS.items()):
        body = DECLARED.format(declared, title).encode(actual)
        origin.on(f"/{number}", Reply(body=body, headers=((b"Content-Type", kind),)))
        outcome = await _polled(collector, origin, f"/{number}")
        read[name] = (outcome.articles[0].title if isinstance(outcome, News) and outcome.articles else outcome, title)
    wrong = {name: pair for name, pair in read.items() if pair[0] != pair[1]}
    print(f"FIGURE X2 encodings={len(read)} as_rfc_7303={len(read) - len(wrong)}")
    assert wrong == {}


_OPEN, _CLOSE = b"<rss version='2.0'><channel><item><title>Halvora ", b" cuts</title></item></channel></rss>"
BROKEN = {
    "windows-1252 in UTF-8": b"\x93so\x94 \x85",
    "a lone surrogate": b"\xed\xa0\x80",
    "an overlong slash": b"\xc0\xaf",
    "beyond Unicode": b"\xf7\xbf\xbf\xbf",
    "half a character": b"\xe2\x82",
    "NUL": b"\x00",
    "control characters": bytes(range(1, 32)),
    "a reference to a surrogate": b"&#xD800;",
    "a reference to NUL": b"&#0;",
    "a reference beyond Unicode": b"&#x110000; &#99999999999999999999;",
    "a byte order mark inside": codecs.BOM_UTF8,
    "UTF-16 inside": "jobs".encode("utf-16"),
}


@pytest.mark.parametrize(
    "declared", ["utf-8", "latin-1", "utf-7", "utf-16", "no-such-thing", "rot13", "unicode_escape"]
)
async def test_bytes_that_are_no_text_become_valid_text_or_nothing(
    origin: Origin, collector: Collector, declared: str
) -> None:
    head = f"<?xml version='1.0' encoding='{declared}'?>".encode()
    texts, crashed = [], {}
    for number, (name, junk) in enumerate(BROKEN.items()):
        origin.on(f"/{number}", Reply(body=head + _OPEN + junk + _CLOSE))
        outcome = await _polled(collector, origin, f"/{number}")
        if isinstance(outcome, News):
            texts += [text for one in outcome.articles for text in (one.title, one.written_title)]
        elif not isinstance(outcome, Failed) or outcome.reason is not Reason.NOT_A_FEED:
            crashed[name] = outcome
    print(f"FIGURE X2 declared={declared} cases={len(BROKEN)} texts={len(texts)} crashed={len(crashed)}")
    assert ("\x00" in "".join(texts).encode("utf-8").decode("utf-8"), crashed) == (False, {})
