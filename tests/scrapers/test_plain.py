"""Plain text from markup."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.plain import line, plain, tidy

CASES = [
    ("<p>Halvora cuts <b>400</b> jobs.</p><p>Shares rose.</p>", "Halvora cuts 400 jobs.\n\nShares rose."),
    ("one<br/>two<BR>three", "one\ntwo\nthree"),
    ("<ul><li>first</li><li>second</li></ul>", "first\n\nsecond"),
    ("<table><tr><td>12</td><td>jobs</td></tr></table>", "12 jobs"),
    ("Ben &amp;amp; Co &lt;b&gt;bold&lt;/b&gt; &mdash; &#8217;", "Ben & Co bold — ’"),
    ("List<T> where a < b & c > d", "List<T> where a < b & c > d"),
    ("before<script>alert('<p>1</p>')</script>after", "before after"),
    ("before<style>p{}</style >after<!-- gone -->!", "before after!"),
    ("<![CDATA[kept]]>", "kept"),
    ('<img alt="a > b" src="x"> seen', "seen"),
    ('cut short <a href="https://exam', "cut short"),
    ("<p>source\nlines\nflow</p>", "source lines flow"),
    ("plain\n\n\n\nlines\nstay", "plain\n\nlines\nstay"),
    ("a\x00b\u200bc\u202ed\ud800", "a bcd\ufffd"),
    ("nb\u00a0space\u2028line", "nb space\nline"),
    ("<o:p>office</o:p> <my-tag>custom</my-tag>", "office custom"),
    ("", ""),
]
_PIECES = (
    "&amp; &lt; &gt; <b> </p> <p> <script> </script> <!-- --> <![CDATA[ ]]> amp; &#38; #38; & < > x &nbsp; &#x26; lt; "
    'b> &shy; <a\thref=" <br/> \u2028 \u200b \ud800 \x00 \xad'
)
MARKUP = st.one_of(st.text(), st.lists(st.sampled_from([*_PIECES.split(" "), " ", "\n"]), max_size=30).map("".join))


@pytest.mark.parametrize(("markup", "text"), CASES)
def test_markup_becomes_the_text_that_a_reader_sees(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_a_line_has_no_breaks() -> None:
    assert line("<h1>Brantiq\n<br> lays off</h1> <p>90</p>") == "Brantiq lays off 90"


@settings(max_examples=100, deadline=None)
@given(MARKUP)
def test_cleaning_never_raises_and_is_idempotent(markup: str) -> None:
    once = (plain(markup), line(markup), tidy(markup))
    assert (plain(once[0]), line(once[1]), tidy(once[2])) == once


@settings(max_examples=100, deadline=None)
@given(MARKUP)
def test_cleaned_text_can_be_stored(markup: str) -> None:
    assert "\x00" not in plain(markup).encode("utf-8").decode("utf-8")


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<a '", '<a "', "&amp;", "&#38;", "<script", "<script>", "<!--", "<b", "</", "&lt;", " \n", "&am"],
)
def test_hostile_markup_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    plain(piece * (400_000 // len(piece)))
    assert time.process_time() - started < 2.0
