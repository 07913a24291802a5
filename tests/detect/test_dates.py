"""When people go, and when it was said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import facts
from monitor.detect.companies import Directory
from monitor.detect.tokens import tokens
from monitor.detect.written_dates import Side, when
from monitor.model import Facts, Text

WEDNESDAY = date(2026, 2, 18)


def read(title: str, published: date | None = WEDNESDAY) -> Facts:
    return facts.read(Text(title, published=published), Directory())


def effective(title: str, published: date | None = WEDNESDAY) -> str | None:
    stated = read(title, published).effective
    return stated.value if stated else None


def announced(title: str, published: date | None = WEDNESDAY) -> str | None:
    stated = read(title, published).announced
    return stated.value if stated else None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvora to lay off 300 workers effective March 15", "2026-03-15"),
        ("Halvora to lay off 300 workers effective March 15, 2027", "2027-03-15"),
        ("Halvora will lay off 300 workers by the end of June", "2026-06"),
        ("Halvora to cut 300 jobs from 1 May 2026", "2026-05-01"),
        ("Halvora will lay off 200 people starting in the third quarter", "2026-Q3"),
        ("Halvora to cut 200 jobs by Q4 2027", "2027-Q4"),
        ("Halvora to cut 200 jobs by 2027", "2027"),
        ("Halvora to cut 500 jobs by the end of the year", "2026"),
        ("Halvora to cut 500 jobs next month", "2026-03"),
        ("Halvora will close its Cork factory on 1 May with the loss of 200 jobs", "2026-05-01"),
        ("Halvora cuts 500 jobs, and the workers' last day is Friday", "2026-02-20"),
        ("The layoffs at Halvora take effect on 2026-05-25", "2026-05-25"),
        ("Halvora to cut 300 jobs in January", "2027-01"),
        ("Halvora laid off 300 workers on Monday", "2026-02-16"),
        ("Halvora laid off 500 people in January 2023 and will cut 600 more by March", "2026-03"),
    ],
)
def test_the_day_people_go_is_as_exact_as_it_is_stated(title: str, expected: str) -> None:
    assert effective(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Halvora to cut 500 jobs over the next 18 months",
        "Halvora to lay off 300 workers in the coming weeks",
        "Halvora, founded in 1998, cuts 500 jobs",
        "Halvora laid off 500 workers in January 2023",
        "Halvora cuts 500 jobs after a loss in the first quarter",
        "Halvora will report results on March 3 and cut 500 jobs",
        "Halvora to cut 500 jobs and reduce output by 2027",
        "Halvora plans to cut 500 jobs, it said on Monday",
        "Halvora may cut 500 jobs",
        "Halvora workers to march over 500 job cuts",
    ],
)
def test_other_times_are_not_when_people_go(title: str) -> None:
    assert effective(title) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvora said on Monday it will cut 500 jobs", "2026-02-16"),
        ("Halvora will cut 500 jobs, the company said Thursday", "2026-02-12"),
        ("Halvora on Tuesday announced 500 layoffs", "2026-02-17"),
        ("Halvora announced plans on Monday to cut 500 jobs", "2026-02-16"),
        ("Halvora said in a filing dated 3 March it would cut 90 jobs", "2025-03-03"),
        ("Halvora said today it would cut 90 jobs", "2026-02-18"),
        ("Halvora confirmed on February 10, 2026 that it will cut 90 jobs", "2026-02-10"),
    ],
)
def test_the_day_it_was_said_is_the_latest_not_after_the_news(title: str, expected: str) -> None:
    assert announced(title) == expected


def test_a_day_that_the_year_does_not_have_is_none() -> None:
    assert effective("Halvora laid off 300 workers on February 29") is None
    assert effective("Halvora to lay off 300 workers on February 29, 2028") == "2028-02-29"


def test_what_a_union_says_announces_nothing() -> None:
    assert announced("The union said on Monday that Halvora would cut 500 jobs") is None


def test_what_was_said_and_when_people_go_are_two_dates() -> None:
    found = read("Halvora announced on Monday that it will eliminate 400 positions by 31 December")
    assert (found.announced and found.announced.value) == "2026-02-16"
    assert (found.effective and found.effective.value) == "2026-12-31"


def test_without_a_day_to_count_from_a_month_has_no_year_and_a_weekday_no_date() -> None:
    assert effective("Halvora to lay off 300 workers effective March 15", None) == "--03-15"
    assert effective("Halvora to lay off 300 workers by the end of March", None) == "--03"
    assert effective("Halvora to lay off 300 workers on Friday", None) is None
    assert effective("Halvora to lay off 300 workers by the end of the year", None) is None
    assert announced("Halvora said on Monday it will cut 500 jobs", None) is None


@pytest.mark.parametrize(
    ("words", "side", "expected"),
    [
        ("3rd of March", Side.AFTER, "2026-03-03"),
        ("Monday, March 2", Side.AFTER, "2026-03-02"),
        ("Sept. 4", Side.BEFORE, "2025-09-04"),
        ("third quarter", Side.AFTER, "2026-Q3"),
        ("fourth quarter of 2025", Side.BEFORE, "2025-Q4"),
        ("3Q", Side.AFTER, "2026-Q3"),
        ("Friday", Side.BEFORE, "2026-02-13"),
        ("Wednesday", Side.AFTER, "2026-02-18"),
        ("yesterday", Side.BEFORE, "2026-02-17"),
    ],
)
def test_a_written_date_is_counted_from_the_day_of_the_news(words: str, side: Side, expected: str) -> None:
    stated = when(tokens(words), 0, capitals=True)
    assert stated is not None
    assert stated.iso(WEDNESDAY, side) == expected


@pytest.mark.parametrize(
    "words", ["may", "march on", "31 February", "2026 jobs", "45 March", "2026-13-01", "second thoughts"]
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert when(tokens(words), 0, capitals=True) is None


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_full_date_is_itself_whenever_it_is_read(day: date, published: date) -> None:
    for words in (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}", day.isoformat()):
        stated = when(tokens(words), 0, capitals=True)
        assert stated is not None
        assert stated.iso(published, Side.AFTER) == stated.iso(None, Side.BEFORE) == day.isoformat()


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_without_a_year_lies_on_the_side_that_is_asked_for(day: date, published: date) -> None:
    stated = when(tokens(f"{day:%B} {day.day}"), 0, capitals=True)
    assert stated is not None
    after, before = stated.iso(published, Side.AFTER), stated.iso(published, Side.BEFORE)
    assert after is not None
    assert before is not None
    assert before <= published.isoformat() <= after
