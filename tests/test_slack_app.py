"""Cards in Slack, on a real archive and a double of Slack: one for each layoff, edited as reports arrive, with a thread."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import pysqlite3
import pytest

from monitor.archive import Archive
from monitor.cards import Cards
from monitor.config import load
from monitor.cycle import Newswire
from monitor.deliver import Courier
from monitor.model import Policy, Secret
from scrapers.collect import Collector
from tests.faults.harness import Process, configure, rss, within
from tests.faults.life import Clock
from tests.making import NOW, judged
from tests.origin import Origin, Reply
from tests.slack_double import CHANNEL, TOKEN, SlackDouble, names
from tests.test_sequences import World

CHANNELS = """
[[channel]]
id = "app"
kind = "slack_app"
url = "{api}"
token = "{token}"
to = "{to}"
"""
MINUTE = timedelta(minutes=1)


@dataclass
class Newsroom:
    """A newswire whose polls are decided as if their articles had come, and whose channel is the double's."""

    newswire: Newswire
    cards: Cards
    archive: Archive
    clock: Clock
    slack: SlackDouble
    world: World

    async def report(self, outlet, title, company, jobs=None, **changes):
        self.world.now = self.clock.now
        self.world.policy = self.newswire.settings.policy
        self.world.poll(outlet, judged(title, company, jobs, source_id=outlet, **changes))
        self.clock.now = self.world.now
        await self.newswire.pay("app")

    async def edit(self, after=MINUTE):
        self.clock.now += after
        await self.cards.edit()

    def rows(self, table="cards"):
        return list(self.archive.db.query(f"select * from {table}"))


@asynccontextmanager
async def newsroom(folder, slack, channels=CHANNELS, pause=0.0) -> AsyncIterator[Newsroom]:
    configure(folder, "http://127.0.0.1:9/", [("wire", "http://127.0.0.1:9/feed")])
    config = folder / "pinkslip.toml"
    written = config.read_text().partition("[[channel]]")[0]
    config.write_text(written + channels.format(api=slack.api, hook=slack.hook, token=TOKEN, to=CHANNEL))
    settings = load(folder, {}, examples=False)
    clock = Clock(NOW)
    collector = Collector(
        user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0, clock=clock
    )
    archive = Archive.open(settings.archive)
    async with collector:
        courier = Courier(collector.door, lambda _: None, deadline=3.0, pause=pause)
        newswire = Newswire(settings, archive, collector, courier, clock, Random(1))
        await newswire.enroll()
        world = World.__new__(World)
        world.archive, world.sources = archive, {}
        yield Newsroom(newswire, Cards(newswire, clock, Random(1)), archive, clock, slack, world)
        newswire.close()
    archive.close()


@pytest.fixture
async def slack():
    async with SlackDouble(rate=None) as slack:
        yield slack


@pytest.fixture
async def room(tmp_path, slack):
    async with newsroom(tmp_path, slack) as room:
        yield room


