from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import compose
from monitor.model import AlertKind, Telling
from tests.alerts.examples import (
    ALERT_ID,
    ALL,
    DIGEST,
    FIRST,
    HALVORA,
    NOW,
    OPENED,
    SOURCE_DOWN,
    TEST,
    UPDATED,
    WEBHOOK,
)
from tests.alerts.test_slack import said_by_a_stranger


def told(telling: Telling) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(compose(WEBHOOK, ALERT_ID, telling))
    return message


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_a_message_is_a_type_a_time_and_its_data(telling: Telling) -> None:
    message = told(telling)

    assert list(message) == ["type", "timestamp", "data"]
    assert message["type"] == telling.kind.value
    assert message["timestamp"] == "2026-11-23T09:14:00Z"


def test_every_kind_of_alert_has_an_example() -> None:
    assert {telling.kind for telling in ALL} == set(AlertKind)


def test_the_data_of_a_layoff_is_its_row() -> None:
    data = told(OPENED)["data"]

    assert {
        name: data[name] for name in ("id", "company", "stage", "headcount", "percent", "place", "report_count")
    } == {
        "id": "halvora-2026-11",
        "company": "Halvora",
        "stage": "confirmed",
        "headcount": 1100,
        "percent": 8,
        "place": "Lisbon, remote",
        "report_count": 14,
    }


def test_the_reports_say_who_wrote_what_and_when() -> None:
    assert told(OPENED)["data"]["reports"][0] == {
        "outlet": "The Wire",
        "title": "Halvora to cut 1,100 jobs",
        "url": "https://wire.example.org/halvora?a=1&b=2",
        "published_at": "2026-11-23T09:02:00Z",
        "article_id": "art-1",
    }


def test_each_fact_has_the_sentence_it_was_read_from_once() -> None:
    facts = told(OPENED)["data"]["facts"]

    assert [(fact["name"], fact["value"], fact["text"]) for fact in facts] == [
        ("headcount", 1100, "1,100"),
        ("percent", 8, "8 %"),
    ]
    assert all(fact["text"] in fact["sentence"] for fact in facts)


def test_an_update_tells_what_was_before_and_how_late_it_is() -> None:
    data = told(UPDATED)["data"]

    assert (data["previous"]["stated"], data["stated"], data["late_seconds"]) == ("up to 400", "640", 7800)


def test_a_digest_tells_how_many_there_are_beyond_those_it_lists() -> None:
    data = told(DIGEST)["data"]

    assert (data["total"], len(data["layoffs"]), data["reason"]) == (112, 3, "storm")


def test_a_source_is_named_and_says_what_happened() -> None:
    assert told(SOURCE_DOWN)["data"] == {"source_id": "techwire", "message": SOURCE_DOWN.message}


def test_a_test_needs_no_message_of_its_own() -> None:
    assert told(replace(TEST, message=""))["data"] == {"message": "Layoffs will arrive here."}


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_that_json_does_not_know_is_null(value: float) -> None:
    assert told(replace(OPENED, layoff=replace(HALVORA, percent=value)))["data"]["percent"] is None


def test_times_are_utc_wherever_they_come_from() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))

    assert told(replace(OPENED, now=elsewhere))["timestamp"] == "2026-11-23T09:14:00Z"


def test_a_thousand_reports_stay_a_message_that_receivers_take() -> None:
    long = replace(FIRST, title="Halvora " * 1000)
    body = compose(WEBHOOK, ALERT_ID, replace(OPENED, layoff=replace(HALVORA, reports=1000), reports=(long,) * 1000))

    assert len(body) < 64 * 1024
    assert json.loads(body)["data"]["report_count"] == 1000


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_whatever_strangers_write_is_valid_json_without_controls(words: str) -> None:
    for telling in said_by_a_stranger(words):
        body = compose(WEBHOOK, ALERT_ID, telling)
        assert json.loads(body)["type"] == telling.kind.value
        assert not set(body.decode()) & {chr(code) for code in (*range(32), 127, *range(0x80, 0xA0))}
        assert b"\\u00" not in body.replace(b"\\\\", b"")
