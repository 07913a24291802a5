"""Facts measured against the labelled items of other people's news.

Words and rules were chosen on one half; the misses of the other, and of the address headlines, were read too, so that only
texts that are not here say how well new ones are read. The starter directory holds the recorded names of the address
headlines, which therefore say nothing of unknown employers: those are measured without any directory.
"""

from __future__ import annotations

import json
import os
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config import load as load_settings
from monitor.detect import facts
from monitor.detect.companies import Directory, load
from monitor.detect.numbers import quantities
from monitor.detect.tokens import tokens
from monitor.model import Facts, Text

STARTER = Path(__file__).parents[2] / "config" / "companies.toml"
TUNED_ON = 114
"""Items of the shuffled file that words and rules were chosen on."""


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("PINKSLIP_DATA")
    if not folder:
        pytest.skip("skipped: no data")
    return Path(folder)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load(STARTER)


def lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def bare(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in decomposed if character.isascii() and character.isalnum())


def accepted(read: Facts, labels: list[str]) -> bool:
    names = {bare(name) for company in read.companies for name in (company.name, company.text)} - {""}
    return any(name in bare(label) or bare(label) in name for name in names for label in labels)


def scores(labels: list[dict], items: dict[str, dict], directory: Directory) -> Counter[str]:
    score: Counter[str] = Counter()
    for label in labels:
        item = items[label["id"]]
        read = facts.read(Text(item["title"], item.get("summary") or "", item.get("body") or ""), directory)
        value = read.headcount.value if read.headcount else None
        percent = read.percent.value if read.percent else None
        stated = label["count"] is not None
        score["named"] += bool(label["company"])
        score["company"] += bool(label["company"]) and accepted(read, label["company"])
        score["counted"] += stated
        score["right"] += stated and value == label["count"]
        score["wrong"] += stated and value not in (None, label["count"])
        score["uncounted"] += not stated
        score["invented"] += not stated and value is not None
        score["shared"] += label["percent"] is not None
        score["share"] += label["percent"] is not None and percent is not None and abs(percent - label["percent"]) < 0.5
    return score


def test_facts_of_the_half_that_was_not_read_hold_their_floors(data: Path, directory: Directory) -> None:
    items = {item["id"]: item for item in lines(data / "detect.jsonl")}
    labels = {label["id"]: label for label in lines(data / "facts.jsonl")}
    order = list(labels)
    random.Random(4711).shuffle(order)
    tuned = scores([labels[key] for key in order[:TUNED_ON]], items, directory)
    other = scores([labels[key] for key in order[TUNED_ON:]], items, directory)
    print(f"\ntuned on {dict(tuned)}\nother    {dict(other)}")
    for half in (tuned, other):
        assert half["company"] >= 0.95 * half["named"]
        assert half["right"] >= 0.95 * half["counted"]
        assert half["wrong"] <= 0.03 * half["counted"]
        assert half["invented"] <= 0.02 * half["uncounted"]
        assert half["share"] >= 0.96 * half["shared"]


def test_employers_are_found_without_any_directory(data: Path) -> None:
    items = {item["id"]: item for item in lines(data / "detect.jsonl")}
    score = scores(list(lines(data / "facts.jsonl")), items, Directory(()))
    print(f"\nwithout a directory: {score['company']} of {score['named']}")
    assert score["company"] >= 0.89 * score["named"]


def states(title: str, number: float) -> bool:
    """Whether a headline holds a number, in digits or words."""
    return any(quantity.value == number and not quantity.percent for quantity in quantities(tokens(title)))


def test_what_was_recorded_is_found_in_the_address_headlines_that_are_flagged(data: Path) -> None:
    settings = load_settings(STARTER.parent, {}, examples=False)
    score: Counter[str] = Counter()
    for item in lines(data / "slugs.jsonl"):
        title, company, number = str(item["title"]), str(item["company"]), item["count"]
        if not settings.pack.judge(Text(title)).flagged:
            continue
        read = facts.read(Text(title), settings.directory)
        score["flagged"] += 1
        if bare(company) in bare(title):
            score["named"] += 1
            score["found"] += accepted(read, [company])
        if isinstance(number, float) and states(title, number):
            score["counted"] += 1
            score["right"] += read.headcount is not None and read.headcount.value == number
    print(f"\nflagged address headlines: {dict(score)}")
    assert score["found"] >= 0.96 * score["named"]
    assert score["right"] >= 0.95 * score["counted"]


def test_recorded_names_are_found_in_headlines_whose_capitals_say_nothing(data: Path, directory: Directory) -> None:
    named = found = 0
    for item in lines(data / "slugs.jsonl"):
        title, company = str(item["title"]), str(item["company"])
        telling = "lay" in title.casefold() or "job cut" in title.casefold()
        if telling and bare(company) in bare(title):
            named += 1
            found += accepted(facts.read(Text(title), directory), [company])
    print(f"\nnames in address headlines: {found} of {named}")
    assert found >= 0.95 * named
