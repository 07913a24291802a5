"""When two articles carry one text."""

import pytest

from monitor.duplicates import text_key
from tests.making import article

TEXT = "Halvora will let 1,100 people go in Lisbon, its chief executive told all employees on Monday."


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace(" ", "\n "),
        TEXT.replace(", its", " – its"),
        TEXT + "…",
        TEXT.replace("ce", "\uff43\uff45"),
    ],
)
def test_case_punctuation_and_space_do_not_make_another_text(copy):
    assert text_key(article("Halvora", summary=copy)) == text_key(article("Halvora", summary=TEXT))


def test_another_number_makes_another_text():
    assert text_key(article("x", summary=TEXT)) != text_key(article("x", summary=TEXT.replace("1,100", "1,200")))


def test_a_short_text_has_no_key():
    assert text_key(article("Layoffs at Halvora")) is None
