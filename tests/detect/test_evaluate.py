"""Figures over articles and over events, and what one pack decides otherwise than another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect.rules.evaluate import Comparison, Evaluation, Judgement, Labelled
from monitor.model import Flag, Text


def item(name, *, layoff=True, event=None, borderline=False):
    return Labelled(id=name, text=Text(f"title {name}"), layoff=layoff, kind="k", event=event, borderline=borderline)


def flag(flagged, *rules, vetoes=()):
    return Flag(flagged=flagged, score=0.5, kind=None, stage=None, rules=rules, vetoes=vetoes, evidence=())


def judged(*pairs):
    return Evaluation(tuple(Judgement(labelled, flag(flagged)) for labelled, flagged in pairs))


SAGA = judged(
    (item("a", event="halvora"), True),
    (item("b", event="halvora"), True),
    (item("c", event="halvora"), True),
    (item("d", event="halvora"), False),
    (item("e", event="brantiq"), False),
    (item("f"), True),
    (item("g", layoff=False, event="rates"), True),
    (item("h", layoff=False, event="rates"), False),
    (item("i", layoff=False), False),
)


def test_recall_over_events_is_the_mean_share_that_was_found():
    assert SAGA.all.recall == pytest.approx(4 / 6)
    assert SAGA.events.recall == pytest.approx((0.75 + 0 + 1) / 3)


def test_precision_over_events_weighs_a_false_alarm_by_its_event():
    assert SAGA.events.precision == pytest.approx(1.75 / (1.75 + 0.5))


def test_f1_over_events_is_the_harmonic_mean():
    precision, recall = SAGA.events.precision, SAGA.events.recall
    assert SAGA.events.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_events_of_which_nothing_was_found_are_named():
    assert [(each.name, each.items, each.title) for each in SAGA.events.unfound] == [("brantiq", 1, "title e")]


def test_borderline_articles_leave_their_event_and_an_event_of_nothing_else_goes_with_them():
    found = judged(
        (item("a", event="x", borderline=True), False),
        (item("b", event="x"), True),
        (item("c", event="y", borderline=True), False),
    )
    assert (found.events.recall, found.clear_events.recall, len(found.clear_events.layoffs)) == (0.25, 1.0, 1)


def test_an_article_without_an_event_is_one_even_if_an_event_is_called_like_it():
    assert len(judged((item("a", event="b"), True), (item("b"), True)).events.layoffs) == 2


def test_nothing_measured_is_zero():
    empty = judged()
    assert (empty.events.precision, empty.events.recall, empty.events.f1) == (0, 0, 0)


ITEMS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12)


@given(ITEMS)
def test_where_every_event_has_one_article_both_figures_are_the_same(outcomes):
    found = judged(
        *((item(str(n), layoff=layoff, event=f"e{n}"), flagged) for n, (layoff, flagged) in enumerate(outcomes))
    )
    by_event = (found.events.precision, found.events.recall, found.events.f1)
    assert by_event == pytest.approx((found.all.precision, found.all.recall, found.all.f1))


@given(ITEMS, ITEMS)
def test_what_differs_is_told_once_and_under_the_right_name(first, second):
    known = [item(str(n), layoff=layoff) for n, (layoff, _) in enumerate(first)][: len(second)]
    before = judged(*((each, flagged) for each, (_, flagged) in zip(known, first, strict=False)))
    after = judged(*((each, flagged) for each, (_, flagged) in zip(known, second, strict=False)))
    told = Comparison(before, after)
    changes = (*told.newly_found, *told.newly_missed, *told.new_false_alarms, *told.mended)
    differing = [a.labelled.id for a, b in zip(before.judgements, after.judgements, strict=True) if a.flag != b.flag]
    assert sorted(each.labelled.id for each in changes) == sorted(differing)
    assert all(each.labelled.layoff and each.after.flagged for each in told.newly_found)
    assert all(each.labelled.layoff and each.before.flagged for each in told.newly_missed)
    assert all(not each.labelled.layoff and each.after.flagged for each in told.new_false_alarms)
    assert all(not each.labelled.layoff and each.before.flagged for each in told.mended)


def test_rules_and_vetoes_that_found_something_have_fired():
    found = Evaluation((Judgement(item("a"), flag(False, "r.one", vetoes=("v.two",))),))
    assert found.fired() == {"r.one", "v.two"}
