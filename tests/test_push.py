"""Push: when to subscribe and whom to believe, and the whole way from a hub's POST to an alert."""

import asyncio
import contextlib
import hashlib
import json
import re
import socket
import ssl
import stat
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import httpx
import pytest

from monitor import push
from monitor.archive import Archive, instance_key
from monitor.config import load
from monitor.cycle import Newswire
from monitor.deliver import Courier
from monitor.hubs import Hubs, forget
from monitor.listener import Health, listening
from monitor.model import Plan, Poll
from monitor.push import Pushed, State, Subscription
from monitor.schedule import LONGEST
from scrapers.collect import Collector
from scrapers.egress import Door
from scrapers.items import Failed, Mode, News, Question, Reason, Unchanged
from scrapers.items import Hub as Named
from tests.faults.harness import Process, configure, rss, within
from tests.hub import Hub
from tests.making import NOW, source, state
from tests.origin import Origin, Reply
from tests.receiver import Receiver
from tests.scrapers.crawling import certificate

HERALD = source()
TOPIC = "https://herald.example/feed"
ACTIVE = Subscription(
    source_id="herald",
    hub="https://hub.example/",
    topic=TOPIC,
    state=State.ACTIVE,
    next_at=NOW + timedelta(days=6),
    mark="m",
    asked_at=NOW - timedelta(days=1),
    lease_until=NOW + timedelta(days=9),
)
WANTED = replace(ACTIVE, state=State.WANTED, mark="", asked_at=None, lease_until=None, next_at=NOW)
YES = Question(mode=Mode.SUBSCRIBE, topic=TOPIC, challenge="c", lease=timedelta(days=3))


HUB = Named("https://hub.example/")


def news(hub: Named | None = HUB) -> News:
    return News(articles=(), entries=0, skipped=(), size=1, hub=hub)


def plan(new: int = 0, wait: timedelta = timedelta(minutes=15), failures: int = 0) -> Plan:
    poll = Poll(source_id="herald", at=NOW, outcome="news", status=200, detail=None, new=new)
    return Plan(poll=poll, source=replace(state(), next_due=NOW + wait, failures=failures))


def followed(known, outcome=None, planned=None):
    kept, after = push.follow(known, HERALD, outcome or news(), planned or plan(), NOW)
    return kept, after.source.next_due - NOW


# When to ask


def test_a_feed_that_names_a_hub_is_subscribed_to_at_once_under_its_own_address():
    kept, _ = followed(())
    assert kept == (WANTED,)


def test_a_feed_that_names_another_topic_is_subscribed_to_under_that():
    kept, _ = followed((), news(Named("https://hub.example/", "https://herald.example/other")))
    assert [each.topic for each in kept] == ["https://herald.example/other"]


@pytest.mark.parametrize("outcome", [Unchanged(), Failed(reason=Reason.DNS, detail="")])
def test_a_poll_without_news_says_nothing_of_hubs(outcome):
    assert followed((ACTIVE,), outcome)[0] == (ACTIVE,)


def test_a_feed_that_names_no_hub_any_more_is_left_and_its_hub_told():
    (left,), wait = followed((ACTIVE,), news(None))
    assert (left.state, left.next_at, wait) == (State.LEAVING, NOW, timedelta(minutes=15))
    assert followed((WANTED,), news(None))[0] == ()


def test_a_feed_that_moves_to_another_hub_leaves_the_first():
    kept, _ = followed((ACTIVE,), news(Named("https://other.example/")))
    assert [(each.hub, each.state) for each in kept] == [
        ("https://hub.example/", State.LEAVING),
        ("https://other.example/", State.WANTED),
    ]


def test_a_hub_named_again_is_wanted_again():
    ((again,), _) = followed((replace(ACTIVE, state=State.LEAVING),))
    assert (again.state, again.next_at) == (State.WANTED, NOW)


def test_a_hub_of_endless_length_is_none():
    assert followed((), news(Named("https://hub.example/" + "x" * 3_000)))[0] == ()


def test_a_hub_that_does_not_ask_back_is_asked_ever_more_rarely_down_to_once_a_day():
    each, waits = WANTED, []
    for _ in range(12):
        each = push.asked(each, "m", NOW)
        waits.append(each.next_at - NOW)
    assert (waits[0], waits == sorted(waits), waits[-1]) == (timedelta(minutes=10), True, timedelta(days=1))


