"""The words that tell a cut from an earlier one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect.waves import wave


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Halvora to cut another 300 jobs", "another 300 jobs"),
        ("Halvora cuts a further 1,200", "cuts a further 1,200"),
        ("Halvora begins second round of layoffs", "second round of layoffs"),
        ("A new wave of mass layoffs hits Halvora", "new wave of mass layoffs"),
        ("Halvora lays off 300 more workers", "300 more workers"),
        ("300 more jobs to go at Halvora", "300 more jobs"),
        ("Halvora announces more job cuts", "announces more job cuts"),
        ("Halvora lays off staff in Leeds, again", "lays off staff in Leeds, again"),
        ("It is the third layoff this year at Halvora", "third layoff this"),
        ("Halvora is cutting more jobs", "cutting more jobs"),
        ("HALVORA TO AXE ANOTHER 250 ROLES", "ANOTHER 250 ROLES"),
    ],
)
def test_another_round_is_told_by_its_words(sentence, words):
    start, end = wave(sentence)
    assert words in sentence[start:end]


@pytest.mark.parametrize(
    "sentence",
    [
        "Halvora cuts 300 jobs",
        "Halvora cuts more than 300 jobs",
        "Halvora cuts 500 jobs in Leeds and another 300 in Cork",
        "No more layoffs at Halvora, chief says",
        "Halvora boss warns of more layoffs",
        "There could be more job cuts",
        "Halvora hires 300 more workers",
        "Halvora cuts 500 jobs, 300 more workers move to Cork",
        "",
    ],
)
def test_one_cut_is_not_told_as_two(sentence):
    assert wave(sentence) is None


@given(st.text())
def test_any_text_has_a_span_inside_itself_or_none(sentence):
    found = wave(sentence)
    assert found is None or 0 <= found[0] < found[1] <= len(sentence)
