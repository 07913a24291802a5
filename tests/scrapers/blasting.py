"""A server that sends as fast as it can, from a thread of its own, and what its client's loop and memory had to bear."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

Stream = Callable[[], Iterator[bytes]]


class Blaster:
    """Every connection gets the stream of its path, to its end or until the client has gone."""

    def __init__(self, **streams: Stream) -> None:
        self._streams = streams
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/{name}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            name = connection.recv(65536).split(b" ")[1].decode()[1:]
            for part in self._streams[name]():
                connection.sendall(part)


class Heartbeat:
    """The longest time for which the loop did not come round: on the wall's clock, and of its own work.

    A busy machine adds to the first alone.
    """

    def __init__(self) -> None:
        self.gap = 0.0
        self.work = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        last, worked = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(0.005)
            now, work = time.perf_counter(), time.thread_time()
            self.gap, self.work = max(self.gap, now - last), max(self.work, work - worked)
            last, worked = now, work


class Peak:
    """How much memory the process took at most beyond what it had, in MiB; as the kernel counted it."""

    mib = 0.0

    def __enter__(self) -> Self:
        Path("/proc/self/clear_refs").write_text("5")
        self._before = _status("VmRSS")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mib = max(_status("VmHWM") - self._before, 0) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
