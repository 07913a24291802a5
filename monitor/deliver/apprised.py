"""The process that hands one message to Apprise: fenced, so that it dials only what it may, and made to be killed.

It is run as a file, reads its order as JSON from standard input, and writes a line for each thing that happened. What
it was told is in none of them, nor in its command line.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import re
import sys
from ipaddress import ip_network
from typing import Any

from scrapers import fence

_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")


class _Statuses(logging.Handler):
    """Apprise tells the status of an answer in its log alone. Three digits are kept: the rest may be anything."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        self.last = int(found[1]) if found else self.last


def main() -> None:
    order = json.load(sys.stdin)
    lines = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # whatever a library prints could hold the url
        os.dup2(nowhere, descriptor)

    def tell(what: str, status: int | None = None) -> None:
        os.write(lines, json.dumps({"what": what, "status": status}).encode() + b"\n")

    networks = tuple(ip_network(network) for network in order["allow_private"])
    fence.put_up(networks, lambda: tell("dialled"), lambda: tell("fenced"))
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        tell("missing")
        return
    statuses = _Statuses()
    logger = logging.getLogger("apprise")
    logger.addHandler(statuses)
    logger.propagate = False
    tell(*_notified(apprise, statuses, order))


def _notified(apprise: Any, statuses: _Statuses, order: dict[str, Any]) -> tuple[str, int | None]:
    with contextlib.suppress(Exception):  # whatever a service's code raises, the message was not taken
        # In chat Apprise signs with its own name and pictures from elsewhere; and it would write keys to the disk.
        asset = apprise.AppriseAsset(
            app_id="Pinkslip",
            app_desc="Pinkslip",
            app_url="",
            theme=None,
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
            http_redirects=False,
            pgp_autogen=False,
            pem_autogen=False,
            storage_mode="memory",
        )
        services = apprise.Apprise(asset=asset)
        if not services.add(order["url"]):
            return "unknown", None
        text = apprise.NotifyFormat.TEXT
        taken = services.notify(title=order["title"], body=order["body"], body_format=text)
        return ("taken" if taken else "refused"), None if taken else statuses.last
    return "refused", statuses.last


if __name__ == "__main__":
    main()
