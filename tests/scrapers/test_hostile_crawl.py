"""What Scrapy opens, asks and says in a live crawl, whatever pages and robots.txt files lead it to."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scrapers.crawl import Crawler
from scrapers.items import Document, Failed, Reason
from tests.scrapers.crawling import Origin, certificate, crawling, moved, page
from tests.scrapers.test_crawl import listening

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="skipped: it reads /proc")

SECRET = "newsdesk-canary-5b1f"


@pytest.fixture
async def crawler() -> AsyncIterator[Crawler]:
    async with crawling() as running:
        yield running


def _elsewhere(secret: Path, port: int) -> tuple[str, ...]:
    return (
        f"file://{secret}", f"FILE:{secret}", f"file://localhost{secret}", f"data:text/html,{SECRET}",
        f"ftp://127.0.0.1:{port}/x", "s3://bucket/key", f"gopher://127.0.0.1:{port}/x", f"jar:file://{secret}!/x",
        f"view-source:file://{secret}",
    )  # fmt: skip


@pytest.mark.parametrize("way", ["order", "redirect", "robots"])
async def test_no_scheme_but_the_webs_is_opened(crawler: Crawler, tmp_path: Path, way: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    said = []
    async with Origin(host="127.0.0.3") as other:
        for number, target in enumerate(_elsewhere(secret, other.port)):
            pages = (
                {"/a": moved(target)}
                if way == "redirect"
                else {"/robots.txt": moved(target)}
                if way == "robots"
                else {}
            )
            async with Origin(pages) as origin:
                await crawler.fetch(origin.url("/warm" if number else "/"))
                asked = target if way == "order" else origin.url("/a")
                assert crawler._child is not None
                said.append(await crawler._child.fetch(asked, 5.0, 1.0))
    print(f"FIGURE S7 way={way} schemes={len(said)} documents={sum(isinstance(one, Document) for one in said)}")
    assert all(isinstance(one, Failed) for one in said)
    assert (SECRET in repr(said), other.accepts) == (False, 0)


@linux_only
async def test_a_crawl_holds_no_file_and_no_port_open(crawler: Crawler, tmp_path: Path) -> None:
    async with Origin({"/a": moved("/b")}) as origin:
        await crawler.fetch(origin.url("/a"))
        assert crawler.pid is not None
        held = _held(crawler.pid)
    files = [name for name in held if name.startswith("/") and not name.startswith(("/dev/", "/proc/"))]
    print(f"FIGURE S7 listening={len(listening(crawler.pid))} files={len(files)}")
    assert (listening(crawler.pid), files) == ([], [])


def _held(pid: int) -> list[str]:
    return [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]


async def test_a_crawl_keeps_no_cookie_names_no_page_and_trusts_no_stranger(crawler: Crawler, tmp_path: Path) -> None:
    pages = {
        "/a": page(b"", "302 Found", Location="/b", Set_Cookie="id=1"),
        "/b": page(b"x", Set_Cookie="id=2; Path=/"),
    }
    async with Origin(pages) as origin, Origin(tls=certificate(tmp_path / "own.pem"), host="127.0.0.4") as strange:
        for path in ("/a", "/b", "/c"):
            assert isinstance(await crawler.fetch(origin.url(path)), Document)
        refused = await crawler.fetch(strange.url("/a"))
    heads = [head.lower() for _, _, head in origin.asked]
    told = sum(b"\r\n" + name in head for head in heads for name in (b"cookie", b"referer", b"authorization"))
    assert isinstance(refused, Failed)
    print(f"FIGURE S7 requests={len(heads)} cookies_or_referers={told} tls={refused.reason} asked={len(strange.asked)}")
    assert (told, refused.reason, strange.asked) == (0, Reason.TLS, [])
