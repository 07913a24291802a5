"""Why jobs go, as a text states it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import facts
from monitor.detect.companies import Directory
from monitor.model import Text


def reason(title: str) -> str | None:
    stated = facts.read(Text(title), Directory()).reason
    assert stated is None or stated.value == stated.text
    return stated.value if stated else None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Halvora cuts 500 jobs because of weak demand", "weak demand"),
        ("Halvora is cutting 120 jobs due to weak demand, the company said Thursday", "weak demand"),
        ("Halvora to axe 200 posts amid restructuring", "restructuring"),
        ("Halvora cuts 500 jobs as part of a restructuring, it said", "a restructuring"),
        ("Halvora cuts 500 jobs, citing AI, and closes an office", "AI"),
        ("Halvora cuts 45% of workforce, blaming 'new realities' of the market", "'new realities' of the market"),
        ("Halvora cuts 500 jobs in a bid to avoid bankruptcy", "avoid bankruptcy"),
        ("Halvora cuts 500 jobs as it shifts to AI", "it shifts to AI"),
        ("Halvora cuts 500 jobs as sales fall", "sales fall"),
        ("Halvora cuts 500 jobs after losing its biggest customer", "losing its biggest customer"),
        ("Due to falling orders, Halvora will cut 500 jobs", "falling orders"),
    ],
)
def test_the_clause_that_says_why_is_read_without_its_marker(title: str, expected: str) -> None:
    assert reason(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "500 Halvora jobs due to be cut",
        "Halvora cuts 500 jobs after 20 years",
        "Halvora cuts 500 jobs as finance chief steps down",
        "Halvora cuts as many as 500 jobs",
        "Halvora cuts 500 jobs amid union protests",
        "Halvora cuts 500 jobs, citing people familiar with the matter",
        "Halvora cuts 500 jobs even as it seeks engineers",
        "Halvora cuts 500 jobs as part of its latest round of layoffs",
        "Halvora will hire 500 workers because of strong demand",
        "Halvora shares fall because of weak demand",
    ],
)
def test_what_gives_no_reason_for_the_cut_is_none(title: str) -> None:
    assert reason(title) is None


@given(
    st.lists(
        st.sampled_from(
            ["weak", "demand", "and", "rising", "costs", "in", "its", "European", "market", "for", "electric", "vans"]
        ),
        max_size=80,
    )
)
def test_a_reason_is_never_longer_than_it_may_be(words: list[str]) -> None:
    assert len(reason("Halvora cuts 500 jobs because of " + " ".join(words)) or "") <= 160
