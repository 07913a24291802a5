"""The spider of articles and listings: orders come in while it runs, each is answered once and by its deadline."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.egress import Refused, parsed
from scrapers.items import Document, Failed, Reason
from scrapers.spiders.handler import UNTIL
from scrapers.spiders.robots import Disallowed
from scrapers.spiders.wire import LONGEST_LINE, READY, Order, Reply

_log = logging.getLogger(__name__)

_PERMANENT = frozenset({301, 308})


class ArticleSpider(Spider):
    name = "article"

    def __init__(self, answers: int) -> None:
        super().__init__()
        self._file = os.fdopen(answers, "wb")
        self._waiting: dict[int, asyncio.TimerHandle] = {}

    async def start(self) -> AsyncIterator[Request]:
        """The orders as requests. While this goes on, Scrapy keeps the spider open."""
        loop = asyncio.get_running_loop()
        orders = asyncio.StreamReader(limit=LONGEST_LINE)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        self._answers, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, self._file)
        self._answers.write(READY)
        async for line in orders:
            order = Order.from_line(line)
            until = loop.time() + order.seconds
            self._waiting[order.id] = loop.call_at(until, self._answer, order.id, _late(order))
            try:
                request = self._request(order, until)
            except Refused as refused:
                self._answer(order.id, Failed(reason=refused.reason, detail=refused.detail))
            except ValueError:
                self._answer(order.id, Failed(reason=Reason.URL, detail="not a URL"))
            else:
                yield request
        os._exit(0)  # the daemon has closed or died: nobody reads answers any more

    def _request(self, order: Order, until: float) -> Request:
        parsed(order.url)  # as it was written: Scrapy rewrites what it finds odd
        return Request(
            order.url,
            headers={name: value.encode("latin-1") for name, value in order.conditions or ()},
            callback=partial(self._came, order),
            errback=partial(self._failed, order.id),
            dont_filter=True,
            meta={UNTIL: until},
        )

    def _came(self, order: Order, response: Response) -> None:
        self._answer(order.id, judged(response) if order.conditions is None else answered(response))

    def _failed(self, order: int, failure: Failure) -> None:
        self._answer(order, explained(failure.value))

    def _answer(self, order: int, outcome: Document | Failed) -> None:
        timer = self._waiting.pop(order, None)
        if timer is None:
            return  # it was answered at its deadline
        timer.cancel()
        self._answers.write(Reply(order, outcome).to_bytes())


def answered(response: Response) -> Document:
    """Of whatever status."""
    headers = tuple((name.lower(), value) for name, values in response.headers.items() for value in values)
    hops = response.meta.get("redirect_reasons", ())
    return Document(
        url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        moved=bool(hops) and all(hop in _PERMANENT for hop in hops),
    )


def judged(response: Response) -> Document | Failed:
    status = response.status
    if 200 <= status < 300:
        return answered(response)
    wait = _wait(response)
    reason = Reason.REDIRECT if 300 <= status < 400 else Reason.STATUS
    if status == 410:
        reason = Reason.GONE
    if status == 429 or (status == 503 and wait is not None):
        reason = Reason.THROTTLED
    return Failed(reason=reason, detail=f"status {status}", status=status, retry_after=wait)


def _wait(response: Response) -> timedelta | None:
    written = response.headers.get(b"Retry-After") or b""
    return timedelta(seconds=int(written)) if written.isdigit() and len(written) < 10 else None


def explained(error: BaseException | None) -> Failed:
    if isinstance(error, Disallowed):
        return error.failed
    if error is not None and isinstance(error.__cause__, Refused):
        return Failed(reason=error.__cause__.reason, detail=error.__cause__.detail)
    if isinstance(error, IgnoreRequest):
        return Failed(reason=Reason.REDIRECT, detail=str(error))
    _log.error("crawl failed", exc_info=error)
    return Failed(reason=Reason.PROTOCOL, detail=f"the crawler failed: {type(error).__name__}")


def _late(order: Order) -> Failed:
    return Failed(reason=Reason.TIMEOUT, detail=f"no answer in {order.seconds:.3g} s")
