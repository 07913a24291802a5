from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts import words
from monitor.model import Layoff, Qualifier, Report, Stage, Telling
from tests.alerts.examples import (
    BRANTIQ,
    DIGEST,
    FIRST,
    HALVORA,
    NOW,
    OPENED,
    REVERSED,
    SECOND,
    SENTENCE,
    SHARE,
    UNNAMED,
    UPDATED,
    amount,
)

NUMBERLESS = replace(
    HALVORA, headcount=None, headcount_low=None, headcount_high=None, stated=None, percent=None, sentence=""
)


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("1,100", "1,100 jobs"),
        ("1100", "1,100 jobs"),
        ("12500", "12,500 jobs"),
        ("1", "1 job"),
        ("up to 400", "up to 400 jobs"),
        ("several hundred", "several hundred jobs"),
        ("a few dozen", "a few dozen jobs"),
        ("hundreds", "hundreds of jobs"),
        ("400 to 600", "400 to 600 jobs"),
        ("2,000+", "2,000+ jobs"),
        ("1.5k", "1.5k jobs"),
        ("9" * 4500, "9" * 4500 + " jobs"),
        ("500 employees", "500 employees"),
        ("half the engineers", "half the engineers"),
    ],
)
def test_a_number_is_told_in_its_own_words(stated: str, shown: str) -> None:
    assert words.extent(replace(NUMBERLESS, stated=stated)) == shown


@pytest.mark.parametrize(
    ("layoff", "shown"),
    [
        (replace(NUMBERLESS, headcount=1100), "1,100 jobs"),
        (replace(NUMBERLESS, headcount_low=400, headcount_high=600), "400 to 600 jobs"),
        (replace(NUMBERLESS, headcount_high=1400), "up to 1,400 jobs"),
        (replace(NUMBERLESS, headcount_low=1400), "at least 1,400 jobs"),
        (replace(NUMBERLESS, stated="8 percent of its workforce", percent=8), "8 % of staff"),
        (replace(NUMBERLESS, percent=2.5), "2.5 % of staff"),
        (NUMBERLESS, "number not stated"),
    ],
)
def test_without_words_the_number_is_told_from_what_is_known(layoff: Layoff, shown: str) -> None:
    assert words.extent(layoff) == shown


@pytest.mark.parametrize(
    ("qualifier", "shown"),
    [
        (Qualifier.ABOUT, "about 8 % of staff"),
        (Qualifier.UP_TO, "up to 8 % of staff"),
        (Qualifier.AT_LEAST, "at least 8 % of staff"),
        (Qualifier.EXACT, "8 % of staff"),
    ],
)
def test_a_share_is_as_exact_as_the_report_it_was_read_from(qualifier: Qualifier, shown: str) -> None:
    report = replace(FIRST, percent=replace(SHARE, qualifier=qualifier))

    assert words.extent(replace(NUMBERLESS, percent=8.0), [report]) == shown


@pytest.mark.parametrize(
    ("telling", "line"),
    [
        (OPENED, "Halvora: 1,100 jobs, about 8 % of staff"),
        (UPDATED, "Brantiq: 640 jobs (was up to 400 jobs)"),
        (REVERSED, "Tirmona: layoffs denied (had been 5 % of staff)"),
        (replace(OPENED, layoff=UNNAMED), "An unnamed employer: several hundred jobs"),
        (replace(OPENED, layoff=NUMBERLESS), "Halvora: layoffs, number not stated"),
        (replace(UPDATED, before=replace(NUMBERLESS, company="Brantiq")), "Brantiq: 640 jobs (was not stated)"),
        (replace(OPENED, layoff=replace(NUMBERLESS, stage=Stage.REVERSED)), "Halvora: layoffs reversed"),
        (DIGEST, "112 layoffs, the largest Halvora: 1,100 jobs, 8 % of staff"),
        (replace(DIGEST, layoffs=(NUMBERLESS,), total=1), "1 layoff"),
    ],
)
def test_the_headline_tells_who_and_how_many(telling: Telling, line: str) -> None:
    assert words.headline(telling) == line


