"""Latency: each leg from its own two moments, and what was not measured is unknown, never well."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor.archive import latency
from monitor.archive.latency import Filings, Spread, Standing, Told
from monitor.cli import pinkslip
from monitor.config import load, starter
from monitor.listener import Health
from monitor.model import AlertState, Stage, Verdict
from scrapers.items import DateTrust
from tests.faults.harness import CONFIG, SECRET
from tests.making import NOW, judged
from tests.test_sequences import World

MINUTE = timedelta(minutes=1)
ONE = Told(
    channel="crm",
    source="wire",
    state=AlertState.DELIVERED,
    published_at=NOW - 5 * MINUTE,
    seen_at=NOW,
    decided_at=NOW + timedelta(seconds=2),
    sent_at=NOW + timedelta(seconds=9),
    owed_at=NOW + timedelta(seconds=2),
    gathered=False,
)


def lags(*told):
    (found,) = latency.by_channel(told, ["crm"], NOW + MINUTE)
    return found


def test_each_leg_is_counted_by_itself():
    found = lags(ONE)
    legs = {leg: getattr(found, leg).p99 for leg in latency.LEGS}
    assert legs == {"source_lag": 300, "deciding": 2, "sending": 7, "ours": 9, "total": 309}
    assert found.standing is Standing.OK


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ((), Standing.UNKNOWN),
        ((replace(ONE, state=AlertState.PENDING, sent_at=None),), Standing.UNKNOWN),
        ((replace(ONE, seen_at=None),), Standing.UNKNOWN),
        ((replace(ONE, gathered=True),), Standing.UNKNOWN),
        ((replace(ONE, owed_at=NOW + 9 * MINUTE),), Standing.UNKNOWN),
        ((ONE, replace(ONE, state=AlertState.DEAD, sent_at=None)), Standing.LATE),
        ((ONE, replace(ONE, state=AlertState.PENDING, sent_at=None, owed_at=NOW - MINUTE)), Standing.LATE),
        ((ONE, replace(ONE, sent_at=NOW + 2 * MINUTE)), Standing.LATE),
        ((ONE, replace(ONE, published_at=None)), Standing.OK),
    ],
    ids=["nothing", "owed", "of no article", "in a digest", "replayed", "dead", "owed for long", "slow", "undated"],
)
def test_what_was_not_measured_is_not_well(told, standing):
    assert lags(*told).standing is standing


def test_an_undated_report_is_counted_and_has_no_lag_of_its_source():
    found = lags(replace(ONE, published_at=None))
    assert (found.undated, found.source_lag, found.total, found.ours.count) == (1, Spread(), Spread(), 1)


def test_a_publisher_whose_clock_goes_before_ours_has_no_lag():
    assert lags(replace(ONE, published_at=NOW + MINUTE)).source_lag.p50 == 0


def test_all_is_as_well_as_the_worst_channel():
    well, unknown = lags(ONE), lags()
    assert latency.overall([well]) is Standing.OK
    assert latency.overall([well, unknown]) is Standing.UNKNOWN
    assert latency.overall([]) is Standing.UNKNOWN


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_quantiles_were_measured_and_are_in_order(seconds):
    found = latency.spread(seconds)
    assert {found.p50, found.p95, found.p99} <= set(seconds)
    assert found.p50 <= found.p95 <= found.p99
    assert sum(one <= found.p50 for one in seconds) >= len(seconds) / 2


@pytest.fixture
def world(tmp_path):
    """Two layoffs told: one with an exact date, and of one the day alone is known; and a folder to ask about them."""
    (tmp_path / "pinkslip.toml").write_text(
        CONFIG.format(storm=20, page_wait="0s", receiver="http://127.0.0.1:9/", secret=SECRET).replace("crm", "console")
    )
    (tmp_path / "sources.toml").write_text("")
    (tmp_path / "rules").symlink_to(starter() / "rules")
    world = World(tmp_path)
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100, date_trust=DateTrust.EXACT))
    world.poll("wire", judged("Brantiq cuts 200 jobs", "Brantiq", 200, date_trust=DateTrust.DAY))
    world.now += timedelta(seconds=4)
    world.send_all()
    yield world
    world.archive.close()


def slo(folder, *args, code=1):
    result = CliRunner().invoke(pinkslip, ["--config", str(folder), "slo", "--since", "2026-11-01", *args])
    assert result.exit_code == code, result.output
    return result


def test_the_command_says_it_per_channel_and_per_source(world, tmp_path):
    said = json.loads(slo(tmp_path, "--json").stdout)
    (channel,) = said["channels"]
    assert said["standing"] == channel["standing"] == "late"  # the first one waited for the second poll
    assert channel["ours"] == {"count": 2, "p50": 4, "p95": 64, "p99": 64}
    assert (channel["source_lag"]["count"], channel["undated"]) == (1, 1)
    herald, wire = said["sources"]
    assert (herald["name"], herald["source_lag"]["p50"], herald["total"]["p50"]) == ("herald", 360, 424)
    assert (wire["name"], wire["source_lag"]["p50"], wire["ours"]["p50"]) == ("wire", None, 4)


def test_to_people_it_says_unknown_in_words(world, tmp_path):
    said = slo(tmp_path).output
    assert "unknown" in said.partition("wire")[2].splitlines()[0]
    assert "Recall against filings: unknown" in said


def test_an_empty_archive_is_unknown_and_exits_with_1(tmp_path, world):
    world.archive.db.execute("delete from deliveries")
    world.archive.db.execute("delete from alerts")
    assert json.loads(slo(tmp_path, "--json").stdout)["standing"] == "unknown"


def test_in_time_it_exits_with_0(tmp_path, world):
    world.archive.db.execute("update alerts set sent_at = created_at")
    assert "In time" in slo(tmp_path, code=0).output


def test_what_was_told_of_filed_layoffs_is_counted_by_whether_it_came_before(world):
    filed = {"stage": Stage.FILED, "date_trust": DateTrust.EXACT}
    world.poll("state", judged("Notice: Halvora, 100 jobs", "Halvora", 100, published_at=world.now, **filed))
    world.poll("state", judged("Notice: Nexora, 70 jobs", "Nexora", 70, published_at=world.now, **filed))
    world.poll("state", judged("Notice: Tirmona, 90 jobs", "Tirmona", 90, published_at=world.now, **filed))
    world.send_all()
    world.archive.db.execute(
        "update alerts set state = 'dead', sent_at = null where layoff_id in "
        "(select id from layoffs where company = 'Tirmona')"
    )
    assert latency.filings_since(world.archive.db, NOW) == Filings(before=1, after=1, untold=1)
    assert latency.filings_since(world.archive.db, NOW + timedelta(days=1)).recall is None


def test_the_metrics_carry_the_same_figures(world, tmp_path):
    settings = load(tmp_path, {}, examples=False)
    said = Health(settings, clock=lambda: world.now).metrics().decode()
    for line in (
        'pinkslip_channel_latency_seconds{channel="console",leg="ours",quantile="0.5"} 4.0',
        'pinkslip_source_latency_seconds{leg="source_lag",quantile="0.99",source="herald"} 360.0',
        'pinkslip_source_latency_samples{leg="source_lag",source="wire"} 0.0',
        "pinkslip_oldest_pending_seconds 0.0",
        "pinkslip_disk_free_bytes",
    ):
        assert line in said
    assert 'quantile="0.5",source="wire"} ' in said
    assert 'leg="source_lag",quantile="0.5",source="wire"' not in said


def test_what_is_owed_speaks_against_a_channel_as_long_as_it_is_owed(world):
    world.poll("herald", judged("Nexora cuts 70 jobs", "Nexora", 70))
    world.attempt(Verdict.RETRY)
    told = latency.told_since(world.archive.db, NOW)
    (found,) = latency.by_channel(told, ["console"], world.now + 2 * MINUTE)
    assert (found.waiting, found.longest_waiting, found.standing) == (1, 120, Standing.LATE)
