"""How sources fare by their own past, and what is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import conditions
from monitor.model import AlertKind, Condition, Rhythm
from scrapers.items import Reason
from tests.making import NOW, source, state

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAILY = Rhythm(since=NOW - 30 * DAY, brought_at=NOW - HOUR, gaps=20, mean=6 * HOUR, longest=DAY, usual=20.0)


def well(name="herald", **changes):
    return replace(state(name), rhythm=DAILY, condition=Condition.OK, polled_at=NOW, **changes)


def failing(name="herald", reason=Reason.DNS, failures=3, **changes):
    return well(name, failures=failures, reason=reason, detail=f"{reason}: no", **changes)


def silent_for(time, rhythm=DAILY):
    return replace(well(), rhythm=replace(rhythm, brought_at=NOW - time))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (well(), Condition.OK),
        (silent_for(23 * HOUR), Condition.OK),
        (silent_for(25 * HOUR), Condition.QUIET),
        (silent_for(49 * HOUR), Condition.SILENT),
        # One that brings something every minute may still sleep at night, but not for a day.
        (silent_for(13 * HOUR, replace(DAILY, mean=MINUTE, longest=HOUR)), Condition.QUIET),
        (silent_for(25 * HOUR, replace(DAILY, mean=MINUTE, longest=HOUR)), Condition.SILENT),
        # One that we have watched for a week may have weekends.
        (silent_for(5 * DAY, replace(DAILY, since=NOW - 7 * DAY)), Condition.QUIET),
        (silent_for(25 * HOUR, replace(DAILY, gaps=4)), Condition.UNKNOWN),
        (failing(failures=2), Condition.OK),
        (failing(failures=3), Condition.FAILING),
        (failing(reason=Reason.FORBIDDEN), Condition.BLOCKED),
        (failing(reason=Reason.THROTTLED), Condition.BLOCKED),
        (failing(reason=Reason.NO_MATCH), Condition.COLLAPSED),
        (replace(well(), rhythm=replace(DAILY, thin=3)), Condition.COLLAPSED),
        (replace(well(), succeeded_at=None), Condition.UNKNOWN),
    ],
)
def test_a_condition_is_measured_by_the_past_of_the_source(found, expected):
    assert conditions.condition(found, NOW) == expected


class Watch:
    """A look around every minute, with what was found last kept as the archive does."""

    def __init__(self, *states):
        self.states = {each.id: each for each in states}
        self.now = NOW
        self.told = []

    def look(self, *changed):
        before, self.now = self.now, self.now + MINUTE
        for each in changed:
            known = self.states[each.id]
            self.states[each.id] = replace(
                each, condition=known.condition, since=known.since, told=known.told, told_at=known.told_at,
                polled_at=self.now - MINUTE / 2,
            )  # fmt: skip
        sources = {name: source(name) for name in self.states}
        found = conditions.survey(tuple(self.states.values()), sources, before, self.now)
        self.states |= {each.id: each for each in found.states}
        self.told += found.notices
        return [(notice.kind, notice.source_id) for notice in found.notices]


DOWN, BACK = AlertKind.SOURCE_DOWN, AlertKind.SOURCE_RECOVERED
OTHERS = tuple(well(name) for name in ("courier", "gazette", "ledger", "post", "times"))


def with_news(name, watch):
    return replace(well(name), rhythm=replace(DAILY, brought_at=watch.now + MINUTE))


def test_a_source_that_goes_down_is_told_once_and_once_when_it_brings_news_again():
    watch = Watch(well(), *OTHERS)
    assert watch.look(failing(failures=2)) == []
    assert watch.look(failing()) == [(DOWN, "herald")]
    assert watch.look(failing(failures=4)) == []
    assert watch.look(well()) == [], "an answer alone is no news"
    assert watch.look(failing()) == [], "it never came back, so it is not told again"
    assert watch.look(with_news("herald", watch)) == [(BACK, "herald")]
    assert watch.look(failing()) == [], "one that comes and goes is told once a day"
    watch.now += DAY
    assert watch.look(failing()) == [(DOWN, "herald")]
    print(f"FIGURE T6 told={len(watch.told)} of=3")


def test_a_message_names_the_trouble_and_the_remedy():
    watch = Watch(well(), *OTHERS)
    watch.look(failing())
    assert watch.told[0].message == (
        "Herald gives nothing: dns: no, 3 times in a row. Look at its address: pinkslip sources probe herald"
    )


def test_many_at_once_are_told_in_one_message():
    watch = Watch(well(), *OTHERS)
    assert watch.look(*(failing(each.id, Reason.STATUS) for each in OTHERS)) == [(DOWN, None)]
    assert "5 sources are down: Courier (failing)" in watch.told[0].message


def test_when_nothing_can_be_reached_that_is_told_once_and_no_source_is_blamed():
    watch = Watch(well(), *OTHERS)
    names = list(watch.states)
    told = [watch.look(*(failing(name, failures=count) for name in names[:reached]))
            for count, reached in ((1, 2), (1, 4), (2, 6), (3, 6), (9, 6))]  # fmt: skip
    assert told == [[], [(DOWN, None)], [], [], []]
    assert watch.look(*(well(name) for name in names[:5])) == [(BACK, None)]
    assert watch.look(failing(names[5], failures=9)) == [(DOWN, names[5])], "this one has trouble of its own"
    assert watch.look(*(well(name) for name in names[:5])) == []


def test_a_source_that_was_down_before_the_start_is_told_when_it_is_asked_again():
    watch = Watch(failing(), *OTHERS)
    watch.states["herald"] = replace(watch.states["herald"], polled_at=NOW - DAY)
    assert watch.look() == []
    assert watch.look(failing(failures=4)) == [(DOWN, "herald")]


def test_what_is_down_by_itself_is_told_while_others_cannot_be_reached():
    watch = Watch(well(), *OTHERS)
    names = [each.id for each in OTHERS]
    assert watch.look(*(failing(name) for name in names)) == [(DOWN, None)]
    assert watch.look(failing(reason=Reason.GONE)) == [(DOWN, "herald")]
    watch.now += DAY
    assert watch.look(*(failing(name, failures=9) for name in names)) == [(DOWN, None)], "after a day they are named"
    assert "5 sources are down" in watch.told[-1].message


def test_dead_sources_and_a_passing_failure_are_no_outage():
    watch = Watch(well(), *OTHERS)
    for each in OTHERS[:3]:
        watch.look(failing(each.id))
    told = len(watch.told)
    for _ in range(5):
        watch.look(failing(failures=1))
    assert len(watch.told) == told