def test_a_hub_that_fails_is_refused_with_its_reason_and_waits():
    asked = push.asked(WANTED, "m", NOW)
    failed = push.failed(asked, Failed(reason=Reason.ADDRESS, detail="10.0.0.1 is private"))
    assert (failed.state, failed.detail) == (State.REFUSED, "address_refused: 10.0.0.1 is private")
    assert failed.next_at == asked.next_at


def test_a_renewal_that_fails_keeps_what_is_there_until_its_lease_is_over():
    failed = push.failed(push.asked(ACTIVE, "m", NOW), Failed(reason=Reason.DNS, detail="gone"))
    assert (failed.state, failed.lease_until) == (State.ACTIVE, ACTIVE.lease_until)
    assert push.asked(failed, "m", ACTIVE.lease_until).state is State.ASKED


def test_a_late_failure_does_not_undo_an_agreement():
    agreed = push.answered(push.asked(WANTED, "m", NOW), YES, NOW)
    assert push.failed(agreed, Failed(reason=Reason.TIMEOUT, detail="")) == agreed


def test_a_goodbye_that_nobody_hears_is_said_five_times():
    each, said = replace(ACTIVE, state=State.LEAVING, failures=0), 0
    while (each := push.asked(each, "m", NOW)) is not None:
        said += 1
    assert said == 5


def test_a_new_public_address_or_key_is_told_to_the_hub():
    assert push.remarked(ACTIVE, "m", NOW) == ACTIVE
    again = push.remarked(ACTIVE, "other", NOW)
    assert (again.state, again.next_at) == (State.WANTED, NOW)


# Whom to believe


@pytest.mark.parametrize(
    ("wished", "lease"),
    [
        (None, timedelta(days=10)),
        (timedelta(0), timedelta(hours=1)),
        (timedelta(days=3), timedelta(days=3)),
        (timedelta(days=9_999), timedelta(days=30)),
    ],
)
def test_a_lease_is_kept_within_bounds_and_renewed_at_two_thirds(wished, lease):
    agreed = push.answered(push.asked(WANTED, "m", NOW), replace(YES, lease=wished), NOW)
    assert (agreed.state, agreed.failures) == (State.ACTIVE, 0)
    assert (agreed.lease_until, agreed.next_at) == (NOW + lease, NOW + lease * 2 / 3)


@pytest.mark.parametrize(
    ("known", "question", "right"),
    [
        (push.asked(WANTED, "m", NOW), YES, True),
        (ACTIVE, YES, True),
        (WANTED, YES, False),
        (replace(ACTIVE, state=State.LEAVING), YES, False),
        (ACTIVE, replace(YES, topic="https://herald.example/other"), False),
        (ACTIVE, replace(YES, mode=Mode.UNSUBSCRIBE), False),
        (replace(ACTIVE, state=State.LEAVING), replace(YES, mode=Mode.UNSUBSCRIBE), True),
        (ACTIVE, replace(YES, mode=Mode.DENIED), True),
        (ACTIVE, replace(YES, mode=Mode.DENIED, topic=""), False),
    ],
)
def test_only_what_we_wish_is_confirmed(known, question, right):
    assert push.confirms(known, question) is right


def test_a_denial_is_kept_with_its_reason_and_asked_about_a_week_later():
    denied = push.answered(ACTIVE, replace(YES, mode=Mode.DENIED, reason="not for you"), NOW)
    assert (denied.state, denied.detail) == (State.REFUSED, "the hub denied it: not for you")
    assert denied.next_at == NOW + timedelta(days=7)
    assert not push.confirms(denied, YES)


# How far polling may rest


@pytest.mark.parametrize(
    ("known", "wait", "rested"),
    [
        (ACTIVE, timedelta(minutes=15), timedelta(hours=1)),
        (ACTIVE, timedelta(hours=10), LONGEST),
        (ACTIVE, timedelta(hours=26), timedelta(hours=26)),
        (replace(ACTIVE, lease_until=NOW), timedelta(minutes=15), timedelta(minutes=15)),
        (WANTED, timedelta(minutes=15), timedelta(minutes=15)),
        (replace(ACTIVE, missed=3), timedelta(minutes=15), timedelta(minutes=15)),
    ],
)
def test_polling_rests_four_times_as_long_while_push_can_be_trusted(known, wait, rested):
    assert followed((known,), Unchanged(), plan(wait=wait))[1] == rested


def test_a_source_that_fails_is_not_put_off_further():
    assert followed((ACTIVE,), planned=plan(failures=1))[1] == timedelta(minutes=15)


