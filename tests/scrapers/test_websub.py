"""WebSub on the wire."""

import hashlib
import hmac
import ssl
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import urlencode

import pytest

from scrapers.collect import Collector
from scrapers.egress import Door
from scrapers.items import Failed, Mode, Question, Reason, Wish
from scrapers.websub import authentic, question
from tests.hub import Hub
from tests.origin import Origin, Reply
from tests.scrapers.crawling import certificate

AGENT = "pinkslip-test"
LOOPBACK = (ip_network("127.0.0.1/32"),)


def wish(hub, **changes):
    said = {
        "mode": Mode.SUBSCRIBE,
        "hub": hub,
        "topic": "https://wire.example/feed?a=1&b=ü",
        "callback": "https://news.example/websub/abc",
        "secret": "never guessed",
        "lease": timedelta(days=10),
    }
    return Wish(**said | changes)


@pytest.fixture
async def collector():
    async with Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0) as running:
        yield running


@pytest.fixture
async def secure(tmp_path):
    """A hub behind https, and a collector that trusts it."""
    tls = certificate(tmp_path / "own.pem")
    trusting = ssl.create_default_context(cafile=tmp_path / "own.pem")
    async with (
        Hub(tls=tls) as hub,
        Door(user_agent=AGENT, allow_private=LOOPBACK, tls=trusting) as door,
        Collector(user_agent=AGENT, allow_private=LOOPBACK, per_host_delay=0, door=door) as running,
    ):
        yield hub, running


async def test_a_hub_hears_callback_topic_lease_and_over_https_the_secret(secure):
    hub, collector = secure
    assert await collector.ask_hub(wish(hub.url("/hub"))) is None
    assert hub.wishes == [
        {
            "hub.callback": "https://news.example/websub/abc",
            "hub.mode": "subscribe",
            "hub.topic": "https://wire.example/feed?a=1&b=ü",
            "hub.lease_seconds": "864000",
            "hub.verify": "async",
            "hub.secret": "never guessed",
        }
    ]
    assert hub.requests[0].header("content-type") == b"application/x-www-form-urlencoded"


async def test_over_plain_http_no_secret_leaves(collector):
    async with Hub() as hub:
        assert await collector.ask_hub(wish(hub.url("/hub"))) is None
    assert "hub.secret" not in hub.wishes[0]


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_that_moved_is_followed_with_the_whole_wish(status, collector):
    async with Hub() as hub, Origin() as before:
        before.on("/old", Reply(status=status, headers=((b"Location", hub.url("/hub").encode()),)))
        assert await collector.ask_hub(wish(before.url("/old"))) is None
    assert hub.wishes[0]["hub.topic"].startswith("https://wire.example/")


async def test_a_secret_is_not_led_from_https_to_http(secure):
    hub, collector = secure
    async with Hub() as open_one:
        hub.reply = Reply(status=307, headers=((b"Location", open_one.url("/hub").encode()),))
        failure = await collector.ask_hub(wish(hub.url("/hub")))
    assert (failure.reason, open_one.wishes) == (Reason.REDIRECT, [])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, body=b"\x1b[31mno\r\nway" + b"x" * 10_000),
        Reply(status=404),
        Reply(status=302, headers=((b"Location", b"/elsewhere"),)),
        Reply(status=307, headers=((b"Location", b"/hub"),)),
        Reply(status=307, headers=((b"Location", b"file:///etc/passwd"),)),
        Reply(status=308, headers=((b"Location", b"http://10.0.0.1/hub"),)),
        Reply(status=307),
        Reply(raw=b"\x00\xff garbage\r\n\r\n"),
    ],
)
async def test_a_hub_that_answers_garbage_fails_in_few_plain_words(reply, collector):
    async with Hub(reply=reply) as hub:
        failure = await collector.ask_hub(wish(hub.url("/hub")))
    assert isinstance(failure, Failed)
    assert (failure.detail.isprintable(), len(failure.detail) < 300, len(hub.wishes) <= 4) == (True, True, True)


