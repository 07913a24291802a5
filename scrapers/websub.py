"""WebSub on the wire, from a subscriber's side: what a hub is asked, what it asks back, what proves that a push is its.

W3C Recommendation of 23 January 2018. When to ask, and what to make of the answers, is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urljoin

from scrapers.egress import Answer, Ask, Door, Refused, parsed
from scrapers.items import Failed, Mode, Question, Reason, Wish

LARGEST_PUSH = 10 * 2**20

_REDIRECTS = 3
_KEPT_METHOD = frozenset({307, 308})
_ANSWER = 2_000
_SAID = 200
_LONGEST_QUERY = 16_384
_LONGEST_CHALLENGE = 4_096
_SECONDS = re.compile(r"[0-9]{1,10}")
_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})", re.IGNORECASE)
_LONG = re.compile(r"[\w%-]{20,}", re.ASCII)
_PLAIN = re.compile(r"[^\x20-\x7e]+")


def signs(hub: str) -> bool:
    """Whether a hub is given a secret to sign with: over plain http anybody on the way would know it."""
    return hub.lower().startswith("https://")


async def ask(door: Door, wish: Wish) -> Failed | None:
    """Ask a hub. None: it took the wish, and will ask back."""
    url = wish.hub
    for _ in range(1 + _REDIRECTS):
        if signs(wish.hub) and not signs(url):
            return Failed(reason=Reason.REDIRECT, detail="the hub redirected from https to http")
        try:
            answer = await door.ask(_ask(url, wish))
        except Refused as refused:
            return Failed(reason=refused.reason, detail=refused.detail)
        if answer.status not in _KEPT_METHOD:
            return None if 200 <= answer.status < 300 else _failed(answer)
        where = next((value for name, value in answer.headers if name == b"location"), b"")
        try:
            url = str(parsed(urljoin(url, where.decode("latin-1").strip())))
        except (Refused, ValueError):
            return Failed(reason=Reason.REDIRECT, detail="the hub redirected to no URL", status=answer.status)
    return Failed(reason=Reason.REDIRECT, detail=f"the hub redirected more than {_REDIRECTS} times")


def question(query: bytes) -> Question | None:
    """What a GET of the callback says; None where it says nothing that a hub would."""
    said = _parameters(query)
    if said is None or said.get("hub.mode") not in set(Mode):
        return None
    mode, challenge = Mode(said["hub.mode"]), said.get("hub.challenge", "")
    if mode is not Mode.DENIED and not 0 < len(challenge) <= _LONGEST_CHALLENGE:
        return None
    lease = said.get("hub.lease_seconds", "")
    return Question(
        mode=mode,
        topic=said.get("hub.topic", ""),
        challenge=challenge,
        lease=timedelta(seconds=min(int(lease), 10**9)) if _SECONDS.fullmatch(lease) else None,
        reason=_printable(said.get("hub.reason", "")),
    )


def authentic(secret: str, signature: bytes | None, body: bytes) -> bool:
    """Whether X-Hub-Signature was made with our secret over these very bytes."""
    parts = _SIGNATURE.fullmatch((signature or b"").decode("latin-1").strip())
    if parts is None:
        return False
    method, given = parts[1].lower(), parts[2].lower()
    return hmac.compare_digest(hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest(), given)


def _ask(url: str, wish: Wish) -> Ask:
    form = {
        "hub.callback": wish.callback,
        "hub.mode": wish.mode,
        "hub.topic": wish.topic,
        "hub.lease_seconds": str(int(wish.lease.total_seconds())),
        # Of PubSubHubbub 0.3, whose hubs refuse without; a WebSub hub ignores it.
        "hub.verify": "async",
    }
    if signs(wish.hub) and wish.mode is Mode.SUBSCRIBE:
        form["hub.secret"] = wish.secret
    headers = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
    body = urlencode(form).encode()
    return Ask(url=url, method="POST", headers=headers, body=body, limit=_ANSWER, truncate=True, redirects=0)


def _failed(answer: Answer) -> Failed:
    said = _printable(answer.body.decode("utf-8", "replace"))
    detail = f"status {answer.status}{f': {said}' if said else ''}"
    return Failed(reason=Reason.STATUS, detail=detail, status=answer.status)


def _parameters(query: bytes) -> dict[str, str] | None:
    """Those of the protocol; None if one of them stands there twice, which two readers could read in two ways."""
    if len(query) > _LONGEST_QUERY:
        return None
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return None
    ours = [(name, value) for name, value in pairs if name.startswith("hub.")]
    twice = any(count > 1 for count in Counter(name for name, _ in ours).values())
    return None if twice else dict(ours)


def _printable(text: str) -> str:
    """Words of a stranger, as they may stand in a log or a table; what may be our callback or secret is none."""
    return _LONG.sub("…", _PLAIN.sub(" ", unquote(text))).strip()[:_SAID]
