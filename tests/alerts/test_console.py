from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.alerts import compose
from monitor.model import Telling
from tests.alerts.examples import ALERT_ID, ALL, CONSOLE, DIGEST, FIRST, HALVORA, OPENED
from tests.alerts.test_slack import said_by_a_stranger


def shown(telling: Telling) -> str:
    return compose(CONSOLE, ALERT_ID, telling).decode()


def test_an_opened_layoff_reads_from_the_news_to_the_link() -> None:
    assert shown(OPENED) == (
        "Halvora: 1,100 jobs, about 8 % of staff · confirmed · Lisbon, remote\n"
        "  “Halvora will let 1,100 people go, about 8 % of its staff, its chief executive\n"
        "  told employees.”\n"
        "  The Wire 09:02 UTC, then 13 more\n"
        "  why this fired: cut-number-people, percent-of-staff\n"
        "  https://wire.example.org/halvora?a=1&b=2"
    )


def test_a_digest_lines_up_and_puts_the_largest_first() -> None:
    assert shown(DIGEST) == (
        "112 layoffs, the largest Halvora: 1,100 jobs, 8 % of staff\n"
        "  too many at once to tell one by one\n"
        "  Halvora                   1,100 jobs, 8 % of staff · confirmed\n"
        "  An unnamed employer       several hundred jobs · under way\n"
        "  Brantiq                   640 jobs · filed\n"
        "  and 109 more: pinkslip layoffs list"
    )


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.sampled_from(("\x1b[2J" * 50, "語" * 500, "a" * 5000, "👩‍💻 " * 300, "\x1b]0;title\x07x", "e\u0301" * 400)),
    )
)
def test_no_line_is_wider_than_a_terminal_or_acts_on_it(words: str) -> None:
    for telling in said_by_a_stranger(words, url="https://wire.example.org/a"):
        text = shown(telling)
        assert "\x1b" not in text
        assert all(character == "\n" or character.isprintable() or ord(character) > 0xA0 for character in text)
        assert all(cell_len(line) <= 80 for line in text.split("\n"))


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_only_the_first_line_stands_at_the_margin(telling: Telling) -> None:
    first, *others = shown(telling).split("\n")

    assert not first.startswith(" ")
    assert all(line.startswith("  ") for line in others)


def test_a_link_is_kept_whole_however_wide() -> None:
    url = "https://wire.example.org/" + "a" * 200

    assert shown(replace(OPENED, reports=(replace(FIRST, url=url),))).endswith("\n  " + url)


def test_a_name_in_wide_letters_lines_up_with_the_others() -> None:
    wide = replace(HALVORA, company="語" * 40)
    lines = shown(replace(DIGEST, layoffs=(HALVORA, wide), total=2)).split("\n")[2:4]

    assert len({cell_len(line.partition("1,100")[0]) for line in lines}) == 1
