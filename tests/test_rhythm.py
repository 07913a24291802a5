"""What polls tell of how often a source brings news."""

from datetime import timedelta

from monitor import rhythm
from monitor.model import Rhythm
from tests.making import NOW

HOUR = timedelta(hours=1)


def test_a_first_poll_shows_the_rhythm_by_its_dates():
    learned = rhythm.first([NOW - each * HOUR for each in (1, 3, 5, 13)], 4, NOW)
    assert (learned.since, learned.brought_at) == (NOW - 13 * HOUR, NOW - HOUR)
    assert (learned.gaps, learned.mean, learned.longest, learned.usual) == (3, 4 * HOUR, 8 * HOUR, 4.0)


def test_dates_of_the_future_and_of_long_ago_say_nothing():
    learned = rhythm.first([NOW + HOUR, NOW - timedelta(days=400), None, NOW - HOUR], 4, NOW)
    assert (learned.gaps, learned.mean, learned.brought_at) == (0, None, NOW - HOUR)


def test_news_shortens_the_mean_and_remembers_the_longest_gap():
    before = Rhythm(since=NOW, brought_at=NOW, gaps=5, mean=10 * HOUR, longest=30 * HOUR, usual=10.0)
    after = rhythm.after(before, new=2, entries=10, now=NOW + 4 * HOUR)
    assert (after.brought_at, after.gaps, after.mean) == (NOW + 4 * HOUR, 6, 9.2 * HOUR)
    assert 29 * HOUR < after.longest <= 30 * HOUR


def test_a_poll_without_news_changes_no_rhythm():
    before = Rhythm(brought_at=NOW, gaps=5, mean=10 * HOUR, usual=10.0)
    assert rhythm.after(before, new=0, entries=10, now=NOW + 4 * HOUR) == before


def test_a_list_that_collapses_is_counted_and_does_not_become_usual():
    learned = Rhythm(usual=20.0)
    for _ in range(3):
        learned = rhythm.after(learned, new=0, entries=1, now=NOW)
    assert (learned.thin, learned.usual) == (3, 20.0)
    assert rhythm.after(learned, new=0, entries=19, now=NOW).thin == 0


def test_a_source_that_never_listed_much_may_list_nothing():
    assert rhythm.after(Rhythm(usual=2.0), new=0, entries=0, now=NOW).thin == 0
