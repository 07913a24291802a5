"""What a backtest counts, article by article."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.detect.rules.backtest import Archived, Backtest, Labels, sentence
from monitor.detect.rules.evaluate import Labelled
from monitor.detect.rules.rule import Scale
from monitor.model import Evidence, Flag, Text
from tests.making import article

MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def flag(flagged, *rules, evidence=(), vetoes=()):
    return Flag(flagged=flagged, score=0.5, kind=None, stage=None, rules=rules, vetoes=vetoes, evidence=tuple(evidence))


YES, NO = flag(True), flag(False)


def archived(title, *, at=MONDAY, company=None, copy=False, baseline=False, layoff=None, **changes):
    return Archived(
        seq=1,
        article=article(title, **changes),
        flag=NO,
        first_seen_at=at,
        copy=copy,
        baseline=baseline,
        layoff_id=layoff,
        company=company,
    )


def run(*taken, limit=10, labels=None):
    test = Backtest(window=14 * DAY, weights={}, scale=Scale(), limit=limit, labels=labels)
    for each, before, after in taken:
        test.take(each, before, after)
    return test


def alerts(*companies_and_days):
    """The alerts per week of flagged articles, by employer and day."""
    taken = ((archived(f"{n}", company=name, at=MONDAY + day * DAY), YES, YES) for n, (name, day) in companies_and_days)
    return [week.after for _, week in sorted(run(*taken).weeks.items())]


def test_caught_and_lost_are_told_apart():
    test = run((archived("a"), NO, YES), (archived("b"), YES, NO), (archived("c"), YES, YES), (archived("d"), NO, NO))
    assert [each.archived.article.title for each in test.caught.last] == ["a"]
    assert [each.archived.article.title for each in test.lost.last] == ["b"]


def test_all_are_counted_but_only_the_last_are_kept():
    test = run(*((archived(str(n)), NO, YES) for n in range(30)), limit=3)
    assert (test.caught.count, [each.archived.article.title for each in test.caught.last]) == (30, ["27", "28", "29"])


def test_a_copy_is_not_told():
    test = run((archived("a", copy=True, layoff="x"), YES, NO))
    assert (test.lost.count, test.lost_layoffs, next(iter(test.weeks.values())).before) == (0, {}, 0)


def test_a_layoff_that_loses_a_report_is_a_suspect():
    test = run((archived("a", layoff="x"), YES, NO), (archived("b", layoff="y"), YES, YES))
    assert list(test.lost_layoffs) == ["x"]


@pytest.mark.parametrize(
    ("flagged", "weekly"),
    [
        ([("Halvora", 0), ("Halvora", 1)], [1]),
        ([("Halvora", 0), ("halvora inc.", 1)], [1]),
        ([("Halvora", 0), ("Brantiq", 0)], [2]),
        ([(None, 0), (None, 0)], [2]),
        ([("Halvora", 0), ("Halvora", 13), ("Halvora", 26)], [1, 0, 0]),
        ([("Halvora", 0), ("Halvora", 15)], [1, 1]),
    ],
)
def test_an_employers_articles_within_the_window_are_one_alert(flagged, weekly):
    assert alerts(*enumerate(flagged)) == weekly


def test_a_first_poll_is_told_to_nobody_and_makes_nobody_known():
    first = archived("a", company="Halvora", baseline=True)
    test = run((first, YES, YES), (archived("b", company="Halvora"), YES, YES))
    assert [(week.articles, week.before) for week in test.weeks.values()] == [(2, 1)]


def test_each_side_is_counted_by_itself():
    test = run(
        (archived("a", company="Halvora"), NO, YES), (archived("b", company="Halvora", at=MONDAY + 7 * DAY), YES, YES)
    )
    assert [(week.before, week.after) for week in test.weeks.values()] == [(0, 1), (1, 0)]


def test_what_it_remembers_of_employers_does_not_grow():
    test = run(*((archived(str(n), company=f"Employer {n}", at=MONDAY + n * DAY), YES, YES) for n in range(400)))
    assert all(len(alerts._heard) < 40 for alerts in test._alerts)


def labelled(*, layoff=True, title="other", **changes):
    return Labels([Labelled(**{"id": "n7", "text": Text(title), "layoff": layoff, "kind": "k", **changes})])


FOUND = archived("Halvora cuts jobs", url="https://herald.example/halvora")


@pytest.mark.parametrize(
    "labels",
    [
        labelled(id=FOUND.article.id),
        labelled(url="https://herald.example/halvora"),
        labelled(title="HALVORA  cuts jobs"),
    ],
)
def test_a_labelled_layoff_that_is_lost_is_found_by_id_address_or_title(labels):
    test = run((FOUND, YES, NO), labels=labels)
    assert ([each.archived for each in test.lost_true], len(test.labelled)) == ([FOUND], 1)


@pytest.mark.parametrize(
    ("before", "after", "layoff"), [(NO, NO, True), (NO, YES, True), (YES, YES, True), (YES, NO, False)]
)
def test_nothing_else_is_a_lost_layoff(before, after, layoff):
    labels = labelled(title="Halvora cuts jobs", layoff=layoff)
    assert run((FOUND, before, after), labels=labels).lost_true == []


def test_a_labelled_layoff_is_lost_in_a_copy_too():
    copy = archived("Halvora cuts jobs", copy=True)
    assert len(run((copy, YES, NO), labels=labelled(title="Halvora cuts jobs")).lost_true) == 1


def test_rules_and_vetoes_of_the_side_after_have_fired():
    test = run((archived("a"), flag(True, "old"), flag(False, "new", vetoes=("v",))))
    assert test.fired == {"new", "v"}


TEXT = Text("News of Halvora.", "", "Rates fell. It will cut 400 jobs\nby May. Shares rose.")


def evidence(rule, field, words):
    start = getattr(TEXT, field).index(words)
    return Evidence(rule, field, start, start + len(words), words)


def test_the_sentence_is_the_one_in_which_the_rules_weigh_most():
    pieces = [evidence("weak", "title", "News"), evidence("strong", "body", "cut 400 jobs")]
    decided = flag(True, "weak", "strong", evidence=pieces)
    assert sentence(TEXT, decided, {"weak": 0.1, "strong": 0.7}, Scale()) == "It will cut 400 jobs by May."


def test_the_words_of_a_veto_decide_no_sentence():
    decided = flag(
        True, "weak", vetoes=("v",), evidence=[evidence("v", "body", "Rates"), evidence("weak", "title", "News")]
    )
    assert sentence(TEXT, decided, {}, Scale()) == "News of Halvora."


def test_without_rules_there_is_no_sentence():
    assert sentence(TEXT, NO, {}, Scale()) == ""
