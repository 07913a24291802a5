"""Which reports are one layoff, and what of a report is news."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_report_after_the_window_opens_another_layoff_that_names_the_one_before():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    later = NOW + timedelta(days=15)
    placed = layoffs.place(judged("Halvora cuts again", "Halvora", published_at=later), [first], later, WINDOW)
    assert (placed.layoff.id != first.id, placed.layoff.follows) == (True, first.id)


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


def test_a_figure_between_two_others_is_another_figure():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    wider = layoffs.place(judged("Halvora cuts 900", "Halvora", 900), [first], NOW, WINDOW).layoff
    between = layoffs.place(judged("Halvora cuts 700", "Halvora", 700), [wider], NOW, WINDOW)
    assert news(between) == "700, was 900"


def test_figures_that_agree_widen_the_range_in_silence():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500)
    placed = layoffs.place(judged("Halvora cuts 520", "Halvora", 520), [first], NOW, WINDOW)
    assert (news(placed), placed.layoff.headcount_low, placed.layoff.headcount_high) == (None, 500, 520)


def test_a_number_takes_the_place_of_words():
    first = opened("Halvora cuts hundreds of jobs", "Halvora", vague=("hundreds", 200, 999))
    placed = layoffs.place(judged("Halvora cuts 400", "Halvora", 400), [first], NOW, WINDOW).layoff
    assert (placed.stated, placed.headcount_low, placed.headcount_high) == ("400", 400, 400)


def test_figures_of_several_employers_together_are_nobodys():
    first = opened("Halvora and Brantiq cut 900 jobs", "Halvora", 900, together=("Brantiq",))
    assert (first.stated, first.headcount) == (None, None)


# What is known (a report of day 0), what is reported some days later, and whether it is the same layoff.
PAIRS = [
    ({"jobs": 500}, 5, {"jobs": 520}, True),
    ({"jobs": 500}, 40, {"jobs": 500}, True),
    ({"jobs": 500}, 100, {"jobs": 500}, False),
    ({"jobs": 1254}, 100, {"jobs": 1254}, True),
    ({"jobs": 1254}, 130, {"jobs": 1254}, False),
    ({"jobs": 500}, 40, {"jobs": 900}, False),
    ({"jobs": 500}, 2, {"jobs": 900}, True),
    ({"jobs": 500}, 10, {"jobs": 900}, False),
    ({"jobs": 500}, 10, {}, True),
    ({"jobs": 500}, 20, {}, False),
    ({"jobs": 500}, 2, {"jobs": 300, "wave": "another 300"}, False),
    ({"jobs": 300, "wave": "another 300"}, 2, {"jobs": 300}, True),
    ({"jobs": 300, "wave": "another 300"}, 2, {}, True),
    ({}, 10, {"wave": "second round"}, False),
    ({"percent": 10.0}, 20, {"percent": 10.0}, True),
    ({"percent": 10.0}, 10, {"percent": 20.0}, False),
    ({"jobs": 15000}, 6, {"jobs": 1700, "places": ("United Kingdom",)}, True),
    ({"jobs": 500, "places": ("Ohio, United States",)}, 6, {"jobs": 900, "places": ("Cork, Ireland",)}, False),
    ({"jobs": 500, "places": ("Ohio, United States",)}, 2, {"jobs": 900, "places": ("Cork, Ireland",)}, False),
    ({"jobs": 1000}, 13, {"jobs": 1000, "wave": "another 1,000"}, False),
    ({"jobs": 1000}, 1, {"jobs": 1000, "wave": "another 1,000"}, True),
    (
        {"jobs": 500, "places": ("Oregon, United States",)},
        0,
        {"jobs": 500, "places": ("Arizona, United States",)},
        False,
    ),
    ({"units": ("cloud unit",)}, 10, {"units": ("games arm",)}, False),
    ({"vague": ("thousands", 2000, 9999), "stage": Stage.RUMOURED}, 20, {"jobs": 12000}, True),
]


@pytest.mark.parametrize(("known", "days", "report", "same"), PAIRS)
def test_a_report_joins_by_what_it_says_whichever_comes_first(known, days, report, same):
    one = judged("Halvora cuts jobs", "Halvora", **known, published_at=NOW - timedelta(days=days))
    other = judged("More on Halvora", "Halvora", **report, published_at=NOW)
    assert (together(one, other), together(other, one)) == (same, same)


def together(one, other):
    first = layoffs.place(one, [], NOW, WINDOW).layoff
    return layoffs.place(other, [first], NOW, WINDOW).layoff.id == first.id


said = st.fixed_dictionaries(
    {},
    optional={
        "jobs": st.integers(2, 30_000) | st.sampled_from([90, 100, 105, 500, 5000]),
        "vague": st.sampled_from([("dozens", 24, 99), ("hundreds", 200, 999), ("thousands", 2000, 9999)]),
        "percent": st.floats(1, 60).map(lambda share: round(share, 2)),
        "places": st.sampled_from([("Cork, Ireland",), ("Ireland",), ("Ohio, United States",)]),
        "units": st.sampled_from([("cloud unit",), ("games arm",)]),
        "wave": st.sampled_from(["another 300", None]),
        "stage": st.sampled_from([Stage.RUMOURED, Stage.PLANNED, Stage.ANNOUNCED, Stage.FILED]),
    },
)


@given(said, said, st.integers(0, 150))
def test_the_order_of_arrival_of_two_reports_does_not_change_how_many_layoffs_there_are(first, second, days):
    one = judged("Halvora cuts jobs", "Halvora", **first, published_at=NOW - timedelta(days=days))
    other = judged("More on Halvora", "Halvora", **second, published_at=NOW)
    assert together(one, other) is together(other, one)


def test_why_says_what_joined_a_report_and_what_kept_it_apart():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500, places=("Cork, Ireland",))
    joined = layoffs.place(judged("500 go", "Halvora", 500, places=("Ireland",)), [first], NOW, WINDOW)
    assert joined.why == "the same employer, Halvora; within a day; both say 500; the same place: Ireland"
    apart = layoffs.place(judged("More go", "Halvora", 300, wave="another 300"), [first], NOW, WINDOW)
    assert apart.why == f"first report, apart from {first.id}: 300 is not 500; it speaks of “another 300”"


def test_with_number_and_place_a_report_that_names_nobody_joins_and_one_that_does_names_it():
    carmaker = opened("Carmaker to cut 640 jobs at Lindheim plant", None, 640, places=("Lindheim",))
    named = judged("Volmar to cut 640 jobs at Lindheim", "Volmar", 640, places=("Lindheim",))
    placed = layoffs.place(named, [carmaker], NOW, WINDOW)
    assert (placed.layoff.id, news(placed)) == (carmaker.id, "the employer is Volmar")


def test_a_number_alone_does_not_join_what_names_nobody():
    carmaker = opened("Carmaker to cut 500 jobs", None, 500)
    assert layoffs.place(judged("Halvora cuts 500", "Halvora", 500), [carmaker], NOW, WINDOW).before is None


def test_what_the_employer_itself_says_is_news_once():
    first = opened("Halvora cuts jobs", "Halvora")
    itself = layoffs.place(judged("A note to our people", "Halvora", primary=True), [first], NOW, WINDOW)
    again = layoffs.place(judged("Another note", "Halvora", primary=True), [itself.layoff], NOW, WINDOW)
    assert (news(itself), news(again)) == ("the employer itself says so", None)


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        (Stage.RUMOURED, Stage.ANNOUNCED, True),
        (Stage.PLANNED, Stage.ANNOUNCED, False),
        (Stage.ANNOUNCED, Stage.FILED, True),
        (Stage.FILED, Stage.UNDER_WAY, True),
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


def test_news_of_several_employers_opens_for_the_one_of_whom_nothing_was_heard():
    brantiq = opened("Brantiq cuts jobs", "Brantiq")
    both = judged("Halvora and Brantiq cut 900 jobs", "Halvora", 900, together=("Brantiq",))
    placed = layoffs.place(both, [brantiq], NOW, WINDOW)
    assert (placed.before, placed.layoff.company, placed.layoff.others) == (None, "Halvora", ("brantiq",))
    again = layoffs.place(both, [brantiq, placed.layoff], NOW, WINDOW)
    assert again.before in {brantiq, placed.layoff}


def test_a_bound_that_the_known_number_meets_says_nothing_new():
    first = opened("Halvora cuts 220 jobs", "Halvora", 220)
    amount = headcount(200, Qualifier.AT_LEAST)
    more = judged("More than 200 go at Halvora", "Halvora", 200)
    more = replace(more, facts=replace(more.facts, headcount=amount))
    placed = layoffs.place(more, [first], NOW, WINDOW).layoff
    assert (placed.headcount_low, placed.headcount_high) == (220, 220)


def test_where_only_the_stage_is_news_the_sentence_is_the_one_that_says_so():
    first = opened("Halvora may cut 500 jobs", "Halvora", 500, stage=Stage.RUMOURED)
    placed = layoffs.place(judged("Halvora confirms cuts", "Halvora", stage=Stage.CONFIRMED), [first], NOW, WINDOW)
    assert placed.layoff.sentence == "Halvora confirms cuts"


def test_a_number_however_rare_does_not_name_an_employer():
    hospital = opened("Hospital to lay off 1,254", None, 1254)
    assert layoffs.place(judged("Steel plant to cut 1,254", None, 1254), [hospital], NOW, WINDOW).before is None


@pytest.mark.parametrize(
    ("denial", "stage"),
    [
        ({}, Stage.DENIED),
        ({"places": ("Detroit, Michigan, United States",)}, Stage.ANNOUNCED),
        ({"jobs": 30, "places": ("Turin, Italy",)}, Stage.ANNOUNCED),
    ],
)
def test_a_denial_of_a_part_or_of_another_place_undoes_nothing(denial, stage):
    first = opened("Halvora to cut 1,000", "Halvora", 1000, places=("Italy",))
    said = judged("Halvora denies cuts", "Halvora", flagged=False, kind="denied", **denial)
    assert layoffs.place(said, [first], NOW, WINDOW).layoff.stage is stage


def test_a_share_that_is_more_than_a_tenth_off_is_news():
    first = opened("Halvora to cut 5 %", "Halvora", percent=5.0)
    placed = layoffs.place(judged("Halvora to cut 15 %", "Halvora", percent=15.0), [first], NOW, WINDOW)
    assert news(placed) == "15 %, was 5 %"


@pytest.mark.parametrize(
    ("headline", "joins"),
    [
        ("Lawsuit claims software chose whom Halvora laid off", True),
        ("Former Halvora staff sue over layoffs", True),
        ("Union takes Halvora to court over job cuts", True),
        ("Halvora regrets firing its support desk", True),
        ("Halvora layoffs hit its cloud unit", False),
        ("Halvora, sued over patents, lays off staff", False),
        ("Sue Merrin's Halvora to cut jobs", False),
        ("Halvora regrets that jobs must go", False),
    ],
)
def test_what_came_of_a_cut_is_told_of_it_months_later(headline, joins):
    cut = judged("Halvora cuts jobs", "Halvora", published_at=NOW - timedelta(days=90))
    later = judged(headline, "Halvora", published_at=NOW)
    assert (together(cut, later), together(later, cut)) == (joins, joins)


def test_what_came_of_a_cut_is_not_told_of_another_number_or_after_half_a_year():
    first = opened("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(days=90))
    other = judged("Lawsuit over 90 layoffs at Halvora", "Halvora", 90, published_at=NOW)
    assert layoffs.place(other, [first], NOW, WINDOW).before is None
    late = NOW + timedelta(days=90)
    plain = judged("Lawsuit over layoffs at Halvora", "Halvora", published_at=late)
    assert layoffs.place(plain, [first], late, WINDOW).before is None


def test_a_lawsuit_makes_its_cut_no_younger():
    first = opened("Halvora cuts jobs", "Halvora", published_at=NOW - timedelta(days=90))
    sued = layoffs.place(judged("Halvora sued over layoffs", "Halvora", published_at=NOW), [first], NOW, WINDOW)
    assert (sued.layoff.id, sued.layoff.updated_at) == (first.id, first.updated_at)
    soon = NOW + timedelta(days=2)
    again = judged("Halvora announces layoffs", "Halvora", published_at=soon)
    assert layoffs.place(again, [sued.layoff], soon, WINDOW).layoff.id != first.id


def test_a_second_report_of_employers_that_cut_together_opens_nothing():
    both = judged("Halvora and Brantiq cut 900 jobs", "Halvora", 900, together=("Brantiq",))
    first = layoffs.place(both, [], NOW, WINDOW).layoff
    again = judged("900 jobs go at Halvora and Brantiq", "Halvora", 900, together=("Brantiq",))
    assert layoffs.place(again, [first], NOW, WINDOW).layoff.id == first.id
    turned = judged("Brantiq and Halvora to lose 900", "Brantiq", 900, together=("Halvora",))
    assert layoffs.place(turned, [first], NOW, WINDOW).layoff.id == first.id
