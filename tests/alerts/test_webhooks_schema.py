"""The published JSON Schema: whatever is sent to a webhook is in it, and nothing is sent that it does not name."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import compose
from monitor.model import AlertKind, Amount, Layoff, Qualifier, Report, Severity, Stage, Telling
from tests.alerts.examples import ALERT_ID, ALL, BRANTIQ, DIGEST, FIRST, HALVORA, NOW, OPENED, WEBHOOK

jsonschema = pytest.importorskip("jsonschema", reason="skipped: no jsonschema")

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "webhooks.schema.json").read_text("utf-8"))


def closed(schema: Any) -> Any:
    """The schema without room for what it does not name: we may send more some day, but not unsaid."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    return inner | {"additionalProperties": False} if schema.get("type") == "object" else inner


OPEN = jsonschema.Draft202012Validator(SCHEMA)
CLOSED = jsonschema.Draft202012Validator(closed(SCHEMA))


def sent(telling: Telling) -> Any:
    return json.loads(compose(WEBHOOK, ALERT_ID, telling))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_each_type_is_in_it() -> None:
    named = {
        kind for each in SCHEMA["oneOf"] for kind in SCHEMA["$defs"][each["$ref"][8:]]["properties"]["type"]["enum"]
    }

    assert named == {kind.value for kind in AlertKind} == {telling.kind.value for telling in ALL}


def test_it_names_every_stage_severity_and_qualifier() -> None:
    defined = SCHEMA["$defs"]

    assert defined["stage"]["enum"] == [stage.value for stage in Stage]
    assert set(defined["layoff"]["properties"]["severity"]["enum"]) == {each.value for each in Severity}
    assert set(defined["fact"]["properties"]["qualifier"]["enum"]) == {each.value for each in Qualifier}


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_each_message_is_as_the_schema_says(telling: Telling) -> None:
    CLOSED.validate(sent(telling))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "layoff.guessed"},
        {"timestamp": "2026-11-23 09:14"},
        {"data": {}},
        {"data": sent(OPENED)["data"] | {"stage": "over"}},
        {"data": sent(OPENED)["data"] | {"headcount": "many"}},
        {"data": {key: value for key, value in sent(OPENED)["data"].items() if key != "percent"}},
        {"data": sent(OPENED)["data"] | {"reports": [{"title": "x"}]}},
    ],
)
def test_it_tells_a_wrong_message(change: dict[str, Any]) -> None:
    assert not OPEN.is_valid(sent(OPENED) | change)


def test_it_leaves_room_for_fields_to_come() -> None:
    message = sent(OPENED)

    assert OPEN.is_valid(message | {"data": message["data"] | {"mood": "grim"}})


texts = st.text(max_size=40) | st.text('A\u0301\ud800\x00\u2028"\\<&', max_size=2_500)
maybe = st.none() | texts
numbers = st.none() | st.integers(0, 10**7)
urls = st.none() | texts | texts.map("https://x.example/{}".format)
amounts = st.none() | st.builds(
    Amount,
    value=st.none() | st.floats(),
    low=st.none() | st.floats(),
    high=st.none() | st.floats(),
    qualifier=st.sampled_from(Qualifier),
    vague=maybe,
    field=st.just("body"),
    start=st.just(0),
    end=st.just(1),
    text=texts,
    sentence=texts,
)
layoffs = st.builds(
    lambda **changes: replace(HALVORA, **changes),
    company=maybe,
    stage=st.sampled_from(Stage),
    headcount=numbers,
    headcount_low=numbers,
    headcount_high=numbers,
    stated=maybe,
    percent=st.none() | st.floats(0, 100),
    place=maybe,
    places=st.lists(texts, max_size=60).map(tuple),
    units=st.lists(texts, max_size=3).map(tuple),
    effective=maybe,
    sentence=texts,
    severity=st.sampled_from(Severity),
    follows=st.none() | st.just("abc"),
)
reports = st.builds(
    lambda **changes: replace(FIRST, **changes),
    outlet=texts,
    title=texts,
    url=urls,
    headcount=amounts,
    percent=amounts,
    rules=st.lists(texts, max_size=3).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from([AlertKind.OPENED, AlertKind.UPDATED, AlertKind.REVERSED]),
    layoff=layoffs,
    before=st.none() | layoffs,
    told=st.lists(reports, max_size=3).map(tuple),
    reason=texts,
)
def test_whatever_a_layoff_is_its_message_is_as_the_schema_says(
    kind: AlertKind, layoff: Layoff, before: Layoff | None, told: tuple[Report, ...], reason: str
) -> None:
    CLOSED.validate(sent(Telling(kind=kind, now=NOW, layoff=layoff, before=before, reports=told, reason=reason)))


@settings(deadline=None, max_examples=30)
@given(
    kind=st.sampled_from([AlertKind.SOURCE_DOWN, AlertKind.SOURCE_RECOVERED, AlertKind.TEST]),
    message=texts,
    source=st.none() | texts,
)
def test_whatever_a_source_says_its_message_is_as_the_schema_says(
    kind: AlertKind, message: str, source: str | None
) -> None:
    told = source if kind is not AlertKind.TEST else None
    CLOSED.validate(sent(Telling(kind=kind, now=NOW, message=message, source_id=told)))


def test_a_digest_of_more_than_it_lists_is_as_the_schema_says() -> None:
    many = tuple(replace(BRANTIQ, id=str(number)) for number in range(700))

    CLOSED.validate(sent(replace(DIGEST, layoffs=many, total=700)))


def test_every_column_of_a_layoff_is_in_it_or_left_out_on_purpose() -> None:
    left_out = {"company_key", "figures", "wave", "primary", "merged_into", "others"}
    named = set(SCHEMA["$defs"]["layoff"]["properties"]) - {"report_count"} | {"reports"}

    assert named == {field.name for field in fields(Layoff)} - left_out
