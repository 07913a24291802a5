"""Pruning: old text goes, and nothing that was pruned is ever news again."""

from contextlib import closing
from datetime import timedelta

import pytest

from monitor import decide
from monitor.archive import Archive, Reader
from monitor.archive.reader import Wanted
from monitor.archive.retention import Forgetting, next_size
from scrapers.items import Memory
from tests.making import NOW, POLICY, judged, news, source, state

YEAR = timedelta(days=365)
LONG_AGO = NOW - YEAR - timedelta(days=30)
BODY = "Nothing of note happened in the harbour today, and the ferries kept to their times as they always did. " * 8


def keep(archive, *items, now=NOW, origin=None):
    """What the daemon does with a poll, from the look whether anything is new to the commit."""
    origin = origin or source()
    with archive.writing():
        unseen = {each.id for each in archive.unseen([each.article for each in items])}
        new = [each for each in items if each.article.id in unseen]
        known = archive.known(origin.id, new, now, POLICY.window)
        plan = decide.plan(
            origin, state(origin.id), news(*items), new, known, POLICY, memory=Memory(), now=now, jitter=0.0
        )
        archive.apply(plan, now)
    return plan


def forget(archive, *, before=NOW - YEAR, most=2):
    forgetting = Forgetting(archive.db, before, NOW)
    last = forgetting.last_poll()
    for step in (forgetting.articles, lambda size: forgetting.polls(last, size)):
        done = most
        while done == most:
            with archive.writing():
                done = step(most)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pinkslip.db"


@pytest.fixture
def archive(path):
    archive = Archive.open(path)
    with archive.writing():
        archive.sources.enroll([source(), source("wire")], LONG_AGO)
    yield archive
    archive.close()


def other(number, **changes):
    return judged(f"Ferry line {number} keeps to its times", flagged=False, kind=None, body=BODY, **changes)


OLD = tuple(other(number, published_at=LONG_AGO) for number in range(7))
CUT = judged("Halvora cuts 400 jobs", "Halvora", 400, body=BODY, published_at=LONG_AGO)


def rows(archive, sql):
    return archive.db.execute(sql).fetchall()


def test_old_articles_that_were_never_flagged_lose_their_text(archive):
    keep(archive, *OLD, CUT, now=LONG_AGO)
    recent = judged("Rates fall", flagged=False, kind="macro", body=BODY)
    keep(archive, recent)
    forget(archive)
    texts = dict(rows(archive, "select title, body from articles"))
    assert {title for title, body in texts.items() if body} == {CUT.article.title, "Rates fall"}


def test_nothing_that_was_pruned_is_new_when_a_feed_lists_it_again(archive):
    keep(archive, *OLD, CUT, now=LONG_AGO)
    forget(archive)
    again = keep(archive, *OLD, CUT)
    assert (again.articles, again.alerts, again.poll.new, again.poll.revised) == ((), (), 0, 0)
    print(f"\nFIGURE PRUNE pruned={len(OLD)} relisted={len(OLD) + 1} new={again.poll.new} alerts={len(again.alerts)}")


def test_a_copy_of_what_was_pruned_is_known_as_one(archive):
    """Within the window in which copies are looked for."""
    day_ago = NOW - timedelta(days=1)
    keep(archive, OLD[0], now=day_ago)
    forget(archive, before=NOW)
    copy = judged(OLD[0].article.title, flagged=False, kind=None, body=BODY, source_id="wire")
    plan = keep(archive, copy, origin=source("wire"))
    assert [each.duplicate_of for each in plan.articles] == [OLD[0].article.id]


def test_what_was_told_and_why_stays_as_it_was(archive, path):
    keep(archive, *OLD, CUT, now=LONG_AGO)
    tables = ("layoffs", "reports", "alerts", "deliveries", "evidence")
    before = [rows(archive, f"select * from {table}") for table in tables]
    decision = rows(archive, "select * from flags where flagged")
    facts = rows(archive, "select * from facts")
    forget(archive)
    assert [rows(archive, f"select * from {table}") for table in tables] == before
    assert rows(archive, "select * from flags where flagged") == decision
    assert rows(archive, "select * from facts") == facts
    with closing(Reader.open(path)) as reader:
        assert reader.problems() == ()


def test_what_was_flagged_once_keeps_its_text(archive):
    keep(archive, CUT, now=LONG_AGO)
    with archive.writing():
        archive.decisions.store([judged(CUT.article.title, flagged=False, kind=None, body=BODY)], LONG_AGO)
        archive.db.execute("delete from reports")
    forget(archive)
    assert rows(archive, "select body is not null, pruned_at from articles") == [(1, None)]


def test_the_words_of_pruned_texts_are_found_no_more_and_their_titles_are(archive, path):
    keep(archive, *OLD, now=LONG_AGO)
    forget(archive)
    with closing(Reader.open(path)) as reader:
        found = [len(reader.articles(Wanted(query=query)).rows) for query in ("harbour", "ferry line")]
    assert found == [0, len(OLD)]
    archive.db.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")


def test_a_pruned_article_is_not_decided_again(archive):
    keep(archive, *OLD, CUT, now=LONG_AGO)
    forget(archive)
    decided = [each.article.title for batch in archive.decisions.batches(None) for each in batch]
    assert (decided, archive.decisions.extent(None).articles) == ([CUT.article.title], 1)


def test_a_pruned_article_that_comes_in_new_words_has_its_text_again(archive):
    keep(archive, OLD[0], now=LONG_AGO)
    forget(archive)
    edited = judged(OLD[0].article.title, flagged=False, kind=None, body=BODY + "Edited.", published_at=LONG_AGO)
    keep(archive, edited)
    assert rows(archive, "select body, pruned_at from articles") == [(edited.article.body, None)]


def test_the_log_of_polls_goes_but_for_what_tells_a_first_poll(archive):
    with archive.writing():
        for at, outcome in ((LONG_AGO, "baseline"), (LONG_AGO, "unchanged"), (LONG_AGO, "news"), (NOW, "unchanged")):
            archive.db.execute(
                "insert into polls (source_id, at, outcome, entries, new, revised, known, duplicates, flagged, skipped) "
                "values ('herald', ?, ?, 0, 0, 0, 0, 0, 0, '{}')",
                [at.isoformat().replace("+00:00", ".000000Z"), outcome],
            )
    forget(archive, most=1)
    assert [row[0] for row in rows(archive, "select outcome from polls order by id")] == ["baseline", "unchanged"]


def test_the_extent_is_what_is_forgotten(archive):
    keep(archive, *OLD, CUT, now=LONG_AGO)
    found = Forgetting(archive.db, NOW - YEAR, NOW).extent()
    forget(archive)
    left = Forgetting(archive.db, NOW - YEAR, NOW).extent()
    assert (found.articles, found.bytes, found.polls) == (len(OLD), len(OLD) * len(BODY), 1)
    assert (left.articles, left.bytes, left.polls) == (0, 0, 0)


@pytest.mark.parametrize(
    ("size", "took_ms", "then"), [(50, 12, 50), (50, 120, 5), (50, 1, 100), (2000, 1, 2000), (5, 9000, 5)]
)
def test_a_step_is_as_large_as_nobody_notices(size, took_ms, then):
    assert next_size(size, timedelta(milliseconds=took_ms)) == then
