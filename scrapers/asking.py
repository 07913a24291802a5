"""What the door is asked, what it answers, and the exception for a request that got no answer."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.items import Reason

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. ``deadline`` is in seconds and total; ``limit`` counts decoded bytes.

    A longer body is refused. With ``truncate`` it is cut at the limit, and one that cannot be read is empty: for
    whom the status counts. Redirects are followed for GET and HEAD only; with ``redirects=0`` they are answers.
    """

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""
    deadline: float = 30.0
    limit: int = 10 * 2**20
    truncate: bool = False
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, of whatever status. Header names are lower case; ``url`` is the last one asked."""

    url: str
    status: int
    headers: Headers
    body: bytes
    moved: bool = False
    """It was redirected, and every redirect was a permanent one."""


class Refused(Exception):  # noqa: N818  it is an answer, not an error
    """A request that got no answer. ``detail`` names scheme and host, never the path: a path can be a secret.

    ``sent`` is true when the other side may have taken the request all the same.
    """

    def __init__(self, reason: Reason, detail: str, *, sent: bool = False) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.sent = sent
