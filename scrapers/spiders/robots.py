"""What a host's robots.txt allows; where it cannot be had, nothing is allowed (Scrapy would allow everything).

A missing one (4xx) allows all, as RFC 9309 has it. What was read holds for a day, a failure for ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from scrapers.egress import Refused
from scrapers.items import Failed, Reason

_KEPT = 24 * 3600.0
_FAILURE_KEPT = 600.0
_HOSTS = 500
_LONGEST_DELAY = 10.0  # a page that must wait longer would miss its deadline


class Disallowed(IgnoreRequest):
    """``failed`` says whether robots.txt forbade the page or could not be had."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.detail)
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Unreadable(RobotParser):
    """Stands where a host's rules would: allows nothing."""

    failed: Failed

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Unreadable:
        # Scrapy makes its parsers so; ours is made where the host failed, and never of a robots.txt.
        raise NotImplementedError

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002 - RobotParser's signature
        return False


_UNKNOWN = Unreadable(Failed(reason=Reason.ROBOTS, detail="robots.txt is not known"))


class Robots(RobotsTxtMiddleware):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._until: dict[str, float] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Never None in the end: Scrapy gives that to all who wait for one robots.txt but the first two."""
        netloc = urlparse_cached(request).netloc
        self._forget(netloc)
        await super().robot_parser(request)
        rules = self._parsers.get(netloc)
        return rules if isinstance(rules, RobotParser) else _UNKNOWN

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if isinstance(rp, Unreadable):
            raise Disallowed(rp.failed)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Disallowed(Failed(reason=Reason.ROBOTS, detail="robots.txt disallows it")) from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status < 200 or 300 <= response.status < 400 or response.status == 429 or response.status >= 500:
            detail = f"robots.txt answered {response.status}"
            self._settle(netloc, Unreadable(Failed(reason=Reason.ROBOTS, detail=detail, status=response.status)))
            return
        rules = response if response.status < 300 else response.replace(body=b"")
        await super()._parse_robots(rules, netloc, request)
        self._until[netloc] = monotonic() + _KEPT
        self._slow_down(self._parsers[netloc], request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        refused = exc.__cause__
        failed = (
            Failed(reason=refused.reason, detail=f"robots.txt: {refused.detail}")
            if isinstance(refused, Refused)
            else Failed(reason=Reason.ROBOTS, detail=f"robots.txt could not be had: {type(exc).__name__}")
        )
        self._settle(netloc, Unreadable(failed))

    def _settle(self, netloc: str, verdict: Unreadable) -> None:
        self._until[netloc] = monotonic() + _FAILURE_KEPT
        waiting, self._parsers[netloc] = self._parsers[netloc], verdict
        assert isinstance(waiting, Deferred)
        waiting.callback(verdict)

    def _slow_down(self, rules: object, request: Request) -> None:
        assert isinstance(rules, RobotParser)
        wanted = rules.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        downloader = self.crawler.engine.downloader
        delay = min(wanted or 0.0, _LONGEST_DELAY)
        if not delay > self.crawler.settings.getfloat("DOWNLOAD_DELAY"):  # a crawl-delay can be "nan"
            return
        host = downloader.get_slot_key(request)
        downloader.per_slot_settings[host] = {"delay": delay}  # for the slots to come: unused ones are dropped
        if host in downloader.slots:
            downloader.slots[host].delay = delay

    def _forget(self, netloc: str) -> None:
        stale = [netloc] if self._until.get(netloc, inf) < monotonic() else []
        surplus = list(self._until)[: max(len(self._until) - _HOSTS, 0)]
        for host in {*stale, *surplus}:
            del self._until[host], self._parsers[host]
