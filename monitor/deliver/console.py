"""Prints alerts, in a thread that may be left behind: a terminal that is held, or a full pipe, takes for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from monitor.alerts.answers import Reading
from monitor.model import Alert, Verdict


class Console:
    def __init__(self, print: Callable[[str], None]) -> None:  # noqa: A002  it is what it replaces
        self._print = print
        self._printing: threading.Thread | None = None

    async def show(self, alert: Alert, seconds: float) -> Reading:
        if self._printing is not None and self._printing.is_alive():
            return Reading(verdict=Verdict.RETRY, detail="the terminal is still held")
        printed: Future[None] = Future()
        printed.set_running_or_notify_cancel()

        def show() -> None:
            try:
                self._print(alert.body.decode())
            except (OSError, ValueError) as error:
                printed.set_exception(error)
            else:
                printed.set_result(None)

        self._printing = threading.Thread(target=show, name="console", daemon=True)
        self._printing.start()
        try:
            await asyncio.wait_for(asyncio.wrap_future(printed), seconds)
        except TimeoutError:
            return Reading(verdict=Verdict.RETRY, detail="the terminal did not take it in time", ambiguous=True)
        except (OSError, ValueError) as error:
            return Reading(verdict=Verdict.RETRY, detail=f"the terminal did not take it: {type(error).__name__}")
        return Reading(verdict=Verdict.SENT, detail="printed")
