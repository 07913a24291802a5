"""A feed's bytes in items: what is known is cut out, and the rest gives what is new."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers import feeds, spans
from scrapers.feeds import Feed
from scrapers.items import Document
from tests.scrapers import feed_texts

ITEM = "<item><title>Halvora cuts {0} jobs</title><link>https://news.example/{0}</link></item>"
HEAD = (
    "<title>Northwind Wire</title><language>en</language><lastBuildDate>Mon, 23 Nov 2026 10:00:00 GMT</lastBuildDate>"
)


def rss(*items: str, head: str = HEAD, root: str = '<rss version="2.0">') -> bytes:
    return f'<?xml version="1.0"?>\n{root}<channel>{head}\n{"".join(items)}\n</channel></rss>\n'.encode()


def parsed(body: bytes) -> Feed:
    document = Document(
        url="https://news.example/feed", status=200, headers=((b"content-type", b"application/xml"),), body=body
    )
    feed = feeds.parse(document)
    assert isinstance(feed, Feed)
    return feed


def digests(body: bytes) -> tuple[bytes, ...]:
    found = spans.split(body)
    assert found is not None
    return found.digests


ONE, TWO, THREE = (ITEM.format(number) for number in (100, 200, 300))


def test_without_the_known_items_the_rest_gives_the_new_ones() -> None:
    found = spans.split(rss(THREE, ONE, TWO))
    assert found is not None
    known = frozenset(digests(rss(ONE, TWO)))
    assert parsed(found.without(known)).entries == parsed(rss(THREE)).entries
    assert found.within(known) == (ONE + TWO).encode()


ATOM = (
    '<?xml version="1.0" encoding="utf-8"?><!-- made by hand --><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">'
    "<title>T</title><entry a='>'><id>a</id></entry >\n<entry\n><id>b</id><content><![CDATA[<p>]]></content></entry>"
    "</feed><!-- served from a cache -->"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
    '<items><rdf:Seq><rdf:li resource="/a"/></rdf:Seq></items></channel><item rdf:about="/a"><title>A</title></item>'
    '<item rdf:about="/b"><title>B</title></item></rdf:RDF>'
)


@pytest.mark.parametrize("text", [ATOM, RDF, "\ufeff" + RDF], ids=["Atom", "RDF", "behind a mark"])
def test_atom_and_rdf_have_items_too(text: str) -> None:
    body = text.encode()
    first, second = digests(body)
    found = spans.split(body)
    assert found is not None
    assert parsed(found.without(frozenset({first}))).entries == parsed(body).entries[1:]
    assert parsed(found.without(frozenset({second}))).entries == parsed(body).entries[:1]


def test_an_item_stays_known_when_only_the_time_of_the_feed_changes() -> None:
    assert digests(rss(ONE)) == digests(rss(ONE, head=HEAD.replace("10:00", "11:00")))


INHERITED = {
    "the language": {"head": HEAD.replace("<language>en", "<language>de")},
    "a language in CDATA": {"head": HEAD.replace("<language>en", "<language><![CDATA[fr]]>")},
    "a language of the root": {"root": '<rss version="2.0" xml:lang="de">'},
    "a base of the root": {"root": '<rss version="2.0" xml:base="https://a.example/">'},
    "a namespace of the root": {"root": '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'},
    "a namespace further in": {"head": HEAD + '<site xmlns="x:y">1</site>'},
}


@pytest.mark.parametrize("changes", INHERITED.values(), ids=INHERITED.keys())
def test_all_items_are_new_when_what_they_inherit_changes(changes: dict[str, str]) -> None:
    assert set(digests(rss(ONE, TWO))).isdisjoint(digests(rss(ONE, TWO, **changes)))


def test_what_looks_like_an_item_within_one_is_none() -> None:
    inner = "<item><description><![CDATA[<item >]]></description></item>"
    assert len(digests(rss(inner, ONE))) == 2


def test_an_item_is_new_when_a_byte_of_it_changes() -> None:
    assert set(digests(rss(ONE))).isdisjoint(digests(rss(ONE.replace("cuts", "Cuts"))))


DOUBTFUL = {
    "nothing": b"",
    "no items": rss(),
    "no end": rss(ONE)[:-8],
    "the end of another": rss(ONE).replace(b"</rss>", b"</feed>"),
    "an end in a comment": rss(ONE).replace(b"</rss>", b"<!--</rss>"),
    "an end in CDATA": rss("<item><description><![CDATA[</item>]]></description></item>"),
    "a beginning in CDATA before": rss("<x><![CDATA[<item >]]></x>", ONE),
    "an item in a comment": rss("<!--", ONE, "-->", TWO),
    "an item in an instruction": rss("<?php", ONE, "?>", TWO),
    "an item in a comment that seems to end": rss("<!-->", ONE, "-->", TWO),
    "an item in CDATA that seems to end": rss("<x><![CDATA[ ]]&gt;", ONE, "]]></x>", TWO),
    "an item in an item": rss("<item><title>A</title>", ONE, "</item>"),
    "an item without an end": rss("<item><title>A</title>"),
    "an end without an item": rss(ONE, "</item>", TWO).replace(b"<item>", b"<items>", 1),
    "an empty item": rss("<item/>", ONE),
    "items in capitals": rss(ONE, TWO.replace("item>", "ITEM>")),
    "items with a prefix": rss(ONE, TWO.replace("item>", "a:item>"), root='<rss xmlns:a="http://purl.org/rss/1.0/">'),
    "entries among items": rss(ONE, TWO.replace("item>", "entry>")),
    "a namespace under two prefixes": rss(ONE, '<item><x xmlns="x:y"/></item>', root='<rss xmlns:x="x:y">'),
    "a document type": b"<!DOCTYPE rss>" + rss(ONE)[22:],
    "two bytes a letter": rss(ONE).decode().encode("utf-16"),
    "a page": b"<html><body><item></item></body></html>",
}


@pytest.mark.parametrize("body", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_where_there_is_a_doubt_all_is_read(body: bytes) -> None:
    assert spans.split(body) is None


BASED = "<item><content xml:base='https://a.example/'>A</content><link>{0}</link></item>"
CHAINED = {
    "a base in an item": rss(BASED.format(1), BASED.format(2), BASED.format(3)),
    "a summary of the feed": rss(ONE, TWO, THREE, head=HEAD + "<itunes:summary>S</itunes:summary>"),
}


@pytest.mark.parametrize("body", CHAINED.values(), ids=CHAINED.keys())
def test_an_item_that_others_may_hang_on_is_cut_out_only_behind_them(body: bytes) -> None:
    found = spans.split(body)
    assert found is not None
    first, second, third = found.digests
    assert found.within(frozenset({first})) == b""
    assert found.within(frozenset({first, third})) == body[slice(*found.places[2])]
    assert found.within(frozenset({second, third})) == b"".join(body[slice(*place)] for place in found.places[1:])


@settings(max_examples=300, deadline=None)
@given(feed_texts.FEEDS, st.sets(st.integers(0, 2)))
def test_the_rest_of_whatever_feed_gives_its_new_entries(text: str, known: set[int]) -> None:
    body = text.encode()
    found = spans.split(body)
    whole = parsed(body)
    if found is None or not whole.sure:
        return
    assert len(found.digests) == len(whole.entries)
    cut = frozenset(digest for number, digest in enumerate(found.digests) if number in known)
    gone = found.within(cut)
    kept = [
        entry for entry, (start, stop) in zip(whole.entries, found.places, strict=True) if body[start:stop] not in gone
    ]
    rest = parsed(found.without(cut))
    assert (list(rest.entries), rest.sure) == (kept, True)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from((b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<rss>", b"</rss>", b"a")))
)
def test_any_bytes_are_split_or_left_alone(pieces: list[bytes]) -> None:
    found = spans.split(b"<rss>" + b"".join(pieces) + b"</rss>")
    if found is not None:
        assert found.without(frozenset()) == found.body
        assert all(found.body[start:stop].startswith(b"<item>") for start, stop in found.places)


HOSTILE = {
    "items that never end": b"<item>" * 400_000,
    "elements that are no items": b"<items>" * 400_000,
    "comments that never end": b"<!--" * 600_000,
    "empty items": b"<item></item>" * 200_000,
    "namespaces without end": b"xmlns:" * 400_000,
    "spaces": b" " * 2_400_000,
    "attributes": b"<item a='" + b" base" * 500_000,
}


@pytest.mark.parametrize("middle", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_cost_no_more_than_others(middle: bytes) -> None:
    began = time.process_time()
    spans.split(b"<rss>" + middle + b"</rss>")
    assert time.process_time() - began < 2


def test_what_is_remembered_is_what_was_found() -> None:
    found = digests(rss(ONE, TWO))
    assert spans.unpacked(spans.packed(found)) == set(found)
    assert len(spans.packed(found)) == 16


NAMED = [
    ("https://news.example/2026/halvora-cuts-400-jobs", b"<link>http://m.news.example/2026/halvora-cuts-400-jobs/amp</link>", True),
    ("https://news.example/?p=4711", b"<link>https://news.example/?utm_source=x&amp;p=4711</link>", True),
    ("https://news.example/brantiq", b"<link>https://news.example/halvora</link>", False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "item", "may"), NAMED)
def test_an_item_that_may_have_an_address_is_told_though_it_writes_it_otherwise(
    address: str, item: bytes, *, may: bool
) -> None:
    assert spans.may_name(item, address.partition("news.example")[2]) is may
