"""Silences: who is not told of what, for how long, and what comes after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import decide, silences
from monitor.archive import Archive
from monitor.model import AlertState, Silence, Subject
from scrapers.items import Memory
from tests.making import NOW, POLICY, judged, news, source, state

HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path):
    archive = Archive.open(tmp_path / "silences.db")
    with archive.writing():
        archive.sources.enroll([source()], NOW)
    yield archive
    archive.close()


def tell(archive, now, *items):
    """What comes of these articles, and what is owed afterwards: (state, reason) of every alert there is."""
    with archive.writing():
        known = archive.known("herald", items, now, POLICY.window)
        outcome = news(*items)
        before = state()
        plan = decide.plan(source(), before, outcome, items, known, POLICY, memory=Memory(), now=now, jitter=0.0)
        archive.apply(plan, now)
    rows = archive.db.query("select state, reason, kind from alerts order by rowid")
    return [(row["state"], row["reason"], row["kind"]) for row in rows]


def silence(archive, subject, value, hours=24):
    made = Silence(id=0, subject=subject, value=value, since=NOW, until=NOW + hours * HOUR)
    with archive.writing():
        return archive.silences.add(made)


@pytest.mark.parametrize(
    ("subject", "value", "held"),
    [
        (Subject.COMPANY, "halvora", True),
        (Subject.COMPANY, "brantiq", False),
        (Subject.SOURCE, "herald", True),
        (Subject.SOURCE, "gazette", False),
        (Subject.RULE, "layoffs.*", True),
        (Subject.RULE, "closures.*", False),
    ],
)
def test_what_a_silence_covers_is_kept_as_suppressed_with_its_number(archive, subject, value, held):
    made = silence(archive, subject, value)
    [(found, reason, _)] = tell(archive, NOW, judged("Halvora cuts 300 jobs", company="Halvora", jobs=300))
    assert (found == AlertState.SUPPRESSED, silences.reason(made) == reason) == (held, held)


def test_many_reports_of_a_silenced_layoff_leave_one_row(archive):
    silence(archive, Subject.COMPANY, "halvora")
    tell(archive, NOW, judged("Halvora cuts 300 jobs", company="Halvora", jobs=300))
    owed = tell(archive, NOW + HOUR, judged("Halvora to shed 300 posts, union says", company="Halvora", jobs=300))
    assert [each[0] for each in owed] == ["suppressed"]


def test_after_a_silence_only_what_is_new_is_told_and_it_is_told_as_an_opening(archive):
    silence(archive, Subject.COMPANY, "halvora", hours=2)
    tell(archive, NOW, judged("Halvora cuts 300 jobs", company="Halvora", jobs=300))
    again = tell(archive, NOW + 3 * HOUR, judged("Halvora sheds 300 posts", company="Halvora", jobs=300))
    assert [each[0] for each in again] == ["suppressed"]
    more = tell(archive, NOW + 4 * HOUR, judged("Halvora now cuts 900 jobs", company="Halvora", jobs=900))
    assert [(each[0], each[2]) for each in more] == [("suppressed", "layoff.opened"), ("pending", "layoff.opened")]


def test_a_silence_takes_back_what_nobody_was_sent_yet(archive):
    tell(archive, NOW, judged("Halvora cuts 300 jobs", company="Halvora", jobs=300))
    tell(archive, NOW, judged("Brantiq cuts 200 jobs", company="Brantiq", jobs=200))
    made = silence(archive, Subject.COMPANY, "halvora")
    with archive.writing():
        assert archive.silences.hush(made) == 1
    states = {
        row["company"]: row["state"]
        for row in archive.db.query("select company, state from alerts join layoffs on layoffs.id = layoff_id")
    }
    assert states == {"Halvora": "suppressed", "Brantiq": "pending"}


def test_what_was_ended_by_hand_holds_no_more(archive):
    made = silence(archive, Subject.COMPANY, "halvora")
    with archive.writing():
        assert archive.silences.end(made.id, NOW)
        assert not archive.silences.end(made.id, NOW)
    [(found, _, _)] = tell(archive, NOW, judged("Halvora cuts 300 jobs", company="Halvora", jobs=300))
    assert found == "pending"
