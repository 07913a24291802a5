"""An archive with a day's news in it, and the command line on it."""

import json

import pytest
from click.testing import CliRunner

from monitor import decide
from monitor.archive import Archive
from monitor.cli import pinkslip
from monitor.config import starter
from scrapers.items import Memory
from tests.cli.filing import file_headlines, rule, veto, write_rules
from tests.making import NOW, POLICY, judged, news, source, state

CONFIG = """
[archive]
path = "pinkslip.db"
[[channel]]
id = "console"
kind = "console"
"""

SOURCES = """
[[source]]
id = "herald"
title = "Herald"
url = "https://herald.example/feed"
[[source]]
id = "wire"
url = "https://wire.example/feed"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pinkslip.toml").write_text(CONFIG)
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / "rules").symlink_to(starter() / "rules")
    return tmp_path


@pytest.fixture
def archived(folder):
    """Two layoffs, a story about something else, and a copy."""
    items = (
        judged("Halvora cuts 1,100 jobs in a lay-off round", "Halvora", 1100),
        judged("Brantiq plans layoffs", "Brantiq"),
        judged("Rates fall", flagged=False, kind="macro", url="https://herald.example/rates"),
        judged("=SUM(A1) cuts 5 jobs", "Sumco", 5),
    )
    archive = Archive.open(folder / "pinkslip.db")
    with archive.writing():
        archive.sources.enroll([source(), source("wire")], NOW)
        plan = decide.plan(
            source(), state(), news(*items), items, decide.Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0
        )
        archive.apply(plan, NOW)
    archive.close()
    return plan


@pytest.fixture
def call(folder):
    def call(*args, expect=0, stdin=None):
        result = CliRunner().invoke(pinkslip, ["--config", str(folder), *args], input=stdin)
        assert result.exit_code == expect, result.output
        return result

    return call


@pytest.fixture
def ask(call):
    """A command with --json, and what it says."""
    return lambda *args: json.loads(call(*args, "--json").stdout)


@pytest.fixture
def filed(folder):
    """Three layoffs and two other stories, decided by a rule that knows "cuts"; then the rules learn "sheds"."""
    write_rules(folder, rule("cuts"))
    file_headlines(
        folder,
        "Halvora cuts 400 jobs",
        "Brantiq cuts 300 jobs",
        "Tirmona sheds 200 jobs",
        "Ospera Bank cuts rates",
        "Quillon Games opens a studio",
    )
    return write_rules(folder, rule("sheds"), rule("cuts"), veto("rates", "Ospera Bank cuts rates"))
