"""Sitemaps: what is recent in them, and what of them is refused."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.items import Document, Failed, Reason
from scrapers.sitemap import MOST_ENTRIES, MOST_PARTS, Index, Sitemap, moment, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAIN = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
STORY = """<url><loc>https://herald.example/halvora</loc><news:news>
<news:publication><news:name>Herald</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-23T09:30:00+02:00</news:publication_date>
<news:title>Halvora cuts 400 jobs at R&amp;D</news:title></news:news></url>"""


def document(body: bytes | str, url: str = "https://herald.example/sitemap.xml") -> Document:
    return Document(url=url, status=200, headers=(), body=body.encode() if isinstance(body, str) else body)


def urlset(*urls: str) -> str:
    return f'<?xml version="1.0"?><urlset xmlns="{PLAIN}" xmlns:news="{NEWS}">{"".join(urls)}</urlset>'


def url(name: str, changed: str = "") -> str:
    return f"<url><loc>https://herald.example/{name}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"


def index(*parts: tuple[str, str]) -> str:
    inside = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for loc, at in parts
    )
    return f'<sitemapindex xmlns="{PLAIN}">{inside}</sitemapindex>'


def sitemap(body: bytes | str) -> Sitemap:
    read = parse(document(body), NOW)
    assert isinstance(read, Sitemap), read
    return read


def reason(body: bytes | str) -> tuple[Reason, str]:
    read = parse(document(body), NOW)
    assert isinstance(read, Failed), read
    return read.reason, read.detail


def test_a_news_sitemap_says_title_date_and_language() -> None:
    read = sitemap(urlset(STORY))
    (entry,) = read.entries
    assert (entry.link, entry.title, entry.language) == (
        "https://herald.example/halvora", "Halvora cuts 400 jobs at R&D", "en",
    )  # fmt: skip
    assert (entry.published, entry.published_at) == (
        "2026-11-23T09:30:00+02:00", datetime(2026, 11, 23, 7, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (read.title, read.complete) == ("Herald", True)


def test_a_plain_sitemap_makes_up_neither_title_nor_date() -> None:
    (entry,) = sitemap(urlset(url("halvora-cuts-400-jobs", "2026-11-23T09:00:00Z"))).entries
    assert (entry.title, entry.published_at, entry.published) == ("", None, None)


def test_of_plain_pages_those_that_changed_of_late_are_read_latest_first() -> None:
    read = sitemap(urlset(url("undated"), url("old", "2026-11-01"), url("a", "2026-11-22"), url("b", "2026-11-23")))
    names = [entry.link.rpartition("/")[2] for entry in read.entries]
    assert (names, read.older) == (["b", "a", "undated"], 1)


def test_the_titles_of_pictures_and_videos_are_not_those_of_their_page() -> None:
    picture = (
        '<url xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:image>'
        "<image:loc>https://herald.example/a.jpg</image:loc><image:title>A plant</image:title></image:image>"
        "<loc>https://herald.example/page</loc></url>"
    )
    (entry,) = sitemap(urlset(picture)).entries
    assert (entry.link, entry.title) == ("https://herald.example/page", "")


def test_more_than_the_most_are_counted_and_left_out() -> None:
    read = sitemap(urlset(*(url(str(number)) for number in range(MOST_ENTRIES + 5))))
    assert (len(read.entries), read.older) == (MOST_ENTRIES, 5)


def test_the_newest_parts_of_an_index_come_first_and_old_ones_not_at_all() -> None:
    parts = [(f"https://herald.example/{day}.xml", f"2026-11-{day:02}") for day in (1, 21, 22, 23)]
    parts += [("/undated.xml", ""), ("/news.xml", ""), ("javascript:x", "2026-11-23"), ("/2099.xml", "2099-01-01")]
    read = parse(document(index(*parts)), NOW)
    assert isinstance(read, Index)
    names = [part.url.removeprefix("https://herald.example/") for part in read.parts]
    assert (names, read.others) == (["23.xml", "22.xml", "21.xml", "news.xml", "undated.xml"], 3)


def test_an_index_of_many_parts_is_bounded() -> None:
    read = parse(document(index(*((f"https://herald.example/{n}.xml", "2026-11-23") for n in range(5_000)))), NOW)
    assert isinstance(read, Index)
    assert (len(read.parts), read.others) == (MOST_PARTS, 5_000 - MOST_PARTS)


def test_a_gzipped_file_is_read_whatever_its_headers_call_it() -> None:
    assert len(sitemap(gzip.compress(urlset(STORY).encode())).entries) == 1


def test_a_file_that_unfolds_to_a_gigabyte_is_refused_within_bounds() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    bomb = b"".join([*(packer.compress(bytes(2**20)) for _ in range(1024)), packer.flush()])
    tracemalloc.start()
    start = time.monotonic()
    refused, _ = reason(bomb)
    seconds, (_, peak) = time.monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"FIGURE H1 sitemap_peak_mib={peak / 2**20:.1f} seconds={seconds:.2f}")
    assert (refused, peak < 32 * 2**20) == (Reason.TOO_LARGE, True)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_gzipped_file_without_its_end_gives_nothing(cut: float) -> None:
    whole = gzip.compress(urlset(*(url(str(number)) for number in range(200))).encode())
    assert reason(whole[: int(len(whole) * cut)])[0] is Reason.PROTOCOL


def test_a_sitemap_without_its_end_gives_what_it_has_and_is_not_whole() -> None:
    read = sitemap(urlset(url("a"), url("b"), url("c"))[:-40])
    assert ([entry.link[-1] for entry in read.entries], read.complete) == (["a", "b"], False)


def test_a_careless_sitemap_is_read_and_whole() -> None:
    careless = f"<urlset><url><loc>https://herald.example/?a=1&b=2</loc></url>{STORY}</urlset>"
    read = sitemap(careless)
    assert ([entry.title for entry in read.entries], read.complete) == (["Halvora cuts 400 jobs at R&D", ""], True)
    assert read.entries[1].link == "https://herald.example/?a=1&b=2"


ENTITIES = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 40))
DOCTYPES = [
    f'<!DOCTYPE urlset [<!ENTITY a0 "lol">{ENTITIES}]><urlset><url><loc>&a39;</loc></url></urlset>',
    '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/&x;</loc></url></urlset>',
    '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:1/x.dtd"><urlset><url><loc>https://a.example/</loc></url></urlset>',
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("body", DOCTYPES, ids=["laughs", "file", "external"])
def test_a_document_type_is_refused(body: str, encoding: str) -> None:
    start = time.monotonic()
    refused = reason(body.encode(encoding))
    print(f"FIGURE X1 sitemap_refused_seconds={time.monotonic() - start:.3f}")
    assert refused == (Reason.NOT_A_FEED, "not a sitemap: it declares a document type")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an empty answer"),
        (b"\n", "an empty answer"),
        (b"words", "not a sitemap"),
        (b"%PDF-1.7", "not a sitemap"),
        (b"{}", "not a sitemap"),
        (b"<html><body>Sign in</body></html>", "not a sitemap"),
        (b"<rss version='2.0'><channel/></rss>", 'its kind is "feed"'),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", 'its kind is "feed"'),
    ],
)
def test_what_is_no_sitemap_is_refused_and_said(body: bytes, says: str) -> None:
    refused, detail = reason(body)
    assert (refused, says in detail) == (Reason.NOT_A_FEED, True)


@pytest.mark.parametrize(
    "body",
    [
        "<urlset>" + "<url>" * 100_000,
        urlset(f"<url><loc>https://a.example/{'x' * 2_000_000}</loc></url>"),
        "<urlset " + " ".join(f'a{n}="1"' for n in range(65_000)) + "/>",
    ],
    ids=["nested", "long", "attributes"],
)
def test_hostile_bytes_end_soon(body: str) -> None:
    start = time.monotonic()
    assert isinstance(parse(document(body), NOW), Sitemap | Failed)
    assert time.monotonic() - start < 5


@given(st.binary(max_size=300))
def test_no_bytes_can_raise(noise: bytes) -> None:
    for body in (noise, b"<urlset>" + noise, urlset().encode()[:-9] + noise, b"\x1f\x8b" + noise):
        assert isinstance(parse(document(body), NOW), Sitemap | Index | Failed)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T09:30Z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T09:30:00.123-05:00", datetime(2026, 11, 23, 14, 30, 0, 123_000, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:30:00 GMT", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11", None),
        ("2026", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_as_the_web_writes_them(written: str, read: datetime | None) -> None:
    assert moment(written) == read