@pytest.mark.parametrize(
    ("telling", "line"),
    [
        (OPENED, "confirmed · Lisbon, remote"),
        (UPDATED, "update · filed (was announced) · Austin · late by 2 h 10 min"),
        (REVERSED, "was rumoured"),
        (replace(OPENED, layoff=UNNAMED), "under way"),
    ],
)
def test_the_standing_tells_stage_place_and_lateness(telling: Telling, line: str) -> None:
    assert telling.layoff is not None
    assert words.standing(telling, telling.layoff) == line


@pytest.mark.parametrize(
    ("late", "shown"),
    [
        (None, ""),
        (timedelta(seconds=5), "late by 1 min"),
        (timedelta(minutes=59), "late by 59 min"),
        (timedelta(hours=3), "late by 3 h 0 min"),
        (timedelta(days=2), "late by 2 d"),
        (timedelta(days=2, hours=5), "late by 2 d 5 h"),
    ],
)
def test_lateness_is_told_in_the_two_largest_units(late: timedelta | None, shown: str) -> None:
    assert words.lateness(late) == shown


def strong(layoff: Layoff, *reports: Report, limit: int = 500) -> list[str]:
    return [piece.text for piece in words.quotation(layoff, reports, limit) if piece.strong]


def test_the_numbers_of_the_sentence_are_strong() -> None:
    assert strong(HALVORA, FIRST) == ["1,100", "8 %"]


def test_the_pieces_of_a_quotation_are_the_sentence() -> None:
    assert "".join(piece.text for piece in words.quotation(HALVORA, (FIRST,), 500)) == SENTENCE


def test_a_number_inside_another_number_is_not_marked() -> None:
    layoff = replace(NUMBERLESS, stated="60", sentence="Of 1,600 people, 2.60 or 60 go.")

    pieces = words.quotation(layoff, (), 500)

    assert [piece.text for piece in pieces] == ["Of 1,600 people, 2.60 or ", "60", " go."]


def test_without_a_report_of_that_sentence_the_stated_number_is_marked() -> None:
    other = replace(FIRST, headcount=amount("900", "Halvora said 900."), percent=None)

    assert strong(HALVORA, other) == ["1,100", "8 %"]


@pytest.mark.parametrize("filler", ["word " * 400, "語" * 2000])
def test_a_long_sentence_is_cut_so_that_its_number_stays(filler: str) -> None:
    sentence = filler + SENTENCE + filler
    layoff = replace(HALVORA, sentence=sentence)

    pieces = words.quotation(layoff, (), 300)

    assert pieces[0].text.startswith("…")
    assert pieces[1] == words.Piece("1,100", strong=True)
    assert sum(len(piece.text) for piece in pieces) <= 300


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("Jobs go.", "“Jobs go.”"), ("They said “jobs go”.", "They said “jobs go”."), ("", "")],
)
def test_a_sentence_that_quotes_is_not_quoted_again(sentence: str, shown: str) -> None:
    assert words.quoted(replace(HALVORA, sentence=sentence), (), 500) == shown


def test_the_time_of_another_day_has_its_day() -> None:
    assert words.heard(replace(FIRST, published_at=NOW - timedelta(days=2)), NOW) == "21 Nov 09:14 UTC"


def test_the_best_source_can_be_opened() -> None:
    assert words.best_source((replace(FIRST, url="javascript:x"), SECOND)) is SECOND


def test_why_a_layoff_opened_is_the_rules_and_why_it_changed_is_what_changed() -> None:
    assert words.why(OPENED) == "why this fired: cut-number-people, percent-of-staff"
    assert words.why(UPDATED) == "what changed: 640, was up to 400"


def test_the_largest_come_first_and_the_unknown_last() -> None:
    ranked = words.largest_first((NUMBERLESS, BRANTIQ, UNNAMED, HALVORA))

    assert ranked == (HALVORA, UNNAMED, BRANTIQ, NUMBERLESS)


def test_the_outlet_that_is_quoted_comes_first() -> None:
    quoted = replace(SECOND, headcount=None, percent=None, title=OPENED.layoff.sentence)
    silent = replace(FIRST, headcount=None, percent=None)
    telling = replace(OPENED, reports=(silent, quoted))
    assert words.telling_reports(telling) == (quoted, silent)


def test_figures_that_differ_are_told_as_a_range() -> None:
    layoff = replace(
        OPENED.layoff, headcount_low=400, headcount_high=900, figures=((400, 400), (900, 900)), percent=None
    )
    assert words.extent(layoff) == "400 to 900 jobs"
