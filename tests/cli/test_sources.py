"""The commands on sources, run as people run them, against real HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
import sys
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.origin import Origin, Reply

PRIVATE = '[http]\nallow_private = ["127.0.0.0/8"]\nper_host_delay = "0s"\n'
LISTING = b"""<html lang="en"><h2><a href="/1">Halvora cuts 400 jobs</a> <time datetime="2026-11-23">today</time></h2>
<h2><a href="/2">Brantiq opens a studio</a></h2></html>"""
OPML = """<opml version="1.0"><body>
<outline text="Tech"><outline text="The &quot;Post&quot; &amp; more" xmlUrl="https://post.example/rss?a=1&amp;b=2"/></outline>
<outline text="Herald" xmlUrl="http://herald.example/feed/"/>
<outline text="Bad" xmlUrl="ftp://bad.example/"/>
<outline text="The Post" xmlUrl="https://other.example/rss"/><outline text="The Post" xmlUrl="https://third.example/rss"/>
</body></opml>"""


def feed(title: str) -> Reply:
    body = f"""<rss version="2.0"><channel><title>{title}</title><ttl>90</ttl><skipHours><hour>3</hour></skipHours>
<item><title>Halvora cuts 400 jobs</title><link>https://herald.example/1</link><pubDate>Mon, 23 Nov 2026 09:30:00 GMT</pubDate></item>
<item><title>Brantiq opens a studio</title><link>https://herald.example/2</link></item></channel></rss>"""
    return Reply(body=body.encode(), headers=((b"ETag", b'"1"'), (b"Cache-Control", b"max-age=600")))


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as running:
        yield running


@pytest.fixture
def run(folder):
    with (folder / "pinkslip.toml").open("a") as config:
        config.write(PRIVATE)

    async def run(*args: str, stdin: bytes = b"") -> Done:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "monitor.cli", "--config", str(folder), "sources", *args),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin)
        return Done(process.returncode, out.decode(), err.decode())

    return run


def configured(folder) -> dict[str, dict]:
    return {each["id"]: each for each in tomllib.loads((folder / "sources.toml").read_text())["source"]}


def told(sources: dict[str, dict]) -> list[tuple]:
    return sorted(
        (each.get("title") or each["id"], each["url"], each.get("enabled", True)) for each in sources.values()
    )


async def test_add_writes_the_best_feed_and_gives_the_commands_for_the_others(origin, run, folder):
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in ("news", "jobs"))
    origin.on("/", Reply(body=f"<html><head>{links}</head></html>".encode()))
    origin.on("/news", feed("Kelpanto News"))
    origin.on("/jobs", feed("Kelpanto Jobs"))
    done = await run("add", origin.url("/"), "--id", "kelpanto")
    assert (done.code, done.out) == (0, f"added  kelpanto  {origin.url('/news')}\n")
    assert "a feed, named by the page: 2 entries, the newest of 2026-11-23 09:30 UTC" in done.err
    assert f"pinkslip sources add {origin.url('/jobs')}" in done.err
    assert configured(folder)["kelpanto"] == {"id": "kelpanto", "title": "Kelpanto News", "url": origin.url("/news")}


async def test_add_writes_the_kind_of_a_sitemap_and_says_that_it_has_no_titles(origin, run, folder):
    origin.on("/sitemap.xml", Reply(body=b"<urlset><url><loc>https://herald.example/1</loc></url></urlset>"))
    done = await run("add", origin.url("/sitemap.xml"), "--id", "map")
    assert (done.code, configured(folder)["map"]["kind"]) == (0, "sitemap")
    assert "every new page is crawled" in done.err


async def test_add_says_what_was_tried_and_how_to_make_a_listing(origin, run, folder):
    before = (folder / "sources.toml").read_bytes()
    origin.on("/", Reply(body=b"<html>Newsroom</html>"))
    done = await run("add", origin.url("/"))
    assert (done.code, done.out, (folder / "sources.toml").read_bytes()) == (1, "", before)
    assert f"{origin.url('/feed')}: status 404" in done.err
    block = done.err[done.err.index("[[source]]") : done.err.index("`pinkslip check`")]
    assert tomllib.loads(block)["source"][0]["kind"] == "listing"
    assert max(len(line) for line in done.err.splitlines()) <= 115


