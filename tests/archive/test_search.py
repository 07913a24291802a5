"""Search finds what is meant, puts titles first, and takes any text at all."""

from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor import decide
from monitor.archive import Archive, Reader
from monitor.archive.reader import Wanted
from monitor.archive.search import FOUND, LOST, marked
from scrapers.items import Memory
from tests.making import NOW, POLICY, judged, news, source, state

HOUR = timedelta(hours=1)


def other(title, **changes):
    return judged(title, flagged=False, kind=None, **changes)


ITEMS = (
    judged("Halvora announces a lay-off of 400", "Halvora", 400),
    judged("Brantiq laid off half of its staff", "Brantiq"),
    judged("Layoffs at Tirmona", "Tirmona"),
    judged("Nexora lays off hundreds", "Nexora"),
    other("Off to lay the first stone", published_at=NOW - 40 * HOUR),
    other("Volmar Motors ends its restructuring", body="It was the third, and no layoff came with it."),
    other("Ospera Bank: das Geschäft wächst in Zürich", summary="東京 offices follow."),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "pinkslip.db"
    with closing(Archive.open(path)) as archive, archive.writing():
        archive.sources.enroll([source(), source("wire")], NOW)
        plan = decide.plan(
            source(), state(), news(*ITEMS), ITEMS, decide.Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0
        )
        archive.apply(plan, NOW)
    with closing(Reader.open(path)) as reader:
        yield reader


def titles(reader, query, **narrowed):
    return [row["title"] for row in reader.articles(Wanted(query=query, limit=20, **narrowed)).records()]


@pytest.mark.parametrize(
    "query", ["lay-off", "layoff", "layoffs", "laid off", "lay\u2011off", "LAYING OFF", "lays-offs"]
)
def test_every_spelling_of_lay_off_finds_every_other(reader, query):
    assert set(titles(reader, query)) == {each.article.title for each in (*ITEMS[:4], ITEMS[5])}


def test_words_in_the_title_come_before_words_in_the_text(reader):
    assert titles(reader, "layoff")[-1] == "Volmar Motors ends its restructuring"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("re-structuring", "Volmar Motors ends its restructuring"),
        ("Restructurings", "Volmar Motors ends its restructuring"),
        ("geschaft zurich", "Ospera Bank: das Geschäft wächst in Zürich"),
        ("東京", "Ospera Bank: das Geschäft wächst in Zürich"),
        ('"first stone"', "Off to lay the first stone"),
    ],
)
def test_words_are_found_however_they_are_written(reader, query, found):
    assert titles(reader, query) == [found]


@pytest.mark.parametrize("query", ['"stone first"', "stone bank", '""', "-", "…", ""])
def test_what_is_not_there_is_not_found(reader, query):
    assert titles(reader, query) == []


def test_filters_narrow_what_is_found(reader):
    assert titles(reader, "off", company="Brantiq") == ["Brantiq laid off half of its staff"]
    assert titles(reader, "layoff", min_headcount=100) == ["Halvora announces a lay-off of 400"]
    assert titles(reader, "off", until=NOW - HOUR) == ["Off to lay the first stone"]
    assert "Off to lay the first stone" not in titles(reader, "off", since=NOW - HOUR)
    assert titles(reader, "layoff", source="wire") == []


def test_the_limit_holds(reader):
    assert len(reader.articles(Wanted(query="off", limit=2)).rows) == 2


def test_the_passage_shows_the_words(reader):
    """Those of the text before those of the title, which is shown anyway."""
    (row,) = reader.articles(Wanted(query="restructuring third", limit=1)).records()
    for cell, word in (("snippet", "third"), ("marked_title", "restructuring")):
        passage, marks = marked(row[cell])
        assert [passage[start:end] for start, end in marks] == [word]


@given(st.lists(st.tuples(st.text("ab ", max_size=4), st.text("cd ", min_size=1, max_size=4)), max_size=5))
def test_marks_are_taken_out_and_their_places_told(pieces):
    plain, marks = marked("".join(f"{before}{FOUND}{word}{LOST}" for before, word in pieces))
    assert plain == "".join(before + word for before, word in pieces)
    assert [plain[start:end] for start, end in marks] == [word for _, word in pieces]


HOSTILE = (
    "lay-off",
    '"',
    '"""',
    "AND",
    "NEAR(",
    "NOT",
    "a AND",
    "title:",
    "{title} : x",
    "^a",
    "a*",
    "+",
    "\0",
    "\ud800",
    "'",
    ";--",
    "(",
    "--",
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    query=st.one_of(
        st.text(), st.text('"-*^:()+{}\0ANDORT ', max_size=40), st.lists(st.sampled_from(HOSTILE)).map(" ".join)
    )
)
@example(query="x" * 1_000_000)
@example(query="a-b " * 250_000)
@example(query='"' * 100_001)
@example(query="lay off " * 1_000)
def test_any_text_at_all_is_a_search(reader, query):
    """W2"""
    reader.articles(Wanted(query=query, limit=5))
    reader.articles(Wanted(query=query, limit=5, source="herald"))


def test_the_number_of_hostile_searches_that_fail_is_told(reader):
    failed = 0
    for one in HOSTILE:
        for other_one in HOSTILE:
            for query in (f"{one} {other_one}", f"{one}{other_one}", f'{one} "{other_one}'):
                failed += reader.articles(Wanted(query=query, limit=5)) is None
    print(f"\nFIGURE W2 searches={len(HOSTILE) ** 2 * 3} errors={failed}")
    assert failed == 0
