"""The decisions that stand: given back as they were stored, in order of arrival, and compared with new ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import decide
from monitor.archive import Archive, DiskError, Reader
from monitor.model import Amount, Evidence, Facts, Qualifier, Stage
from scrapers.items import Memory
from tests.making import NOW, POLICY, judged, news, source, state

DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path):
    archive = Archive.open(tmp_path / "pinkslip.db")
    with archive.writing():
        archive.sources.enroll([source(), source("wire")], NOW)
    yield archive
    archive.close()


def keep(archive, *items, now=NOW, baseline=False):
    with archive.writing():
        known = archive.known("herald", items, now, POLICY.window)
        plan = decide.plan(
            source(), state(baseline=baseline), news(*items), items, known, POLICY, memory=Memory(), now=now, jitter=0.0
        )
        archive.apply(plan, now)


def standing(archive, since=None):
    return [each for batch in archive.decisions.batches(since) for each in batch]


def amount(**changes):
    fields = {
        "value": 1100.0,
        "low": 1000.0,
        "high": 1200.0,
        "qualifier": Qualifier.ABOUT,
        "vague": None,
        "field": "title",
        "start": 13,
        "end": 18,
        "text": "1,100",
        "sentence": "Halvora cuts 1,100 jobs.",
    }
    return Amount(**{**fields, **changes})


@pytest.fixture
def rich():
    """A decision with everything that one can hold."""
    plain = judged("Halvora cuts 1,100 jobs", "Halvora", summary="Über 1,100.", body="More.", language="en")
    flag = replace(
        plain.flag,
        score=0.8765,
        stage=Stage.CONFIRMED,
        rules=("a.one", "b.two"),
        vetoes=("c.three",),
        evidence=(Evidence("a.one", "summary", 0, 4, "Über"),),
        near=True,
    )
    vague = amount(value=None, low=None, high=None, qualifier=Qualifier.VAGUE, vague="hundreds", text="hundreds")
    counts = (vague, amount())
    facts = Facts(companies=plain.facts.companies, headcount=counts[1], percent=amount(value=4.5), headcounts=counts)
    return replace(plain, flag=flag, facts=facts)


def test_a_decision_comes_back_as_it_was_stored(archive, rich):
    keep(archive, rich)
    (found,) = standing(archive)
    assert (found.flag, found.company, found.layoff_id is None) == (rich.flag, "Halvora", False)
    assert (found.article, found.text.title) == (rich.article, "Halvora cuts 1,100 jobs")


def test_the_same_decision_is_no_change(archive, rich):
    keep(archive, rich)
    assert (archive.decisions.changes([rich]).all(), archive.decisions.changes([rich]).unchanged) == ((), 1)


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda it: replace(it, flag=replace(it.flag, score=0.5)),
        lambda it: replace(it, flag=replace(it.flag, rules=("a.one",))),
        lambda it: replace(it, flag=replace(it.flag, evidence=())),
        lambda it: replace(it, facts=replace(it.facts, percent=None)),
        lambda it: replace(it, facts=replace(it.facts, companies=())),
        lambda it: replace(it, facts=replace(it.facts, headcounts=it.facts.headcounts[1:])),
    ],
)
def test_any_other_decision_is_a_change_until_it_is_stored(archive, rich, otherwise):
    keep(archive, rich)
    new = otherwise(rich)
    assert archive.decisions.changes([new]).otherwise == (new,)
    with archive.writing():
        archive.decisions.store([new], NOW)
    assert archive.decisions.changes([new]).unchanged == 1


def test_a_change_of_the_answer_is_told_apart(archive, rich):
    other = judged("Rates fall", flagged=False)
    keep(archive, rich, other)
    turned = [replace(each, flag=replace(each.flag, flagged=not each.flag.flagged)) for each in (rich, other)]
    changes = archive.decisions.changes(turned)
    assert (changes.passed, changes.flagged, changes.otherwise) == ((turned[0],), (turned[1],), ())


def test_articles_come_once_in_order_of_arrival_a_thousand_at_a_time(archive):
    for start in range(0, 2_200, 550):
        keep(archive, *(judged(f"Story {n}", flagged=False) for n in range(start, start + 550)))
    batches = [len(batch) for batch in archive.decisions.batches(None)]
    order = [each.seq for each in standing(archive)]
    assert (batches, order == sorted(set(order))) == ([1000, 1000, 200], True)


def test_what_arrives_meanwhile_is_left_out(archive):
    keep(archive, *(judged(f"Story {n}", flagged=False) for n in range(1_001)))
    batches = archive.decisions.batches(None)
    first = next(batches)
    keep(archive, judged("Late"))
    assert len(first) + sum(map(len, batches)) == 1_001


def test_since_leaves_out_what_was_seen_before(archive):
    keep(archive, judged("Old"), now=NOW - 3 * DAY)
    keep(archive, judged("New"), now=NOW - DAY)
    assert [each.article.title for each in standing(archive, NOW - 2 * DAY)] == ["New"]
    assert archive.decisions.extent(NOW - 2 * DAY).articles == 1


def test_only_what_came_with_a_first_poll_is_baseline(archive):
    keep(archive, judged("First"), now=NOW - DAY, baseline=True)
    keep(archive, judged("Second"))
    assert [(each.article.title, each.baseline) for each in standing(archive)] == [("First", True), ("Second", False)]


def test_a_reader_cannot_store(archive, rich, tmp_path):
    keep(archive, rich)
    reader = Reader.open(tmp_path / "pinkslip.db")
    with pytest.raises(DiskError, match="readonly"):
        reader.decisions.store([rich], NOW)
    reader.close()
