"""Which reports are one layoff, measured against labelled clusters of other people's news.

All of them were read while the evidence was weighed, so these figures say what is kept, not what is met with new news.
"""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from monitor.cli.records import published, record
from monitor.cli.replay import _UNDATED, Simulation
from monitor.config import load, starter


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("PINKSLIP_DATA")
    if not folder:
        pytest.skip("skipped: no data")
    return Path(folder)


@pytest.fixture(scope="module")
def clusters(data):
    lines = (data / "clusters.jsonl").read_text(encoding="utf-8").splitlines()
    return {each["id"]: each for each in map(json.loads, lines)}


@pytest.fixture(scope="module")
def answers(data, clusters):
    simulation = Simulation(load(starter(), {}, examples=False))
    found = map(record, (data / "detect.jsonl").read_bytes().splitlines())
    articles = [each for each in found if each["id"] in clusters]
    articles.sort(key=lambda each: published(each) or _UNDATED)
    return {each["id"]: simulation.answer(each, published(each) or _UNDATED) for each in articles}


def test_reports_of_one_cut_are_one_layoff(clusters, answers):
    layoffs, true = defaultdict(list), defaultdict(list)
    for name, answer in answers.items():
        if answer["layoff"]:
            layoffs[answer["layoff"]].append(name)
        if clusters[name]["type"] == "layoff_event":
            true[clusters[name]["cluster_id"]].append(name)
    joined = [pair for names in layoffs.values() for pair in itertools.combinations(names, 2)]
    wrong = [pair for pair in joined if len({clusters[name]["saga"] for name in pair}) > 1]
    pairs = [pair for names in true.values() for pair in itertools.combinations(names, 2)]
    found = sum(
        answers[one]["layoff"] is not None and answers[one]["layoff"] == answers[other]["layoff"]
        for one, other in pairs
    )
    print(
        f"\npairs joined {len(joined)}, across sagas {len(wrong)}; of one cut {len(pairs)}, found {found} "
        f"({found / len(pairs):.3f}); cuts {len(true)}, opened {len(layoffs)}"
    )
    assert len(wrong) <= 0.01 * len(joined)
    assert found >= 0.88 * len(pairs)
    assert abs(len(layoffs) - len(true)) <= 0.1 * len(true)


def test_each_layoff_is_opened_once_and_updated_seldom(answers):
    told = defaultdict(Counter)
    for answer in answers.values():
        for alert in answer["alerts"]:
            told[answer["layoff"]][alert["kind"]] += 1
    updates = Counter(kinds["layoff.updated"] + kinds["layoff.reversed"] for kinds in told.values())
    print(f"\nlayoffs by updates told {dict(sorted(updates.items()))}")
    assert {kinds["layoff.opened"] for kinds in told.values()} == {1}
    assert updates[0] >= 0.85 * len(told)
