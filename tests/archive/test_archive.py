"""The archive: what a plan leaves in it, and what it gives back."""

import contextlib
import subprocess
import sys
from datetime import timedelta

import pysqlite3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from monitor import decide, tell
from monitor.archive import Archive, ArchiveError, HeldError, Reader, hold
from monitor.archive.connection import sqlite_is_fixed
from monitor.archive.reader import Wanted
from monitor.archive.schema import migrations
from monitor.archive.search import match_expression
from monitor.model import AlertState, Delivery, Severity, Verdict
from scrapers.items import Memory
from tests.making import CONSOLE, NOW, POLICY, judged, news, source, state

MINUTE = timedelta(minutes=1)


@pytest.fixture
def archive(tmp_path):
    archive = Archive.open(tmp_path / "pinkslip.db")
    with archive.writing():
        archive.sources.enroll([source(), source("wire")], NOW)
    yield archive
    archive.close()


@pytest.fixture
def reader(archive, tmp_path):
    reader = Reader.open(tmp_path / "pinkslip.db")
    yield reader
    reader.close()


def keep(archive, *items, now=NOW, origin=None, policy=POLICY):
    origin = origin or source()
    with archive.writing():
        known = archive.known(origin.id, items, now, policy.window)
        plan = decide.plan(
            origin, state(origin.id), news(*items), items, known, policy, memory=Memory(), now=now, jitter=0.0
        )
        archive.apply(plan, now)
    return plan


def attempt(archive, verdict, retry_at=None, *, ambiguous=False, now=NOW):
    with archive.writing():
        alert = archive.outbox.take("console", now)
        delivery = Delivery(
            alert_id=alert.id,
            channel_id="console",
            attempt=alert.attempts,
            started_at=now,
            took=timedelta(milliseconds=3),
            verdict=verdict,
            status=None,
            detail="",
            ambiguous=ambiguous,
        )
        archive.outbox.record(alert, delivery, retry_at)
    return alert


def test_what_a_poll_finds_is_there_afterwards(archive, reader):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    (row,) = reader.layoffs(Wanted()).records()
    assert (row["company"], row["headcount"], row["stated"], row["reports"]) == ("Halvora", 500, "500", 1)


def test_the_same_poll_twice_changes_nothing(archive, reader):
    item = judged("Halvora cuts 500 jobs", "Halvora", 500)
    keep(archive, item)
    keep(archive, item)
    counts = reader.counts(["herald"])
    assert (counts.articles, counts.layoffs, counts.decided) == (1, 1, 1)


def test_a_failed_transaction_leaves_nothing(archive, reader):
    plan = decide.plan_article(judged("x"), source(), decide.Known(), POLICY, NOW)

    def half():
        with archive.writing():
            archive.apply(plan, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert reader.counts([]).articles == 0


def test_known_articles_are_not_read_again(archive):
    item = judged("Halvora cuts 500 jobs", "Halvora", 500)
    keep(archive, item)
    assert archive.unseen([item.article]) == ()


def test_reports_come_back_with_their_figures(archive, reader):
    plan = keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    (report,) = reader.reports(plan.layoffs[0].id)
    assert (report.outlet, report.headcount.value, report.rules) == ("Herald", 500, ("layoffs.cut-number-jobs",))


def test_a_layoff_reported_by_two_sources_is_one_row(archive, reader):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    keep(archive, judged("500 go", "Halvora", 500, source_id="wire"), origin=source("wire"))
    (row,) = reader.layoffs(Wanted()).records()
    assert row["reports"] == 2


def test_a_layoff_has_the_highest_severity_of_its_reports(archive, reader):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500, severity=Severity.LOW))
    keep(archive, judged("500 go", "Halvora", 500, source_id="wire", severity=Severity.HIGH), origin=source("wire"))
    keep(archive, judged("Halvora cuts", "Halvora", 500))
    (row,) = reader.layoffs(Wanted()).records()
    assert (row["severity"], reader.layoff(row["id"]).severity) == ("high", Severity.HIGH)
    stored = [severity for (severity,) in archive.db.execute("select severity from flags order by rowid").fetchall()]
    assert stored == ["low", "high", "normal"]


def test_an_archive_of_the_first_version_gains_severities(tmp_path):
    path = tmp_path / "old.db"
    with contextlib.closing(Database(pysqlite3.connect(path))) as old:
        migrations.apply(old, stop_before="m002_severity")
        assert "severity" not in old["layoffs"].columns_dict
    with contextlib.closing(Archive.open(path)) as archive:
        with archive.writing():
            archive.sources.enroll([source()], NOW)
        keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
        assert [row["severity"] for row in archive.db["layoffs"].rows] == ["normal"]


def test_a_sent_alert_is_delivered_and_never_taken_again(archive, reader):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    attempt(archive, Verdict.SENT)
    with archive.writing():
        assert archive.outbox.take("console", NOW + timedelta(days=9)) is None
    assert reader.counts([]).alerts["delivered"] == 1


def test_a_refused_alert_is_taken_again_when_its_time_has_come(archive):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    first = attempt(archive, Verdict.RETRY, NOW + 5 * MINUTE)
    with archive.writing():
        assert archive.outbox.take("console", NOW + 4 * MINUTE) is None
        again = archive.outbox.take("console", NOW + 6 * MINUTE)
    assert (again.id, again.attempts, again.body) == (first.id, 2, first.body)


def test_an_attempt_that_was_never_written_down_may_have_been_taken(archive):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    with archive.writing():
        archive.outbox.take("console", NOW)
        again = archive.outbox.take("console", NOW)
        assert archive.outbox.history(again) == (0, True)


