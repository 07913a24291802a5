"""Real feeds, served over loopback and polled by ``pinkslip once``: nothing that feedparser finds is missing."""

import asyncio
import calendar
import hashlib
import json
import os
import sys
import tarfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pysqlite3
import pytest

from monitor.config import starter
from tests.origin import Origin, Reply

DATA = os.environ.get("PINKSLIP_DATA")

# One process polls the feeds for all three claims.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-feeds")]

CONFIG = """
[archive]
path = "pinkslip.db"
[http]
allow_private = ["127.0.0.0/8"]
min_every = "1s"
per_host_delay = "0s"
[[channel]]
id = "console"
kind = "console"
"""


def served(body):
    etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:16].encode()

    def reply(request):
        if request.header("if-none-match") == etag:
            return Reply(status=304)
        return Reply(body=body, headers=((b"ETag", etag), (b"Content-Type", b"application/xml")))

    return reply


async def once(folder):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor.cli", "--config", str(folder), "once", "--all", "--json",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return {poll["source"]: poll for poll in json.loads(out)}


@pytest.fixture(scope="module")
def feeds():
    if not DATA:
        pytest.skip("skipped: no data")
    with tarfile.open(Path(DATA) / "feeds.tar.gz") as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {f"f{Path(member.name).name}": archive.extractfile(member).read() for member in files}


def spaced(text):
    """White space of any kind is one space, and nothing is nothing."""
    return " ".join((text or "").split()) or None


def dated(entry):
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return (
        datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if parsed
        else None
    )


@pytest.fixture(scope="module")
def polled(feeds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("feeds")
    (folder / "pinkslip.toml").write_text(CONFIG)
    (folder / "rules").symlink_to(starter() / "rules")

    async def twice():
        async with Origin() as origin:
            for name, body in feeds.items():
                origin.on(f"/{name}", served(body))
            lines = [
                f'[[source]]\nid = "{name}"\nurl = "{origin.url("/" + name)}"\nfull_text = "never"\n' for name in feeds
            ]
            (folder / "sources.toml").write_text("\n".join(lines))
            return await once(folder), await once(folder)

    first, second = asyncio.run(twice())
    connection = pysqlite3.connect(folder / "pinkslip.db")
    connection.row_factory = pysqlite3.Row
    yield first, second, connection
    connection.close()


def test_every_entry_is_in_the_archive_or_counted_with_its_reason(feeds, polled):
    first, _, _ = polled
    found = {name: len(feedparser.parse(body).entries) for name, body in feeds.items()}
    kept = {name: poll["new"] + poll["known"] + sum(poll["skipped"].values()) for name, poll in first.items()}
    skipped = sum((Counter(poll["skipped"]) for poll in first.values()), Counter())
    print(f"FIGURE feeds={len(feeds)} entries={sum(found.values())} skipped={dict(skipped)}")
    assert {name: poll["entries"] for name, poll in first.items()} == found
    assert kept == found


def test_a_second_pass_finds_nothing_new(polled):
    _, second, _ = polled
    assert {poll["outcome"] for poll in second.values()} == {"unchanged"}


def test_titles_links_ids_and_dates_are_those_of_feedparser(feeds, polled):
    first, _, connection = polled
    differing = {}
    for name, body in feeds.items():
        rows = connection.execute(
            "select entries.guid, link, entries.title, articles.source_id, published_at from entries "
            "join articles on articles.id = article_id where entries.source_id = ?",
            [name],
        ).fetchall()
        # The date of an article that another source carried first is that source's.
        kept = {(*map(spaced, row[:3]), row["published_at"] if row["source_id"] == name else None) for row in rows}
        own = {row[:3] for row in kept if row[3] is None}
        for entry in feedparser.parse(body).entries:
            written = tuple(map(spaced, (entry.get("id"), entry.get("link"), entry.get("title"))))
            if (*written, dated(entry)) not in kept and written not in own:
                differing.setdefault(name, []).append((written, dated(entry)))
    beyond = {name: each for name, each in differing.items() if len(each) > sum(first[name]["skipped"].values())}
    assert beyond == {}
