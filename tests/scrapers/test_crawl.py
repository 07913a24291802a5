"""Scrapy in its own process, over real loopback HTTP."""

from __future__ import annotations

import asyncio
import gzip
import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio

from scrapers.crawl import Crawler
from scrapers.items import Document, Failed, Reason
from tests.scrapers.crawling import USER_AGENT, Origin, certificate, crawling, moved, page, several

pytestmark = pytest.mark.asyncio(loop_scope="module")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc or needs Linux's prctl")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crawler() -> AsyncIterator[Crawler]:
    async with crawling() as running:
        yield running


def reason(outcome: Document | Failed) -> Reason:
    assert isinstance(outcome, Failed), outcome
    return outcome.reason


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_page_comes_back_as_it_was_served(crawler):
    async with Origin({"/a": page(b"<html>Brantiq", Content_Type="text/html")}) as origin:
        outcome = await crawler.fetch(origin.url("/a"))
    headers = ((b"content-length", b"13"), (b"content-type", b"text/html"))
    assert outcome == Document(url=origin.url("/a"), status=200, headers=headers, body=b"<html>Brantiq")


async def test_a_gzipped_page_comes_back_unpacked_and_not_called_gzipped(crawler):
    async with Origin({"/a": page(gzip.compress(b"<html>Brantiq"), Content_Encoding="gzip")}) as origin:
        outcome = await crawler.fetch(origin.url("/a"))
    assert (outcome.body, outcome.header("content-encoding")) == (b"<html>Brantiq", None)


async def test_fifty_pages_come_back(crawler):
    async with Origin() as origin:
        outcomes = await asyncio.gather(*(crawler.fetch(origin.url(f"/{number}")) for number in range(50)))
    assert [outcome.url for outcome in outcomes] == [origin.url(f"/{number}") for number in range(50)]


async def test_a_redirect_is_followed_and_the_last_url_told(crawler):
    async with Origin({"/a": moved("/b")}) as origin:
        outcome = await crawler.fetch(origin.url("/a"))
    assert outcome.url == origin.url("/b")


async def test_the_sixth_redirect_is_refused(crawler):
    async with Origin({f"/{hop}": moved(f"/{hop + 1}") for hop in range(9)}) as origin:
        assert reason(await crawler.fetch(origin.url("/0"))) is Reason.REDIRECT
    assert origin.paths() == ["/robots.txt", "/0", "/1", "/2", "/3", "/4", "/5"]


async def test_a_page_that_robots_txt_disallows_is_not_asked_for(crawler):
    async with Origin() as origin:
        assert reason(await crawler.fetch(origin.url("/no"))) is Reason.ROBOTS
    assert origin.paths() == ["/robots.txt"]


async def test_robots_txt_holds_for_where_a_redirect_leads(crawler):
    async with Origin({"/a": moved("/no")}) as origin:
        assert reason(await crawler.fetch(origin.url("/a"))) is Reason.ROBOTS
    assert origin.paths() == ["/robots.txt", "/a"]


async def test_robots_txt_holds_for_all_who_wait_for_it(crawler):
    async with Origin(host="127.0.0.9") as origin, several(moved(origin.url("/no")), hosts=5) as redirecting:
        outcomes = await asyncio.gather(*(crawler.fetch(other.url("/a")) for other in redirecting))
    assert [reason(outcome) for outcome in outcomes] == [Reason.ROBOTS] * 5
    assert origin.paths() == ["/robots.txt"]


@pytest.mark.parametrize("status", ["500 Oops", "503 Later", "429 Slow", "302 Found"])
async def test_without_a_readable_robots_txt_nothing_is_asked_for(crawler, status):
    async with Origin({"/robots.txt": page(b"", status)}) as origin:
        assert reason(await crawler.fetch(origin.url("/a"))) is Reason.ROBOTS
    assert origin.paths() == ["/robots.txt"]


