"""Links of news aggregators -> the publisher's own address, read from the link alone; it asks nobody.

What cannot be read so (Google News has sealed its newer links) stays as it is and is called unresolved: such a link
is nobody's page, so whoever crawls pages leaves it alone.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from scrapers.canonical import web_link

_ROUNDS = 3
_NEWS = "news.google.com"
_STORY = re.compile(r"(?:/rss)?(?:/__i/rss/rd)?/(?:articles|read)/(?P<id>[\w-]{8,4000}={0,2})/?")
_FEED_BURNER = re.compile(r"(?:feedproxy\.google|feeds\d?\.feedburner)\.com")
_GOOGLE = re.compile(r"(?:www\.|news\.)?google\.(?:com?\.)?[a-z]{2,3}")
_WRAPPERS: tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...] = (
    (_GOOGLE, re.compile(r"/url|/news/url"), ("url", "q")),
    (re.compile(r"(?:www\.)?bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"lm?\.(?:facebook|instagram)\.com"), re.compile(r"/(?:l\.php)?"), ("u",)),
    (re.compile(r"out\.reddit\.com"), re.compile(r"/.*"), ("url",)),
)
"""Host, path, and the parameters that may hold the address, the likelier first."""

_VARINT, _BYTES = 0, 2
_SIZES = {1: 8, 5: 4}


def unwrapped(link: str) -> str:
    """The address that a link wraps, or the link itself."""
    for _ in range(_ROUNDS):
        held = _held(link)
        if held is None:
            return link
        link = held
    return link


def is_unresolved(link: str) -> bool:
    """Whether it still leads to an aggregator, which alone knows the way from there."""
    parts = _parts(link)
    if parts is None:
        return False
    host = (parts.hostname or "").rstrip(".")
    if host == _NEWS:
        return _STORY.fullmatch(parts.path) is not None
    return _FEED_BURNER.fullmatch(host) is not None and "/~r/" in parts.path


def steady(link: str) -> str:
    """An unresolved link in its one form: Google News gives one story several addresses, with one id in all of them."""
    parts = _parts(link)
    story = _STORY.fullmatch(parts.path) if parts is not None and parts.hostname == _NEWS else None
    return f"https://{_NEWS}/articles/{story['id'].rstrip('=')}" if story else link


def _held(link: str) -> str | None:
    parts = _parts(link)
    if parts is None:
        return None
    if parts.hostname == _NEWS and (story := _STORY.fullmatch(parts.path)):
        return _in_the_id(story["id"])
    for host, path, names in _WRAPPERS:
        if host.fullmatch(parts.hostname or "") and path.fullmatch(parts.path):
            given = dict(reversed(parse_qsl(parts.query)))
            links = (web_link(given.get(name)) for name in names)
            return next((each for each in links if each), None)
    return None


def _in_the_id(written: str) -> str | None:
    """The older ids are a protocol buffer in base64: it holds the article's address, then that of its AMP page."""
    try:
        packed = base64.b64decode(written.rstrip("=") + "=" * (-len(written.rstrip("=")) % 4), altchars=b"-_")
    except (binascii.Error, ValueError):
        return None
    for text in _texts(packed):
        if text.startswith((b"http://", b"https://")):
            return web_link(text.decode("utf-8", "replace"))
    return None


def _texts(packed: bytes) -> Iterator[bytes]:
    """The byte strings of a protocol buffer, until something does not look like one."""
    at = 0
    while at < len(packed):
        key, at = _number(packed, at)
        kind = key & 7
        if kind in _SIZES:
            at += _SIZES[kind]
            continue
        size, at = _number(packed, at)
        if kind == _BYTES and at + size <= len(packed):
            yield packed[at : at + size]
            at += size
        elif kind != _VARINT:
            return


def _number(packed: bytes, at: int) -> tuple[int, int]:
    """A varint and where it ends; one without its end reaches to the end."""
    value = 0
    for shift, byte in enumerate(packed[at : at + 10]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, at + shift + 1
    return value, len(packed)


def _parts(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None
