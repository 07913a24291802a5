from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts import compose, retries, signing
from monitor.alerts.answers import STATUSES
from monitor.model import Telling, Verdict
from tests.alerts.examples import ALERT_ID, ALL, OPENED, SECRET, WEBHOOK

DOCUMENT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_the_example_of_each_type_is_what_is_sent(telling: Telling) -> None:
    (example,) = [one for one in map(json.loads, blocks("json")) if one["type"] == telling.kind.value]

    assert example == json.loads(compose(WEBHOOK, ALERT_ID, telling))


def test_every_field_of_a_layoff_is_explained() -> None:
    data = json.loads(compose(WEBHOOK, ALERT_ID, OPENED))["data"]
    inner = [name for part in ("reports", "facts") for name in data[part][0]]

    assert [name for name in [*data, *inner] if f"`{name}`" not in DOCUMENT] == []


@pytest.mark.parametrize("code", blocks("python"))
def test_the_code_that_verifies_verifies(code: str) -> None:
    body = compose(WEBHOOK, ALERT_ID, OPENED)
    signed = signing.headers(ALERT_ID, body, (SECRET,), datetime.now(UTC))
    headers = {name.decode(): value.decode() for name, value in signed}
    names: dict[str, Any] = {}
    exec(code, names)

    assert names["verified"](SECRET.reveal(), body, headers) == json.loads(body)
    with pytest.raises(Exception, match=r"signature|Pinkslip"):
        names["verified"](SECRET.reveal(), body + b" ", headers)


def test_the_waits_it_names_are_the_schedule() -> None:
    named = "5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h"
    seconds = {"s": 1, "min": 60, "h": 3600}
    told = [int(number) * seconds[unit] for number, unit in re.findall(r"(\d+) (s|min|h)", named)]

    assert named in DOCUMENT
    assert told == [wait.total_seconds() for wait in retries.WAITS]


def test_the_answers_it_names_are_the_table() -> None:
    named = {row.verdict: row.answers for row in STATUSES}

    assert named == {
        Verdict.SENT: range(200, 300),
        Verdict.PERMANENT: range(300, 400),
        Verdict.DISABLED: (410,),
        Verdict.THROTTLED: (429, 503),
    }
