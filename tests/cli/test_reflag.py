"""`db reflag` decides the archive again, and nobody hears of it."""

import asyncio
import os
import subprocess
import sys

import pytest

from monitor import decide
from monitor.archive import Archive, NoArchiveError, hold
from monitor.config import pack_of
from monitor.detect.companies import Directory
from tests.cli.filing import decisions, file_headlines, rows, rule, told, write_rules
from tests.faults.harness import configure, rss
from tests.origin import Origin, Reply


@pytest.mark.usefixtures("filed")
def test_it_counts_what_changed(ask, call):
    said = ask("db", "reflag")
    assert said == {
        "dry_run": False,
        "articles": 5,
        "flagged_now": 1,
        "no_longer": 1,
        "otherwise": 0,
        "unchanged": 3,
    }
    assert call("db", "reflag").stdout.split()[:5] == ["5", "articles", "flagged", "now", "0"]


def test_what_it_stores_is_what_the_rules_say(filed, call):
    call("db", "reflag")
    stands = {title: bool(flagged) for title, (flagged, *_) in decisions(filed).items()}
    assert stands == {
        "Halvora cuts 400 jobs": True,
        "Brantiq cuts 300 jobs": True,
        "Tirmona sheds 200 jobs": True,
        "Ospera Bank cuts rates": False,
        "Quillon Games opens a studio": False,
    }


def test_layoffs_reports_alerts_and_pages_stay_as_they_are(filed, call):
    before = told(filed)
    assert len(before[0]) == 3
    call("db", "reflag")
    assert told(filed) == before


def test_facts_are_read_again(filed, ask):
    with_companies = rows(filed, "select count(*) from facts where name = 'company'")
    (filed / "companies.toml").write_text('[[company]]\nname = "Halvora Motors"\naliases = ["Halvora"]\n')
    said = ask("db", "reflag")
    names = rows(filed, "select value from facts join articles on id = article_id where title like 'Halvora%'")
    assert (said["otherwise"], ("Halvora Motors",) in names) == (1, True)
    assert rows(filed, "select count(*) from facts where name = 'company'") == with_companies


def test_what_is_decided_as_before_keeps_its_time(filed, call):
    sql = "select title, decided_at from flags join articles on id = article_id"
    before = dict(rows(filed, sql))
    call("db", "reflag")
    changed = {title for title, at in rows(filed, sql) if at != before[title]}
    assert changed == {"Tirmona sheds 200 jobs", "Ospera Bank cuts rates"}


def test_a_dry_run_counts_the_same_writes_nothing_and_lets_the_daemon_go_on(filed, ask):
    before = decisions(filed)
    with hold(filed / "pinkslip.db"):
        tried = ask("db", "reflag", "--dry-run")
    assert decisions(filed) == before
    assert ask("db", "reflag") == {**tried, "dry_run": False}


def test_only_the_last_days_are_decided_again(folder, ask):
    write_rules(folder, rule("cuts"))
    file_headlines(folder, "Tirmona sheds 200 jobs", days_ago=3)
    file_headlines(folder, "Velora sheds 90 jobs", days_ago=1)
    write_rules(folder, rule("sheds"))
    said = ask("db", "reflag", "--days", "2")
    assert (said["articles"], said["flagged_now"]) == (1, 1)
    assert [flagged for flagged, *_ in decisions(folder).values()] == [0, 1]


def test_while_another_process_holds_the_archive_it_ends_with_75(filed):
    before = decisions(filed)
    command = [sys.executable, "-m", "monitor.cli", "--config", filed, "db", "reflag"]
    with hold(filed / "pinkslip.db"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, str(os.getpid()) in done.stderr) == (75, True)
    assert decisions(filed) == before


def test_without_an_archive_none_is_made(folder, call):
    assert isinstance(call("db", "reflag", expect=1).exception, NoArchiveError)
    assert not (folder / "pinkslip.db").exists()


def test_stopped_in_the_middle_it_is_finished_the_next_time(folder, ask):
    write_rules(folder, rule("cuts"))
    for start in range(0, 2500, 500):
        file_headlines(folder, *(f"Employer {n} sheds {n} jobs" for n in range(start, start + 500)))
    write_rules(folder, rule("sheds"))
    archive = Archive.open(folder / "pinkslip.db")
    batch = next(archive.decisions.batches(None))
    judged = decide.judge((each.article for each in batch), pack_of(folder), Directory())
    with archive.writing():
        archive.decisions.store(judged, batch[0].first_seen_at)
    archive.close()
    said = ask("db", "reflag")
    assert (len(batch), said["flagged_now"], said["unchanged"]) == (1000, 1500, 1000)
    assert rows(folder, "select count(*) from flags where flagged") == [(2500,)]


async def once(folder):
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "once", "--all"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
async def test_the_same_feed_polled_after_it_owes_no_alert(tmp_path):
    """Two articles that no rule flagged: one is flagged by reflag alone, and only what comes anew is told."""
    async with Origin() as origin:
        configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        write_rules(tmp_path, rule("axes"))
        origin.on("/feed", Reply(body=rss([])))
        await once(tmp_path)
        origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq"])))
        await once(tmp_path)
        write_rules(tmp_path, rule("cut"))
        command = [sys.executable, "-m", "monitor.cli", "--config", str(tmp_path), "db", "reflag"]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert done.stdout.split()[:5] == ["2", "articles", "flagged", "now", "2"]
        origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq", "Tirmona"])))
        await once(tmp_path)
    assert rows(tmp_path, "select count(*) from flags where flagged") == [(3,)]
    assert rows(tmp_path, "select company from layoffs") == [("Tirmona",)]
    assert rows(tmp_path, "select layoffs.company from alerts join layoffs on layoffs.id = layoff_id") == [("Tirmona",)]