def test_three_polls_that_bring_what_nobody_pushed_end_the_trust_and_a_push_restores_it():
    known, waits = (ACTIVE,), []
    for _ in range(3):
        known, wait = followed(known, planned=plan(new=1))
        waits.append(wait)
    assert waits == [timedelta(hours=1), timedelta(hours=1), timedelta(minutes=15)]
    assert followed((push.pushed(known[0], NOW),))[1] == timedelta(hours=1)


def test_of_a_push_the_news_counts_and_the_schedule_does_not():
    before = state()
    planned = replace(plan(new=1), host_until=("herald.example", NOW))
    after = push.news_alone(planned, before)
    assert (after.source.next_due, after.source.succeeded_at) == (before.next_due, before.succeeded_at)
    assert (after.host_until, after.poll.outcome, after.poll.new) == (None, "pushed", 1)


# The whole way


def feed(hub: str | None, employers=()) -> bytes:
    """A feed that names a hub, if there is one."""
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub}"/>' if hub else ""
    return rss(employers).replace(b"</title>", f"</title>{link}".encode(), 1)


@dataclass
class Station:
    """A newswire with its listener and hubs, on a clock of its own; it ticks when it is told to."""

    folder: object
    hub: Hub
    origin: Origin
    receiver: Receiver
    archive: Archive
    newswire: Newswire
    hubs: Hubs
    now: list
    address: str

    async def poll(self):
        (due,) = await self.newswire.every(due_only=False)
        return await self.newswire.ask(due)

    async def turn(self, **by):
        """Let time pass, and ask the hubs that are due."""
        self.now[0] += timedelta(**by)
        await asyncio.gather(*[self.hubs.ask(each) for each in await self.hubs.due()])

    async def subscribe(self):
        await self.poll()
        await self.turn()
        return await self.hub.verify()

    async def deliver(self):
        for channel in self.newswire.channels:
            await self.newswire.pay(channel)

    def row(self):
        (row,) = self.archive.subscriptions.all()
        return row

    def due(self):
        (row,) = self.archive.db.query("select next_due from sources")
        return row["next_due"]


@contextlib.asynccontextmanager
async def running(folder, hub, origin, receiver, *, now=None, trusting=None, patience=30.0, port=0, path="/news"):
    settings = load(folder, {}, examples=False)
    now = now or [NOW]
    archive = Archive.open(settings.archive)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(archive.close)
        door = Door(user_agent="pinkslip-test", allow_private=settings.allow_private, tls=trusting)
        await stack.enter_async_context(door)
        collector = Collector(
            user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0, door=door
        )
        await stack.enter_async_context(collector)
        health = Health(settings, clock=lambda: now[0])
        public = f"http://127.0.0.1{path}"
        listener = listening(("127.0.0.1", port), health, public, patience)
        address = await stack.enter_async_context(listener)
        settings = replace(settings, public_url=address + path)
        newswire = Newswire(settings, archive, collector, Courier(door, print), lambda: now[0], Random(1))
        stack.callback(newswire.close)
        await newswire.enroll()
        health.hubs = Hubs(newswire, address + path, lambda: now[0], lambda: None)
        await health.hubs.enroll()
        yield Station(folder, hub, origin, receiver, archive, newswire, health.hubs, now, address)


@pytest.fixture
async def parts(tmp_path):
    """An origin that names a hub behind https, the hub, and a receiver."""
    tls = certificate(tmp_path / "own.pem")
    trusting = ssl.create_default_context(cafile=tmp_path / "own.pem")
    async with Origin() as origin, Hub(tls=tls) as hub, Receiver() as receiver:
        origin.on("/feed", Reply(body=feed(hub.url("/hub"))))
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        yield tmp_path, hub, origin, receiver, trusting


@pytest.fixture
async def station(parts):
    folder, hub, origin, receiver, trusting = parts
    async with running(folder, hub, origin, receiver, trusting=trusting) as station:
        yield station


async def test_a_hub_is_asked_and_its_question_answered_in_plain_text(station):
    answer = await station.subscribe()
    assert (answer.status_code, answer.text) == (200, "<b>chosen</b> at random")
    assert answer.headers["content-type"].startswith("text/plain")
    assert (station.row().state, station.hub.wishes[0]["hub.topic"]) == (State.ACTIVE, station.origin.url("/feed"))


