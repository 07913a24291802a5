"""When a source is asked again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import schedule
from monitor.model import Rhythm
from scrapers.items import Failed, Hints, Reason, Unchanged
from tests.making import NOW, source

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
