"""Where jobs go, as a text states it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import facts
from monitor.detect.companies import Directory, Employer
from monitor.detect.gazetteer import gazetteer
from monitor.model import Stated, Text

KNOWN = Directory((Employer(name="Halvora", key="halvora", words="Halvora", context=False),))


def places(title: str, body: str = "") -> tuple[Stated, ...]:
    return facts.read(Text(title, "", body), KNOWN).places


def values(title: str, body: str = "") -> list[str]:
    return [place.value for place in places(title, body)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvora to cut 500 jobs in Cork", ["Cork, Ireland"]),
        ("Halvora lays off 300 in Columbus", ["Columbus, Ohio, United States"]),
        ("Halvora to close its Ohio plant with loss of 300 jobs", ["Ohio, United States"]),
        ("Halvora fires 30 at its Dublin office", ["Dublin, Ireland"]),
        ("Halvora to shut Manchester factory, cutting 200 jobs", ["Manchester, England, United Kingdom"]),
        ("Halvora to axe 200 posts across Europe", ["Europe"]),
        ("Halvora lays off 40 staff in the US", ["United States"]),
        ("Halvora lays off 500 U.S. workers", ["United States"]),
        ("Halvora cuts 700 of its US-based employees", ["United States"]),
        ("Halvora's Irish operations to shed 90 jobs", ["Ireland"]),
        ("Halvora cuts half of its German workforce", ["Germany"]),
        ("Halvora cuts 300 jobs in Silicon Valley", ["Silicon Valley, California, United States"]),
        ("Layoffs at Halvora hit 1,400 California jobs", ["California, United States"]),
        (
            "Halvora will cut 200 jobs in London and New York",
            ["London, England, United Kingdom", "New York, United States"],
        ),
        (
            "Halvora cuts 200 jobs in Ireland, Scotland and Wales",
            ["Ireland", "Scotland, United Kingdom", "Wales, United Kingdom"],
        ),
        ("Halvora cuts 120 jobs at its Cork and Limerick sites", ["Cork, Ireland", "Limerick, Ireland"]),
        ("HALVORA TO CUT 500 JOBS IN OHIO", ["Ohio, United States"]),
        ("halvora lays off 500 in dublin", ["Dublin, Ireland"]),
    ],
)
def test_a_place_where_jobs_go_is_read_with_all_it_lies_in(title: str, expected: list[str]) -> None:
    assert values(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Dublin-based Halvora cuts 500 jobs",
        "Halvora, based in Paris, cuts 500 jobs",
        "London insurer Halvora cuts 500 jobs",
        "Halvora, which has offices in Berlin and Paris, will cut 500 jobs",
        "Halvora chief told reporters in London that 500 jobs would go",
        "Halvora shares fell in Frankfurt after it cut 500 jobs",
    ],
)
def test_the_seat_of_a_company_is_not_where_jobs_go(title: str) -> None:
    assert values(title) == []


@pytest.mark.parametrize(
    "title",
    [
        "Bank of Ireland to cut 500 jobs",
        "University of Ohio lays off 40 staff",
        "Chicago Tribune lays off 40 staff",
        "New York Times cuts 50 jobs",
        "Washington Post lays off 200 staff",
        "Halvora lays off 300 at Detroit Diesel plant",
        "Paris Kelpanto, who runs Halvora, cuts 30 jobs",
        "HALVORA TELLS US IT WILL CUT 500 JOBS",
        "Halvora to cut 300 jobs in March",
        "Halvora lays off 500 workers in Gaming and Cloud",
        "Halvora to lay off 90 in Mobile",
        "US store chain Halvora cuts 500 jobs",
    ],
)
def test_a_name_that_only_looks_like_a_place_is_none(title: str) -> None:
    assert values(title) == []


def test_the_state_behind_a_town_says_which_of_its_name_is_meant() -> None:
    assert values("Halvora to cut 300 jobs in Cambridge") == ["Cambridge, England, United Kingdom"]
    (place,) = places("Halvora to cut 300 jobs in Cambridge, Mass., it said")
    assert (place.value, place.text) == ("Cambridge, Massachusetts, United States", "Cambridge, Mass.")


def test_the_state_elsewhere_in_the_sentence_says_which_town_is_meant() -> None:
    title = "Halvora to cut 70 jobs in Birmingham but keep its other sites in Alabama open"
    assert values(title)[0] == "Birmingham, Alabama, United States"


def test_a_country_is_never_taken_for_a_town_of_its_name() -> None:
    assert values("Halvora to cut 70 jobs in Lebanon but keep its U.S. allies") == ["Lebanon"]


def test_an_everyday_word_is_a_town_only_with_its_state() -> None:
    assert values("Halvora to cut 90 jobs in Mobile, Ala.") == ["Mobile, Alabama, United States"]


def test_a_town_in_no_list_is_read_where_the_sentence_makes_it_one() -> None:
    assert values("Halvora lays off 300 in Brockhaven, Ohio") == ["Brockhaven, Ohio, United States"]
    assert values("Halvora lays off 300 at its Brockhaven plant") == ["Brockhaven"]
    assert values("Halvora to cut 300 jobs in Brockhaven") == ["Brockhaven"]


def test_places_of_what_is_done_besides_are_left_out() -> None:
    assert values("Halvora cuts 500 jobs in Ohio as it opens a plant in Mexico") == ["Ohio, United States"]


def test_places_of_earlier_rounds_are_left_out() -> None:
    assert values("Halvora, which cut 300 jobs in Dublin last year, will lay off 500 workers in Cork") == [
        "Cork, Ireland"
    ]
    assert values("After earlier layoffs in Dublin, Halvora cuts 500 jobs in Cork") == ["Cork, Ireland"]


def test_a_dateline_is_no_place_and_other_employers_cuts_are_none_of_this() -> None:
    body = "CHICAGO (Reuters) - Halvora will cut 300 jobs in Cork. It named no reason. Brantiq cut 200 jobs in Lyon."
    both = Directory((*(Employer(name=n, key=n.lower(), words=n, context=False) for n in ("Halvora", "Brantiq")),))
    read = facts.read(Text("Halvora to cut 300 jobs", "", body), both)
    assert [place.value for place in read.places] == ["Cork, Ireland"]


def test_places_beside_the_headcount_come_first_and_each_stands_once() -> None:
    body = "Layoffs in Germany are part of it. Halvora will cut 300 jobs in Cork. More layoffs in Germany may follow."
    assert values("Halvora plans layoffs", body) == ["Cork, Ireland", "Germany"]


def test_no_more_than_eight_places_are_kept() -> None:
    title = (
        "Halvora cuts 900 jobs in France, Spain, Italy, Poland, Greece, Norway, Sweden, Finland, Ireland and Portugal"
    )
    assert len(values(title)) == 8


def test_an_empty_text_states_nothing() -> None:
    read = facts.read(Text(""), KNOWN)
    assert (read.places, read.units, read.effective, read.announced, read.reason) == ((), (), None, None, None)


PIECES = st.sampled_from(
    [
        *[
            "Halvora",
            "cuts",
            "500",
            "jobs",
            "in",
            "at",
            "its",
            "Cork",
            ",",
            ".",
            "Ohio",
            "Washington",
            "D.C.",
            "U.S.",
            "us",
            "Irish",
            "plant",
            "and",
            "the",
            "by",
            "June",
            "2026",
            "due",
            "to",
            "weak",
        ],
        *[
            "“",
            "”",
            "'",
            "-",
            "–",
            "(",
            ")",
            "last",
            "year",
            "because",
            "of",
            "AI",
            "unit",
            "cloud",
            "division",
            "'s",
            "on",
            "Monday",
            "said",
            "New",
            "York",
            "as",
            "it",
            "shifts",
            "Ala.",
            "É",
            "ﬁ",
            "\n",
        ],
    ]
)


WORDS = st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join))


@given(WORDS, WORDS, st.none() | st.dates())
def test_every_span_is_found_again_in_its_field_and_its_sentence(title: str, body: str, published: date | None) -> None:
    text = Text(title, "", body, published=published)
    read = facts.read(text, KNOWN)
    dated = tuple(each for each in (read.effective, read.announced, read.reason) if each)
    for stated in (*read.places, *read.units, *dated):
        content = dict(text.fields())[stated.field]
        assert content[stated.start : stated.end] == stated.text != ""
        assert stated.text in stated.sentence in content


def test_the_places_are_read_within_the_time_of_a_few_pages() -> None:
    timed = (
        "import time; from monitor.detect import gazetteer\n"
        "start = time.process_time(); gazetteer.gazetteer(); print(time.process_time() - start)"
    )
    seconds = min(float(subprocess.check_output([sys.executable, "-c", timed])) for _ in range(3))
    assert seconds < 0.1


def test_the_list_of_places_holds_each_line_it_says() -> None:
    known = gazetteer()
    assert len(known.names) > 5_000
    assert {place.path for place in known.names["st louis"]} == {"St. Louis, Missouri, United States"}
    assert all(name == name.strip() != "" and place.path for name, found in known.names.items() for place in found)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Carmaker to cut 640 jobs at Brockhaven plant", ["Brockhaven"]),
        ("Halvora to close Brockhaven terminal, lay off 280", ["Brockhaven"]),
        ("Brockhaven biscuit factory closure: 260 workers to lose jobs as Halvora pulls out", ["Brockhaven"]),
    ],
)
def test_an_unknown_name_beside_a_place_of_work_is_a_place(title: str, expected: list[str]) -> None:
    assert values(title) == expected
