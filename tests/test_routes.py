from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor import routes, tell
from monitor.model import (
    AlertKind,
    AlertState,
    Channel,
    ChannelKind,
    Digest,
    Layoff,
    Policy,
    Quiet,
    Report,
    Route,
    Severity,
    Stage,
    Unknown,
    Urgent,
)
from monitor.routes import quiet_until, takers
from tests.alerts.examples import FIRST, HALVORA, NOW, SECOND

ONE, TWO, THREE = (Channel(id=name, kind=ChannelKind.CONSOLE) for name in ("one", "two", "three"))
UNSTATED = replace(HALVORA, headcount=None, headcount_low=None, headcount_high=None, percent=None)
NIGHT = Quiet(time(22), time(7), ZoneInfo("America/New_York"))


def taking(layoff: Layoff, *configured: Route, told: frozenset[str] = frozenset()) -> list[str]:
    policy = Policy(channels=(ONE, TWO, THREE), routes=configured)
    return [taker.channel.id for taker in takers(layoff, policy, told)]


def test_without_routes_every_channel_gets_every_layoff() -> None:
    assert taking(UNSTATED) == ["one", "two", "three"]


def test_with_routes_only_routed_channels_get_it() -> None:
    assert taking(HALVORA, Route(channel="two")) == ["two"]


def test_a_channel_gets_it_once_by_its_first_route_that_matches() -> None:
    missed, first, second = (
        Route(channel="one", min_headcount=5000),
        Route(channel="one", min_headcount=500),
        Route(channel="one"),
    )
    policy = Policy(channels=(ONE,), routes=(missed, first, second))

    assert takers(HALVORA, policy) == (routes.Taker(ONE, first),)


def test_several_channels_get_it_in_the_order_they_are_configured() -> None:
    assert taking(HALVORA, Route(channel="three"), Route(channel="one")) == ["one", "three"]


def test_a_watchlist_lets_its_companies_through() -> None:
    watched = Route(channel="one", companies=frozenset({"halvora"}))

    assert taking(HALVORA, watched) == ["one"]
    assert taking(replace(HALVORA, company_key="brantiq"), watched) == []
    assert taking(replace(HALVORA, company_key=None), watched) == []


@pytest.mark.parametrize(("stage", "taken"), [(Stage.FILED, ["one"]), (Stage.RUMOURED, [])])
def test_a_route_names_the_stages_it_wants(stage: Stage, taken: list[str]) -> None:
    route = Route(channel="one", stages=frozenset({Stage.FILED, Stage.CONFIRMED}))

    assert taking(replace(HALVORA, stage=stage), route) == taken


@pytest.mark.parametrize(("severity", "taken"), [(Severity.HIGH, ["one"]), (Severity.LOW, [])])
def test_a_route_names_the_severities_it_wants(severity: Severity, taken: list[str]) -> None:
    route = Route(channel="one", severities=frozenset({Severity.NORMAL, Severity.HIGH}))

    assert taking(replace(HALVORA, severity=severity), route) == taken


@pytest.mark.parametrize(
    ("numbers", "limits", "taken"),
    [
        ({"headcount": 50}, {"min_headcount": 50}, True),
        ({"headcount": 49}, {"min_headcount": 50}, False),
        ({"headcount_low": 40, "headcount_high": 60}, {"min_headcount": 50}, True),
        ({"headcount_high": 49}, {"min_headcount": 50}, False),
        ({"percent": 5.0}, {"min_percent": 5}, True),
        ({"percent": 4.9}, {"min_percent": 5}, False),
        ({"headcount": 10, "percent": 8.0}, {"min_headcount": 50, "min_percent": 5}, True),
        ({"headcount": 60, "percent": 1.0}, {"min_headcount": 50, "min_percent": 5}, True),
        ({"headcount": 10, "percent": 1.0}, {"min_headcount": 50, "min_percent": 5}, False),
        ({"percent": 1.0}, {"min_headcount": 50, "min_percent": 5}, False),
        ({"percent": 1.0}, {"min_headcount": 50}, True),
        ({"headcount": 10}, {"min_percent": 5}, True),
        ({}, {"min_headcount": 50}, True),
        ({}, {"min_headcount": 50, "min_percent": 5}, True),
    ],
)
def test_a_limit_holds_back_only_what_states_less(
    numbers: dict[str, Any],
    limits: dict[str, Any],
    taken: bool,  # noqa: FBT001
) -> None:
    route = replace(Route(channel="one"), **limits)

    assert taking(replace(UNSTATED, **numbers), route) == ["one"] * taken


