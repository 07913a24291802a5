"""Processes for parsing strangers' bytes, which are killed when they take too much work or memory."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError as CancelledFuture
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple, cast

from pebble import ProcessExpired, ProcessPool

_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")

_TASKS = 1_000
"""After so many a process is replaced: parsers leak, and a heap that was large once stays large."""
_OUT_OF_MEMORY = 71
_PATIENCE = 3.0
"""How many times its seconds of work a task may last: on a busy machine it waits for the processor."""
_REASONS = {_OUT_OF_MEMORY: "memory", -signal.SIGPROF: "time"}
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Killed(Exception):  # noqa: N818  it is an answer, not an error
    """The work did not end by itself. ``reason`` is ``time``, ``memory``, ``crash`` or ``closed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the worker was stopped: {reason}")
        self.reason = reason


class Workers:
    """A few processes, started with the first work."""

    def __init__(self, *, count: int = 2, memory: int = 512 * 2**20) -> None:
        self._count = count
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self, function: Callable[[*_Arguments], _T], *args: *_Arguments, seconds: float = 5.0) -> _T:
        """Raises Killed, or what the function raised. ``seconds`` are of work; nothing counts before it has begun."""
        pool = await self._living()
        try:
            work = pool.schedule(_bounded, args=(seconds, function, *args), timeout=_PATIENCE * seconds)
            return cast("_T", await asyncio.wrap_future(work))
        except TimeoutError:
            raise Killed("time") from None
        except ProcessExpired as expired:
            raise Killed(_REASONS.get(expired.exitcode, "crash")) from None
        except (BrokenProcessPool, CancelledFuture):
            raise Killed("crash") from None

    async def close(self) -> None:
        async with self._starting:
            self._closed = True
            pool, self._pool = self._pool, None
            if pool is not None:
                await asyncio.to_thread(_stop, pool)

    async def _living(self) -> ProcessPool:
        """The pool, in threads where it takes long: neither its start nor its end may stall the loop."""
        if self._pool is not None and self._pool.active:
            return self._pool
        async with self._starting:
            if self._closed:
                raise Killed("closed")
            if self._pool is not None and not self._pool.active:
                broken, self._pool = self._pool, None
                await asyncio.to_thread(_stop, broken)
            if self._pool is None:
                self._pool = await asyncio.to_thread(_started, self._count, self._memory)
            return self._pool


def _started(count: int, memory: int) -> ProcessPool:
    pool = ProcessPool(
        max_workers=count,
        max_tasks=_TASKS,
        initializer=_confine,
        initargs=(memory,),
        context=multiprocessing.get_context("spawn"),
    )
    pool.schedule(_nothing)  # it starts with its first work
    return pool


def _nothing() -> None:
    pass


def _bounded(seconds: float, function: Callable[[*_Arguments], _T], *args: *_Arguments) -> _T:
    """In the worker: one that met a limit has no room left to say so, and goes. Nothing handles the timer's signal."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return function(*args)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _confine(memory: int) -> None:
    """In the worker: bounded memory, no core files, an end when the parent ends, whatever ends it."""
    limit = _address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's handler would wait for the C code that hangs
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _address_space() -> int:
    """Bytes that the process has by now: some libraries reserve a gigabyte when imported, and never touch it."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
