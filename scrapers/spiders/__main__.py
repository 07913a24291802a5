"""The crawler's process: ``python -m scrapers.spiders FD TERMS``, orders on stdin, answers on FD."""

from __future__ import annotations

import ctypes
import logging
import signal
import sys

from scrapy.crawler import AsyncCrawlerProcess

from scrapers.spiders.article import ArticleSpider
from scrapers.spiders.settings import settings
from scrapers.spiders.wire import Terms

_DIE_WITH_PARENT = 1


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the daemon's to understand
    if sys.platform == "linux":
        # A crawler stuck in some computation would not see stdin end.
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    answers, terms = int(sys.argv[1]), Terms.from_json(sys.argv[2])
    process = AsyncCrawlerProcess(settings(terms))
    # It logs each robots.txt that cannot be had with a traceback; the answer says it already.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    process.crawl(ArticleSpider, answers=answers)
    process.start(install_signal_handlers=False)


main()