@pytest.mark.parametrize(
    ("numbers", "limits", "taken"),
    [
        ({}, {"min_headcount": 50}, False),
        ({}, {"min_percent": 5}, False),
        ({"percent": 9.0}, {"min_headcount": 50}, False),
        ({"percent": 9.0}, {"min_headcount": 50, "min_percent": 5}, True),
        ({"headcount": 50}, {"min_headcount": 50, "min_percent": 5}, True),
        ({}, {}, True),
    ],
)
def test_a_route_that_takes_no_unknown_size_wants_a_stated_one(
    numbers: dict[str, Any],
    limits: dict[str, Any],
    taken: bool,  # noqa: FBT001
) -> None:
    route = replace(Route(channel="one", take_unknown=frozenset({Unknown.PLACE})), **limits)

    assert taking(replace(UNSTATED, **numbers), route) == ["one"] * taken


def test_a_watchlist_takes_an_unnamed_employer_where_it_says_so() -> None:
    watched = Route(channel="one", companies=frozenset({"halvora"}), take_unknown=frozenset({Unknown.COMPANY}))

    assert taking(replace(HALVORA, company_key=None), watched) == ["one"]
    assert taking(replace(HALVORA, company_key="brantiq"), watched) == []


@pytest.mark.parametrize(
    ("wanted", "stated", "taken"),
    [
        ("ireland", "Ireland", True),
        ("ireland", "Cork, Ireland", True),
        ("cork, ireland", "Cork, Ireland", True),
        ("united states", "Columbus, Ohio, United States", True),
        ("sao paulo, brazil", "São Paulo, Brazil", True),
        ("cork, ireland", "Ireland", False),
        ("dublin, ohio, united states", "Dublin, Ireland", False),
        ("berlin, germany", "East Berlin, Germany", False),
        ("ireland", "Northern Ireland, United Kingdom", False),
        ("georgia", "Atlanta, Georgia, United States", False),
    ],
)
def test_a_place_takes_all_that_lies_in_it(wanted: str, stated: str, taken: bool) -> None:  # noqa: FBT001
    route = Route(channel="one", places=frozenset({wanted}))

    assert taking(replace(HALVORA, places=(stated,)), route) == ["one"] * taken


def test_one_place_of_a_layoff_in_one_place_of_a_route_is_enough() -> None:
    route = Route(channel="one", places=frozenset({"ireland", "ohio, united states"}))

    assert taking(replace(HALVORA, places=("Europe", "Cork, Ireland")), route) == ["one"]
    assert taking(replace(HALVORA, places=("Europe", "Lisbon, Portugal")), route) == []


@pytest.mark.parametrize(("unknown", "taken"), [({Unknown.PLACE}, ["one"]), ({Unknown.SIZE}, []), ((), [])])
def test_a_layoff_that_states_no_place_goes_where_the_route_says(unknown: set[Unknown], taken: list[str]) -> None:
    route = Route(channel="one", places=frozenset({"ireland"}), take_unknown=frozenset(unknown))

    assert taking(replace(HALVORA, places=()), route) == taken


def test_a_size_that_nobody_stated_passes_unless_a_route_says_otherwise() -> None:
    assert Route(channel="one").take_unknown == {Unknown.SIZE}


