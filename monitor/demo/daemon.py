"""The real daemon as a child process: started, listened to, stopped as a service manager would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from monitor.demo.folder import Folder

_PATIENCE = 15.0


class Daemon:
    """Runs from ``async with`` until ``stop``; ``said`` gets every line of its standard output."""

    def __init__(self, folder: Folder, said: Callable[[str], None]) -> None:
        self._folder = folder
        self._said = said
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        with self._folder.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "monitor.cli", "--config", str(self._folder.path), "run"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
            )
        self._listening = asyncio.create_task(self._listen(self._process))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    async def stop(self) -> int:
        """SIGTERM, some patience, then its exit code; SIGKILL when that runs out."""
        assert self._process is not None
        if not self.ended:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE)
        except TimeoutError:
            self._process.kill()
        if self._listening is not None:
            await self._listening
        return await self._process.wait()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._said(line.decode("utf-8", "replace").rstrip("\n"))
