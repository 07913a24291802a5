"""Which reports are one layoff, and what of a report is news."""

from datetime import timedelta

import pytest

from monitor import layoffs
from monitor.model import Qualifier, Stage
from tests.making import NOW, headcount, judged

WINDOW = timedelta(days=14)


def opened(*args, **kwargs):
    return layoffs.place(judged(*args, **kwargs), [], NOW, WINDOW).layoff


def news(placed):
    return layoffs.material(placed.before, placed.layoff)


def test_a_second_report_of_the_same_employer_within_the_window_joins():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    placed = layoffs.place(judged("500 go at Halvora", "Halvora", 500), [first], NOW + timedelta(days=3), WINDOW)
    assert (placed.layoff.id, placed.layoff.reports, news(placed)) == (first.id, 2, None)


def test_a_report_after_the_window_opens_another_layoff():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    later = NOW + timedelta(days=15)
    placed = layoffs.place(judged("Halvora cuts again", "Halvora", published_at=later), [first], later, WINDOW)
    assert placed.layoff.id != first.id


def test_another_employer_never_joins():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    assert layoffs.place(judged("Brantiq cuts 500 jobs", "Brantiq", 500), [first], NOW, WINDOW).before is None


def test_reports_without_an_employer_stay_apart():
    first = opened("Carmaker cuts 500 jobs", None, 500)
    assert layoffs.place(judged("A carmaker cuts 500 jobs", None, 500), [first], NOW, WINDOW).layoff.id != first.id


@pytest.mark.parametrize(
    ("known", "told", "change"),
    [
        (None, 500, "a first number: 500"),
        (500, 520, None),
        (500, 700, "700, was 500"),
        (500, None, None),
    ],
)
def test_a_number_is_news_when_it_is_the_first_or_a_tenth_off(known, told, change):
    first = opened("Halvora cuts jobs", "Halvora", known)
    assert news(layoffs.place(judged("More on Halvora", "Halvora", told), [first], NOW, WINDOW)) == change


def test_a_figure_inside_the_known_range_is_not_news_again():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    wider = layoffs.place(judged("Halvora cuts 700", "Halvora", 700), [first], NOW, WINDOW).layoff
    again = layoffs.place(judged("Halvora cuts 510", "Halvora", 510), [wider], NOW, WINDOW)
    assert (news(again), again.layoff.headcount_low, again.layoff.headcount_high) == (None, 500, 700)


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        (Stage.RUMOURED, Stage.ANNOUNCED, True),
        (Stage.PLANNED, Stage.ANNOUNCED, False),
        (Stage.ANNOUNCED, Stage.FILED, True),
        (Stage.FILED, Stage.PLANNED, False),
    ],
)
def test_a_stage_is_news_only_when_it_climbs_a_step(before, after, is_news):
    first = opened("Halvora may cut", "Halvora", stage=before)
    placed = layoffs.place(judged("Halvora cuts", "Halvora", stage=after), [first], NOW, WINDOW)
    assert bool(news(placed)) is is_news


def test_a_denial_undoes_the_layoff_it_speaks_of():
    first = opened("Halvora may cut 500", "Halvora", 500)
    denial = judged("Halvora denies cuts", "Halvora", flagged=False, kind="denied")
    assert layoffs.place(denial, [first], NOW, WINDOW).layoff.stage is Stage.DENIED


def test_a_denial_opens_nothing():
    assert layoffs.place(judged("No cuts", "Halvora", flagged=False, kind="denied"), [], NOW, WINDOW) is None


@pytest.mark.parametrize(
    ("qualifier", "words"),
    [
        (Qualifier.EXACT, "1,100"),
        (Qualifier.UP_TO, "up to 1,100"),
        (Qualifier.AT_LEAST, "at least 1,100"),
        (Qualifier.ABOUT, "about 1,100"),
    ],
)
def test_a_headcount_is_stated_in_its_own_words(qualifier, words):
    assert layoffs.stated(headcount(1100, qualifier)) == words