async def test_what_is_pushed_and_signed_is_told_without_a_poll(station):
    await station.subscribe()
    polls, due = len(station.origin.requests), station.due()
    answer = await station.hub.push(feed(None, ["Halvora"]))
    await station.deliver()
    assert (answer.status_code, station.hubs.pushes[Pushed.TAKEN]) == (202, 1)
    (told,) = station.receiver.received
    assert json.loads(told.body)["data"]["company"] == "Halvora"
    assert (len(station.origin.requests), station.due()) == (polls, due)


async def test_what_was_pushed_is_no_news_to_the_next_poll(station):
    await station.subscribe()
    await station.hub.push(feed(None, ["Halvora"]))
    station.origin.on("/feed", Reply(body=feed(station.hub.url("/hub"), ["Halvora"])))
    assert (await station.poll()).new == 0


@pytest.mark.parametrize("secret", ["", "another"])
async def test_what_is_signed_wrongly_or_not_at_all_is_ignored_and_counted(station, secret):
    await station.subscribe()
    station.hub.wishes[-1].pop("hub.secret") if not secret else None
    answer = await station.hub.push(feed(None, ["Halvora"]), secret=secret or None)
    await station.deliver()
    assert (answer.status_code, station.hubs.pushes[Pushed.FORGED]) == (202, 1)
    assert (station.receiver.received, station.row().pushed_at) == ([], None)


async def test_a_push_that_comes_twice_is_told_once(station):
    await station.subscribe()
    body = feed(None, ["Halvora"])
    await asyncio.gather(station.hub.push(body), station.hub.push(body))
    await station.hub.push(body)
    await station.deliver()
    again = station.hubs.pushes[Pushed.KNOWN] + station.hubs.pushes[Pushed.BUSY]
    assert (len(station.receiver.received), again) == (1, 2)


async def test_a_body_that_is_no_feed_makes_us_poll_and_nothing_else(station):
    await station.subscribe()
    answer = await station.hub.push(b"\x00 no feed")
    assert (answer.status_code, station.hubs.pushes[Pushed.UNREADABLE]) == (202, 1)
    assert station.due() <= push_stamp(NOW + timedelta(seconds=1))


async def test_an_unsigned_ping_of_a_plain_hub_makes_us_poll_no_sooner_than_allowed(parts):
    folder, _, origin, receiver, trusting = parts
    config = folder / "pinkslip.toml"
    config.write_text(config.read_text().replace('min_every = "1s"', 'min_every = "5m"'))
    async with Hub() as plain, running(folder, plain, origin, receiver, trusting=trusting) as station:
        origin.on("/feed", Reply(body=feed(plain.url("/hub"))))
        await station.subscribe()
        station.now[0] += timedelta(minutes=1)
        answer = await plain.push(feed(None, ["Halvora"]))
        assert (answer.status_code, station.hubs.pushes[Pushed.PING]) == (202, 1)
        assert station.due() == push_stamp(NOW + timedelta(minutes=5))
        assert list(station.archive.db.query("select * from articles")) == []


async def test_a_denied_subscription_is_kept_with_its_reason_and_polling_goes_on(station):
    await station.poll()
    await station.turn()
    answer = await station.hub.verify(mode="denied", reason="not you")
    assert (answer.status_code, station.row().state) == (200, State.REFUSED)
    assert station.row().detail == "the hub denied it: not you"
    station.origin.on("/feed", Reply(body=feed(station.hub.url("/hub"), ["Halvora"])))
    assert (await station.poll()).new == 1


async def test_a_lease_is_renewed_before_it_ends(station):
    await station.subscribe()
    await station.turn(days=6)
    assert len(station.hub.wishes) == 1
    await station.turn(days=1)
    await station.hub.verify()
    assert len(station.hub.wishes) == 2
    assert station.row().lease_until == NOW + timedelta(days=17)


async def test_a_restart_keeps_the_subscription_and_asks_nobody(parts):
    folder, hub, origin, receiver, trusting = parts
    async with running(folder, hub, origin, receiver, trusting=trusting) as station:
        await station.subscribe()
        port = httpx.URL(station.address).port
    async with running(folder, hub, origin, receiver, trusting=trusting, port=port) as station:
        await station.turn(days=1)
        answer = await hub.push(feed(None, ["Halvora"]))
        assert (answer.status_code, station.hubs.pushes[Pushed.TAKEN], len(hub.wishes)) == (202, 1, 1)


async def test_another_public_address_is_told_to_the_hub(parts):
    folder, hub, origin, receiver, trusting = parts
    async with running(folder, hub, origin, receiver, trusting=trusting) as station:
        await station.subscribe()
    async with running(folder, hub, origin, receiver, trusting=trusting) as station:
        await station.turn()
        await hub.verify()
        assert (len(hub.wishes), station.row().state) == (2, State.ACTIVE)


