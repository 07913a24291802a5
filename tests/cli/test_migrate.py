"""`db migrate` brings an archive of before up to this version, so that new rules can be tried on it first."""

import contextlib

import pysqlite3
import pytest
from sqlite_utils import Database

from monitor.archive import NoArchiveError, hold
from monitor.archive.schema import migrations
from tests.cli.filing import rule, write_rules


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
