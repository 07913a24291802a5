"""What stands before every page: the names it answers to, what it can be asked, what a browser may do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_READING = ("GET", "HEAD")
_HEADERS = {
    b"content-security-policy": (
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    says: str


def refusal(method: str, path: bytes, hosts: list[str], known: frozenset[str]) -> Refusal | None:
    """Why a request is not even read: a page reached by a stranger's name would show the archive to its owner."""
    if len(hosts) != 1 or not hosts[0]:
        return Refusal(400, "One Host header is needed.")
    if hostname(hosts[0]) not in known:
        return Refusal(421, "This page does not answer to that name. To make it: pinkslip web --allow-host NAME")
    if method not in _READING:
        return Refusal(405, "These pages can only be read.")
    lowered = path.lower()
    # What begins so would leave this site in a redirect that takes off a slash at its end.
    if lowered.startswith((b"//", b"/%2f")) or b"\\" in lowered or b"%5c" in lowered:
        return Refusal(400, "No page has such an address.")
    return None


def hostname(host: str) -> str:
    """The name of a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


class Guard:
    def __init__(self, pages: Application, known: frozenset[str]) -> None:
        self._pages = pages
        self._known = known

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._pages(scope, receive, send)
            return
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        refused = refusal(scope["method"], scope.get("raw_path") or scope["path"].encode(), hosts, self._known)
        guarded = _guarded(send, head=scope["method"] == "HEAD")
        if refused is not None:
            await _refuse(guarded, refused)
            return
        await self._pages({**scope, "method": "GET"}, receive, guarded)


def _guarded(send: Send, *, head: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in _HEADERS]
            message = {**message, "headers": [*kept, *_HEADERS.items()]}
        elif head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return guarded


async def _refuse(send: Send, refused: Refusal) -> None:
    allow = [(b"allow", b", ".join(map(str.encode, _READING)))] if refused.status == 405 else []
    body = refused.says.encode() + b"\n"
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": [*head, *allow]})
    await send({"type": "http.response.body", "body": body})