async def test_a_layoff_is_one_card_which_is_edited_as_reports_arrive(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    await room.report("ledger", "Halvora lets 1,100 people go", "Halvora", 1100)
    await room.edit()
    (card,) = room.slack.cards()
    assert (len(card.versions), room.slack.replies()) == (2, [])
    assert "Herald" in card.texts
    assert any("then 1 more" in text for text in card.texts)


async def test_a_card_that_says_what_is_known_is_let_alone(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    for _ in range(3):
        await room.edit()
    assert [len(card.versions) for card in room.slack.cards()] == [1]
    assert [card["due_at"] for card in room.rows()] == [None]


async def test_a_card_is_edited_no_more_often_than_every_thirty_seconds(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    await room.edit()
    edits = []
    for number in range(6):
        room.clock.now -= MINUTE - timedelta(seconds=7)  # a report every seven seconds
        await room.report(f"outlet{number}", f"Halvora cuts 1,100 jobs, says paper {number}", "Halvora", 1100)
        await room.edit(after=timedelta(0))
        edits.append(len(room.slack.cards()[0].versions) - 1)
    assert edits == [1, 1, 1, 1, 1, 2]
    await room.edit()
    assert any("then 6 more" in text for text in room.slack.cards()[0].texts)


async def test_what_changes_materially_is_a_reply_in_the_thread_and_the_card_says_it_too(room):
    await room.report("herald", "Halvora to cut jobs", "Halvora")
    await room.report("ledger", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    await room.edit()
    (card,), (reply,) = room.slack.cards(), room.slack.replies()
    assert reply.thread_ts == card.ts
    assert card.texts[0] == "Halvora: 1,100 jobs"
    assert reply.texts[0] == "Halvora: 1,100 jobs (was not stated)"


async def test_a_new_wave_is_a_new_card(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    room.clock.now += timedelta(days=40)
    later = room.clock.now - MINUTE
    await room.report("herald", "Halvora to cut another 300 jobs", "Halvora", 300, wave="another", published_at=later)
    assert [card.texts[0] for card in room.slack.cards()] == ["Halvora: 1,100 jobs", "Halvora: 300 jobs"]
    assert room.slack.replies() == []


async def test_a_card_that_somebody_deleted_is_given_up_and_the_next_change_is_a_card_of_its_own(room):
    await room.report("herald", "Halvora to cut jobs", "Halvora")
    room.slack.messages.clear()
    await room.report("ledger", "Halvora cuts jobs, too", "Halvora")
    await room.edit()
    (row,) = room.rows()
    assert (row["ts"], row["due_at"], "message_not_found" in row["detail"]) == ("", None, True)
    assert room.slack.messages == {}
    await room.report("wire", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    (card,) = room.slack.cards()
    await room.report("echo", "Halvora to cut 1,100 jobs, it is said", "Halvora", 1100)
    await room.edit()
    assert len(card.versions) == 2


async def test_a_reply_to_a_card_that_is_gone_becomes_the_card(room):
    await room.report("herald", "Halvora to cut jobs", "Halvora")
    room.slack.messages.clear()
    await room.report("ledger", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    (card,) = room.slack.cards()
    assert [row["ts"] for row in room.rows()] == [card.ts]


async def test_an_edit_that_fails_is_tried_again_after_a_while(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    await room.report("ledger", "Halvora lets 1,100 people go", "Halvora", 1100)
    room.slack.next = ["internal_error"] * 2
    await room.edit()
    (row,) = room.rows()
    assert (row["failures"], "internal_error" in row["detail"]) == (1, True)
    await room.edit(after=timedelta(seconds=31))
    await room.edit(after=timedelta(seconds=31))
    assert [row["failures"] for row in room.rows()] == [2]
    await room.edit(after=timedelta(minutes=7))
    (row,) = room.rows()
    assert (row["failures"], row["detail"], row["due_at"], len(room.slack.cards()[0].versions)) == (0, None, None, 2)


async def test_a_channel_that_wants_fewer_is_paused_for_edits_and_alerts_alike(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    await room.report("ledger", "Halvora lets 1,100 people go", "Halvora", 1100)
    room.slack.next = ["429"]
    await room.edit()
    asked = len(room.slack.requests)
    room.clock.now -= MINUTE
    await room.report("herald", "Brantiq to cut 200 jobs", "Brantiq", 200)  # a minute later by the world's clock
    room.clock.now -= MINUTE
    await room.newswire.pay("app")
    assert len(room.slack.requests) - asked <= 1
    room.clock.now += 3 * MINUTE
    await room.newswire.pay("app")
    await room.edit()
    assert len(room.slack.cards()) == 2
    assert len(room.slack.cards()[0].versions) == 2


async def test_a_layoff_that_is_none_any_more_is_taken_back_on_its_card(room):
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    with room.archive.writing():
        room.archive.db.execute("delete from reports")
        room.archive.db.execute("update layoffs set reports = 0")
        room.archive.cards.touch(room.archive.layoffs([room.rows()[0]["layoff_id"]]).values(), room.clock.now)
    await room.edit()
    assert room.slack.cards()[0].texts[0] == "Halvora: taken back"


async def test_a_refused_card_is_told_in_plain_text_and_then_dead_and_the_next_is_not(room, capsys):
    room.slack.next = ["invalid_blocks"]
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    (plain,) = room.slack.cards()
    assert plain.versions[0]["blocks"] == []
    room.slack.next = ["invalid_blocks", "msg_too_long"]
    await room.report("herald", "Brantiq to cut 200 jobs", "Brantiq", 200)
    await room.report("herald", "Tirmona to cut 300 jobs", "Tirmona", 300)
    states = [alert["state"] for alert in room.rows("alerts")]
    with capsys.disabled():
        print(f"\nFIGURE R13 kind=slack_app plain=1 dead={states.count('dead')} next={states[-1]}")
    assert states == ["delivered", "dead", "delivered"]


async def test_a_card_that_may_be_there_already_says_that_it_may_be_a_repeat(room, capsys):
    room.slack.next = ["reset"]
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    room.clock.now += MINUTE
    await room.newswire.pay("app")
    await room.report("ledger", "Halvora lets 1,100 people go", "Halvora", 1100)
    await room.edit()
    await room.report("herald", "Brantiq to cut 200 jobs", "Brantiq", 200)
    first, second, sure = room.slack.cards()
    marked = [any("possible repeat" in text for text in card.texts) for card in (first, second, sure)]
    with capsys.disabled():
        print(f"\nFIGURE R12 kind=slack_app ambiguous=1 repeats=1 marked={sum(marked)} unambiguous_repeats=0")
    assert marked == [False, True, False]
    assert len(second.versions) == 2


@pytest.mark.parametrize(
    ("word", "state", "disabled"),
    [("token_revoked", "pending", True), ("not_in_channel", "pending", False), ("is_archived", "pending", True)],
)
async def test_what_slack_says_of_token_and_channel_decides_whether_it_is_asked_again(room, word, state, disabled):
    room.slack.next = [word]
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    assert [alert["state"] for alert in room.rows("alerts") if alert["layoff_id"]] == [state]
    assert [bool(channel["disabled_at"]) for channel in room.rows("channels")] == [disabled]
    room.clock.now += MINUTE
    await room.newswire.pay("app")
    assert len(room.slack.cards()) == (not disabled)


async def test_a_wrong_token_is_no_secret_in_the_log(room, caplog):
    room.newswire.channels = {"app": replace(room.newswire.channels["app"], token=Secret("xoxb-canary"))}
    caplog.set_level("DEBUG")
    await room.report("herald", "Halvora to cut 1,100 jobs", "Halvora", 1100)
    assert room.slack.messages == {}
    told = json.dumps([*map(str, room.rows("deliveries")), *map(str, room.rows("channels")), caplog.text])
    assert "invalid_auth" in told
    assert "canary" not in told


BOTH = CHANNELS + '[[channel]]\nid = "hook"\nkind = "slack"\nurl = "{hook}"\n'


@pytest.mark.slow
async def test_three_hundred_layoffs_at_once_are_told_within_what_slack_takes(tmp_path, capsys):
    async with SlackDouble() as slack, newsroom(tmp_path, slack, channels=BOTH, pause=1.0) as room:
        told = list(names(300))
        room.world.now = room.clock.now
        room.world.policy = Policy(channels=room.newswire.settings.policy.channels)
        room.world.poll(
            "herald", *(judged(f"{name} to cut {300 + n} jobs", name, 300 + n) for n, name in enumerate(told))
        )
        for _ in range(2):
            room.clock.now = room.world.now + timedelta(minutes=2)
            await room.newswire.release()
            await asyncio.gather(*map(room.newswire.pay, room.newswire.channels))
        sent = {"app": [], "hook": []}
        for message in slack.messages.values():
            sent["hook" if message.ts.startswith("hook") else "app"].append(message)
        missing = {
            channel: sum(not any(name in text for each in messages for text in each.texts) for name in told)
            for channel, messages in sent.items()
        }
        with capsys.disabled():
            for channel, messages in sent.items():
                print(
                    f"\nFIGURE R11 kind={room.newswire.channels[channel].kind} layoffs=300 messages={len(messages)} "
                    f"missing={missing[channel]} provoked_429={slack.throttled}"
                )
        assert missing == {"app": 0, "hook": 0}
        assert slack.throttled == 0
        assert slack.refused == []
        assert max(map(len, sent.values())) <= 40


@pytest.mark.parametrize("how", ["run", "once"])
async def test_the_daemon_and_one_pass_keep_cards_at_what_is_known(tmp_path, slack, how):
    async with Origin() as origin:
        origin.on("/feed", Reply(body=rss([])))
        origin.on("/other", Reply(body=rss([])))
        configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed")), ("ledger", origin.url("/other"))])
        config = tmp_path / "pinkslip.toml"
        app = CHANNELS.format(api=slack.api, token=TOKEN, to=CHANNEL)
        config.write_text(config.read_text().partition("[[channel]]")[0] + app)
        daemon = Process(tmp_path)

        async def go_on(until):
            if how == "once":
                command = [sys.executable, "-m", "monitor.cli", "--config", str(tmp_path), "once", "--all"]
                await (await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)).wait()
                assert until()
                return
            daemon.start()
            try:
                assert await within(15, until)
            finally:
                await asyncio.to_thread(daemon.stop, signal.SIGTERM)

        await go_on(lambda: daemon.polls() >= 2)
        origin.on("/feed", Reply(body=rss(["Halvora"])))
        await go_on(lambda: len(slack.cards()) == 1)
        let_cards_age(tmp_path / "pinkslip.db")
        origin.on("/other", Reply(body=rss(["Halvora"], page="https://ledger.example/")))
        await go_on(lambda: len(slack.cards()[0].versions) == 2)
    assert any("then 1 more" in text for text in slack.cards()[0].texts)


def let_cards_age(path):
    connection = pysqlite3.connect(path)
    connection.execute("update cards set shown_at = '2020-01-01T00:00:00.000000+00:00'")
    connection.commit()
    connection.close()
