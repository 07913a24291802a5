from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import signing
from monitor.model import Secret
from tests.alerts.examples import ALERT_ID, SECRET
from tests.receiver import verifies

OLD = Secret("whsec_" + base64.b64encode(b"an older key of theirs, 32 bytes").decode())


def headers(body: bytes, *secrets: Secret, age: timedelta = timedelta()) -> dict[str, str]:
    signed = signing.headers(ALERT_ID, body, secrets, datetime.now(UTC) - age)
    return {name.decode(): value.decode() for name, value in signed}


def test_a_thousand_payloads_verify_and_none_that_was_tampered_with(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"verified": 0, "tampered": 0, "all": 0}

    @settings(max_examples=1000, deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80))
    def verify(text: str) -> None:
        body = json.dumps({"text": f"{text}\u2028👩‍💻"}, ensure_ascii=False).encode()
        sent = headers(body, SECRET)
        counts["all"] += 1
        counts["verified"] += verifies(SECRET.reveal(), body, sent)
        counts["tampered"] += verifies(SECRET.reveal(), body + b" ", sent)

    verify()
    with capsys.disabled():
        print(f"\nFIGURE R10 payloads={counts['all']} verified={counts['verified']} tampered={counts['tampered']}")

    assert counts["verified"] == counts["all"] >= 1000
    assert counts["tampered"] == 0


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_while_secrets_rotate_both_verify(secret: Secret) -> None:
    assert verifies(secret.reveal(), b"{}", headers(b"{}", SECRET, OLD))


def test_a_secret_that_did_not_sign_does_not_verify() -> None:
    assert not verifies(OLD.reveal(), b"{}", headers(b"{}", SECRET))


@pytest.mark.parametrize("minutes", [4, -4])
def test_a_clock_four_minutes_off_still_verifies(minutes: int) -> None:
    assert verifies(SECRET.reveal(), b"{}", headers(b"{}", SECRET, age=timedelta(minutes=minutes)))


def test_an_attempt_of_yesterday_does_not_verify_today() -> None:
    assert not verifies(SECRET.reveal(), b"{}", headers(b"{}", SECRET, age=timedelta(days=1)))


def test_the_id_is_the_same_over_attempts_and_has_no_dot() -> None:
    first, second = headers(b"{}", SECRET), headers(b"{}", SECRET, age=timedelta(hours=1))

    assert first["webhook-id"] == second["webhook-id"]
    assert "." not in first["webhook-id"]


def test_without_a_secret_nothing_is_signed() -> None:
    assert set(headers(b"{}")) == {"webhook-id", "webhook-timestamp"}


def test_a_secret_without_padding_signs_as_with_it() -> None:
    padded = Secret("whsec_" + base64.b64encode(b"nineteen bytes long").decode())
    bare = Secret(padded.reveal().rstrip("="))

    assert signing.key(bare) == signing.key(padded) == b"nineteen bytes long"


@pytest.mark.parametrize("written", ["whsec_", "whsec_not base64!", "whsec_é", "", "whsec_a"])
def test_a_secret_that_cannot_sign_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(ValueError, match="a webhook secret") as refused:
        signing.key(Secret(written))

    assert "not base64!" not in str(refused.value)