def test_a_clear_refusal_makes_the_next_attempt_no_repeat(archive):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    attempt(archive, Verdict.RETRY, NOW)
    with archive.writing():
        assert archive.outbox.history(archive.outbox.take("console", NOW)) == (1, False)


def test_a_throttled_channel_is_left_alone_whole(archive):
    keep(archive, *(judged(f"C{n} cuts 500 jobs", f"C{n}", 500) for n in range(2)))
    attempt(archive, Verdict.THROTTLED, NOW + 5 * MINUTE)
    with archive.writing():
        assert archive.outbox.take("console", NOW + 4 * MINUTE) is None


def test_a_digest_settles_all_that_it_tells_of(archive, reader):
    old = NOW - timedelta(hours=8)
    keep(archive, *(judged(f"C{n} cuts 500 jobs", f"C{n}", 500, published_at=old) for n in range(3)))
    with archive.writing():
        held = archive.outbox.gathering()
        layoffs = archive.layoffs({alert.layoff_id for alert in held})
        archive.outbox.add(tell.release(held, layoffs, (CONSOLE,), NOW))
    attempt(archive, Verdict.SENT)
    counts = reader.counts([])
    assert (counts.decided, counts.alerts["delivered"], counts.alerts["held"]) == (4, 4, 0)


def test_a_dead_alert_is_owed_again_under_its_own_id(archive):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    first = attempt(archive, Verdict.PERMANENT)
    with archive.writing():
        archive.outbox.replay([first.id], NOW)
        assert archive.outbox.take("console", NOW).id == first.id


def test_a_claimed_source_is_not_due_after_a_crash(archive):
    with archive.writing():
        (first, *_) = archive.sources.due(NOW, {"herald"}, (), 10)
        archive.sources.claim([(first.id, NOW + 15 * MINUTE)])
        assert archive.sources.due(NOW + 14 * MINUTE, {"herald"}, (), 10) == ()


def test_a_source_at_another_address_begins_anew(archive):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    with archive.writing():
        archive.sources.enroll([source(url="https://herald.example/other")], NOW)
    assert archive.sources.states(["herald"])[0].succeeded_at is None


@pytest.mark.parametrize("query", ["lay-off", "lay off", "LAY‑OFF", '"lay-off"'])
def test_searching_lay_off_finds_lay_off(archive, reader, query):
    keep(archive, judged("Halvora plans lay-offs: a lay-off round", "Halvora"))
    assert len(reader.articles(Wanted(query=query)).rows) == 1


@given(query=st.text(max_size=200))
def test_any_search_text_makes_a_valid_expression(query):
    connection = pysqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(x)")
    connection.execute("select * from t where t match ?", [match_expression(query)]).fetchall()


def test_a_reader_cannot_write(reader):
    with pytest.raises(pysqlite3.OperationalError, match="readonly"):
        reader.db.execute("delete from articles")


def test_a_backup_is_whole_and_never_overwrites(archive, reader, tmp_path):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    reader.copy_to(tmp_path / "copy.db")
    copy = Reader.open(tmp_path / "copy.db")
    assert (copy.counts([]).articles, copy.problems()) == (1, ())
    copy.close()
    with pytest.raises(ArchiveError, match="exists already"):
        reader.copy_to(tmp_path / "copy.db")


def test_an_archive_of_a_newer_version_is_refused(archive, tmp_path):
    archive.db.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('pinkslip', 'm999_future', '')"
    )
    with pytest.raises(ArchiveError, match="newer version"):
        Archive.open(tmp_path / "pinkslip.db")


def test_a_file_that_is_no_archive_is_refused_by_name(tmp_path):
    (tmp_path / "notes.db").write_text("not a database, but long enough to look like one" * 50)
    with pytest.raises(ArchiveError, match=r"notes\.db"):
        Archive.open(tmp_path / "notes.db")


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_only_a_sqlite_without_the_wal_reset_bug_will_do(version, fixed):
    assert sqlite_is_fixed(version) is fixed


def test_a_second_holder_learns_the_pid_of_the_first(tmp_path):
    script = "import sys, pathlib; from monitor.archive import hold\nwith hold(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HeldError, match=f"pid {holder.pid}"), hold(tmp_path / "a.db"):
            pass
        holder.kill()
        holder.wait()
        with hold(tmp_path / "a.db"):
            pass


def test_decided_is_always_the_sum_of_the_states(archive, reader):
    keep(archive, *(judged(f"C{n} cuts 500 jobs", f"C{n}", 500) for n in range(30)))
    attempt(archive, Verdict.SENT)
    attempt(archive, Verdict.PERMANENT)
    attempt(archive, Verdict.RETRY, NOW + MINUTE)
    counts = reader.counts([])
    assert counts.decided == sum(counts.alerts[state] for state in AlertState) == 30


def test_a_due_time_from_a_clock_that_was_wrong_does_not_silence_a_source(archive):
    with archive.writing():
        archive.sources.claim([("herald", NOW + timedelta(days=365))])
        assert [each.id for each in archive.sources.due(NOW, {"herald"}, (), 10)] == ["herald"]


def test_a_channel_that_is_configured_no_more_is_owed_nothing(archive, reader):
    keep(archive, judged("Halvora cuts 500 jobs", "Halvora", 500))
    with archive.writing():
        assert archive.outbox.drop_channels_but(["crm"]) == 1
    assert reader.counts([]).alerts["suppressed"] == 1