@pytest.mark.parametrize(
    "reply", [Reply(status=500, body=b"<html>"), Reply(raw=b"\xff\x00garbage\r\n\r\n"), Reply(status=302)]
)
async def test_a_hub_that_answers_garbage_is_put_off_and_polling_goes_on(station, reply):
    station.hub.reply = reply
    await station.poll()
    await station.turn()
    assert station.row().state is State.REFUSED
    await station.turn(minutes=9)
    assert len(station.hub.wishes) == 1
    await station.turn(minutes=1)
    assert len(station.hub.wishes) == 2
    assert (await station.poll()).outcome == "unchanged"


async def test_a_hub_at_a_private_address_is_never_dialled(station):
    station.origin.on("/feed", Reply(body=feed("https://10.0.0.1/hub")))
    await station.poll()
    await station.turn()
    assert (station.row().state, station.row().detail.split(":")[0]) == (State.REFUSED, "address_refused")


async def test_the_configured_url_is_never_rewritten(station):
    named = feed(station.hub.url("/hub")).replace(
        b'rel="hub"',
        b'rel="self" href="https://elsewhere.example/"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub"',
    )
    station.origin.on("/feed", Reply(body=named))
    await station.subscribe()
    await station.hub.push(feed(None, ["Halvora"]))
    assert station.hub.wishes[0]["hub.topic"] == "https://elsewhere.example/"
    assert [row["url"] for row in station.archive.db.query("select url from sources")] == [station.origin.url("/feed")]


async def test_a_feed_that_names_no_hub_any_more_is_unsubscribed(station):
    await station.subscribe()
    assert (await station.hub.verify(mode="unsubscribe")).status_code == 404
    station.origin.on("/feed", Reply(body=feed(None)))
    await station.poll()
    await station.turn()
    assert station.hub.wishes[-1]["hub.mode"] == "unsubscribe"
    assert (await station.hub.push(feed(None, ["Halvora"]), secret="x")).status_code == 410
    assert (await station.hub.verify()).text == "<b>chosen</b> at random"
    assert station.archive.subscriptions.all() == ()


async def test_a_source_that_is_removed_is_unsubscribed(station):
    await station.subscribe()
    await station.newswire.adopt(replace(station.newswire.settings, sources=()))
    await station.hubs.enroll()
    await station.turn()
    assert [wish["hub.mode"] for wish in station.hub.wishes] == ["subscribe", "unsubscribe"]
    assert (await station.hub.verify()).status_code == 200


@pytest.mark.parametrize("changes", [{"topic": "https://other.example/"}, {"mode": "publish"}, {"challenge": ""}])
async def test_what_we_did_not_ask_for_is_not_confirmed(station, changes):
    await station.poll()
    await station.turn()
    assert (await station.hub.verify(**changes)).status_code == 404
    assert station.row().state is State.ASKED


async def test_nobody_can_guess_a_callback_or_read_it_in_the_archive(station):
    await station.subscribe()
    wish = station.hub.wishes[0]
    token = wish["hub.callback"].rpartition("/")[2]
    dumped = b"".join(path.read_bytes() for path in station.folder.glob("pinkslip.db*") if path.suffix != ".key")
    assert (len(token), token.encode() in dumped, wish["hub.secret"].encode() in dumped, token == wish["hub.secret"]) == (
        64, False, False, False,
    )  # fmt: skip
    key = station.folder / "pinkslip.db.key"
    assert (stat.S_IMODE(key.stat().st_mode), len(key.read_bytes())) == (0o600, 32)
    assert (
        hashlib.sha256(key.read_bytes()).digest()
        == hashlib.sha256(instance_key(station.folder / "pinkslip.db")).digest()
    )


async def test_a_callback_is_found_with_and_without_the_path_of_the_public_address(station):
    await station.subscribe()
    callback = station.hub.wishes[0]["hub.callback"]
    body = feed(None, ["Halvora"])
    assert (await station.hub.push(body, to=callback.replace("/news/", "/"))).status_code == 202
    assert (await station.hub.push(body, to=callback.replace("/news/", "/other/"))).status_code == 405
    assert (await station.hub.push(body, to=callback[:-1])).status_code == 404
    assert (await station.hub.push(body, to=callback.rpartition("/")[0] + "/")).status_code == 405


