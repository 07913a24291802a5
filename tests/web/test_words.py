"""How the pages put things."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.archive.dossier import Decided, Piece
from monitor.archive.pages import Line, Sum
from monitor.archive.search import FOUND, LOST
from monitor.model import Layoff, Stage
from monitor.web import words
from tests.making import NOW


def layoff(**changes):
    fields = dict.fromkeys(("headcount", "headcount_low", "headcount_high", "stated", "percent", "place"))
    fields |= {"id": "1", "company": "Halvora", "company_key": "halvora", "stage": Stage.ANNOUNCED, "sentence": ""}
    return Layoff(**{**fields, "opened_at": NOW, "updated_at": NOW, "reports": 1, **changes})


LAST = Line(layoff(), 1, ())


@pytest.mark.parametrize(
    ("week", "usual", "says"),
    [
        (Sum(9, 8, 11_800), Sum(4, 4, 6_000), "11,800 jobs in 9 layoffs in the last seven days, twice the usual"),
        (Sum(1, 1, 1), None, "1 job in 1 layoff in the last seven days"),
        (Sum(2, 0, 0), Sum(4, 4, 6_000), "2 layoffs in the last seven days, none of them with a number"),
        (Sum(3, 3, 900), Sum(4, 4, 1_000), "900 jobs in 3 layoffs in the last seven days, about as usual"),
        (Sum(3, 3, 10), Sum(4, 4, 1_000), "10 jobs in 3 layoffs in the last seven days, far less than usual"),
        (Sum(3, 3, 5_000), Sum(4, 4, 1_000), "5,000 jobs in 3 layoffs in the last seven days, 5 times the usual"),
        (Sum(0, 0, 0), Sum(4, 4, 1), "No layoffs in the last seven days; the last one heard of is Halvora"),
    ],
)
def test_the_first_line_says_what_happened(week, usual, says):
    assert words.headline(week, usual, last=LAST) == says


def test_an_empty_archive_says_so():
    assert words.headline(Sum(0, 0, 0), None, last=None) == "No layoffs yet"


@pytest.mark.parametrize(
    ("back", "says"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=7), "7 h"),
        (timedelta(hours=23), "yesterday"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=9), "14 Nov"),
        (timedelta(days=365), "23 Nov 2025"),
        (timedelta(minutes=-11), "in 11 min"),
    ],
)
def test_a_time_is_told_as_people_say_it(back, says):
    assert words.ago(NOW - back, NOW) == says


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (layoff(stated="up to 400", headcount_high=400), ("up to 400", "")),
        (layoff(headcount=1100, stated="1,100", percent=8.0), ("1,100", "8 %")),
        (layoff(percent=5.0), ("not stated", "5 %")),
        (
            layoff(headcount=1, headcount_low=300, headcount_high=640, figures=((300, 300), (640, 640))),
            ("300 to 640", ""),
        ),
    ],
)
def test_a_size_is_told_in_its_own_words(one, says):
    assert words.size(one) == says


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt://x/%0aalert(1)", "data:text/html,x", "//host/x", "/x", "", None, "http:", "http://[", "https://a b/", "http://a\\b/"]
)  # fmt: skip
def test_only_web_addresses_are_linked_to(url):
    assert words.link(url) == ""


def test_a_web_address_is_linked_to():
    assert words.link("https://herald.example/a?b=c") == "https://herald.example/a?b=c"


TEXT = "It met its targets. It will let 1,100 people go, about 8 % of staff. More in June."


def decided(body):
    names = ("url", "author", "published_at", "kind", "stage", "duplicate_of", "layoff_id", "why", "page")
    empty = ("rules", "vetoes", "evidence", "facts", "carried", "corrections")
    fields = {**dict.fromkeys(names), **dict.fromkeys(empty, ())}
    plain = {"id": "1", "title": "", "summary": "", "source": "", "score": 1.0, "first_seen_at": NOW}
    return Decided(**fields, **plain, **dict.fromkeys(("flagged", "near", "baseline"), False), body=body)


def test_the_words_that_state_a_fact_are_marked_in_their_sentence():
    at = TEXT.index("1,100")
    sentence = "It will let 1,100 people go, about 8 % of staff."
    piece = Piece(name="headcount", value="1100", field="body", start=at, end=at + 5, text="1,100", sentence=sentence)
    assert words.sentence(piece, decided(TEXT)) == (
        ("It will let ", False),
        ("1,100", True),
        (" people go, about 8 % of staff.", False),
    )


def test_a_text_that_has_changed_since_still_gets_its_words_marked():
    piece = Piece(name="headcount", value="5", field="body", start=900, end=901, text="5", sentence="It cuts 5 jobs.")
    assert words.sentence(piece, decided("Something else.")) == (("It cuts ", False), ("5", True), (" jobs.", False))


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 99)), max_size=6))
def test_marking_never_changes_a_text(text, spans):
    assert "".join(part for part, _ in words.with_spans(text, spans)) == words.plain(text)


@given(st.text(alphabet=f"ab {FOUND}{LOST}", max_size=30))
def test_any_snippet_can_be_shown(snippet):
    shown = "".join(part for part, _ in words.passage(snippet))
    assert shown == snippet.replace(FOUND, "").replace(LOST, "")


def test_what_was_searched_for_is_marked():
    assert words.passage(f"the {FOUND}lay-off{LOST} of") == (("the ", False), ("lay-off", True), (" of", False))