@pytest.mark.parametrize(
    ("route", "first", "later"),
    [
        (
            Route(channel="one", places=frozenset({"ireland"}), take_unknown=frozenset()),
            UNSTATED,
            replace(UNSTATED, places=("Cork, Ireland",)),
        ),
        (
            Route(channel="one", min_headcount=50, take_unknown=frozenset()),
            UNSTATED,
            replace(UNSTATED, headcount=50, stated="50"),
        ),
        (
            Route(channel="one", companies=frozenset({"halvora"})),
            replace(UNSTATED, company=None, company_key=None),
            UNSTATED,
        ),
    ],
)
def test_a_channel_hears_of_a_layoff_as_soon_as_its_route_lets_it_through(
    route: Route, first: Layoff, later: Layoff
) -> None:
    policy = Policy(channels=(ONE,), routes=(route,))

    def owed(layoff: Layoff, *reports: Report) -> list[tuple[AlertKind, AlertState]]:
        told = tell.Told(layoff, reports, fresh=reports[-1:])
        alerts = tell.owe([told], (), recent={}, policy=policy, now=NOW)
        return [(alert.kind, alert.state) for alert in alerts]

    assert owed(first, FIRST) == []
    assert owed(later, FIRST, SECOND) == [(AlertKind.OPENED, AlertState.PENDING)]


@pytest.mark.parametrize("stage", [Stage.DENIED, Stage.REVERSED])
def test_a_denial_goes_to_whoever_was_told_before(stage: Stage) -> None:
    route = Route(channel="one", stages=frozenset({Stage.CONFIRMED}), companies=frozenset({"other"}))
    denied = replace(HALVORA, stage=stage)

    assert taking(denied, route, told=frozenset({"one", "two"})) == ["one", "two"]
    assert taking(denied, route) == []


