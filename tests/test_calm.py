"""An incoming webhook of Slack cannot edit: a card, then at most one change of a layoff in six hours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Channel, ChannelKind, Secret, Stage
from tests.making import POLICY, judged
from tests.test_sequences import World

HOOK = Channel(id="console", kind=ChannelKind.SLACK, url=Secret("https://hooks.example/services/T/B/x"))
HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.policy = replace(POLICY, channels=(HOOK,))
    yield world
    world.archive.close()


def test_a_change_waits_until_six_hours_after_the_card_and_tells_the_newest(world):
    world.poll("herald", judged("Halvora to cut jobs", "Halvora"))
    card = world.now
    assert world.attempt()
    world.poll("ledger", judged("Halvora to cut 1,100 jobs", "Halvora", 1100))
    world.now += HOUR
    world.poll("wire", judged("Halvora to cut 2,000 jobs", "Halvora", 2000))
    assert world.attempt() is None
    world.now = card + 6 * HOUR - timedelta(seconds=1)
    assert world.attempt() is None
    world.now = card + 6 * HOUR
    told = world.attempt()
    assert b"2,000" in told.body
    assert world.told() == [("opened", "delivered"), ("updated", "delivered")]


def test_a_denial_goes_at_once_even_where_a_change_waits(world):
    world.poll("herald", judged("Halvora to cut 1,100 jobs", "Halvora", 1100))
    assert world.attempt()
    world.poll("ledger", judged("Halvora to cut 2,000 jobs", "Halvora", 2000))
    assert world.attempt() is None
    denial = judged("Halvora denies it will cut jobs", "Halvora", flagged=False, kind="denied")
    world.poll("wire", denial)
    assert world.attempt()
    assert world.told() == [("opened", "delivered"), ("reversed", "delivered")]


def test_a_page_that_is_read_meanwhile_lets_no_change_out_early(world):
    world.policy = replace(world.policy, page_wait=timedelta(seconds=20))
    world.poll("herald", judged("Halvora to cut jobs", "Halvora"))
    world.now += timedelta(minutes=1)
    assert world.attempt()
    item = judged("Halvora to cut 1,100 jobs", "Halvora", 1100)
    world.poll("ledger", item)
    world.archive.page_done(world.rows("pages")[-1]["article_id"], "read", world.now)
    assert world.attempt() is None


def test_the_first_card_waits_for_nothing_and_other_channels_hear_of_changes_at_once(world):
    world.policy = replace(world.policy, channels=(replace(HOOK, kind=ChannelKind.SLACK_APP, to="C0123ABCD"),))
    world.poll("herald", judged("Halvora to cut jobs", "Halvora"))
    assert world.attempt()
    world.poll("ledger", judged("Halvora to cut 1,100 jobs", "Halvora", 1100, stage=Stage.CONFIRMED))
    assert world.attempt()