@pytest.mark.parametrize("says_so", [True, False])
async def test_a_body_beyond_ten_mebibytes_is_cut_off_whether_it_says_so_or_not(station, says_so):
    await station.subscribe()
    callback = httpx.URL(station.hub.wishes[0]["hub.callback"])
    declared = b"Content-Length: 10485761\r\n\r\n"
    streamed = b"Transfer-Encoding: chunked\r\n\r\nA00001\r\n" + b"x" * (10 * 2**20 + 1)
    reader, writer = await asyncio.open_connection(callback.host, callback.port)
    writer.write(f"POST {callback.path} HTTP/1.1\r\nHost: x\r\n".encode() + (declared if says_so else streamed))
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert (answer.partition(b" ")[2][:3], station.hubs.pushes[Pushed.TOO_LARGE]) == (b"413", 1)


async def test_slow_bodies_are_few_and_end_in_time_while_probes_are_answered(parts):
    folder, hub, origin, receiver, trusting = parts
    async with running(folder, hub, origin, receiver, trusting=trusting, patience=1.5) as station:
        await station.subscribe()
        path = httpx.URL(hub.wishes[0]["hub.callback"]).path
        opened = [await _slow(station.address, path) for _ in range(4)]
        assert (await hub.push(b"x")).status_code == 503
        async with httpx.AsyncClient(trust_env=False) as client:
            began = time.monotonic()
            assert (await client.get(f"{station.address}/healthz")).status_code == 200
            assert 'pinkslip_pushes_total{outcome="busy"} 4.0' in (await client.get(f"{station.address}/metrics")).text
            assert time.monotonic() - began < 1
        answers = [await asyncio.wait_for(reader.read(), 5) for reader, _ in opened]
        for _, writer in opened:
            writer.close()
        # One hub has one body in hand, so that it cannot take the room of the others.
        assert sorted(answer[9:12] for answer in answers) == [b"408", b"503", b"503", b"503"]
        assert (await hub.push(feed(None, ["Halvora"]))).status_code == 202


async def _slow(address, path):
    url = httpx.URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx".encode())
    await writer.drain()
    return reader, writer


async def test_subscriptions_are_counted_for_prometheus(station):
    await station.subscribe()
    async with httpx.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"{station.address}/metrics")).text
    assert 'pinkslip_subscriptions{state="active"} 1.0' in text
    assert 'pinkslip_subscriptions{state="refused"} 0.0' in text
    assert 'pinkslip_pushes_total{outcome="bad_signature"} 0.0' in text


async def test_without_a_public_url_nobody_is_asked_and_nothing_is_kept(station):
    await station.subscribe()
    await station.newswire.in_archive(forget)
    station.newswire.settings = replace(station.newswire.settings, public_url=None)
    station.origin.on("/feed", Reply(body=feed(station.hub.url("/hub"), ["Halvora"])))
    assert (await station.poll()).new == 1
    assert station.archive.subscriptions.all() == ()


def push_stamp(moment):
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


async def test_a_daemon_tells_within_a_second_of_a_push_and_goes_on_after_a_restart(parts, monkeypatch):
    folder, hub, origin, receiver, _ = parts
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "own.pem"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config, sources = folder / "pinkslip.toml", folder / "sources.toml"
    server = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}/news/"'
    config.write_text(config.read_text().replace("listen = false", server))
    sources.write_text(sources.read_text().replace('every = "1s"', 'every = "1h"'))
    process = Process(folder)
    process.start()
    try:
        assert await hub.was_asked(seconds=30), process.log.read_text()
        assert (await hub.verify()).status_code == 200
        began, polls = time.monotonic(), len(origin.requests)
        assert (await hub.push(feed(None, ["Halvora"]))).status_code == 202
        assert await within(5, lambda: receiver.received), process.log.read_text()
        took = time.monotonic() - began
        print(f"FIGURE PUSH alert_s={took:.2f} polls={len(origin.requests) - polls}")
        assert (took < 1, len(origin.requests)) == (True, polls)
        await asyncio.to_thread(process.stop, 15)
        process.start()
        assert await within(20, lambda: len(re.findall(" started ", process.log.read_text())) == 2)
        answer = await hub.push(feed(None, ["Halvora", "Brantiq"]))
        assert await within(5, lambda: len(receiver.received) == 2), process.log.read_text()
        assert (answer.status_code, len(hub.wishes), len(origin.requests)) == (202, 1, polls)
        assert process.rows("select distinct url from sources") == [(origin.url("/feed"),)]
    finally:
        process.end()
