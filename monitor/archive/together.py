"""Transactions of many callers in the archive's own thread: those that wait at the same time are committed together.

Most of what a poll costs is its commit, which waits for the disk. What one of them asked for succeeds or fails by
itself all the same, and nobody is told that it is kept before it is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlite_utils import Database

from monitor.archive.connection import attempting, writing

_T = TypeVar("_T")

_AT_ONCE = 32
"""Other processes that write wait for the whole of it."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    job: Callable[[], object]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any] = field(compare=False)


class Together:
    """Belongs to one event loop. One thread, so that the loop never waits for a disk."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._waiting: deque[_Wanted] = deque()
        self._writing = False

    async def write(self, job: Callable[[], _T]) -> _T:
        """Do it in a transaction. It may be done twice, the first time for nothing: it changes the archive alone."""
        loop = asyncio.get_running_loop()
        wanted = _Wanted(job, loop, loop.create_future())
        self._waiting.append(wanted)
        if not self._writing:
            self._begin()
        result: _T = await wanted.done
        return result

    def close(self) -> None:
        """Wait for what was begun; what waits still, as nobody may who closes this, is given up."""
        self._thread.shutdown(wait=True)
        while self._waiting:
            self._waiting.popleft().done.cancel()

    def _begin(self) -> None:
        batch: list[_Wanted] = []
        while self._waiting and len(batch) < _AT_ONCE:
            wanted = self._waiting.popleft()
            if not wanted.done.done():  # who was cancelled meanwhile wants it no more
                batch.append(wanted)
        self._writing = bool(batch)
        if batch:
            self._thread.submit(self._write, batch)

    def _write(self, batch: list[_Wanted]) -> None:
        """In the thread."""
        results = together(self._db, [wanted.job for wanted in batch])
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
            batch[0].loop.call_soon_threadsafe(self._tell, batch, results)

    def _tell(self, batch: list[_Wanted], results: Sequence[object]) -> None:
        for wanted, result in zip(batch, results, strict=True):
            if wanted.done.done():
                continue
            if isinstance(result, _Failure):
                wanted.done.set_exception(result.error)
            else:
                wanted.done.set_result(result)
        self._begin()


@dataclass(frozen=True, slots=True)
class _Failure:
    error: BaseException


def together(db: Database, jobs: Sequence[Callable[[], object]]) -> list[object]:
    """What each job gives, or its ``_Failure``. Where they cannot be committed together, each is by itself."""
    if len(jobs) > 1:
        with suppress(BaseException):  # whatever it is, each of them meets it again, or does not, by itself
            return _in_one(db, jobs)
    return [_alone(db, job) for job in jobs]


def _in_one(db: Database, jobs: Sequence[Callable[[], object]]) -> list[object]:
    results: list[object] = []
    with writing(db):
        for job in jobs:
            try:
                with attempting(db):
                    results.append(job())
            except Exception as error:
                if not db.conn.in_transaction:  # a full disk, for one, ends the transaction of all
                    raise
                results.append(_Failure(error))
    return results


def _alone(db: Database, job: Callable[[], object]) -> object:
    try:
        with writing(db):
            return job()
    except BaseException as error:  # noqa: BLE001 (it is raised where somebody waits for the result)
        return _Failure(error)
