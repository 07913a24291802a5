"""Lists of feeds, in and out."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.opml import LARGEST, OpmlError, Outline, parse, written

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>mine</title></head><body>
<outline text="Tech &amp; science" title="Tech &amp; science">
  <outline text="Startups">
    <outline type="rss" text="Herald" title="The Herald" xmlUrl="https://herald.example/feed?a=1&amp;b=2" htmlUrl="https://herald.example/"/>
  </outline>
  <outline type="atom" text="Wire" xmlurl="https://wire.example/atom" language="sv" description="About wires"/>
</outline>
<outline text="No address"/>
<outline text="Off" isComment="true"><outline text="Post" xmlUrl="https://post.example/rss"/></outline>
</body></opml>"""


def test_the_feeds_of_nested_outlines_are_read_with_their_folders_and_lines() -> None:
    assert parse(FILE.encode()) == (
        Outline(url="https://herald.example/feed?a=1&b=2", title="The Herald", folders=("Tech & science", "Startups"), line=5),
        Outline(url="https://wire.example/atom", title="Wire", about="About wires", language="sv", folders=("Tech & science",), line=7),
        Outline(url="https://post.example/rss", title="Post", folders=("Off",), enabled=False, line=10),
    )  # fmt: skip


WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("C", "Z")), min_size=1, max_size=20
)
ADDRESSES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40).map("https://a.example/".__add__)
OUTLINES = st.builds(Outline, url=ADDRESSES, title=WORDS, about=WORDS | st.just(""), enabled=st.booleans(), folders=st.lists(WORDS, max_size=3).map(tuple))  # fmt: skip


@given(st.lists(OUTLINES, max_size=8))
def test_what_is_written_is_read_again_to_the_letter(outlines: list[Outline]) -> None:
    key = lambda each: (each.url, each.title, each.about, each.enabled, each.folders)  # noqa: E731
    assert sorted(map(key, parse(written(outlines, "Pinkslip")))) == sorted(map(key, outlines))


def test_what_is_written_is_opml_2_in_its_order_where_there_are_no_folders() -> None:
    outlines = [Outline(url=f"https://{name}.example/", title=f'{name} <"&">') for name in "cab"]
    text = written(outlines, "Pinkslip")
    assert text.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<opml version=\"2.0\">")
    assert [each.title for each in parse(text)] == ['c <"&">', 'a <"&">', 'b <"&">']


LAUGHS = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'
XXE = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<opml><body><outline xmlUrl="https://a/&x;"/></body></opml>'


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (LAUGHS, "line 1: it declares a document type"),
        (XXE, "line 1: it declares a document type"),
        ("", "line 1: not XML: no element found"),
        ("words", "line 1: not XML: syntax error"),
        ("<opml><body>\n<outline></opml>", "line 2: not XML: mismatched tag"),
        ("<opml><body><outline text='&x;'/></body></opml>", "line 1: not XML: undefined entity"),
        ("<rss version='2.0'/>", "not OPML: its root is <rss>"),
        ("<?xml version='1.0' encoding='klingon'?><opml/>", "not XML"),
        ("<opml>" + "<outline text='a'>" * 100, "50 folders deep"),
        ("<opml>" + "<outline xmlUrl='https://a.example/'/>" * 20_001, "more than 20,000 feeds"),
        ("<opml>" + " " * LARGEST, "larger than 10 MB"),
    ],
)
def test_what_is_no_opml_is_refused_with_its_line_and_soon(file: str, says: str) -> None:
    start = time.monotonic()
    with pytest.raises(OpmlError, match=says):
        parse(file.encode())
    assert time.monotonic() - start < 3


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(noise: bytes) -> None:
    for body in (noise, b"<opml>" + noise, FILE.encode()[:300] + noise):
        with contextlib.suppress(OpmlError):
            parse(body)
