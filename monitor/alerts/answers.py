"""What a channel's answer means for the alert it was sent: the tables, and who reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.alerts.retries import LONGEST
from monitor.model import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """Statuses or words that mean one thing, and why."""

    answers: Collection[int] | Collection[str]
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An answer, understood. ``detail`` is fit for a log: it holds nothing the channel could have slipped in.

    ``poisoned``: it is this one message that was refused, so that simpler words may get through. ``unthreadable``: it
    may get through outside its thread. ``message``: what the channel calls the message that it took.
    """

    verdict: Verdict
    detail: str
    retry_after: timedelta | None = None
    ambiguous: bool = False
    poisoned: bool = False
    unthreadable: bool = False
    status: int | None = None
    message: str | None = None


STATUSES = (
    Row(range(200, 300), Verdict.SENT, "taken"),
    Row(range(300, 400), Verdict.PERMANENT, "redirects are not followed: the channel's url must be changed"),
    Row((410,), Verdict.DISABLED, "the receiver wants no more"),
    Row((429, 503), Verdict.THROTTLED, "the receiver wants fewer, or a pause"),
)
"""Standard Webhooks: any 2xx is a yes, 410 disables. All the rest is tried again: a deploy, a lost password or a full
disk over there is mended within the schedule more often than not, and a dead letter is a missed layoff."""

ELSE = "it may be mended before the schedule ends"

SLACK_POISONED = Row(
    (
        "invalid_payload",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "too_many_attachments",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
    ),
    Verdict.PERMANENT,
    "Slack does not take this message, and will not take it later",
)

SLACK_WORDS = (
    Row(("ok",), Verdict.SENT, "taken"),
    Row(
        (
            "no_service",
            "no_service_id",
            "no_active_hooks",
            "no_team",
            "team_disabled",
            "invalid_token",
            "token_revoked",
            "account_inactive",
            "user_not_found",
            "channel_not_found",
            "channel_is_archived",
        ),
        Verdict.DISABLED,
        "the hook is gone: make a new one in Slack",
    ),
    Row(("rate_limited", "ratelimited", "message_limit_exceeded"), Verdict.THROTTLED, "Slack wants fewer, or a pause"),
    Row(
        ("action_prohibited", "posting_to_general_channel_denied"),
        Verdict.RETRY,
        "an administrator of the workspace can allow it",
    ),
    Row(("rollup_error", "service_unavailable", "internal_error", "fatal_error"), Verdict.RETRY, ELSE),
)

SLACK_APP_POISONED = frozenset({*SLACK_POISONED.answers, "invalid_arguments", "invalid_charset", "invalid_json"})

SLACK_THREADLESS = frozenset(
    {
        "cannot_reply_to_message",
        "thread_not_found",
        "invalid_thread_ts",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    }
)
"""The card is gone, or takes no replies."""

SLACK_APP_WORDS = (
    Row(
        (
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_expired",
            "token_revoked",
            "team_not_found",
            "team_access_not_granted",
        ),
        Verdict.DISABLED,
        "Slack does not know the token any more: install the app anew and take its new token",
    ),
    Row(("is_archived", "channel_is_archived"), Verdict.DISABLED, "the channel is archived"),
    Row(
        ("missing_scope", "not_allowed_token_type", "no_permission"),
        Verdict.DISABLED,
        "the app may not write: give it the scope chat:write, and install it anew",
    ),
    Row(
        ("channel_not_found", "not_in_channel"),
        Verdict.RETRY,
        "the app is no member of the channel: invite it there, and check the id in `to`",
    ),
    Row(
        ("message_not_found", "cant_update_message", "edit_window_closed"),
        Verdict.PERMANENT,
        "the card is gone, or may not be edited any more",
    ),
    Row(
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "ekm_access_denied",
            "access_denied",
            "org_login_required",
        ),
        Verdict.RETRY,
        "an administrator of the workspace can allow it",
    ),
    Row(("rate_limited", "ratelimited", "message_limit_exceeded"), Verdict.THROTTLED, "Slack wants fewer, or a pause"),
    Row(("service_unavailable", "internal_error", "fatal_error", "request_timeout"), Verdict.RETRY, ELSE),
)
"""What chat.postMessage and chat.update answer, with status 200."""

_MAYBE_TAKEN = frozenset({408, 500, 502, 504})
"""A gateway or a crash may have spoken after the message went in."""

_MAYBE_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack's own words for a crash: some of it may have been done before."""

