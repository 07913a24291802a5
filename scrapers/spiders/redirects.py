"""Scrapy's redirects, but each hop takes its turn at its own host and none goes from https to http."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest


class Redirects(RedirectMiddleware):
    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        if request.url.startswith("https:") and not redirected.url.startswith("https:"):
            raise IgnoreRequest("redirected from https to http")
        redirected.meta.pop(Downloader.DOWNLOAD_SLOT, None)  # Scrapy would count the hop to the host it came from
        following: Request = super()._redirect(redirected, request, reason)
        return following
