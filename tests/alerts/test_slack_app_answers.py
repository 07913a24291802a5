"""What Slack's Web API answers, as its documentation lists it, and what follows from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts import answers
from monitor.model import Verdict

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

ERRORS = {
    Verdict.DISABLED: (
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_expired",
        "token_revoked",
        "is_archived",
        "missing_scope",
        "no_permission",
    ),
    Verdict.THROTTLED: ("ratelimited", "rate_limited"),
    Verdict.RETRY: (
        "channel_not_found",
        "not_in_channel",
        "restricted_action",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "a_word_that_is_new_to_us",
    ),
    Verdict.PERMANENT: (
        "invalid_blocks",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "thread_not_found",
        "cannot_reply_to_message",
    ),
}
CASES = [(word, verdict) for verdict, words in ERRORS.items() for word in words]


def read(word: str, status: int = 200, **more: object) -> answers.Reading:
    return answers.slack_app(status, json.dumps({"ok": False, "error": word} | more).encode(), None, NOW)


@pytest.mark.parametrize(("word", "verdict"), CASES)
def test_each_error_has_its_verdict(word: str, verdict: Verdict) -> None:
    reading = read(word)

    assert (reading.verdict, word in reading.detail) == (verdict, True)


def test_the_table_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    held = sum(read(word).verdict is verdict for word, verdict in CASES)
    with capsys.disabled():
        print(f"\nFIGURE R7 kind=slack_app cases={len(CASES)} held={held}")

    assert held == len(CASES)


def test_a_yes_gives_what_slack_calls_the_message() -> None:
    reading = answers.slack_app(200, b'{"ok":true,"channel":"C0123ABCD","ts":"1700000000.000100"}', None, NOW)

    assert (reading.verdict, reading.message) == (Verdict.SENT, "1700000000.000100")


@pytest.mark.parametrize("body", [b"ok", b"", b"<html>", b"[]", b'{"ok":1,"ts":"1"}', b'{"ok":false}', b"[" * 9999])
def test_what_is_no_answer_of_slack_may_have_been_taken(body: bytes) -> None:
    reading = answers.slack_app(200, body, None, NOW)

    assert (reading.verdict, reading.ambiguous, reading.message) == (Verdict.RETRY, True, None)


def test_an_error_in_which_it_may_be_done_already_is_ambiguous() -> None:
    found = {word: read(word).ambiguous for word in ("internal_error", "fatal_error", "not_in_channel", "invalid_auth")}

    assert found == {"internal_error": True, "fatal_error": True, "not_in_channel": False, "invalid_auth": False}


def test_a_message_is_poisoned_and_a_thread_is_not_there_by_the_words_for_it() -> None:
    found = {
        word: (read(word).poisoned, read(word).unthreadable)
        for word in ("invalid_blocks", "thread_not_found", "message_not_found")
    }

    assert found == {
        "invalid_blocks": (True, False),
        "thread_not_found": (False, True),
        "message_not_found": (False, False),
    }


def test_a_throttle_says_how_long() -> None:
    reading = answers.slack_app(429, b'{"ok":false,"error":"ratelimited"}', b"30", NOW)

    assert (reading.verdict, reading.retry_after) == (Verdict.THROTTLED, timedelta(seconds=30))


@pytest.mark.parametrize(
    ("status", "verdict"), [(500, Verdict.RETRY), (503, Verdict.THROTTLED), (302, Verdict.PERMANENT)]
)
def test_another_status_is_a_gateways(status: int, verdict: Verdict) -> None:
    assert answers.slack_app(status, b"", None, NOW).verdict is verdict


def test_nothing_else_that_it_says_is_repeated() -> None:
    reading = read("https://evil.example/?token=canary", needed="canary", warning="canary")

    assert "canary" not in reading.detail