_WORD = re.compile(r"[a-z][a-z_]{1,60}\Z")


def webhook(status: int, retry_after: bytes | None, now: datetime) -> Reading:
    row = next((row for row in STATUSES if status in row.answers), Row((), Verdict.RETRY, ELSE))
    return _reading(row, _said(status), status, retry_after, now)


def slack(status: int, body: bytes, retry_after: bytes | None, now: datetime) -> Reading:
    """Slack says "ok" in the body, or one word of why not; of the statuses only those that never lie count."""
    word = _word(body)
    said = f"{_said(status)} {word}" if word else _said(status)
    if word in SLACK_POISONED.answers or (status in {400, 413} and not _row(word)):
        return Reading(verdict=Verdict.PERMANENT, detail=f"{said}: {SLACK_POISONED.why}", poisoned=True)
    row = _row(word) if status != HTTPStatus.TOO_MANY_REQUESTS else None
    if row is not None and (row.verdict is not Verdict.SENT or status == HTTPStatus.OK):
        return _reading(row, said, status, retry_after, now)
    if status in range(200, 300):
        return _unclear(said)
    return webhook(status, retry_after, now)


def slack_app(status: int, body: bytes, retry_after: bytes | None, now: datetime) -> Reading:
    """The Web API says ``ok``, or the word of an error, in JSON; another status than 200 is a gateway's, or a 429."""
    if status != HTTPStatus.OK:
        return webhook(status, retry_after, now) if status not in range(200, 300) else _unclear(_said(status))
    answer = _object(body)
    if answer.get("ok") is True:
        message = answer.get("ts")
        return Reading(
            verdict=Verdict.SENT, detail=_said(status), message=message if isinstance(message, str) else None
        )
    word = _word(body)
    if answer.get("ok") is not False or not word:
        return _unclear(_said(status))
    said = f"{_said(status)} {word}"
    if word in SLACK_APP_POISONED:
        return Reading(verdict=Verdict.PERMANENT, detail=f"{said}: {SLACK_POISONED.why}", poisoned=True)
    if word in SLACK_THREADLESS:
        return Reading(verdict=Verdict.PERMANENT, detail=f"{said}: the thread takes no replies", unthreadable=True)
    row = next((row for row in SLACK_APP_WORDS if word in row.answers), Row((), Verdict.RETRY, ELSE))
    reading = _reading(row, said, status, retry_after, now)
    return replace(reading, ambiguous=word in _MAYBE_DONE)


def asked_wait(retry_after: bytes | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After asks for, a day at most; None for what asks for nothing or cannot be read."""
    if retry_after is None:
        return None
    written = retry_after.decode("latin-1").strip()
    if re.fullmatch(r"[0-9]{1,200}", written):
        wait = timedelta(seconds=min(int(written), LONGEST.total_seconds()))
    else:
        try:
            at = parsedate_to_datetime(written)
            wait = min(at.replace(tzinfo=at.tzinfo or UTC) - now, LONGEST)
        except (ValueError, OverflowError):
            return None
    return wait if wait > timedelta() else None


def _reading(row: Row, said: str, status: int, retry_after: bytes | None, now: datetime) -> Reading:
    if row.verdict is Verdict.SENT:
        return Reading(verdict=Verdict.SENT, detail=said)
    wait = asked_wait(retry_after, now) if row.verdict in {Verdict.RETRY, Verdict.THROTTLED} else None
    asked = "" if wait is None else f", asked to wait {wait.total_seconds():.0f} s"
    return Reading(
        verdict=row.verdict,
        detail=f"{said}{asked}: {row.why}",
        retry_after=wait,
        ambiguous=row.verdict is Verdict.RETRY and status in _MAYBE_TAKEN,
    )


def _unclear(said: str) -> Reading:
    unclear = "not Slack's ok: something else may have answered in its place"
    return Reading(verdict=Verdict.RETRY, detail=f"{said}: {unclear}", ambiguous=True)


def _row(word: str) -> Row | None:
    return next((row for row in SLACK_WORDS if word in row.answers), None)


def _said(status: int) -> str:
    try:
        return f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"answered {status}"


def _word(body: bytes) -> str:
    """Slack's one word, bare or as the ``error`` of a JSON answer; anything else is not repeated anywhere."""
    text = body[:1000].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        text = str(_object(body).get("error", ""))
    return text if _WORD.match(text) else ""


def _object(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
