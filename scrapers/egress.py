"""The one door out: every byte that leaves or enters by network passes here.

What holds for all of them: one URL parser; addresses resolved once, checked, and the checked one dialled; one
total deadline; bounded decompression of gzip, and of nothing else; no cookies, no Referer, no proxy from the
environment; each redirect examined like a first request. It classifies failures and retries none of them.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from dataclasses import dataclass, replace
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv6Address
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import h11
import httpx

from scrapers.addresses import Network
from scrapers.asking import Answer, Ask, Headers, Refused
from scrapers.dialling import Dialler
from scrapers.inflate import Inflation, NotInflatable, inflation
from scrapers.items import Reason
from scrapers.transport import Wire, address

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole URLs, and the URL of a Slack hook is a secret

__all__ = ["Answer", "Ask", "Door", "Headers", "Refused", "parsed"]

_AUTHORITY = re.compile(r"https?://(?:[^/?#@\\:\[\]]+|\[[^/?#@\\\[\]]+\])(?::[0-9]*)?(?:[/?#]|\Z)", re.IGNORECASE)
_HOST = re.compile(rb"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\Z")
_UNPRINTED = re.compile(r"[\x00-\x20\x7f-\xa0\s\\]")
_LONGEST_URL = 8192
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_FOLLOWS_ELSEWHERE = frozenset({b"accept", b"if-none-match", b"if-modified-since"})
"""The headers that go along to another origin; a credential does not."""

_FEW_PIECES = 10_000
_SMALLEST_PIECES = 16
"""A body may come in as many pieces as it likes up to a few; beyond them they have so many bytes on average."""


class Door:
    """Asks. Of connections it keeps few."""

    def __init__(
        self, *, user_agent: str, allow_private: tuple[Network, ...] = (), tls: ssl.SSLContext | None = None
    ) -> None:
        self.allow_private = allow_private
        self._user_agent = user_agent.encode("latin-1")
        self._dialler = Dialler(allow_private, tls)
        self._client = _client(self._dialler)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()
        self._dialler.close()

    async def ask(self, ask: Ask) -> Answer:
        """Ask and, for GET and HEAD, follow redirects. Raises Refused."""
        sent = _Sent()
        url = parsed(ask.url)
        try:
            async with asyncio.timeout(ask.deadline):
                return await self._follow(ask, url, sent)
        except TimeoutError:
            raise Refused(Reason.TIMEOUT, f"{_place(url)}: no answer in {ask.deadline:g} s", sent=sent.yes) from None

    async def reach(self, url: str, *, deadline: float = 10.0) -> None:
        """Shake hands with the host of ``url``, TLS included, and say nothing. Raises Refused."""
        there = parsed(url)
        try:
            async with asyncio.timeout(deadline):
                line = await self._dialler.dial(*address(there))
        except TimeoutError:
            raise Refused(Reason.TIMEOUT, f"{_place(there)}: no answer in {deadline:g} s") from None
        except OSError as error:
            raise _classified(error, there, _Sent()) from None
        line.hang_up()

    async def _follow(self, ask: Ask, url: httpx.URL, sent: _Sent) -> Answer:
        moved, hops = True, 0
        while True:
            answer, target = await self._once(ask, url, sent)
            if target is None:
                return replace(answer, moved=moved and hops > 0)
            hops += 1
            moved = moved and answer.status in _PERMANENT
            if hops > ask.redirects:
                raise Refused(Reason.REDIRECT, f"{_place(url)}: more than {ask.redirects} redirects")
            following = _redirected(url, target)
            if _origin(following) != _origin(url):
                ask = replace(ask, headers=tuple(pair for pair in ask.headers if pair[0].lower() in _FOLLOWS_ELSEWHERE))
            url = following

    async def _once(self, ask: Ask, url: httpx.URL, sent: _Sent) -> tuple[Answer, bytes | None]:
        try:
            response = await self._client.send(self._request(ask, url, sent), stream=True)
            try:
                return await _read(ask, url, response)
            finally:
                await response.aclose()
        except Refused as refused:
            refused.sent = sent.yes
            raise
        except NotInflatable as error:
            raise Refused(error.reason, f"{_place(url)}: {error}", sent=sent.yes) from None
        except (h11.ProtocolError, OSError) as error:
            raise _classified(error, url, sent) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # httpx reads a Location also where nobody follows it, and raises what it makes of a bad one.
            detail = f"{_place(url)}: an answer that cannot be read: {type(error).__name__}"
            raise Refused(Reason.PROTOCOL, detail, sent=sent.yes) from None

    def _request(self, ask: Ask, url: httpx.URL, sent: _Sent) -> httpx.Request:
        headers = [
            (b"Host", url.netloc),
            (b"User-Agent", self._user_agent),
            (b"Accept-Encoding", b"gzip"),
            *ask.headers,
        ]
        try:
            return httpx.Request(
                ask.method,
                url,
                headers=headers,
                content=ask.body or None,
                extensions={"begun": sent.begin, "limit": ask.limit},
            )
        except ValueError as error:
            raise Refused(Reason.URL, f"{_place(url)}: {type(error).__name__}") from None


@lru_cache(maxsize=4096)
def parsed(url: str) -> httpx.URL:
    """The one parser of URLs to ask. Raises Refused for what two parsers could read in two ways."""
    if len(url) > _LONGEST_URL:
        raise Refused(Reason.URL, f"longer than {_LONGEST_URL} characters")
    if _UNPRINTED.search(url):
        raise Refused(Reason.URL, "a space, a control character or a backslash in it")
    if not _AUTHORITY.match(url):
        raise Refused(Reason.URL, "want http:// or https:// and a host, perhaps a port, and no user name")
    try:
        read = httpx.URL(url)
        is_host = _is_host(read)
    except (httpx.InvalidURL, ValueError):  # some names are refused only when they are read back
        raise Refused(Reason.URL, "not a URL") from None
    if not is_host:
        raise Refused(Reason.URL, "not a host name")
    if read.port is not None and not 0 < read.port < 2**16:
        raise Refused(Reason.URL, "no such port")
    return read


@dataclass(slots=True)
class _Sent:
    """Whether a request began to leave."""

    yes: bool = False

    def begin(self) -> None:
        self.yes = True


def _client(dialler: Dialler) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=Wire(dialler),
        trust_env=False,
        follow_redirects=False,
        timeout=None,  # noqa: S113  asyncio.timeout holds for the whole of it; httpx's own are per read
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


async def _read(ask: Ask, url: httpx.URL, response: httpx.Response) -> tuple[Answer, bytes | None]:
    headers = tuple((name.lower(), value) for name, value in response.headers.raw)
    status = response.status_code
    answer = Answer(url=str(url), status=status, headers=headers, body=b"")
    target = next((value for name, value in headers if name == b"location"), None)
    if status in _REDIRECTS and target and ask.redirects and ask.method in {"GET", "HEAD"}:
        return answer, target
    try:
        bare = ask.method == "HEAD" or status in {204, 304}
        body = await _body(ask, response, Inflation(ask.limit) if bare else inflation(headers, ask.limit))
    except NotInflatable as error:
        if ask.truncate:
            return answer, None
        raise Refused(error.reason, f"{_place(url)}: {error}") from None
    return replace(answer, body=body), None


async def _body(ask: Ask, response: httpx.Response, inflated: Inflation) -> bytes:
    pieces, size = 0, 0
    async for chunk in response.aiter_raw():
        rest = inflated.feed_some(chunk)
        while rest and not inflated.over and not inflated.done:
            await asyncio.sleep(0)
            rest = inflated.feed_some(rest)
        pieces, size = pieces + 1, size + len(chunk)
        if pieces > _FEW_PIECES + size // _SMALLEST_PIECES:
            raise NotInflatable(Reason.TOO_LARGE, "in too many pieces")
        if inflated.over and not ask.truncate:
            raise NotInflatable(Reason.TOO_LARGE, f"more than {ask.limit} bytes")
        if inflated.over or inflated.done:
            break
    return inflated.whole()


def _redirected(url: httpx.URL, target: bytes) -> httpx.URL:
    try:
        written = target.decode("utf-8")
    except UnicodeDecodeError:
        written = target.decode("latin-1")
    try:
        following = parsed(urljoin(str(url), written.strip()))
    except ValueError:  # urljoin on a broken IPv6 literal
        raise Refused(Reason.REDIRECT, f"{_place(url)}: redirected to no URL") from None
    except Refused as refused:
        raise Refused(Reason.REDIRECT, f"{_place(url)}: redirected to a refused URL ({refused.detail})") from None
    if url.scheme == "https" and following.scheme == "http":
        raise Refused(Reason.REDIRECT, f"{_place(url)}: redirected from https to http")
    return following


def _classified(error: Exception, url: httpx.URL, sent: _Sent) -> Refused:
    if isinstance(error, ssl.SSLError):
        detail = getattr(error, "verify_message", None) or error.reason or "handshake failed"
        return Refused(Reason.TLS, f"{_place(url)}: {detail}", sent=sent.yes)
    if isinstance(error, h11.ProtocolError):
        return Refused(Reason.PROTOCOL, f"{_place(url)}: not proper HTTP", sent=sent.yes)
    return Refused(Reason.CONNECT, f"{_place(url)}: the connection broke", sent=sent.yes)


def _is_host(url: httpx.URL) -> bool:
    if ":" in url.host:
        try:
            return IPv6Address(url.host).scope_id is None
        except ValueError:
            return False
    return _HOST.match(url.raw_host) is not None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _place(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
