"""Pages, fetched by Scrapy in a process of its own, which is started, fed, limited and killed here.

It neither reads them (``pages`` and ``listing`` do) nor decides which are worth fetching.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from scrapers.addresses import Network
from scrapers.egress import Answer, Ask, Refused, parsed
from scrapers.items import Document, Failed, Reason
from scrapers.spiders.settings import AT_ONCE
from scrapers.spiders.wire import CONDITIONS, LONGEST_LINE, Conditions, Garbled, Order, Terms, greeted, received

_log = logging.getLogger(__name__)

_START_SECONDS = 60.0
_LIVES = 2
_TAIL = 2048
_PASSED_ON = ("LD_LIBRARY_PATH", "SSL_CERT_DIR", "SSL_CERT_FILE")


class Crawler:
    """Starts Scrapy with the first page. One page at a time per host; waiting for its turn does not count as time."""

    def __init__(
        self,
        *,
        user_agent: str,
        allow_private: tuple[Network, ...] = (),
        per_host_delay: float = 1.0,
        grace: float = 3.0,
    ) -> None:
        """The process answers each order by its deadline; one that is ``grace`` seconds late is stuck and killed."""
        self._grace = grace
        self._terms = Terms(user_agent, tuple(str(network) for network in allow_private), per_host_delay)
        self._child: _Child | None = None
        self._starting = asyncio.Lock()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._turns = _Turns()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def fetch(self, url: str, *, deadline: float = 20.0) -> Document | Failed:
        """The page behind ``url``, redirects followed, within ``deadline`` seconds from its turn."""
        try:
            host = parsed(url).host
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail)
        async with self._turns.of(host), self._room:
            return await self._ordered(url, deadline, None)

    async def ask(self, ask: Ask) -> Answer:
        """As the door is asked, but under the site's robots.txt, for a page, and with no headers but conditions.

        Raises Refused.
        """
        conditions = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in ask.headers if name in CONDITIONS
        )
        async with self._turns.of(parsed(ask.url).host), self._room:
            outcome = await self._ordered(ask.url, ask.deadline, conditions)
        if isinstance(outcome, Failed):
            raise Refused(outcome.reason, outcome.detail)
        return Answer(
            url=outcome.url,
            status=outcome.status,
            headers=outcome.headers,
            body=outcome.body,
            moved=outcome.moved,
        )

    async def close(self) -> None:
        self._closed = True
        if self._child is not None:
            await self._child.kill()  # before the lock: somebody may hold it, waiting for this one to start
        async with self._starting:
            if self._child is not None:
                await self._child.kill()

    @property
    def pid(self) -> int | None:
        """Of the crawler's process, while there is one."""
        return self._child.process.pid if self._child is not None and not self._child.lost else None

    async def _ordered(self, url: str, deadline: float, conditions: Conditions | None) -> Document | Failed:
        left = deadline
        for _ in range(_LIVES):
            child = await self._living()
            if child is None:
                return Failed(reason=Reason.TIMEOUT, detail="the crawler is not running")
            asked = asyncio.get_running_loop().time()
            outcome = await child.fetch(url, left, self._grace, conditions)
            if outcome is not None:
                return outcome
            left -= asyncio.get_running_loop().time() - asked
            if left <= 0:
                break
        return Failed(reason=Reason.TIMEOUT, detail="the crawler was lost with this page in its hands")

    async def _living(self) -> _Child | None:
        async with self._starting:
            if self._closed:
                return None
            if self._child is None or self._child.lost:
                self._child = await _spawned(self._terms)
            if not self._closed and await self._child.ready():
                return self._child
            await self._child.kill()
            return None


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class _Turns:
    """One lock per host, for as long as somebody wants it."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(host, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[host]


class _Child:
    """One run of the crawler's process, from its start to its burial."""

    def __init__(
        self, process: asyncio.subprocess.Process, answers: asyncio.StreamReader, pipe: asyncio.BaseTransport
    ) -> None:
        loop = asyncio.get_running_loop()
        self.process = process
        self.lost = False
        self._answers = answers
        self._pipe = pipe
        self._killed = False
        self._ready: asyncio.Future[bool] = loop.create_future()
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[Document | Failed | None]] = {}
        self._tail = b""
        self._life = loop.create_task(self._live())

    async def ready(self) -> bool:
        """Whether Scrapy has started; waits for it."""
        await asyncio.wait([self._ready], timeout=_START_SECONDS)
        return self._ready.done() and self._ready.result()

    async def fetch(
        self, url: str, seconds: float, grace: float, conditions: Conditions | None = None
    ) -> Document | Failed | None:
        """None when the process was lost with the page unanswered. A process that lets the deadline pass is killed."""
        if self.lost or self.process.stdin is None:
            return None
        number = next(self._ids)
        answer: asyncio.Future[Document | Failed | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self.process.stdin.write(Order(number, url, seconds, conditions).to_line())
        try:
            async with asyncio.timeout(seconds + grace):
                return await answer
        except TimeoutError:
            _log.warning("crawler.stuck pid=%d seconds=%.3g", self.process.pid, seconds + grace)
            await self.kill()
            return Failed(reason=Reason.TIMEOUT, detail=f"the crawler was stuck for {seconds + grace:.3g} s")
        finally:
            del self._waiting[number]

    async def kill(self) -> None:
        self._killed = True
        self._end()
        await asyncio.wait([self._life])

    def _end(self) -> None:
        self.lost = True
        # Not process.kill(): that polls first, and who polls an ended process takes its exit code from asyncio.
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def _live(self) -> None:
        complaints = asyncio.create_task(self._listen())
        try:
            await self._answer()
        except Garbled as error:
            _log.error("crawler.garbled pid=%d what=%s", self.process.pid, error)
        finally:
            self._end()
            self._bury()
        code = await self.process.wait()
        await complaints
        if not self._killed:
            _log.error(
                "crawler.died pid=%d code=%d said=%r", self.process.pid, code, self._tail.decode(errors="replace")
            )

    async def _answer(self) -> None:
        if not await greeted(self._answers):
            return
        self._ready.set_result(True)
        while (reply := await received(self._answers)) is not None:
            answer = self._waiting.get(reply.id)
            if answer is not None and not answer.done():
                answer.set_result(reply.outcome)

    async def _listen(self) -> None:
        """Keep the end of what it writes to stderr: why it died."""
        assert self.process.stderr is not None
        while heard := await self.process.stderr.read(_TAIL):
            self._tail = (self._tail + heard)[-_TAIL:]

    def _bury(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        self._pipe.close()
        if not self._ready.done():
            self._ready.set_result(False)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)


async def _spawned(terms: Terms) -> _Child:
    down, up = os.pipe()
    reading = os.fdopen(down, "rb")
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-s", "-m", "scrapers.spiders", str(up), terms.to_json()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=(up,),
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the daemon's terminal is not for it
        )
    except BaseException:
        reading.close()
        raise
    finally:
        os.close(up)
    answers = asyncio.StreamReader(limit=LONGEST_LINE)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(answers), reading)
    return _Child(process, answers, pipe)


def _environment() -> dict[str, str]:
    """No secret of the daemon's, no proxy: where our code is, and what Python and TLS need on some machines."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONUTF8": "1"}
