"""Transactions that wait at the same time are committed together, and fail apart."""

import asyncio
import sqlite3
import threading
from functools import partial

import pysqlite3
import pytest

from monitor.archive.connection import DiskError, open_writer
from monitor.archive.together import Together


@pytest.fixture
def db(tmp_path):
    db = open_writer(tmp_path / "pinkslip.db")
    db.conn.execute("create table words (word text primary key) strict")
    yield db
    db.close()


@pytest.fixture
def commits(db):
    counted = []
    db.conn.set_trace_callback(lambda sql: counted.append(sql) if sql == "commit" else None)
    return counted


@pytest.fixture
async def clerk(db):
    clerk = Together(db)
    yield clerk
    clerk.close()


def keep(db, word):
    db.conn.execute("insert into words values (?)", [word])
    return word


def stumble(db, word):
    keep(db, word)
    raise IndexError(word)


def kept(tmp_path):
    """As another process sees it."""
    with sqlite3.connect(tmp_path / "pinkslip.db") as other:
        return {word for (word,) in other.execute("select word from words")}


async def written(clerk, *jobs):
    return await asyncio.gather(*map(clerk.write, jobs), return_exceptions=True)


async def test_what_waits_at_the_same_time_is_committed_together_and_by_the_dozen(db, clerk, commits, tmp_path):
    words = [f"w{n}" for n in range(100)]
    assert await written(clerk, *(partial(keep, db, word) for word in words)) == words
    assert kept(tmp_path) == set(words)
    assert len(commits) == 1 + 4  # the first goes at once, the others by 32


async def test_one_that_fails_leaves_nothing_and_spoils_nothing(db, clerk, commits, tmp_path):
    jobs = [partial(keep, db, "a"), partial(keep, db, "b"), partial(stumble, db, "c"), partial(keep, db, "b")]
    first, second, third, fourth, fifth = await written(clerk, *jobs, partial(keep, db, "d"))
    assert (first, second, fifth) == ("a", "b", "d")
    assert isinstance(third, IndexError)
    assert isinstance(fourth, pysqlite3.IntegrityError)
    assert kept(tmp_path) == {"a", "b", "d"}
    assert len(commits) == 2


def fill(db, pages):
    db.conn.execute("insert into words values (?)", ["x" * pages * 4096])


async def test_one_that_finds_the_disk_full_does_not_keep_the_others_from_what_fits(db, clerk, tmp_path):
    """SQLite may end the whole transaction then: the others are done again, each by itself."""
    db.conn.execute(f"pragma max_page_count = {db.conn.execute('pragma page_count').fetchone()[0] + 40}")
    jobs = [partial(keep, db, "a"), partial(keep, db, "b"), partial(fill, db, 400), partial(keep, db, "c")]
    first, second, third, fourth = await written(clerk, *jobs)
    assert (first, second, fourth) == ("a", "b", "c")
    assert isinstance(third, DiskError)
    assert kept(tmp_path) == {"a", "b", "c"}


def lose(db, word):
    """What SQLite does where it cannot go on."""
    keep(db, word)
    db.conn.execute("rollback")
    raise pysqlite3.OperationalError("database or disk is full")


async def test_a_transaction_that_is_lost_is_done_again_one_by_one(db, clerk, tmp_path):
    jobs = [partial(keep, db, "a"), partial(keep, db, "b"), partial(lose, db, "c"), partial(keep, db, "d")]
    first, second, third, fourth = await written(clerk, *jobs)
    assert (first, second, fourth) == ("a", "b", "d")
    assert isinstance(third, DiskError)
    assert kept(tmp_path) == {"a", "b", "d"}


async def test_what_can_only_be_refused_at_the_commit_is_refused_to_its_own(db, clerk, tmp_path):
    db.conn.execute("create table said (word text references words (word) deferrable initially deferred) strict")

    def orphan():
        db.conn.execute("insert into said values ('nobody')")

    first, second, third, fourth = await written(
        clerk, *(partial(keep, db, w) for w in "ab"), orphan, partial(keep, db, "c")
    )
    assert (first, second, fourth) == ("a", "b", "c")
    assert isinstance(third, pysqlite3.IntegrityError)
    assert kept(tmp_path) == {"a", "b", "c"}


async def test_nobody_hears_that_something_is_kept_before_it_is(db, clerk, tmp_path):
    seen = []

    async def one(word):
        await clerk.write(partial(keep, db, word))
        seen.append(word in kept(tmp_path))

    await asyncio.gather(*(one(f"w{n}") for n in range(50)))
    assert seen == [True] * 50


async def test_closing_waits_for_what_was_begun_and_gives_up_the_rest(db, tmp_path):
    clerk, held = Together(db), threading.Event()

    def slow():
        held.wait(5)
        return keep(db, "slow")

    begun = asyncio.create_task(clerk.write(slow))
    waiting = asyncio.create_task(clerk.write(partial(keep, db, "waiting")))
    await asyncio.sleep(0)
    threading.Timer(0.05, held.set).start()
    clerk.close()
    assert kept(tmp_path) == {"slow"}
    assert await begun == "slow"
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_who_was_cancelled_before_its_turn_changes_nothing(db, clerk, tmp_path):
    held = threading.Event()
    first = asyncio.create_task(clerk.write(lambda: held.wait(5)))
    given_up = asyncio.create_task(clerk.write(partial(keep, db, "given up")))
    after = asyncio.create_task(clerk.write(partial(keep, db, "after")))
    await asyncio.sleep(0)
    given_up.cancel()
    held.set()
    await asyncio.gather(first, after)
    assert kept(tmp_path) == {"after"}
