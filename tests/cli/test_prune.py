"""`db prune` gives up old text while the daemon goes on, and nothing that went is told again."""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import closing

import pytest

from monitor.archive import Archive, hold
from tests.cli.filing import file_headlines, rows, rule, write_rules
from tests.faults.harness import configure, rss
from tests.origin import Origin, Reply

BODY = "Nothing of note happened in the harbour today, and the ferries kept to their times as they always did. " * 20
COMMAND = [sys.executable, "-m", "monitor.cli", "--config"]


@pytest.fixture
def aged(folder):
    """Forty old stories that were not flagged, an old layoff, and a new story."""
    write_rules(folder, rule("cuts"))
    file_headlines(
        folder, "Halvora cuts 400 jobs", *(f"Ferry line {n} goes on" for n in range(40)), days_ago=400, body=BODY
    )
    file_headlines(folder, "Brantiq opens a studio", body=BODY)
    return folder


def texts(folder):
    return dict(rows(folder, "select title, body is not null from articles"))


@pytest.mark.usefixtures("aged")
def test_it_says_what_it_pruned(ask, call):
    said = ask("db", "prune")
    assert (said["articles"], said["text_bytes"], said["polls"]) == (40, 40 * len(BODY), 1)
    assert call("db", "prune").stdout.startswith(
        "0 articles with 0 bytes of text, and 0 rows of the log of polls pruned."
    )


def test_only_old_unflagged_text_goes(aged, call):
    call("db", "prune")
    assert {title for title, text in texts(aged).items() if text} == {"Halvora cuts 400 jobs", "Brantiq opens a studio"}


def test_a_dry_run_only_counts(aged, ask):
    said = ask("db", "prune", "--dry-run")
    assert (said["dry_run"], said["articles"]) == (True, 40)
    assert all(texts(aged).values())


@pytest.mark.parametrize("span", ["0d", "soon", "1m", "-4d", "23h", "99999999d", "١d"])
def test_a_limit_that_is_none_is_refused(call, span):
    assert "write 365d" in call("db", "prune", "--older-than", span, expect=2).stderr


def test_a_longer_limit_keeps_more(aged, call):
    call("db", "prune", "--older-than", "60w")
    assert all(texts(aged).values())


def test_the_file_becomes_smaller(folder, ask):
    write_rules(folder, rule("cuts"))
    file_headlines(folder, *(f"Ferry line {n} goes on" for n in range(200)), days_ago=400, body=BODY * 10)
    said = ask("db", "prune")
    packed = ask("db", "prune", "--rewrite")
    assert (said["size_after"] < said["size_before"] / 3, said["free"]) == (True, 0)
    assert packed["size_after"] < said["size_after"]


def test_an_archive_of_an_older_version_is_made_smaller_by_a_rewriting(folder, ask, call):
    write_rules(folder, rule("cuts"))
    file_headlines(folder, *(f"Ferry line {n} goes on" for n in range(200)), days_ago=400, body=BODY * 10)
    with closing(Archive.open(folder / "pinkslip.db")) as archive:
        archive.db.execute("pragma auto_vacuum = none")
        archive.db.execute("vacuum")
    assert "--rewrite gives them back" in call("db", "prune").stderr
    assert ask("db", "prune", "--rewrite")["free"] == 0


def test_the_file_is_not_rewritten_under_a_daemon(aged):
    with hold(aged / "pinkslip.db"):
        done = subprocess.run([*COMMAND, aged, "db", "prune", "--rewrite"], capture_output=True, text=True, check=False)
    assert (done.returncode, str(os.getpid()) in done.stderr) == (75, True)


def test_without_an_archive_none_is_made(folder, call):
    assert call("db", "prune", expect=1).exception is not None
    assert not (folder / "pinkslip.db").exists()


@pytest.mark.slow
def test_a_daemon_that_writes_meanwhile_hardly_waits(folder):
    write_rules(folder, rule("cuts"))
    file_headlines(folder, *(f"Ferry line {n} goes on" for n in range(6_000)), days_ago=400, body=BODY)
    waits = []
    with hold(folder / "pinkslip.db"), closing(Archive.open(folder / "pinkslip.db")) as archive:
        pruning = subprocess.Popen([*COMMAND, folder, "db", "prune", "--json"], stdout=subprocess.PIPE)
        while pruning.poll() is None:
            began = time.monotonic()
            with archive.writing():
                waits.append(time.monotonic() - began)
                archive.db.execute("update sources set failures = failures + 1")
            time.sleep(0.01)
        said = json.load(pruning.stdout)
        pruning.stdout.close()
    waits.sort()
    p99, most = waits[int(len(waits) * 0.99)], waits[-1]
    print(
        f"\nFIGURE PRUNE-BUSY articles={said['articles']} writes={len(waits)} p50_ms={waits[len(waits) // 2] * 1000:.1f} "
        f"p99_ms={p99 * 1000:.1f} max_ms={most * 1000:.1f}"
    )
    assert rows(folder, "select count(*), count(body), count(pruned_at) from articles") == [(6_000, 0, 6_000)]
    assert p99 <= 0.1


async def run(folder, *words):
    done = await asyncio.to_thread(
        subprocess.run, [*COMMAND, str(folder), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
async def test_a_feed_that_lists_what_was_pruned_brings_nothing_new(tmp_path):
    """Fifty stories, ten of them layoffs that were told; a year and a day later the feed lists them all again."""
    stories = [f"Ferry line {n} keeps to its times" for n in range(40)]
    feed = rss(f"Velora{n}" for n in range(10)).decode()
    items = "".join(
        f"<item><title>{each}</title><link>https://news.example/?{n}</link></item>" for n, each in enumerate(stories)
    )
    whole = feed.replace("</channel>", f"{items}</channel>").encode()
    async with Origin() as origin:
        configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        origin.on("/feed", Reply(body=rss([])))
        await run(tmp_path, "once", "--all")
        origin.on("/feed", Reply(body=whole))
        await run(tmp_path, "once", "--all")
        with closing(Archive.open(tmp_path / "pinkslip.db")) as archive, archive.writing():
            for column in ("first_seen_at", "published_at"):
                archive.db.execute(f"update articles set {column} = datetime({column}, '-366 days') || '.000000Z'")
            archive.db.execute("update sources set spans = x'', body_hash = null, etag = null, last_modified = null")
        told = rows(tmp_path, "select id from alerts order by id")
        said = json.loads(await run(tmp_path, "db", "prune", "--json"))
        origin.on("/feed", Reply(body=whole + b"\n"))
        await run(tmp_path, "once", "--all")
    [(entries, new, revised)] = rows(tmp_path, "select entries, new, revised from polls order by id desc limit 1")
    alerts = len(rows(tmp_path, "select id from alerts")) - len(told)
    print(f"\nFIGURE PRUNE pruned={said['articles']} relisted={entries} new={new} revised={revised} alerts={alerts}")
    assert (said["articles"], len(told), entries, new, revised, alerts) == (40, 10, 50, 0, 0, 0)