def test_having_been_told_before_opens_no_route_to_other_news() -> None:
    assert taking(HALVORA, Route(channel="one", min_headcount=5000), told=frozenset({"one"})) == []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def quiet(start: str, end: str, zone: str) -> Quiet:
    return Quiet(time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-23T02:59", None),
        ("2026-11-23T03:00", "2026-11-23T12:00"),
        ("2026-11-23T06:00", "2026-11-23T12:00"),
        ("2026-11-23T11:59", "2026-11-23T12:00"),
        ("2026-11-23T12:00", None),
        ("2026-11-23T18:00", None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(now: str, until: str | None) -> None:
    assert quiet_until(NIGHT, at(now)) == (None if until is None else at(until))


@pytest.mark.parametrize(("now", "until"), [("2026-11-23T11:30", "2026-11-23T12:00"), ("2026-11-23T12:30", None)])
def test_quiet_hours_within_a_day_end_that_day(now: str, until: str | None) -> None:
    noon = quiet("12:00", "13:00", "Europe/Berlin")

    assert quiet_until(noon, at(now)) == (None if until is None else at(until))


@pytest.mark.parametrize(
    ("window", "now", "until"),
    [
        (quiet("22:00", "07:00", "America/New_York"), "2026-03-08T04:00", "2026-03-08T11:00"),
        (quiet("22:00", "07:00", "America/New_York"), "2026-11-01T03:00", "2026-11-01T12:00"),
        (quiet("22:00", "07:00", "Europe/Berlin"), "2026-03-29T00:30", "2026-03-29T05:00"),
        (quiet("22:00", "07:00", "Europe/Berlin"), "2026-10-25T00:30", "2026-10-25T06:00"),
        (quiet("22:00", "07:00", "Australia/Lord_Howe"), "2026-10-03T14:00", "2026-10-03T20:00"),
        (quiet("22:00", "07:00", "Australia/Lord_Howe"), "2026-04-04T14:00", "2026-04-04T20:30"),
        # 02:30 is skipped that night, and shown twice that other night
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-03-29T00:45", "2026-03-29T01:30"),
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-10-25T00:15", "2026-10-25T00:30"),
        (quiet("22:00", "02:30", "Europe/Berlin"), "2026-10-25T01:15", None),
    ],
)
def test_quiet_hours_end_by_the_wall_clock_on_the_days_it_changes(window: Quiet, now: str, until: str | None) -> None:
    assert quiet_until(window, at(now)) == (None if until is None else at(until))


def test_hours_that_end_where_they_start_are_none() -> None:
    assert quiet_until(quiet("07:00", "07:00", "UTC"), at("2026-11-23T07:00")) is None


def test_a_watchlist_hears_of_an_employer_that_is_named_with_another_one() -> None:
    route = Route(channel="one", companies=frozenset({"brantiq"}))

    assert taking(replace(HALVORA, others=("brantiq",)), route) == ["one"]
    assert taking(HALVORA, route) == []


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        (Digest(), "2026-11-23T10:00:00+00:00", "2026-11-23T11:00:00+00:00"),
        (Digest(), "2026-11-23T10:59:59+00:00", "2026-11-23T11:00:00+00:00"),
        (Digest(time(8, 30), BERLIN), "2026-11-23T07:29:00+00:00", "2026-11-23T07:30:00+00:00"),
        (Digest(time(8, 30), BERLIN), "2026-11-23T07:30:00+00:00", "2026-11-24T07:30:00+00:00"),
        (Digest(time(8, 30), BERLIN, 0), "2026-11-23T07:30:00+00:00", "2026-11-30T07:30:00+00:00"),
        (Digest(time(8, 30), BERLIN, 6), "2026-11-23T07:30:00+00:00", "2026-11-29T07:30:00+00:00"),
    ],
)
def test_a_digest_is_due_at_the_next_such_time(digest: Digest, now: str, due: str) -> None:
    assert routes.digest_at(digest, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_there_is_one_digest_each_local_day_also_when_the_clocks_change() -> None:
    zones = {
        "Europe/Berlin": ("2026-03-29", "2026-10-25"),
        "America/New_York": ("2026-03-08", "2026-11-01"),
        "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    }
    days = 0
    for name, changes in zones.items():
        zone = ZoneInfo(name)
        for change in changes:
            now = datetime.fromisoformat(f"{change}T12:00:00+00:00") - timedelta(days=3)
            told: list[datetime] = []
            for _ in range(6 * 24 * 12):
                due = routes.digest_at(Digest(time(2, 30), zone), now)
                now += timedelta(minutes=5)
                if due <= now:
                    told.append(due.astimezone(zone))
            local = [each.date().isoformat() for each in told]
            assert len(local) == len(set(local)) == 6, local
            assert local.count(change) == 1
            days += 1
    print(f"FIGURE T3 digests=1 each of days={days} zones={len(zones)}")


def test_what_is_urgent_is_held_by_nothing() -> None:
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    for held in ({"quiet": NIGHT}, {"digest": Digest(time(8), BERLIN)}, {"gather": timedelta(hours=1)}):
        small = Route(channel="one", urgent=Urgent(min_headcount=5000), **held)
        large = replace(small, urgent=Urgent(min_headcount=100))
        named = replace(small, urgent=Urgent(companies=frozenset({"halvora"})))
        assert routes.hold(small, HALVORA, night) is not None
        assert routes.hold(large, HALVORA, night) is None
        assert routes.hold(named, HALVORA, night) is None


def test_a_digest_that_is_due_in_quiet_hours_waits_for_their_end() -> None:
    route = Route(channel="one", quiet=NIGHT, digest=Digest(time(6), NIGHT.zone))
    held = routes.hold(route, HALVORA, datetime(2026, 11, 23, 20, tzinfo=UTC))
    assert held == routes.Hold(datetime(2026, 11, 24, 12, tzinfo=UTC), quiet=False)


@pytest.mark.parametrize(("wanted", "taken"), [("layoffs.*", True), ("layoffs.cut", True), ("closures.*", False)])
def test_a_route_may_ask_for_rules(wanted: str, *, taken: bool) -> None:
    route = Route(channel="one", rules=(wanted,))
    assert bool(takers(HALVORA, Policy(channels=(ONE,), routes=(route,)), rules={"layoffs.cut"})) is taken


def test_every_condition_that_refuses_is_named() -> None:
    route = Route(
        channel="one",
        companies=frozenset({"brantiq"}),
        min_headcount=5000,
        min_percent=50,
        stages=frozenset({Stage.FILED}),
        severities=frozenset({Severity.HIGH}),
        rules=("closures.*",),
        places=frozenset({"atlantis"}),
    )
    policy = Policy(channels=(ONE,), routes=(route, Route(channel="one")))
    refused, taken = routes.choices(HALVORA, policy, {"layoffs.cut"})
    names = [each.partition(":")[0].split(" ")[0] for each in refused.refusals]
    assert names == ["stages", "severities", "rules", "companies", "min_headcount", "min_percent", "places"]
    assert taken.refusals == ()
