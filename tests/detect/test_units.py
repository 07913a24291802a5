"""Which part of an employer is cut."""

from __future__ import annotations

import pytest

from monitor.detect import facts
from monitor.detect.companies import Directory, Employer
from monitor.model import Text

KNOWN = Directory(
    (
        Employer(name="Halvora", key="halvora", words="Halvora", context=False),
        Employer(name="Halvora", key="halvora", words="HWS", context=False, unit=True),
        Employer(name="Halvora", key="halvora", words="Halvora Web Services", context=False, unit=True),
    )
)


def units(title: str, body: str = "") -> list[str]:
    return [unit.value for unit in facts.read(Text(title, "", body), KNOWN).units]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvora cuts 200 jobs in its cloud unit", ["cloud unit"]),
        ("Halvora Cuts 200 Jobs In Cloud Unit", ["Cloud Unit"]),
        ("Halvora lays off 60 from the metaverse team", ["metaverse team"]),
        ("Halvora lays off its Python team", ["Python team"]),
        ("Halvora will lay off 200 people in its recruiting and HR teams", ["recruiting and HR teams"]),
        ("Halvora lays off hundreds in its advertising business", ["advertising business"]),
        ("Halvora cuts 400 jobs at its Moto G plant", ["Moto G plant"]),
        ("Halvora's gaming arm to cut 90 jobs", ["gaming arm"]),
        ("Halvora lays off 600 across its AI division", ["AI division"]),
        ("HWS lays off 220 people", ["HWS"]),
    ],
)
def test_the_part_that_is_cut_is_read_as_it_is_written(title: str, expected: list[str]) -> None:
    assert units(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Halvora cuts 500 jobs in its management team",
        "Halvora cuts 500 jobs as it expands its cloud unit",
        "Education Department lays off 500 workers",
        "Halvora cuts 500 jobs in its whole business",
        "Halvora lays off 500 after unit sales fall",
        "Halvora to cut 500 jobs, says union's bargaining team",
        "Halvora cuts 500 jobs",
    ],
)
def test_what_is_no_part_that_is_cut_is_none(title: str) -> None:
    assert units(title) == []


def test_parts_that_the_directory_knows_are_read_under_each_name() -> None:
    body = "Halvora Web Services (HWS) will cut several hundred jobs in sales."
    assert units("Halvora continues its layoffs", body) == ["Halvora Web Services", "HWS"]


def test_a_part_of_an_earlier_round_is_none() -> None:
    assert units("Halvora cuts 500 jobs", "The company made previous layoffs in its cloud unit in April.") == []
