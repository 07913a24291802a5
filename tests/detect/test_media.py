"""A name that says only how people were told is no employer."""

from __future__ import annotations

import pytest

from monitor.config import starter
from monitor.detect import companies, facts
from monitor.model import Text

DIRECTORY = companies.load(starter() / "companies.toml")


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Halvora lays off 300 workers on Zoom call", ["Halvora"]),
        ("CEO fires 900 employees over Zoom", []),
        ("Workers laid off via Zoom call at Tirmona", ["Tirmona"]),
        ("Nexora lays off 120 in a Microsoft Teams call", ["Nexora"]),
        ("Posts on LinkedIn say Ospera Bank cut 200 jobs", ["Ospera Bank"]),
        ("Volmar Motors cut 80 jobs, chief says in a LinkedIn post", ["Volmar Motors"]),
        ("Zoom lays off 150 employees", ["Zoom"]),
        ("Layoffs at Zoom: 150 jobs cut", ["Zoom"]),
        ("LinkedIn to cut 200 jobs", ["LinkedIn"]),
        ("Microsoft cuts 300 jobs in Teams", ["Microsoft"]),
    ],
)
def test_a_medium_is_no_employer(title, named):
    assert [company.name for company in facts.read(Text(title), DIRECTORY).companies] == named
