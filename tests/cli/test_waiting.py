"""`alerts list` and `alerts show` say why an alert is not with its channel yet."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.archive import Archive
from monitor.archive.outbox import GIVEN_UP
from monitor.cli.waiting import why_not_yet
from monitor.model import AlertState, Delivery, Verdict
from tests.making import NOW

DUE = "2026-11-23T13:00:00Z"


@pytest.mark.parametrize(
    ("state", "reason", "digest", "hindrance", "says"),
    [
        ("delivered", "first report", None, "its channel is gone", ""),
        ("dead", "first report", None, None, "given up; pinkslip alerts replay sends it again"),
        ("suppressed", "the page says otherwise", None, None, "taken back: the page says otherwise"),
        ("held", "quiet", None, None, "held until 2026-11-23 13:00 UTC: quiet"),
        (
            "held",
            "storm",
            "msg_12345678901234",
            "its channel is gone",
            "told by digest msg_12345678; its channel is gone",
        ),
        ("pending", "first report", None, None, "due in 1 h"),
        ("pending", "first report", None, "its channel\x1b is gone", "its channel is gone"),
    ],
)
def test_each_state_has_its_words(state, reason, digest, hindrance, says):
    assert why_not_yet(AlertState(state), reason, DUE, digest, hindrance, NOW) == says


@pytest.fixture
def answered(folder, archived):
    """The first alert's channel answers so."""

    def answered(verdict, retry_at, at=NOW):
        archive = Archive.open(folder / "pinkslip.db")
        with archive.writing():
            alert = archive.outbox.take("console", at)
            fields = {"channel_id": "console", "attempt": alert.attempts, "started_at": at, "took": timedelta(0)}
            delivery = Delivery(alert_id=alert.id, verdict=verdict, status=410, detail="answered 410 Gone", **fields)
            archive.outbox.record(alert, delivery, retry_at)
        archive.close()
        return alert.id

    return answered


def test_a_channel_that_is_gone_is_the_reason(answered, call):
    alert_id = answered(Verdict.DISABLED, None)
    assert call("alerts", "list").stdout.count("its channel is gone: answered 410 Gone") == 3
    assert "its channel is gone: answered 410 Gone" in call("alerts", "show", alert_id).stdout


def test_a_channel_that_is_paused_is_the_reason(answered, call):
    until = datetime.now(UTC) + timedelta(hours=1)
    alert_id = answered(Verdict.THROTTLED, until)
    assert f"its channel is paused until {until:%Y-%m-%d %H:%M} UTC" in call("alerts", "show", alert_id).stdout


def test_a_channel_that_fails_for_days_is_the_reason(answered, call):
    answered(Verdict.RETRY, NOW)
    assert "its channel is gone" not in call("alerts", "list").stdout
    answered(Verdict.RETRY, NOW, NOW + GIVEN_UP)
    assert "it took nothing since 2026-11-23 12:00 UTC" in call("alerts", "list").stdout
