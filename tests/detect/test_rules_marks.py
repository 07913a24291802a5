"""Marks: which words have the sign of a list, and that no sign is taken for another."""

from __future__ import annotations

import itertools

import pytest

from monitor.detect.rules.marks import MOST, Marks, mark


@pytest.mark.parametrize(
    ("written", "has", "has_not"),
    [
        ("job", ["job"], ["jobs", "jo", "ajob"]),
        ("job*", ["job", "jobs", "jobless"], ["jo", "a", "ajob"]),
        ("*force", ["force", "workforce"], ["forces", "orce"]),
        ("re*hir*ed", ["rehired", "re-hir-ed", "rexhirxed"], ["rehire", "hired", "reed"]),
        ("stellen*", ["stellenabbau"], ["stelle"]),
        ("ab*", ["ab", "abc"], ["a"]),
        ("a*b", ["ab", "a1b"], ["a", "b", "aba"]),
        ("#", ["900", "1,200", "14k", "2000"], ["2024", "1998", "900x", "5pc"]),
        ("###", ["200", "000"], ["20", "2000", "2,000"]),
    ],
)
def test_a_word_has_the_mark_of_the_lists_it_is_in(written, has, has_not):
    marks = Marks()
    sign = marks.of(frozenset({written, "elsewhere"}))
    assert [word for word in (*has, *has_not) if marks.word(word).endswith(sign)] == has


def test_a_word_in_two_lists_has_both_marks_and_the_same_words_get_the_same():
    marks = Marks()
    one, two = marks.of(frozenset({"cut", "axe"})), marks.of(frozenset({"cut*"}))
    assert marks.of(frozenset({"axe", "cut"})) == one
    assert (marks.word("cut"), marks.word("cuts"), marks.word("axe")) == (f"cut{one}{two}", f"cuts{two}", f"axe{one}")


def test_a_list_that_comes_later_marks_words_seen_before():
    marks = Marks()
    assert marks.word("cut") == "cut"
    sign = marks.of(frozenset({"cut"}))
    assert marks.word("cut") == f"cut{sign}"


def test_no_mark_is_found_inside_two_others():
    signs = [mark(number) for number in range(0, MOST, 97)]
    assert len(set(signs)) == len(signs)
    for one, two in itertools.islice(itertools.permutations(signs, 2), 4_000):
        assert not any(sign in one + two for sign in signs if sign not in (one, two))


def test_when_all_marks_are_given_away_words_are_written_out(monkeypatch):
    monkeypatch.setattr("monitor.detect.rules.marks.MOST", 1)
    marks = Marks()
    assert marks.of(frozenset({"a", "b"})) == mark(0)
    assert marks.of(frozenset({"c", "d"})) is None
    assert marks.of(frozenset({"a", "b"})) == mark(0)
