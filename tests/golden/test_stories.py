"""Thirty stories and the seed article, each read and decided as an attentive editor would."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import pinkslip
from monitor.config import starter
from monitor.detect import companies, facts
from monitor.detect.rules import load
from monitor.model import Text
from tests.golden import differences
from tests.golden.story import FOLDER, stories

STORIES = stories()
RULES = starter() / "rules"
CONFIG = """
[archive]
path = "pinkslip.db"
[[channel]]
id = "desk"
kind = "console"
"""
SOURCES = """
[[source]]
id = "herald"
url = "https://herald.example/feed"
"""

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@pytest.fixture(scope="module")
def directory():
    return companies.load(FOLDER / "companies.toml")


@pytest.fixture(scope="module")
def pack(directory):
    return load(sorted(RULES.glob("*.toml")), directory)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("config")
    (made / "pinkslip.toml").write_text(CONFIG)
    (made / "sources.toml").write_text(SOURCES)
    (made / "rules").symlink_to(RULES)
    shutil.copy(FOLDER / "companies.toml", made)
    return made


@pytest.fixture(scope="module")
def lines():
    """All stories at once, as they would come in: one is told while another goes on."""
    articles = sorted((each for story in STORIES for each in story.articles), key=lambda each: each.published)
    return "".join(json.dumps(each.record()) + "\n" for each in articles)


@pytest.fixture(scope="module")
def answers(folder, lines):
    """What ``pinkslip replay`` answers, by article."""
    path = folder / "stories.jsonl"
    path.write_text(lines, encoding="utf-8")
    result = CliRunner().invoke(
        pinkslip, ["--config", str(folder), "replay", str(path)], catch_exceptions=False, env={"COLUMNS": "120"}
    )
    assert result.exit_code == 0, result.output
    return {each["id"]: each for each in map(json.loads, result.stdout.splitlines())}


@pytest.fixture(scope="module")
def ended(answers):
    """Each layoff as it was known after its last report."""
    return {each["layoff"]: each["so_far"] for each in answers.values() if each["layoff"]}


@each_story
def test_from_each_article_is_read_what_it_says_and_nothing_else(story, pack, directory):
    wrong = []
    for article in story.articles:
        flag, read = pack.judge(article.text), facts.read(article.text, directory)
        found = itertools.chain(
            differences.of_reading(article.read, flag, read), differences.of_what_must_not_be(article.never, read)
        )
        wrong += [f"{article.id}: {each}" for each in found]
    assert wrong == []


@each_story
def test_each_article_becomes_what_it_is_to_the_layoff(story, answers):
    opened, ids, wrong = opening(story, answers), [each.id for each in story.articles], []
    for article in story.articles:
        found = differences.of_decision(article.decided, answers[article.id], opened, ids)
        wrong += [f"{article.id}: {each}" for each in found]
    assert wrong == []


@each_story
def test_there_are_as_many_layoffs_as_there_were_cuts(story, answers):
    told = [answers[each.id]["layoff"] for each in story.articles]
    assert len({each for each in told if each}) == len(story.layoffs)


@each_story
def test_a_layoff_ends_with_the_figures_and_the_stage_of_all_its_reports(story, answers, ended):
    opened = opening(story, answers)
    wrong = []
    for wanted in story.layoffs:
        wrong += [f"{wanted.id}: {each}" for each in differences.of_end(wanted, ended[opened[wanted.id]])]
    assert wrong == []


def opening(story, answers):
    """The id under which each layoff of a story was opened, by the article that opens it."""
    return {
        article.decided.layoff: answers[article.id]["layoff"]
        for article in story.articles
        if article.decided.outcome == "opened"
    }


def test_there_are_thirty_stories_told_in_time_order():
    assert len(STORIES) == 30
    times = [[each.published for each in story.articles] for story in STORIES]
    assert times == [sorted(each) for each in times]


@each_story
def test_a_story_opens_each_of_its_layoffs_once(story):
    opened = [each.decided.layoff for each in story.articles if each.decided.outcome == "opened"]
    assert opened == [each.id for each in story.layoffs]
    assert {each.decided.layoff for each in story.articles} - {None} == set(opened)


@each_story
def test_every_name_that_a_story_forbids_stands_in_its_text(story):
    for article in story.articles:
        said = f"{article.title} {article.summary} {article.body}".casefold()
        names = [*article.never.companies, *article.never.places]
        assert [each for each in names if each.casefold() not in said] == []


@pytest.fixture
def seed():
    data = os.environ.get("PINKSLIP_DATA")
    path = Path(data).parent / "seed" / "amazon-aws-layoffs.txt" if data else None
    if path is None or not path.is_file():
        pytest.skip("skipped: no data")
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    return Text(title.strip(), "", body.strip())


@pytest.fixture(scope="module")
def shipped():
    return companies.load(RULES.parent / "companies.toml")


def test_the_seed_article_is_flagged(seed, shipped):
    flag = load(sorted(RULES.glob("*.toml")), shipped).judge(seed)
    assert (flag.flagged, flag.kind) == (True, "layoff")


def test_the_seed_article_names_one_employer_and_its_units(seed, shipped):
    read = facts.read(seed, shipped)
    assert list(dict.fromkeys(each.name for each in read.companies)) == ["Amazon"]
    units = {each.text for each in (*read.units, *read.companies) if each in read.units or each.unit}
    assert units >= {"Amazon Web Services", "AWS"}


def test_the_seed_article_states_two_vague_counts_and_no_days_of_pay(seed, shipped):
    read = facts.read(seed, shipped)
    assert [(each.value, each.vague) for each in read.headcounts[:2]] == [
        (None, "several hundred"),
        (None, "a few hundred"),
    ]
    assert 60 not in {number for each in read.headcounts for number in (each.value, each.low, each.high)}
    assert read.percent is None
