"""A body put together from its chunks, ungzipped as it comes, never beyond a limit.

A few kilobytes can unfold to gigabytes, so the limit holds inside the decompressor, before memory is taken.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from scrapers.items import Reason

_SLICE = 2**18
_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"
_MOST_MEMBERS = 1_000
"""A member takes ten microseconds to begin, and may be empty: it must not be had for twenty bytes without end."""


class NotInflatable(Exception):  # noqa: N818  it is an answer, not an error
    """The body is not what its headers say, or of a kind that was not asked for."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Inflation:
    """A plain body. ``over``: there was more than the limit. ``done``: what follows is of no use."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._out = bytearray()
        self.over = False
        self.done = False

    def feed(self, chunk: bytes) -> None:
        while chunk and not self.over and not self.done:
            chunk = self.feed_some(chunk)

    def feed_some(self, chunk: bytes) -> bytes:
        """What is left of the chunk is to be fed later: little may unfold to much, and others wait for their turn."""
        self._take(chunk)
        return b""

    def whole(self) -> bytes:
        """Everything, cut at the limit. Raises NotInflatable if the end is missing."""
        return bytes(self._out)

    def _take(self, part: bytes) -> None:
        room = self._limit - len(self._out)
        self.over = self.over or len(part) > room
        self._out += part[:room]


class _Gunzip(Inflation):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1
        self._fed = False

    def feed_some(self, chunk: bytes) -> bytes:
        self._fed = True
        try:
            return self._unfold(chunk)
        except zlib.error:
            raise NotInflatable(Reason.ENCODING, "said to be gzip, and is not") from None

    def _unfold(self, chunk: bytes) -> bytes:
        if self._member.eof:
            if not _MAGIC.startswith(chunk[:2]):
                self.done = True  # junk behind the last member, which gunzip ignores too
                return b""
            self._begin()
        self._take(self._member.decompress(chunk, _SLICE))
        return self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def _begin(self) -> None:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise NotInflatable(Reason.TOO_LARGE, f"more than {_MOST_MEMBERS} gzip streams in one")
        self._member = zlib.decompressobj(_GZIP)

    def whole(self) -> bytes:
        if self._fed and not (self._member.eof or self.over or self.done):
            raise NotInflatable(Reason.PROTOCOL, "the gzip stream ends too early")
        return super().whole()


def inflation(headers: Iterable[tuple[bytes, bytes]], limit: int) -> Inflation:
    """For an answer with these headers (names in lower case). Raises NotInflatable for any encoding but gzip."""
    written = b",".join(value for name, value in headers if name == b"content-encoding")
    encodings = [part.strip().lower() for part in written.split(b",") if part.strip() not in {b"", b"identity"}]
    if not encodings:
        return Inflation(limit)
    if encodings in ([b"gzip"], [b"x-gzip"]):
        return _Gunzip(limit)
    raise NotInflatable(Reason.ENCODING, "compressed in a way that was not asked for")
