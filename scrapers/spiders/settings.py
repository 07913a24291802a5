"""Scrapy's settings: only what is named here takes part, so that a new version of it cannot bring a listener along."""

from __future__ import annotations

import re

from scrapers.spiders.wire import Terms

AT_ONCE = 16
"""Pages in the air over all hosts; one at a time for each."""


def settings(terms: Terms) -> dict[str, object]:
    door = "scrapers.spiders.handler.DoorHandler"
    return {
        "CRAWL_TERMS": terms,
        # Scrapy's own handlers open files and skip TLS verification; ours asks the door, robots.txt included.
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": door, "https": door},
        # No cookies, no proxies from the environment, no meta refresh, no decompression: the door has done that.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapers.spiders.robots.Robots": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
            "scrapers.spiders.redirects.Redirects": 600,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},  # telnet and remote control would listen
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": product(terms.user_agent),
        "USER_AGENT": terms.user_agent,
        "REDIRECT_MAX_TIMES": 5,
        # A broken connection gets a second try; what a server answered stands.
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [],
        "RETRY_EXCEPTIONS": ["scrapy.exceptions.DownloadConnectionRefusedError"],
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "CONCURRENT_REQUESTS": 2 * AT_ONCE,  # a page that waits for its host holds up no other
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": terms.per_host_delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "TWISTED_REACTOR_ENABLED": False,  # plain asyncio: nothing here needs Twisted's network code
        "LOG_LEVEL": "ERROR",
        "STATS_DUMP": False,
    }


def product(user_agent: str) -> str:
    """The name that robots.txt files address us by: ``Pinkslip`` of ``Pinkslip/1.0 (+https://…)``."""
    named = re.match(r"[A-Za-z_-]+", user_agent)
    return named[0] if named else user_agent
