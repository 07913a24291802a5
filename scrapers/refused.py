"""The exception for a request that got no answer."""

from __future__ import annotations

from scrapers.items import Reason


class Refused(Exception):  # noqa: N818  it is an answer, not an error
    """A request that got no answer. ``detail`` names scheme and host, never the path: a path can be a secret.

    ``sent`` is true when the other side may have taken the request all the same.
    """

    def __init__(self, reason: Reason, detail: str, *, sent: bool = False) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.sent = sent
