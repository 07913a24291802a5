"""HTTP/1.1 under httpx: h11 says what is proper, checked connections carry it. It follows nothing, and keeps no cookie.

httpx's own transport costs more than all the rest of a poll: its pool is made for many requests at once to few origins.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import h11
import httpx

from scrapers.dialling import Dialler, Line

_KEPT_ALIVE = 20.0
_KEPT = 32
_LONGEST_EVENT = 100 * 2**10
"""Of a status line with its headers, or of what announces a chunk."""
_EVENTS_AT_ONCE = 32
_WRAPPED = 2
"""How often a body's limit may come over the wire: chunks, and what is in them beside the body, take room too."""

Address = tuple[str, int, bool]
"""A host, a port, and whether what is said there is for nobody else to hear."""


class Wire(httpx.AsyncBaseTransport):
    """Keeps few connections, and none for long: the open files stay bounded.

    Of a request's extensions, ``limit`` is how large the body of its answer may be, and ``begun`` is called before it
    leaves.
    """

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._idle: deque[_Talk] = deque()
        """The longest unused first."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        talk = await self._talk(address(request.url))
        try:
            answer = await talk.ask(request)
        except BaseException:
            talk.line.hang_up()
            raise
        return httpx.Response(answer.status_code, headers=answer.headers.raw_items(), stream=_Body(self, talk))

    def take_back(self, talk: _Talk) -> None:
        """Keep it for the next request if it came to its end; close what nobody used for a while."""
        if talk.can_go_on():
            self._idle.append(talk)
        else:
            talk.line.hang_up()
        before = asyncio.get_running_loop().time() - _KEPT_ALIVE
        while self._idle and (len(self._idle) > _KEPT or self._idle[0].used_at < before):
            self._idle.popleft().line.hang_up()

    async def aclose(self) -> None:
        while self._idle:
            self._idle.popleft().line.hang_up()

    async def _talk(self, there: Address) -> _Talk:
        for talk in [each for each in self._idle if each.there == there]:
            self._idle.remove(talk)
            if talk.line.is_quiet and talk.used_at >= asyncio.get_running_loop().time() - _KEPT_ALIVE:
                return talk
            talk.line.hang_up()
        return _Talk(there, await self._dialler.dial(*there))


class _Talk:
    """One request after the other, on one line."""

    def __init__(self, there: Address, line: Line) -> None:
        self.there = there
        self.line = line
        self.used_at = 0.0
        self._events = 0
        self._http = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=_LONGEST_EVENT)

    async def ask(self, request: httpx.Request) -> h11.Response:
        url = request.url
        asked = h11.Request(method=request.method, target=url.raw_path, headers=request.headers.raw)
        parts = [self._http.send(asked)]
        if body := request.content:
            parts.append(self._http.send(h11.Data(data=body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        request.extensions["begun"]()
        self.line.say(b"".join(part for part in parts if part))
        while not isinstance(event := await self._event(), h11.Response):
            pass  # others that announce it
        self.line.allow(_WRAPPED * int(request.extensions["limit"]))
        return event

    async def body(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    def can_go_on(self) -> bool:
        if (
            self._http.our_state is not h11.DONE
            or self._http.their_state is not h11.DONE
            or self._http.trailing_data[0]
        ):
            return False
        self._http.start_next_cycle()
        self.used_at = asyncio.get_running_loop().time()
        return self.line.is_quiet

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self.line.hear())
        self._events += 1
        if not self._events % _EVENTS_AT_ONCE:  # what was heard at once may be thousands of them
            await asyncio.sleep(0)
        return event


class _Body(httpx.AsyncByteStream):
    def __init__(self, wire: Wire, talk: _Talk) -> None:
        self._wire = wire
        self._talk = talk
        self._is_open = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._talk.body()

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            self._wire.take_back(self._talk)


def address(url: httpx.URL) -> Address:
    """As it is written on the wire: two names may look alike when they are decoded."""
    secure = url.scheme == "https"
    return url.raw_host.decode("ascii"), url.port or (443 if secure else 80), secure
