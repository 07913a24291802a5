"""The text that decided is kept as it was, whatever becomes of the article."""

import hashlib
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import decide
from monitor.archive import Archive
from monitor.archive.evidence import keep_standing, texts_of
from monitor.archive.schema import migrations
from scrapers.items import Memory, Validators
from tests.making import NOW, POLICY, judged, news, source, state

FIRST = judged("Halvora cuts 400 jobs", "Halvora", 400, body="Halvora said so on Monday.")
ANSWER = Memory(validators=Validators(etag=b'"abc"', last_modified=b"Mon, 23 Nov 2026 11:00:00 GMT"))


@pytest.fixture
def archive(tmp_path):
    with closing(Archive.open(tmp_path / "pinkslip.db")) as archive:
        with archive.writing():
            archive.sources.enroll([source()], NOW)
        yield archive


def keep(archive, item, now=NOW, memory=ANSWER):
    with archive.writing():
        known = archive.known("herald", [item], now, POLICY.window)
        archive.apply(
            decide.plan(source(), state(), news(item), [item], known, POLICY, memory=memory, now=now, jitter=0.0), now
        )


def edited(**changes):
    """The same article in other words."""
    return replace(FIRST, article=replace(FIRST.article, content_hash=str(changes), **changes))


def texts(archive):
    return texts_of(archive.db, [FIRST.article.id])


def test_the_text_that_decided_is_kept_with_its_hash_and_the_headers_of_the_answer(archive):
    keep(archive, FIRST)
    (text,) = texts(archive)
    said = "Halvora cuts 400 jobs\n\nHalvora said so on Monday."
    assert (text.title, text.body, text.decided_at) == (FIRST.article.title, FIRST.article.body, NOW)
    assert text.hash == hashlib.sha256(said.encode()).hexdigest()
    assert text.headers == {"etag": '"abc"', "last-modified": "Mon, 23 Nov 2026 11:00:00 GMT"}
    assert not text.changed


def test_an_edited_article_can_still_be_checked(archive):
    keep(archive, FIRST)
    keep(archive, edited(body="Halvora never said so, as we wrongly wrote."), NOW + timedelta(hours=1))
    assert [(text.body, text.changed) for text in texts(archive)] == [
        ("Halvora said so on Monday.", True),
        ("Halvora never said so, as we wrongly wrote.", False),
    ]


def test_an_article_that_is_a_layoff_no_more_keeps_the_text_by_which_it_was(archive):
    keep(archive, FIRST)
    passed = judged(FIRST.article.title, flagged=False, kind="denied")
    keep(archive, replace(passed, article=edited(body="A correction.").article), NOW + timedelta(hours=1))
    assert [(text.body, text.changed) for text in texts(archive)] == [("Halvora said so on Monday.", True)]


def test_one_text_is_kept_once(archive):
    keep(archive, FIRST)
    keep(archive, edited(language="en"))
    assert len(texts(archive)) == 1


def test_what_was_not_flagged_is_not_kept(archive):
    keep(archive, judged("Rates fall", flagged=False))
    assert archive.db.execute("select count(*) from evidence").fetchone() == (0,)


def test_a_page_of_its_own_brings_no_headers(archive):
    keep(archive, FIRST)
    page = edited(body="The whole page says so.", text_origin="page")
    with archive.writing():
        known = archive.known("herald", [page], NOW, POLICY.window)
        archive.apply(decide.plan_article(page, source(), known, POLICY, NOW), NOW)
    assert [text.headers is None for text in texts(archive)] == [False, True]


def test_an_older_archive_keeps_the_texts_that_stand(archive):
    keep(archive, FIRST)
    kept = texts(archive)[0]
    archive.db.execute("delete from evidence")
    with archive.writing():
        keep_standing(archive.db)
    assert texts(archive) == (replace(kept, headers=None),)


def test_every_migration_of_an_older_archive_ends_with_its_texts(tmp_path):
    """One that was made before texts were kept."""
    path = tmp_path / "old.db"
    with closing(Archive.open(path)) as archive, archive.writing():
        archive.sources.enroll([source()], NOW)
    with closing(Archive.open(path)) as archive:
        keep(archive, FIRST)
        kept = texts(archive)[0]
        for statement in (
            "drop table evidence",
            "drop index articles_unpruned",
            "alter table articles drop column pruned_at",
            "delete from _sqlite_migrations where name = 'm006_retention'",
        ):
            archive.db.execute(statement)
    with closing(Archive.open(path)) as archive:
        assert texts(archive) == (replace(kept, headers=None),)
        assert not migrations.pending(archive.db)
