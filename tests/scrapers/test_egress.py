"""The one door out, against raw servers on loopback."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from scrapers.egress import Answer, Ask, Door, Refused, parsed
from scrapers.items import Reason
from tests.origin import Origin, Reply
from tests.scrapers.crawling import certificate

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
MIB = 2**20


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Door(user_agent=AGENT, allow_private=LOOPBACK) as opened:
        yield opened


async def refusal(door: Door, ask: Ask) -> Refused:
    with pytest.raises(Refused) as caught:
        await door.ask(ask)
    return caught.value


async def test_an_answer_has_its_status_headers_and_body(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(status=200, headers=((b"X-Odd", b"caf\xe9"),), body=b"<rss/>"))
    answer = await door.ask(Ask(url=origin.url("/feed")))
    assert answer == Answer(
        url=origin.url("/feed"), status=200, headers=((b"x-odd", b"caf\xe9"), (b"content-length", b"6")), body=b"<rss/>"
    )


async def test_a_request_says_who_asks_and_nothing_else(origin: Origin, door: Door) -> None:
    origin.on("/feed", Reply(headers=((b"Set-Cookie", b"id=1"),)))
    for _ in range(2):
        await door.ask(Ask(url=origin.url("/feed?a=b")))
    assert [(name.lower(), value) for name, value in origin.requests[1].headers] == [
        (b"host", f"127.0.0.1:{origin.port}".encode()),
        (b"user-agent", AGENT.encode()),
        (b"accept-encoding", b"gzip"),
    ]


async def test_the_environment_names_no_proxy(origin: Origin, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    origin.on("/", Reply(body=b"direct"))
    assert (await door.ask(Ask(url=origin.url("/")))).body == b"direct"


async def test_a_connection_is_used_again(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(body=b"x"))
    for _ in range(5):
        await door.ask(Ask(url=origin.url("/")))
    assert origin.accepts == 1


async def test_open_connections_stay_bounded_however_many_hosts_are_asked(
    origin: Origin, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
    origin.on("/", Reply(body=b"x"))
    for last in range(1, 81):
        await door.ask(Ask(url=f"http://host{last}.example:{origin.port}/"))
    assert (origin.accepts, origin.open <= 33) == (80, True)


TRIPWIRES = (
    "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 0.0.0.0 127.0.0.1. localhost LOCALHOST "
    "[::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1%25lo]"
)
FORMS = (
    "http://{}:{}/", "http://public.example@{}:{}/", "http://{}:{}\\@public.example/", "http://{}:{}#@public.example/",
    "http:\\\\{}:{}/", "http:///{}:{}/", " http://{}:{}/", "http://{}\t:{}/", "http://{}%2f:{}/", "http://①②⑦.0.0.1:{1}/",
)  # fmt: skip


async def test_no_spelling_of_a_private_address_is_ever_dialled() -> None:
    refused = 0
    async with Origin() as tripwire, Door(user_agent=AGENT) as closed:
        urls = [form.format(host, tripwire.port) for host in TRIPWIRES.split() for form in FORMS]
        for url in urls:
            with pytest.raises(Refused):
                await closed.ask(Ask(url=url))
            refused += 1
        print(f"FIGURE S1 refused={refused} accepts={tripwire.accepts}")
        assert tripwire.accepts == 0


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"], ["::1", "93.184.216.34"]],
)
async def test_one_private_answer_refuses_the_name(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (answer, 80)) for answer in answers])
    async with Door(user_agent=AGENT) as closed:
        assert (await refusal(closed, Ask(url="http://rebound.example/"))).reason is Reason.ADDRESS


async def test_a_name_is_resolved_once_for_a_connection(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def lookup(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    origin.on("/", Reply(body=b"x"))
    async with Door(user_agent=AGENT, allow_private=LOOPBACK) as door:
        await door.ask(Ask(url=f"http://news.example:{origin.port}/"))
    assert asked == ["news.example"]


async def test_the_host_header_keeps_the_name(origin: Origin, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
    await door.ask(Ask(url=f"http://news.example:{origin.port}/"))
    assert origin.requests[0].header("host") == f"news.example:{origin.port}".encode()


@pytest.mark.parametrize("port", [21, 22, 25, 6379])
async def test_a_public_address_is_asked_on_the_webs_ports_only(port: int) -> None:
    async with Door(user_agent=AGENT) as door:
        assert (await refusal(door, Ask(url=f"http://93.184.216.34:{port}/"))).reason is Reason.ADDRESS


@pytest.mark.parametrize(
    "url",
    ["", "news.example", "//news.example/", "ftp://news.example/", "file:///etc/passwd", "gopher://news.example/",
     "http://", "http://user:word@news.example/", "http://news.example\\x/", "http://news.example/a b",
     "http://news.example/\n", "http://news example/", "http://[::1/", "http://news.example:99999/", "http://a..b/",
     "http://news.example:0/", "http://" + "a" * 64 + ".example/", "http://news.example/" + "a" * 9000],
)  # fmt: skip
def test_a_url_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        parsed(url)
    assert caught.value.reason is Reason.URL


async def test_an_unknown_name_is_told_as_such(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert (await refusal(door, Ask(url="http://gone.example/"))).reason is Reason.DNS


async def test_a_closed_port_is_told_as_such(door: Door) -> None:
    async with Origin() as gone:
        url = gone.url("/")
    caught = await refusal(door, Ask(url=url))
    assert (caught.reason, caught.sent) == (Reason.CONNECT, False)


@pytest.mark.parametrize(
    ("statuses", "moved"), [([301, 308], True), ([301, 302], False), ([307], False), ([303], False)]
)
async def test_redirects_are_followed_and_permanent_ones_noted(
    origin: Origin, door: Door, statuses: list[int], *, moved: bool
) -> None:
    for hop, status in enumerate(statuses):
        origin.on(f"/{hop}", Reply(status=status, headers=((b"Location", f"/{hop + 1}".encode()),)))
    origin.on(f"/{len(statuses)}", Reply(body=b"here"))
    answer = await door.ask(Ask(url=origin.url("/0")))
    assert (answer.body, answer.url, answer.moved) == (b"here", origin.url(f"/{len(statuses)}"), moved)


async def test_five_redirects_are_enough(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(status=302, headers=((b"Location", b"/"),)))
    caught = await refusal(door, Ask(url=origin.url("/")))
    assert (caught.reason, len(origin.requests)) == (Reason.REDIRECT, 6)


@pytest.mark.parametrize("target", [b"http://10.0.0.5/", b"http://169.254.169.254/latest", b"http://[::1]/"])
async def test_a_redirect_to_a_private_address_is_refused(origin: Origin, door: Door, target: bytes) -> None:
    origin.on("/", Reply(status=301, headers=((b"Location", target),)))
    assert (await refusal(door, Ask(url=origin.url("/")))).reason is Reason.ADDRESS


@pytest.mark.parametrize(
    "target", [b"file:///etc/passwd", b"ftp://news.example/", b"http://a@b/", b"/\\evil", b"http://[1"]
)
async def test_a_redirect_to_something_else_is_refused(origin: Origin, door: Door, target: bytes) -> None:
    origin.on("/", Reply(status=301, headers=((b"Location", target),)))
    assert (await refusal(door, Ask(url=origin.url("/")))).reason is Reason.REDIRECT


async def test_a_credential_does_not_follow_a_redirect_to_another_origin(origin: Origin, door: Door) -> None:
    async with Origin() as other:
        other.on("/", Reply(body=b"x"))
        origin.on("/", Reply(status=302, headers=((b"Location", other.url("/").encode()),)))
        await door.ask(Ask(url=origin.url("/"), headers=((b"Authorization", b"secret"), (b"If-None-Match", b'"1"'))))
        names = {name for name, _ in other.requests[0].headers}
    assert b"Authorization" not in names


async def test_a_post_is_never_redirected(origin: Origin, door: Door) -> None:
    origin.on("/hook", Reply(status=307, headers=((b"Location", b"/other"),)))
    answer = await door.ask(Ask(url=origin.url("/hook"), method="POST", body=b"{}"))
    assert (answer.status, [request.path for request in origin.requests]) == (307, ["/hook"])


async def test_without_redirects_they_are_answers(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(status=301, headers=((b"Location", b"/other"),)))
    assert (await door.ask(Ask(url=origin.url("/"), redirects=0))).status == 301


async def test_the_limit_counts_unfolded_bytes(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(headers=((b"Content-Encoding", b"gzip"),), body=gzip.compress(bytes(11 * MIB))))
    assert (await refusal(door, Ask(url=origin.url("/")))).reason is Reason.TOO_LARGE


async def test_a_body_at_the_limit_is_whole(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(headers=((b"Content-Encoding", b"gzip"),), body=gzip.compress(bytes(10 * MIB))))
    assert len((await door.ask(Ask(url=origin.url("/")))).body) == 10 * MIB


async def test_a_body_can_be_cut_instead(origin: Origin, door: Door) -> None:
    origin.on("/", Reply(body=b"a" * 100))
    assert (await door.ask(Ask(url=origin.url("/"), limit=10, truncate=True))).body == b"a" * 10


@pytest.mark.parametrize(
    "tail", [b"", b"junk" * 2**18, gzip.compress(b"")], ids=["nothing", "a megabyte of junk", "an empty member"]
)
async def test_what_follows_a_gzip_stream_does_not_matter(origin: Origin, door: Door, tail: bytes) -> None:
    origin.on("/", Reply(headers=((b"Content-Encoding", b"gzip"),), body=gzip.compress(b"<rss/>") + tail))
    assert (await door.ask(Ask(url=origin.url("/")))).body == b"<rss/>"


@pytest.mark.parametrize("body", [gzip.compress(b"<rss/>" * 999)[:-12], b"<rss/>"], ids=["cut short", "not gzip"])
async def test_a_broken_gzip_stream_gives_nothing(origin: Origin, door: Door, body: bytes) -> None:
    origin.on("/", Reply(headers=((b"Content-Encoding", b"gzip"),), body=body))
    assert (await refusal(door, Ask(url=origin.url("/")))).reason in {Reason.PROTOCOL, Reason.ENCODING}


async def test_a_certificate_that_nobody_vouches_for_is_refused(door: Door, tmp_path: Path) -> None:
    async with Origin(tls=certificate(tmp_path / "own.pem")) as origin:
        caught = await refusal(door, Ask(url=origin.url("/")))
    assert (caught.reason, caught.sent) == (Reason.TLS, False)


async def test_a_trusted_certificate_opens_the_way(tmp_path: Path) -> None:
    async with Origin(tls=certificate(tmp_path / "own.pem")) as origin:
        origin.on("/", Reply(body=b"x"))
        trusting = ssl.create_default_context(cafile=tmp_path / "own.pem")
        async with Door(user_agent=AGENT, allow_private=LOOPBACK, tls=trusting) as door:
            assert (await door.ask(Ask(url=origin.url("/")))).body == b"x"


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
    async with Origin(tls=certificate(tmp_path / "own.pem")) as origin:
        trusting = ssl.create_default_context(cafile=tmp_path / "own.pem")
        async with Door(user_agent=AGENT, allow_private=LOOPBACK, tls=trusting) as door:
            assert (await refusal(door, Ask(url=f"https://bank.example:{origin.port}/"))).reason is Reason.TLS


async def test_a_redirect_never_leads_from_https_to_http(tmp_path: Path) -> None:
    async with Origin() as plain, Origin(tls=certificate(tmp_path / "own.pem")) as origin:
        origin.on("/", Reply(status=301, headers=((b"Location", plain.url("/").encode()),)))
        trusting = ssl.create_default_context(cafile=tmp_path / "own.pem")
        async with Door(user_agent=AGENT, allow_private=LOOPBACK, tls=trusting) as door:
            caught = await refusal(door, Ask(url=origin.url("/")))
        assert (caught.reason, plain.accepts) == (Reason.REDIRECT, 0)


async def test_a_handshake_that_never_comes_ends_at_the_deadline(origin: Origin, door: Door) -> None:
    caught = await refusal(door, Ask(url=origin.url("/").replace("http:", "https:"), deadline=0.3))
    assert (caught.reason, caught.sent) == (Reason.TIMEOUT, False)


async def test_no_error_tells_the_path_of_a_hook(origin: Origin, door: Door) -> None:
    origin.on("/services/T0/canary", Reply(raw=b"garbage"))
    caught = await refusal(door, Ask(url=origin.url("/services/T0/canary?token=canary"), method="POST", body=b"{}"))
    assert "canary" not in repr(caught) + str(caught) + caught.detail + repr(caught.__cause__)


async def test_no_log_tells_the_path_of_a_hook(origin: Origin, door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await door.ask(Ask(url=origin.url("/services/T0/canary"), method="POST", body=b"{}"))
    assert "canary" not in caplog.text


async def test_a_lost_answer_says_that_the_request_may_have_been_taken(origin: Origin, door: Door) -> None:
    origin.on("/hook", Reply(raw=b""))
    caught = await refusal(door, Ask(url=origin.url("/hook"), method="POST", body=b"{}"))
    assert caught.sent


@pytest.mark.parametrize("location", [b"http://0177.0.0.1/", b"http://[::1/", b"http://a:b/", b"http://xn--/"])
@pytest.mark.parametrize("redirects", [0, 5])
async def test_a_location_that_is_no_url_is_refused(
    origin: Origin, door: Door, location: bytes, redirects: int
) -> None:
    origin.on("/", Reply(status=302, headers=((b"Location", location),)))
    with pytest.raises(Refused):
        await door.ask(Ask(url=origin.url("/"), redirects=redirects))
