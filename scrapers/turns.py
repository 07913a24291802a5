"""One request at a time and host, with a pause between two: the manners that need a memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0
    free_at: float = 0.0


class Turns:
    """One at a time and host, with a pause between; hosts are forgotten when their pause is over."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._turns: OrderedDict[str, _Turn] = OrderedDict()

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(host, _Turn())
        turn.wanted += 1
        clock = asyncio.get_running_loop().time
        try:
            async with turn.lock:
                if (pause := turn.free_at - clock()) > 0:
                    await asyncio.sleep(pause)
                try:
                    yield
                finally:
                    turn.free_at = clock() + self._delay
        finally:
            turn.wanted -= 1
            self._turns.move_to_end(host)
            self._forget(clock())

    def _forget(self, now: float) -> None:
        """From the one longest unused on: nearly all of them are in the order of their end."""
        while self._turns:
            host, turn = next(iter(self._turns.items()))
            if turn.wanted or turn.free_at > now:
                return
            del self._turns[host]