async def test_add_does_not_add_what_is_there(origin, run, folder):
    origin.on("/feed", feed("Herald"))
    await run("add", origin.url("/feed"))
    again = await run("add", origin.url("/feed"))
    assert (again.code, "is there already" in again.err, len(configured(folder))) == (1, True, 3)


async def test_probe_shows_what_a_poll_would_do_and_changes_nothing(origin, run, folder):
    before = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    origin.on("/old", Reply(status=302, headers=((b"Location", b"/feed"),)))
    origin.on("/feed", feed("Herald"))
    done = await run("probe", origin.url("/old"))
    for said in (
        "a feed, 2 entries", f"temporary redirect to {origin.url('/feed')}", 'ETag         "1"', "stays good   10 min",
        "wants        1 h 30 min", "skip hours   3 (UTC)", "asked again",
    ):  # fmt: skip
        assert said in done.err
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == ["layoff", "undated"]
    assert {path.name: path.read_bytes() for path in folder.glob("*.toml")} == before
    assert not (folder / "pinkslip.db").exists()


async def test_probe_as_json_is_one_document(origin, run):
    origin.on("/feed", feed("Herald"))
    told = json.loads((await run("probe", origin.url("/feed"), "--json")).out)
    assert (told["outcome"], told["etag"], told["keeps_seconds"], told["wait_seconds"]) == ("news", '"1"', 600, 5400)
    assert told["requests"] == [{"url": origin.url("/feed"), "status": 200, "led_to": None, "redirect": None}]
    assert [article["flagged"] for article in told["articles"]] == [True, False]


@pytest.mark.slow
async def test_a_listing_is_probed_with_its_selectors_and_told_when_they_match_nothing(origin, run, folder):
    origin.on("/newsroom", Reply(body=LISTING, headers=((b"Content-Type", b"text/html"),)))
    with (folder / "sources.toml").open("a") as sources:
        for name, links in (("list", "h2 a"), ("gone", "ul.gone a")):
            sources.write(
                f'[[source]]\nid = "{name}"\nkind = "listing"\nurl = "{origin.url("/newsroom")}?{name}"\nselectors = {{ links = "{links}" }}\n'
            )
    done, gone = await run("probe", "list"), await run("probe", "gone")
    assert (done.code, "a listing, 2 entries" in done.err, "Halvora cuts 400 jobs" in done.out) == (0, True, True)
    assert (gone.code, "selectors_match_nothing: nothing on the page matches links = 'ul.gone a'" in gone.err) == (
        1,
        True,
    )


async def test_opml_comes_in_with_what_is_known_and_wrong_named(run, folder):
    done = await run("import", "-", stdin=OPML.encode())
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "added  the-post-more  https://post.example/rss?a=1&b=2",
            "added  the-post  https://other.example/rss",
            "added  the-post-2  https://third.example/rss",
        ],
    )
    assert "line 4: Bad: want a URL with http:// or https://" in done.err
    assert "3 sources added, 1 there already, 1 left out." in done.err
    assert (
        configured(folder)["the-post-more"] | {"about": "Tech", "title": 'The "Post" & more'}
        == configured(folder)["the-post-more"]
    )


async def test_what_is_exported_is_imported_again_to_the_letter(run, folder):
    await run("import", "-", stdin=OPML.encode())
    await run("disable", "wire")
    before = configured(folder)
    opml = (await run("export")).out
    (folder / "sources.toml").write_text("")
    again = await run("import", "-", stdin=opml.encode())
    after = configured(folder)
    assert (again.code, told(after)) == (0, told(before))


@pytest.mark.parametrize("file", [b"", b"words", b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', b"<rss/>"])
async def test_what_is_no_opml_is_refused(file, run, folder):
    before = (folder / "sources.toml").read_bytes()
    done = await run("import", "-", stdin=file)
    assert (done.code, "nothing was added" in done.err, (folder / "sources.toml").read_bytes()) == (2, True, before)


async def test_a_source_is_switched_off_and_on(run, folder):
    off = await run("disable", "herald")
    assert (off.out, configured(folder)["herald"]["enabled"]) == ("disabled  herald\n", False)
    on = await run("enable", "herald")
    again = await run("enable", "herald")
    assert (on.out, again.out, configured(folder)["herald"]["enabled"]) == (
        "enabled  herald\n", "herald is enabled already\n", True,
    )  # fmt: skip
    assert (await run("enable", "nosuch")).code == 2