async def test_a_robots_txt_that_cannot_be_reached_says_why(crawler):
    async with Origin() as origin:
        pass
    assert reason(await crawler.fetch(origin.url("/a"))) is Reason.CONNECT


async def test_a_missing_robots_txt_allows_all_whatever_its_page_says(crawler):
    async with Origin({"/robots.txt": page(b"User-agent: *\nDisallow: /", "404 Not Found")}) as origin:
        assert isinstance(await crawler.fetch(origin.url("/a")), Document)


async def test_a_long_robots_txt_is_read_to_half_a_megabyte(crawler):
    rules = b"User-agent: *\n" + b"Disallow: /no\n" + b"# nothing\n" * 200_000
    async with Origin({"/robots.txt": page(rules)}) as origin:
        assert reason(await crawler.fetch(origin.url("/no"))) is Reason.ROBOTS
        assert isinstance(await crawler.fetch(origin.url("/a")), Document)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (page(b"", "404 Not Found"), Failed(reason=Reason.STATUS, detail="status 404", status=404)),
        (page(b"", "410 Gone"), Failed(reason=Reason.GONE, detail="status 410", status=410)),
        (page(b"x" * (2 * 2**20 + 1)), Reason.TOO_LARGE),
        (page(b"x", Content_Encoding="br"), Reason.ENCODING),
        (b"garbage\r\n\r\n", Reason.PROTOCOL),
        (moved("file:///etc/passwd"), Reason.REDIRECT),
        (moved("http://10.0.0.5/"), Reason.ADDRESS),
    ],
    ids=["missing", "gone", "too large", "brotli", "garbage", "to a file", "to a private address"],
)
async def test_what_is_no_page_is_a_failure_with_its_reason(crawler, answer, expected):
    async with Origin({"/a": answer}) as origin:
        outcome = await crawler.fetch(origin.url("/a"))
    assert expected in (outcome, reason(outcome))


async def test_an_overloaded_server_is_not_asked_again_and_its_wish_is_told(crawler):
    async with Origin({"/a": page(b"", "503 Later", Retry_After="120")}) as origin:
        outcome = await crawler.fetch(origin.url("/a"))
    assert (reason(outcome), outcome.retry_after.total_seconds()) == (Reason.THROTTLED, 120)
    assert origin.paths() == ["/robots.txt", "/a"]


async def test_one_page_at_a_time_is_asked_of_a_host(crawler):
    async with Origin() as origin:
        await asyncio.gather(*(crawler.fetch(origin.url(f"/{number}")) for number in range(8)))
    assert origin.busiest == 1


async def test_requests_carry_our_name_and_no_cookie_and_no_referer(crawler):
    async with Origin({"/a": page(b"", "302 Found", Location="/b", Set_Cookie="id=1")}) as origin:
        await crawler.fetch(origin.url("/a"))
        await crawler.fetch(origin.url("/c"))
    heads = [head.lower() for _, _, head in origin.asked]
    print(f"FIGURE C5 crawl requests={len(heads)} violations={sum(b'cookie' in head for head in heads)}")  # the figure
    assert all(f"user-agent: {USER_AGENT}".lower().encode() in head for head in heads)
    assert all(b"accept-encoding: gzip\r\n" in head for head in heads)
    assert not any(b"cookie" in head or b"referer" in head for head in heads)


async def test_a_server_that_never_answers_costs_its_deadline_and_no_more(crawler):
    async with Origin(silent={"/never"}) as origin:
        await crawler.fetch(origin.url("/a"))
        pid, loop = crawler.pid, asyncio.get_running_loop()
        asked = loop.time()
        assert reason(await crawler.fetch(origin.url("/never"), deadline=0.3)) is Reason.TIMEOUT
        assert loop.time() - asked < 0.8
        assert isinstance(await crawler.fetch(origin.url("/b")), Document)
    assert crawler.pid == pid


