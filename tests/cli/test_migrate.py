"""`db migrate` brings an archive of before up to this version, so that new rules can be tried on it first."""

import contextlib
import json

import pysqlite3
import pytest
from sqlite_utils import Database

from monitor.archive import NoArchiveError, hold
from monitor.archive.rows import stamp
from monitor.archive.schema import migrations
from tests.cli.filing import NOW, file_headlines, rows, rule, write_rules


@pytest.fixture
def old(folder):
    """A configuration whose archive the first version made."""
    write_rules(folder, rule("cuts"))
    path = folder / "pinkslip.db"
    with contextlib.closing(Database(pysqlite3.connect(path))) as db:
        migrations.apply(db, stop_before="m002_severity")
    return path


def test_an_archive_of_before_can_be_looked_at_after_it_is_migrated(old, call):
    refused = call("rules", "list", "--near", expect=1).exception
    assert "`pinkslip db migrate` brings it up to this one" in str(refused)
    assert f"{old} is of this version." in call("db", "migrate").stderr
    call("rules", "list", "--near")
    call("db", "migrate")


def test_without_an_archive_none_is_made(folder, call):
    write_rules(folder, rule("cuts"))
    assert isinstance(call("db", "migrate", expect=1).exception, NoArchiveError)
    assert not (folder / "pinkslip.db").exists()


def test_it_waits_for_no_daemon(old, call):
    with hold(old):
        assert "pid" in str(call("db", "migrate", expect=1).exception)


def test_what_an_older_version_told_is_known_after_the_upgrade(folder, call):
    """Its layoffs and alerts had a number, and no list of figures: the same number again is no news."""
    write_rules(folder, rule("cuts"))
    path = folder / "pinkslip.db"
    with contextlib.closing(Database(pysqlite3.connect(path))) as db:
        migrations.apply(db, stop_before="m003_one_layoff")
        told = {"id": "old", "company": "Halvora", "company_key": "halvora", "stage": "announced", "headcount": 400}
        told |= {"headcount_low": 400, "headcount_high": 400, "stated": "400", "percent": None, "place": None}
        told |= {"sentence": "Halvora cuts 400 jobs", "opened_at": stamp(NOW), "updated_at": stamp(NOW)}
        told |= {"reports": 1, "revision": 0, "severity": "normal"}
        db.table("layoffs").insert(told)
        alert = {"id": "msg_old", "channel_id": "console", "layoff_id": "old", "kind": "layoff.opened"}
        times = dict.fromkeys(("created_at", "owed_at", "due_at", "sent_at"), stamp(NOW))
        alert |= {"state": "delivered", "reason": "first report", "body": b"x", "told": json.dumps(told), **times}
        db.table("alerts").insert(alert)
        db.conn.commit()
    call("db", "migrate")
    file_headlines(folder, "Halvora cuts 400 jobs")
    assert rows(folder, "select id, reports, figures from layoffs") == [("old", 2, "[[400, 400]]")]
    assert rows(folder, "select id from alerts") == [("msg_old",)]
