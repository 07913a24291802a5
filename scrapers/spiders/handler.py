"""Scrapy's requests go out through the project's one door, each redirect and each robots.txt among them."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Headers, Response

from scrapers.egress import Ask, Door, Refused
from scrapers.items import Reason
from scrapers.spiders.wire import CONDITIONS, LARGEST_PAGE, Terms

UNTIL = "until"
"""The key in a request's meta for the loop's time at which nobody waits for it any more."""

_ROBOTS_SECONDS = 10.0
_ROBOTS_LIMIT = 512 * 2**10  # RFC 9309 wants at least 500 KiB read
_ACCEPT = ((b"Accept", b"text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"),)
_ERRORS: dict[Reason, type[Exception]] = {
    Reason.ADDRESS: IgnoreRequest,
    Reason.URL: IgnoreRequest,
    Reason.REDIRECT: IgnoreRequest,
    Reason.DNS: CannotResolveHostError,
    Reason.CONNECT: DownloadConnectionRefusedError,
    Reason.TIMEOUT: DownloadTimeoutError,
}


class DoorHandler(BaseDownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        terms: Terms = crawler.settings["CRAWL_TERMS"]
        networks = tuple(ip_network(network) for network in terms.allow_private)
        self._door = Door(user_agent=terms.user_agent, allow_private=networks)

    async def download_request(self, request: Request) -> Response:
        try:
            answer = await self._door.ask(_ask(request))
        except Refused as refused:
            raise _ERRORS.get(refused.reason, DownloadFailedError)(refused.detail) from refused
        headers = Headers((name, value) for name, value in answer.headers if name != b"content-encoding")
        return Response(answer.url, status=answer.status, headers=headers, body=answer.body)

    async def close(self) -> None:
        await self._door.close()


def _ask(request: Request) -> Ask:
    """No redirect is followed at the door: Scrapy does, after asking the next host's robots.txt."""
    if request.meta.get("dont_obey_robotstxt"):  # the mark that Scrapy puts on its requests for robots.txt
        return Ask(url=request.url, deadline=_ROBOTS_SECONDS, limit=_ROBOTS_LIMIT, truncate=True, redirects=0)
    seconds = request.meta[UNTIL] - asyncio.get_running_loop().time()
    if seconds <= 0:
        raise Refused(Reason.TIMEOUT, "its turn came too late")
    headers = (*_ACCEPT, *((name, value) for name in CONDITIONS if (value := request.headers.get(name))))
    return Ask(url=request.url, headers=headers, deadline=seconds, limit=LARGEST_PAGE, redirects=0)
