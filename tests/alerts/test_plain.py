from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import plain

ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("e\u0301👩\u200d💻🏽🇩🇪🇫🇷각ᄀ\u1161क\u094dषนำ\u0600\ufe0f\U000e0067 <>&"),
    ),
    max_size=60,
)


@settings(max_examples=200)
@given(ODD, st.integers(1, 40))
def test_a_cut_falls_between_graphemes_and_keeps_the_limit(text: str, limit: int) -> None:
    shown = plain.cut(text, limit)
    boundaries = {0, *(found.end() for found in regex.finditer(r"\X", text))}

    assert len(shown) <= limit
    assert shown == text or any(shown == text[:end].rstrip() + "…" for end in boundaries)


@settings(max_examples=200)
@given(ODD)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert plain.clean(plain.clean(text)) == plain.clean(text)


@settings(max_examples=200)
@given(st.text(st.characters(min_codepoint=0, max_codepoint=0x2100), max_size=60))
def test_clean_text_has_no_control_character(text: str) -> None:
    cleaned = plain.clean(text)

    assert all(character.isprintable() or ord(character) > 0xA0 for character in cleaned)
    assert "\x1b" not in cleaned


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mHalvora\x1b[0m cuts", "Halvora cuts"),
        ("\x1b]8;;https://x.example\x07Halvora\x1b]8;;\x07", "Halvora"),
        ("\x9b2JHalvora", "Halvora"),
        ("Halvora\r\ncuts\t400\x00 jobs", "Halvora cuts 400 jobs"),
        ("\u202eHalvora\u2066 cuts", "Halvora cuts"),
        ("Halvora \ud800cuts", "Halvora ?cuts"),
        ("Hal\u00advora", "Halvora"),
    ],
)
def test_what_acts_on_a_screen_is_gone(written: str, shown: str) -> None:
    assert plain.clean(written) == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://wire.example.org/a?b=1&c=2", "https://wire.example.org/a?b=1&c=2"),
        ("http://wire.example.org/a|b<c>", "http://wire.example.org/a%7Cb%3Cc%3E"),
        ("https://wire.example.org/a b\n", "https://wire.example.org/a%20b"),
        ("https://wire.example.org/é", "https://wire.example.org/é"),
        ("https://wire.example.org/\ud800", "https://wire.example.org/%3F"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//wire.example.org/a", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://wire.example.org/" + "a" * 3000, None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links_and_none_ends_early(url: str | None, kept: str | None) -> None:
    assert plain.link(url) == kept


def test_a_megabyte_of_text_costs_no_more_than_a_page() -> None:
    assert len(plain.clean("Halvora " * 150_000)) <= 5_000
