from __future__ import annotations

import json
from dataclasses import replace

import pytest

from monitor.alerts import compose
from monitor.model import Channel, ChannelKind, Secret, Telling
from tests.alerts.examples import ALERT_ID, ALL, DIGEST, FIRST, HALVORA, OPENED

MAIL = Channel(id="mail", kind=ChannelKind.APPRISE, urls=(Secret("mailto://u:p@example.org"),))


def short(telling: Telling) -> dict[str, str]:
    message: dict[str, str] = json.loads(compose(MAIL, ALERT_ID, telling))
    return message


def test_the_short_text_reads_as_one_would_tell_it() -> None:
    assert short(OPENED) == {
        "title": "Halvora: 1,100 jobs, about 8 % of staff",
        "body": "confirmed · Lisbon, remote\n"
        "“Halvora will let 1,100 people go, about 8 % of its staff, its chief executive told employees.”\n"
        "The Wire 09:02 UTC, then 13 more\n"
        "https://wire.example.org/halvora?a=1&b=2",
    }


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_every_kind_of_alert_has_a_title_of_one_line_and_a_body(telling: Telling) -> None:
    message = short(telling)

    assert message["title"]
    assert message["body"]
    assert len(message["title"].splitlines()) == 1
    assert len(message["title"]) <= 200


def test_what_is_left_out_of_a_digest_is_counted() -> None:
    layoffs = tuple(replace(HALVORA, id=str(number), company=f"Nexora {number}") for number in range(40))
    lines = short(replace(DIGEST, layoffs=layoffs, total=300))["body"].split("\n")

    assert (len(lines), lines[-1]) == (17, "and 285 more")


def test_controls_and_line_breaks_from_outside_are_gone() -> None:
    wild = replace(OPENED, layoff=replace(HALVORA, company="Hal\r\nvora\x1b[31m\u202e"), reports=(FIRST,))

    assert short(wild)["title"].startswith("Hal vora: ")