async def test_requests_to_a_host_are_spaced_redirects_and_robots_txt_included():
    async with Origin({"/a": moved("/b")}) as origin, crawling(per_host_delay=0.3) as crawler:
        await crawler.fetch(origin.url("/a"))
    times = [time for time, _, _ in origin.asked]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.2  # the first took longer to connect


async def test_a_crawl_delay_is_kept(crawler):
    rules = page(b"User-agent: pinkslip\nCrawl-delay: 0.4\nDisallow: /no\n\nUser-agent: *\nCrawl-delay: 9\n")
    async with Origin({"/robots.txt": rules}, host="127.0.0.7") as origin:
        await crawler.fetch(origin.url("/a"))
        await crawler.fetch(origin.url("/b"))
    times = [time for time, _, _ in origin.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.3


async def test_a_server_that_nobody_vouches_for_is_refused(crawler, tmp_path):
    async with Origin(tls=certificate(tmp_path / "own.pem")) as origin:
        assert reason(await crawler.fetch(origin.url("/a"))) is Reason.TLS
    assert origin.asked == []


async def test_a_server_that_the_system_trusts_is_asked_but_not_followed_to_plain_http(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    async with (
        Origin() as plain,
        Origin({"/a": moved(plain.url("/x"))}, tls=certificate(tmp_path / "own.pem")) as origin,
        crawling() as crawler,
    ):
        assert isinstance(await crawler.fetch(origin.url("/b")), Document)
        assert reason(await crawler.fetch(origin.url("/a"))) is Reason.REDIRECT
        assert plain.accepts == 0


async def test_private_addresses_are_refused_before_a_packet_is_sent():
    async with (
        Origin(host="127.0.0.2") as tripwire,
        Origin({"/a": moved(tripwire.url("/x")), "/b": page()}) as origin,
        crawling(allow_private=(ip_network("127.0.0.1/32"),)) as crawler,
    ):
        outcomes = [
            await crawler.fetch(tripwire.url("/x")),
            await crawler.fetch(origin.url("/a")),
            await crawler.fetch(f"http://0x7f000002:{tripwire.port}/"),
            await crawler.fetch(f"http://[::ffff:127.0.0.2]:{tripwire.port}/"),
        ]
        print(f"FIGURE S1 crawl targets={len(outcomes)} accepts={tripwire.accepts}")  # the figure
        assert [reason(outcome) for outcome in outcomes] == [Reason.ADDRESS] * 4
        assert tripwire.accepts == 0


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "data:text/html,x", "ftp://127.0.0.1/", "http://a@127.0.0.1/", "x"]
)
async def test_only_plain_web_urls_are_taken(crawler, url):
    assert reason(await crawler.fetch(url)) is Reason.URL


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:text/html,x", "s3://a/b", "x"])
async def test_the_process_itself_refuses_what_is_not_of_the_web(crawler, url):
    async with Origin() as origin:
        await crawler.fetch(origin.url("/a"))
    outcome = await crawler._child.fetch(url, 5.0, 1.0)
    assert reason(outcome) is Reason.URL


@linux_only
async def test_the_process_listens_nowhere(crawler):
    async with Origin() as origin:
        await crawler.fetch(origin.url("/a"))
    found = listening(crawler.pid)
    print(f"FIGURE S7 crawl listening={len(found)}")  # the figure
    assert found == []


def listening(pid: int) -> list[list[str]]:
    """The rows of the kernel's tables for the process's TCP listeners and open UDP sockets."""
    held = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    tables = [*Path("/proc/net").glob("tcp*"), *Path("/proc/net").glob("udp*")]
    rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    return [row for row in rows if row[3] in {"0A", "07"} and f"socket:[{row[9]}]" in held]


