"""Slack on loopback: its Web API and incoming webhooks as its documentation tells them, which keeps what it was sent.

async with SlackDouble() as slack:
    … slack.api … slack.hook … slack.messages[ts].texts …

It takes what Slack's limits and slack-sdk's models let through, answers in Slack's own bytes, and takes no more than one
message a second for a channel, with a burst of three. ``next`` are troubles that the next requests meet, in order: the
word of an error, or ``reset`` (it is done, and the connection dies), ``429``, ``500``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.alerts import slack_limits
from tests.origin import Origin, Reply, Request

TOKEN = "xoxb-1-double"
CHANNEL = "C0123ABCD"
_BURST = 3.0


@dataclass(slots=True)
class Message:
    """What stands in the channel. ``versions``: all that it ever said, oldest first."""

    ts: str
    thread_ts: str | None
    versions: list[dict[str, Any]]

    @property
    def texts(self) -> list[str]:
        """What a reader reads, without the fallback."""
        return list(slack_limits.strings(self.versions[-1]["blocks"])) or [self.versions[-1]["text"]]


@dataclass(slots=True)
class SlackDouble(Origin):
    rate: float | None = 1.0
    next: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    throttled: int = 0
    _tokens: dict[str, tuple[float, float]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        await Origin.__aenter__(self)
        self.on("/api/chat.postMessage", lambda request: self._api(request, self._post))
        self.on("/api/chat.update", lambda request: self._api(request, self._update))
        self.on("/services/T0/B0/hook", self._hooked)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await Origin.__aexit__(self, kind, error, trace)

    @property
    def api(self) -> str:
        return self.url("/api")

    @property
    def hook(self) -> str:
        return self.url("/services/T0/B0/hook")

    def cards(self) -> list[Message]:
        return [each for each in self.messages.values() if each.thread_ts is None]

    def replies(self) -> list[Message]:
        return [each for each in self.messages.values() if each.thread_ts is not None]

    def _api(self, request: Request, act: Any) -> Reply:
        trouble = self.next.pop(0) if self.next else None
        if not (request.header("content-type") or b"").startswith(b"application/json"):
            return _said("invalid_form_data")
        written = request.header("authorization")
        if written != f"Bearer {TOKEN}".encode():
            return _said("not_authed" if written is None else "invalid_auth")
        message = json.loads(request.body)
        if trouble == "500":
            return Reply(status=500, body=b"")
        if trouble == "429" or not self._in_rate(message["channel"]):
            self.throttled += trouble != "429"
            return Reply(status=429, headers=((b"Retry-After", b"1"),), body=b'{"ok":false,"error":"ratelimited"}')
        if message["channel"] != CHANNEL:
            return _said("channel_not_found")
        if trouble is not None and trouble != "reset":
            self.refused.append(trouble)
            return _said(trouble)
        problems = slack_limits.problems(request.body)
        if problems:
            self.refused += problems
            return _said("invalid_blocks")
        reply: Reply = act(message)
        return Reply(raw=b"") if trouble == "reset" else reply

    def _post(self, message: dict[str, Any]) -> Reply:
        thread = message.get("thread_ts")
        if thread is not None and thread not in self.messages:
            return _said("thread_not_found")
        ts = f"{1_700_000_000 + len(self.messages)}.{len(self.requests):06}"
        self.messages[ts] = Message(ts, thread, [message])
        return _done({"channel": CHANNEL, "ts": ts, "message": {"type": "message", "text": message["text"], "ts": ts}})

    def _update(self, message: dict[str, Any]) -> Reply:
        if message["ts"] not in self.messages:
            return _said("message_not_found")
        self.messages[message["ts"]].versions.append(message)
        return _done({"channel": CHANNEL, "ts": message["ts"], "text": message["text"]})

    def _hooked(self, request: Request) -> Reply:
        if not self._in_rate("hook"):
            self.throttled += 1
            return Reply(status=429, headers=((b"Retry-After", b"1"),), body=b"rate_limited")
        problems = slack_limits.problems(request.body)
        if problems:
            self.refused += problems
            return Reply(status=400, body=b"invalid_blocks")
        ts = f"hook.{len(self.messages)}"
        self.messages[ts] = Message(ts, None, [json.loads(request.body)])
        return Reply(headers=((b"Content-Type", b"text/html"),), body=b"ok")

    def _in_rate(self, channel: str) -> bool:
        if self.rate is None:
            return True
        now = time.monotonic()
        tokens, filled = self._tokens.get(channel, (_BURST, now))
        tokens = min(_BURST, tokens + (now - filled) * self.rate)
        self._tokens[channel] = (tokens - (tokens >= 1), now)
        return tokens >= 1


def _said(word: str) -> Reply:
    return Reply(headers=_JSON, body=json.dumps({"ok": False, "error": word}).encode())


def _done(answer: dict[str, Any]) -> Reply:
    return Reply(headers=_JSON, body=json.dumps({"ok": True} | answer).encode())


_JSON = ((b"Content-Type", b"application/json; charset=utf-8"),)


def names(count: int) -> Iterator[str]:
    """Invented employers."""
    for number in range(count):
        yield f"Nexora{chr(97 + number // 676)}{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}"
