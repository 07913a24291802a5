from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import answers
from monitor.alerts.answers import Reading
from monitor.model import Verdict
from tests.alerts.examples import NOW

SENT, RETRY, THROTTLED, PERMANENT, DISABLED = (
    Verdict.SENT,
    Verdict.RETRY,
    Verdict.THROTTLED,
    Verdict.PERMANENT,
    Verdict.DISABLED,
)

WEBHOOK = [
    (200, SENT), (201, SENT), (202, SENT), (204, SENT), (299, SENT),
    (101, RETRY), (301, PERMANENT), (302, PERMANENT), (307, PERMANENT), (308, PERMANENT), (304, PERMANENT),
    (400, RETRY), (401, RETRY), (403, RETRY), (404, RETRY), (408, RETRY), (413, RETRY), (422, RETRY),
    (410, DISABLED), (429, THROTTLED), (503, THROTTLED), (500, RETRY), (502, RETRY), (504, RETRY), (599, RETRY),
    (999, RETRY),
]  # fmt: skip

SLACK = [
    (200, b"ok", SENT), (200, b"ok\n", SENT), (204, b"", RETRY), (201, b"ok", RETRY), (200, b"", RETRY),
    (200, b"<html>Log in</html>", RETRY), (200, b'{"ok":true}', RETRY),
    (200, b"invalid_payload", PERMANENT), (200, b'{"ok":false,"error":"invalid_blocks"}', PERMANENT),
    (200, b'{"ok":false}', RETRY), (400, b"invalid_payload", PERMANENT), (400, b"no_text", PERMANENT),
    (400, b"", PERMANENT), (413, b"", PERMANENT), (200, b"no_service", DISABLED),
    (400, b"user_not_found", DISABLED), (403, b"invalid_token", DISABLED), (403, b"action_prohibited", RETRY),
    (404, b"no_service", DISABLED), (404, b"channel_not_found", DISABLED), (410, b"channel_is_archived", DISABLED),
    (410, b"", DISABLED), (401, b"", RETRY), (403, b"", RETRY), (404, b"", RETRY), (408, b"", RETRY),
    (429, b"rate_limited", THROTTLED), (429, b"ok", THROTTLED), (200, b"rate_limited", THROTTLED), (503, b"", THROTTLED),
    (500, b"rollup_error", RETRY), (500, b"ok", RETRY), (502, b"", RETRY), (504, b"", RETRY),
    (301, b"", PERMANENT), (302, b"", PERMANENT),
]  # fmt: skip


@pytest.mark.parametrize(("status", "verdict"), WEBHOOK)
def test_a_webhook_answer_means_what_the_table_says(status: int, verdict: Verdict) -> None:
    assert answers.webhook(status, None, NOW).verdict is verdict


@pytest.mark.parametrize(("status", "body", "verdict"), SLACK)
def test_a_slack_answer_means_what_the_table_says(status: int, body: bytes, verdict: Verdict) -> None:
    assert answers.slack(status, body, None, NOW).verdict is verdict


def test_the_whole_table_holds(capsys: pytest.CaptureFixture[str]) -> None:
    held = sum(answers.webhook(status, None, NOW).verdict is verdict for status, verdict in WEBHOOK)
    held += sum(answers.slack(status, body, None, NOW).verdict is verdict for status, body, verdict in SLACK)
    with capsys.disabled():
        print(f"\nFIGURE R7 cases={len(WEBHOOK) + len(SLACK)} held={held}")

    assert held == len(WEBHOOK) + len(SLACK)


@settings(max_examples=200)
@given(st.integers(100, 999).filter(lambda status: status // 100 != 2), st.binary(max_size=50))
def test_only_a_2xx_counts_as_sent(status: int, body: bytes) -> None:
    assert answers.webhook(status, None, NOW).verdict is not SENT
    assert answers.slack(status, body, None, NOW).verdict is not SENT


@settings(max_examples=200)
@given(st.integers(200, 299), st.binary(max_size=50).filter(lambda body: body.strip() != b"ok"))
def test_for_slack_only_ok_counts_as_sent(status: int, body: bytes) -> None:
    assert answers.slack(status, body, None, NOW).verdict is not SENT


@pytest.mark.parametrize("body", [b"invalid_payload", b"invalid_blocks", b"msg_too_long", b"too_many_attachments"])
def test_a_refused_message_may_get_through_in_simpler_words(body: bytes) -> None:
    assert answers.slack(400, body, None, NOW).poisoned


@pytest.mark.parametrize("body", [b"no_service", b"action_prohibited"])
def test_a_refused_channel_is_not_a_refused_message(body: bytes) -> None:
    assert not answers.slack(400, body, None, NOW).poisoned


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        (b"7", timedelta(seconds=7)),
        (b" 120 ", timedelta(minutes=2)),
        (b"Mon, 23 Nov 2026 09:24:00 GMT", timedelta(minutes=10)),
        (b"Mon, 23 Nov 2026 09:24:00 -0000", timedelta(minutes=10)),
        (b"Mon, 23 Nov 2026 10:24:00 +0100", timedelta(minutes=10)),
        (b"1000000000", timedelta(hours=24)),
        (b"9" * 199, timedelta(hours=24)),
        (b"9" * 5000, None),
        (b"Mon, 23 Nov 2099 09:24:00 GMT", timedelta(hours=24)),
        (b"Mon, 23 Nov 2020 09:24:00 GMT", None),
        (b"Mon, 99 Nov 2026 99:24:00 GMT", None),
        (b"0", None),
        (b"-5", None),
        (b"1.5", None),
        (b"soon", None),
        (b"\xff\xfe", None),
        (b"", None),
        (None, None),
    ],
)
def test_a_retry_after_in_any_form_is_a_wait_or_nothing(written: bytes | None, wait: timedelta | None) -> None:
    assert answers.asked_wait(written, NOW) == wait


@settings(max_examples=200)
@given(st.binary(max_size=40))
def test_no_retry_after_holds_an_alert_longer_than_a_day(written: bytes) -> None:
    wait = answers.asked_wait(written, NOW)

    assert wait is None or timedelta() < wait <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "ambiguous"),
    [(408, True), (500, True), (502, True), (504, True), (503, False), (429, False), (404, False)],
)
def test_an_answer_is_ambiguous_when_the_message_may_be_in(status: int, ambiguous: bool) -> None:  # noqa: FBT001
    assert answers.slack(status, b"", None, NOW).ambiguous is ambiguous


def test_a_page_in_the_place_of_slack_leaves_it_open_whether_slack_took_it() -> None:
    assert answers.slack(200, b"<html>", None, NOW).ambiguous


def test_a_wait_is_told_in_the_detail() -> None:
    assert answers.webhook(429, b"30", NOW) == Reading(
        verdict=THROTTLED,
        detail="answered 429 Too Many Requests, asked to wait 30 s: the receiver wants fewer, or a pause",
        retry_after=timedelta(seconds=30),
    )


def test_what_a_channel_says_is_repeated_only_if_it_is_one_of_slacks_words() -> None:
    said = b"https://hooks.example.org/services/T/B/canary \x1b[31m"

    assert (
        answers.slack(404, said, None, NOW).detail
        == "answered 404 Not Found: it may be mended before the schedule ends"
    )
