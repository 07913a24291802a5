"""When a source is asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import schedule
from monitor.model import Rhythm
from scrapers.items import Failed, Hints, Reason, Unchanged
from tests.making import NOW, news, source, state

MINUTE = timedelta(minutes=1)
NEW, NONE = Rhythm(), Hints()


def due(outcome, *, every=15 * MINUTE, rhythm=NEW, hints=NONE, failures=0, min_every=5 * MINUTE, jitter=0.0):
    return schedule.next_due(
        source(every=every), rhythm, hints, outcome, failures=failures, min_every=min_every, now=NOW, jitter=jitter
    )


def failed(retry_after=None):
    return Failed(reason=Reason.STATUS, detail="500", retry_after=retry_after)


def test_a_well_source_is_asked_after_its_interval():
    assert due(Unchanged()) == NOW + 15 * MINUTE


def test_no_source_is_asked_more_often_than_the_operator_allows():
    assert due(Unchanged(), every=MINUTE) == NOW + 5 * MINUTE


@pytest.mark.parametrize(("failures", "factor"), [(1, 1), (2, 2), (3, 4)])
def test_failures_double_the_wait(failures, factor):
    assert due(failed(), failures=failures) == NOW + 15 * MINUTE * factor


def test_a_failing_source_is_asked_at_least_once_a_day():
    assert due(failed(), failures=50) == NOW + timedelta(days=1)


def test_retry_after_is_kept():
    assert due(failed(timedelta(hours=3)), failures=1) == NOW + timedelta(hours=3)


def test_retry_after_is_clamped_to_a_day():
    assert due(failed(timedelta(days=4000)), failures=1) == NOW + timedelta(days=1)


def test_a_host_is_left_alone_as_long_as_it_asked():
    assert schedule.host_until(failed(timedelta(minutes=7)), NOW) == NOW + 7 * MINUTE


@given(
    failures=st.integers(0, 10_000),
    retry=st.none() | st.timedeltas(timedelta(0), timedelta(days=10_000)),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_a_source_is_never_asked_sooner_than_anybody_allowed(failures, retry, jitter):
    at = due(failed(retry), failures=failures, jitter=jitter)
    assert at >= NOW + max(5 * MINUTE, min(retry or timedelta(0), timedelta(days=1)))


def well(mean, gaps=20):
    return Rhythm(since=NOW - timedelta(days=30), brought_at=NOW, gaps=gaps, mean=mean)


@pytest.mark.parametrize(
    ("mean", "wait"),
    [
        (4 * MINUTE, 5 * MINUTE),  # as often as the operator allows
        (16 * MINUTE, 8 * MINUTE),
        (40 * MINUTE, 20 * MINUTE),
        (timedelta(days=3), 60 * MINUTE),  # four times what its owner said
    ],
)
def test_the_interval_adapts_to_how_often_a_source_brings_news(mean, wait):
    assert due(Unchanged(), rhythm=well(mean)) == NOW + wait


def test_what_is_hardly_known_is_asked_as_its_owner_said():
    assert due(Unchanged(), rhythm=well(MINUTE, gaps=4)) == NOW + 15 * MINUTE


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("keeps", "wait", "after"),
    [
        (None, None, 15 * MINUTE),
        (timedelta(0), None, 15 * MINUTE),
        (MINUTE, MINUTE, 15 * MINUTE),  # neither shortens it
        (HOUR, None, HOUR),
        (None, 2 * HOUR, 2 * HOUR),
        (HOUR, 2 * HOUR, 2 * HOUR),
        (timedelta(days=3650), None, timedelta(days=1)),
        (None, timedelta(days=3650), timedelta(days=1)),
    ],
)
@pytest.mark.parametrize("answer", [Unchanged, lambda keeps: replace(news(), keeps=keeps)], ids=["304", "200"])
def test_what_server_and_feed_ask_for_is_kept_up_to_a_day(keeps, wait, after, answer):
    assert due(answer(keeps=keeps), hints=Hints(wait=wait)) == NOW + after


@pytest.mark.parametrize(
    ("hints", "after"),
    [
        (Hints(skip_hours=frozenset({12, 13})), 2 * HOUR),  # it is Monday, 12:00 UTC
        (Hints(skip_hours=frozenset({11})), 15 * MINUTE),
        (Hints(skip_days=frozenset({0})), 12 * HOUR),
        (Hints(skip_days=frozenset({0}), skip_hours=frozenset({0, 1})), 14 * HOUR),
        (Hints(skip_hours=frozenset(range(24))), 24 * HOUR),
        (Hints(skip_days=frozenset(range(7))), 24 * HOUR),
    ],
)
def test_hours_and_days_that_a_feed_wants_skipped_are_skipped_for_a_day_at_most(hints, after):
    assert due(Unchanged(), hints=hints) == NOW + after


def moved(to, times):
    return replace(state(), moved_to=to, moves=times)


@pytest.mark.parametrize(
    ("to", "times", "asked"),
    [
        ("https://herald.example/new", 3, "https://herald.example/new"),
        ("https://herald.example/new", 2, "https://herald.example/feed"),
        ("https://www.herald.example/new", 3, "https://www.herald.example/new"),
        ("https://feeds.herald.example/new", 3, "https://feeds.herald.example/new"),
        ("https://parked.example/", 3, "https://herald.example/feed"),
        ("https://evilherald.example/feed", 3, "https://herald.example/feed"),
        ("https://example/feed", 3, "https://herald.example/feed"),
    ],
)
def test_a_permanent_move_counts_when_it_has_held_within_one_site(to, times, asked):
    assert schedule.asked(source(), moved(to, times)).url == asked