@pytest.mark.parametrize("address", ["http://10.0.0.1/hub", "https://169.254.169.254/hub", "http://127.0.0.2:1/hub"])
async def test_a_hub_at_a_private_address_is_refused(address, collector):
    assert (await collector.ask_hub(wish(address))).reason is Reason.ADDRESS


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/hub", "https://a@b/", "http://hub.example\\@10.0.0.1/"])
async def test_a_hub_that_is_no_url_is_refused(address, collector):
    assert (await collector.ask_hub(wish(address))).reason is Reason.URL


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", "SHA256"])
def test_a_signature_of_each_method_is_known(method):
    made = hmac.new(b"s", b"body", getattr(hashlib, method.lower())).hexdigest()
    signature = f"{method}={made}".encode()
    assert [
        authentic("s", signature, b"body"),
        authentic("t", signature, b"body"),
        authentic("s", signature, b"bod"),
    ] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "signature", [None, b"", b"sha256=", b"md5=" + b"0" * 32, b"sha256=\xff", b"sha256=" + b"0" * 64, b"=" * 9_000]
)
def test_what_is_no_signature_proves_nothing(signature):
    assert not authentic("s", signature, b"body")


def test_a_signature_of_another_methods_length_proves_nothing():
    long = hmac.new(b"s", b"body", "sha512").hexdigest()
    assert not authentic("s", f"sha256={long}".encode(), b"body")


def test_a_question_is_read():
    query = (
        b"a=1&hub.mode=subscribe&hub.topic=https%3A%2F%2Fx.example%2F%3Fq%3D1&hub.challenge=c%26d&hub.lease_seconds=60"
    )
    assert question(query) == Question(
        mode=Mode.SUBSCRIBE, topic="https://x.example/?q=1", challenge="c&d", lease=timedelta(minutes=1)
    )


def test_a_denial_needs_no_challenge_and_its_reason_is_made_plain():
    said = question(urlencode({"hub.mode": "denied", "hub.topic": "t", "hub.reason": "\x1b[1mno\n" * 900}).encode())
    assert (said.mode, said.reason.isprintable(), len(said.reason)) == (Mode.DENIED, True, 200)


@pytest.mark.parametrize("written", ["-1", "", "1e9", "१२", "9" * 50])
def test_a_lease_that_is_no_number_is_none(written):
    said = {"hub.mode": "subscribe", "hub.topic": "t", "hub.challenge": "c", "hub.lease_seconds": written}
    assert question(urlencode(said).encode()).lease is None


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"\xff",
        b"hub.mode=subscribe&hub.topic=t",
        b"hub.mode=publish&hub.topic=t&hub.challenge=c",
        b"hub.mode=subscribe&hub.mode=denied&hub.topic=t&hub.challenge=c",
        b"hub.mode=subscribe&hub.topic=t&hub.topic=u&hub.challenge=c",
        b"hub.mode=subscribe&hub.topic=t&hub.challenge=" + b"c" * 5_000,
        b"hub.mode=subscribe&hub.topic=t&hub.challenge=c&x=" + b"y" * 20_000,
        b"hub.mode=subscribe&hub.topic=t&hub.challenge=c" + b"&x" * 60,
    ],
)
def test_what_no_hub_would_ask_is_no_question(query):
    assert question(query) is None


async def test_a_hub_that_names_callback_or_secret_puts_neither_into_the_archive(collector):
    token, secret = "a9" * 16, "5f" * 32
    mine = f"https://news.example/websub/{token}"
    async with Origin(checks_hygiene=False) as hub:
        hub.on("/hub", Reply(status=422, body=f"cannot verify {mine} with {secret[:40]}".encode()))
        failed = await collector.ask_hub(wish(hub.url("/hub"), callback=mine, secret=secret))
    assert isinstance(failed, Failed)
    assert "cannot verify" in failed.detail
    assert token not in failed.detail
    assert secret[:20] not in failed.detail


def test_the_reason_of_a_denial_holds_no_secret():
    asked = question(f"hub.mode=denied&hub.topic=t&hub.reason=no+{'5f' * 32}".encode())
    assert asked is not None
    assert "5f5f" not in asked.reason
