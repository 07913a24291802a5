"""The books: they add up at every moment, a channel that is gone is told elsewhere, and nothing is sent too soon."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest

from monitor.alerts.retries import LONGEST, WAITS
from monitor.archive import Archive
from monitor.archive.outbox import GIVEN_UP, Ledger, hindrances, imbalances, ledger
from monitor.config import load
from monitor.listener import Health
from monitor.model import Verdict
from monitor.rounds import Rounds
from tests.faults.harness import SECRET, configure, rss
from tests.faults.life import SECOND, Clock, life
from tests.making import NOW, judged
from tests.origin import Origin
from tests.origin import Reply as Page
from tests.receiver import Receiver, Reply
from tests.test_sequences import World

SECONDS = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def told(tmp_path):
    """A world in which one alert is delivered and one is owed."""
    world = World(tmp_path)
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    world.attempt()
    world.poll("herald", judged("Brantiq cuts 200 jobs", "Brantiq", 200))
    yield world
    world.archive.close()


def test_the_books_are_right_when_decided_is_the_sum_of_what_became_of_it():
    assert imbalances(Ledger(3, {"pending": 1, "delivered": 2}, {"are lost": 0})) == ()


def test_what_is_missing_or_strange_or_contradicts_itself_is_said():
    found = imbalances(Ledger(4, {"pending": 1, "gone": 2}, {"are lost": 1}))
    assert found == (
        "4 alerts were decided, but there are 1 pending + 0 held + 0 delivered + 0 dead + 0 suppressed",
        "2 alerts are 'gone', which is no state",
        "1 alerts are lost",
    )


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("delete from deliveries", "delivered without a delivery"),
        ("update alerts set body = x'' where state = 'pending'", "owed without words"),
        ("update alerts set attempts = 0", "fewer attempts counted"),
        (
            "update alerts set digest_id = (select id from alerts where state = 'delivered') where state = 'pending'",
            "stand otherwise than the digest",
        ),
    ],
)
def test_books_that_were_tampered_with_are_found_out(told, harm, says):
    assert imbalances(ledger(told.archive.db)) == ()
    told.archive.db.execute(harm)
    (found,) = imbalances(ledger(told.archive.db))
    assert says in found


def test_books_that_do_not_add_up_turn_the_probe_red(tmp_path):
    configure(tmp_path, "http://127.0.0.1:9/", [("wire", "http://127.0.0.1:9/feed")])
    settings = load(tmp_path, {}, examples=False)
    archive = Archive.open(settings.archive)
    health = Health(settings, clock=lambda: NOW)
    assert health.check() == Ledger(
        0,
        dict.fromkeys(("pending", "held", "delivered", "dead", "suppressed"), 0),
        dict.fromkeys(health.check().contradictions, 0),
    )
    assert (health.stuck(), b"pinkslip_ledger_balanced 1.0" in health.metrics()) == ((), True)
    archive.db.execute(
        "insert into alerts (id, channel_id, kind, state, reason, body, created_at, owed_at, due_at) "
        "values ('msg_1', 'crm', 'test', 'delivered', '', x'00', '2026', '2026', '2026')"
    )
    health.check()
    archive.close()
    assert health.stuck() == ("the ledger does not add up: 1 alerts are delivered without a delivery that was taken",)
    assert b"pinkslip_ledger_balanced 0.0" in health.metrics()


def test_a_channel_that_takes_nothing_for_five_days_is_asked_no_more(told):
    taken = 0
    for hours in range(0, 24 * 9, 6):
        told.now = NOW + hours * HOUR
        taken += told.attempt(Verdict.RETRY) is not None
        told.poll("herald", judged(f"Nexora cuts {hours + 5} jobs", f"Nexora {hours}", hours + 5))
    last = told.rows("deliveries")[-1]["started_at"]
    (channel,) = told.rows("channels")
    assert (channel["disabled_at"], taken > 10) == (last, True)
    assert "it took nothing since" in hindrances(told.archive.db, told.now)["console"]


def test_one_success_within_five_days_keeps_a_channel(told):
    for hours in range(0, 24 * 9, 6):
        told.now = NOW + hours * HOUR
        told.attempt(Verdict.SENT if hours == 24 * 4 else Verdict.RETRY)
        told.poll("herald", judged(f"Nexora cuts {hours + 5} jobs", f"Nexora {hours}", hours + 5))
        if hours == 24 * 8:
            assert hindrances(told.archive.db, told.now) == {}


@pytest.fixture
async def wire(tmp_path):
    """Settings whose one source was polled for the first time, the clock, the source, and two receivers."""
    async with Origin() as origin, Receiver() as crm, Receiver() as team:
        origin.on("/feed", Page(body=rss((), at=NOW)))
        configure(tmp_path, crm.url, [("wire", origin.url("/feed"))])
        config = tmp_path / "pinkslip.toml"
        config.write_text(config.read_text() + SECOND.format(url=team.url, secret=SECRET))
        clock, settings = Clock(NOW), load(tmp_path, {}, examples=False)
        async with life(settings, clock) as first:
            await first.poll()
        yield settings, clock, origin, crm, team


def publish(origin, clock, *employers):
    origin.on("/feed", Page(body=rss(employers, at=clock.now)))


def disabled(receiver):
    bodies = [json.loads(one.body) for one in receiver.received]
    return [body["data"]["channel_id"] for body in bodies if body["type"] == "channel.disabled"]


async def test_a_channel_that_says_it_is_gone_is_told_to_another_one_once(wire):
    settings, clock, origin, crm, team = wire
    crm.otherwise = Reply(410)
    clock.now += HOUR
    publish(origin, clock, "Halvora", "Brantiq")
    async with life(settings, clock) as running:
        await running.poll()
        for _ in range(3):
            await running.pay()
        owed = running.rows("select id from alerts where channel_id = 'crm' and state = 'pending'")
    assert (len(crm.received), disabled(team), len(owed)) == (1, ["crm"], 2)


async def test_after_the_schedule_an_alert_is_dead_its_channel_gone_and_replay_sends_the_same_id(wire, capsys):
    """R5"""
    settings, clock, origin, crm, team = wire
    crm.otherwise = Reply(500)
    start = clock.now = NOW + HOUR
    publish(origin, clock, "Halvora")
    async with life(settings, clock) as running:
        await running.poll()
        while running.rows("select 1 from alerts where channel_id = 'crm' and state = 'pending'"):
            await running.pay()
            clock.now = max(clock.now, running.next_due()) if _owed(running) else clock.now
        attempts, exhausted = len(crm.received), clock.now - start
        publish(origin, clock, "Halvora", "Brantiq")
        await running.poll()
        while not running.rows("select 1 from channels where disabled_at is not null"):
            await running.pay()
            clock.now += HOUR
        await running.pay()
        gone_after = clock.now - start
        posts = len(crm.received)
        await running.pay()
        assert len(crm.received) == posts, "a channel that is disabled is asked"
        assert imbalances(ledger(running.archive.db)) == ()
        dead = running.rows("select id from alerts where state = 'dead'")
    crm.otherwise = Reply(200)
    async with life(settings, clock) as running:  # a restart confirms the channel
        assert await running.newswire.replay([row["id"] for row in dead]) == 1
        await running.pay()
        states = {row["state"] for row in running.rows("select state from alerts")}
    taken = [one.id for one in crm.taken()]
    dropped = 2 - len(set(taken))
    with capsys.disabled():
        print(
            f"\nFIGURE R5 attempts={attempts} dead_after_h={exhausted / HOUR:.0f} disabled_after_h={gone_after / HOUR:.0f} "
            f"told={disabled(team)} dropped={dropped} replayed={int(dead[0]['id'] in taken)}/1"
        )
    assert (attempts, disabled(team), states) == (len(WAITS) + 1, ["crm"], {"delivered"})
    assert GIVEN_UP <= gone_after < GIVEN_UP + 25 * HOUR
    assert {one.id for one in crm.received} == set(taken)


def _owed(running):
    return running.rows("select 1 from alerts where state = 'pending'")


def date(clock, wait):
    return format_datetime(clock.now + wait)


RETRY_AFTER = {
    "seconds": (lambda _: "120", 120 * SECONDS),
    "http date": (lambda clock: date(clock, 10 * 60 * SECONDS).replace("+0000", "GMT"), 600 * SECONDS),
    "padded": (lambda _: "  90  ", 90 * SECONDS),
    "too long": (lambda _: str(10**9), LONGEST),
    "absurd": (lambda _: "9" * 150, LONGEST),
    "year 9999": (lambda _: "Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    "zero": (lambda _: "0", None),
    "negative": (lambda _: "-30", None),
    "past": (lambda clock: date(clock, -HOUR), None),
    "garbage": (lambda _: "soon, I hope", None),
    "fraction": (lambda _: "1.5", None),
    "missing": (lambda _: None, None),
}


async def test_no_request_is_made_within_the_window_that_a_receiver_asked_for(wire, capsys):
    """R6: where the wish cannot be read, the schedule's own first wait holds: 5 s, a fifth either way."""
    settings, clock, origin, crm, _ = wire
    inside, late = 0, []
    employers = []
    for status in (429, 503):
        for wish, wait in RETRY_AFTER.values():
            clock.now += 25 * HOUR
            employers.append(f"Vel{chr(97 + len(employers))}ora")
            publish(origin, clock, *employers)
            crm._replies = iter([Reply(status, b"no", retry_after=wish(clock))])
            async with life(settings, clock) as running:
                await running.poll()
                before, at = len(crm.received), clock.now
                await running.pay()
                assert len(crm.received) == before + 1
                shortest, longest = (wait, wait) if wait else (4 * SECONDS, 6 * SECONDS)
                for share in (0.1, 0.5, 0.9, 0.99):
                    clock.now = at + shortest * share
                    await running.pay()
                inside += len(crm.received) - before - 1
                clock.now = at + longest
                while len(crm.received) == before + 1 and clock.now < at + longest + 5 * SECONDS:
                    clock.now += SECONDS / 4
                    await running.pay()
                late.append((clock.now - at - longest) / SECONDS)
    with capsys.disabled():
        print(f"\nFIGURE R6 forms={len(late)} requests_inside_window={inside} resumed_within_s={max(late):.2f}")
    assert (inside, len(late), max(late) <= 1) == (0, 2 * len(RETRY_AFTER), True)
    assert len({one.id for one in crm.taken()}) == len(employers)


async def test_twenty_restarts_with_unchanged_feeds_send_nothing_and_ask_for_nothing_whole(wire, capsys):
    """R3"""
    settings, clock, origin, crm, team = wire
    feed = rss(["Halvora", "Brantiq"], at=clock.now + HOUR)

    def page(request):
        same = request.header("if-none-match") == b'"v1"'
        return Page(status=304) if same else Page(body=feed, headers=((b"ETag", b'"v1"'),))

    origin.on("/feed", page)
    clock.now += HOUR
    async with life(settings, clock) as running:
        await running.poll()
        await running.pay()
    sent, asked = len(crm.received) + len(team.received), len(origin.requests)
    for _ in range(20):
        clock.now += HOUR
        async with life(settings, clock) as running:
            await running.poll()
            await running.newswire.release()
            await Rounds(running.newswire, clock).survey()
            await running.pay()
    again = len(crm.received) + len(team.received) - sent
    polls = origin.requests[asked:]
    whole = sum(request.header("if-none-match") is None for request in polls)
    with capsys.disabled():
        print(f"\nFIGURE R3 restarts=20 polls={len(polls)} alerts={again} unconditional={whole}")
    assert (sent, again, len(polls), whole) == (4, 0, 20, 0)
