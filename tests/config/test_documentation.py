"""The page on configuration tells every setting, and no other."""

import re
from dataclasses import fields
from pathlib import Path

from monitor.config import pinkslip, sources
from monitor.config.channels import read_channel, read_route
from monitor.config.problems import Report
from monitor.config.reading import Table
from monitor.config.secret import Secrets
from scrapers.items import Selectors

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def accepted() -> dict[str, set[str]]:
    """The keys that each reader asks an empty table for."""
    readers = {
        "[archive]": lambda table: pinkslip.read_archive(table, Path()),
        "[http]": pinkslip.read_http,
        "[server]": pinkslip.read_server,
        "[alerts]": lambda table: pinkslip.read_alerts(table, pinkslip.read_http(Table({}, "", Report(""))).min_every),
        "[[channel]]": lambda table: read_channel(table, Secrets(Path(), {}, Report(""))),
        "[[route]]": lambda table: read_route(table, (), lambda _table, _value: frozenset()),
        "[[source]]": sources.read_source,
    }
    tables = {name: Table({}, name, Report("")) for name in readers}
    for name, read in readers.items():
        read(tables[name])
    known = {name: set(table.known) for name, table in tables.items()}
    return known | {"[source.selectors]": {field.name for field in fields(Selectors)}}


def documented() -> dict[str, set[str]]:
    sections = re.split(r"^### `(\[.+\])`$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_every_setting_stands_on_the_page_and_no_other():
    assert documented() == accepted()