@linux_only
async def test_the_process_is_told_no_secret(monkeypatch):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example/canary")
    monkeypatch.setenv("HTTP_PROXY", "http://canary.example:8080")
    async with Origin() as origin, crawling() as crawler:
        assert isinstance(await crawler.fetch(origin.url("/a")), Document)
        assert b"canary" not in environment(crawler.pid)


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_killed_process_is_started_again():
    async with Origin() as origin, crawling() as crawler:
        await crawler.fetch(origin.url("/a"))
        first = crawler.pid
        os.kill(first, signal.SIGKILL)
        assert isinstance(await crawler.fetch(origin.url("/b")), Document)
        assert crawler.pid != first


async def test_a_page_in_the_hands_of_a_killed_process_is_fetched_by_the_next():
    async with Origin(silent={"/a"}) as origin, crawling() as crawler:
        await crawler.fetch(origin.url("/b"))
        origin.heard.clear()
        fetching = asyncio.create_task(crawler.fetch(origin.url("/a")))
        await origin.heard.wait()
        origin.silent.clear()
        os.kill(crawler.pid, signal.SIGKILL)
        assert isinstance(await fetching, Document)


async def test_a_page_that_outlives_two_processes_is_given_up():
    async with Origin(silent={"/a"}) as origin, crawling() as crawler:
        fetching = asyncio.create_task(crawler.fetch(origin.url("/a")))
        for asked in (2, 4):
            while len(origin.asked) < asked:
                origin.heard.clear()
                await origin.heard.wait()
            os.kill(crawler.pid, signal.SIGKILL)
        assert reason(await fetching) is Reason.TIMEOUT


async def test_a_stuck_process_is_killed_and_the_other_pages_are_not_lost():
    async with Origin() as origin, Origin(host="127.0.0.3", silent={"/late"}) as other, crawling() as crawler:
        await crawler.fetch(origin.url("/a"))
        first = crawler.pid
        waiting = asyncio.create_task(crawler.fetch(other.url("/late")))
        await other.heard.wait()
        other.silent.clear()
        os.kill(first, signal.SIGSTOP)
        assert reason(await crawler.fetch(origin.url("/b"), deadline=0.2)) is Reason.TIMEOUT
        assert isinstance(await waiting, Document)
        assert isinstance(await crawler.fetch(origin.url("/b")), Document)
        assert gone(first)


async def test_closing_leaves_no_process_and_fetching_after_it_is_a_failure():
    async with Origin() as origin:
        async with crawling() as crawler:
            await crawler.fetch(origin.url("/a"))
            pid = crawler.pid
        assert gone(pid)
        assert isinstance(await crawler.fetch(origin.url("/b")), Failed)


async def test_closing_answers_the_pages_that_are_waiting():
    async with Origin(silent={"/a"}) as origin, crawling() as crawler:
        fetching = [asyncio.create_task(crawler.fetch(origin.url("/a"))) for _ in range(3)]
        while "/a" not in origin.paths():
            origin.heard.clear()
            await origin.heard.wait()
        await crawler.close()
        assert [reason(outcome) for outcome in await asyncio.gather(*fetching)] == [Reason.TIMEOUT] * 3


DAEMON = """
import asyncio, signal, sys
from ipaddress import ip_network
from scrapers.crawl import Crawler

async def main():
    crawler = Crawler(user_agent="Pinkslip/0.1", allow_private=(ip_network("127.0.0.0/8"),))
    await crawler.fetch(sys.argv[1])
    print(crawler.pid, flush=True)
    await asyncio.Event().wait()

signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs tests in the background ignores it
asyncio.run(main())
"""


@linux_only
@pytest.mark.parametrize("stuck", [False, True])
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_the_process_dies_with_the_daemon(ending, stuck):
    async with Origin({"/robots.txt": page(b"", "503 Later")}) as origin:
        daemon = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", DAEMON, origin.url("/a")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        pid = int(await daemon.stdout.readline())
        handle = os.pidfd_open(pid)
        os.kill(pid, signal.SIGSTOP if stuck else signal.SIGCONT)
        daemon.send_signal(ending)
        await daemon.communicate()
        ended, _, _ = select.select([handle], [], [], 5)
        os.close(handle)
    assert ended
