"""Real pages of some sixty outlets, measured against what people read in them; none of their text is kept here."""

from __future__ import annotations

import gzip
import json
import os
import re
import tarfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from scrapers.items import Document, Failed, Page
from scrapers.pages import extract
from scrapers.plain import tidy


@dataclass(frozen=True, eq=False)
class Case:
    outlet: str
    html: str
    expected: dict[str, Any]


@dataclass(frozen=True)
class Score:
    outlet: str
    title: bool
    day: bool
    instant: bool
    authors: bool
    ours: float
    default: float
    fast: float
    recall: float


@pytest.mark.slow
def test_no_real_article_is_taken_for_a_wall_or_a_teaser() -> None:
    pages = [page(case) for case in cases()]
    failed = [outcome for outcome in pages if isinstance(outcome, Failed)]
    teasers = sum(outcome.teaser for outcome in pages if not isinstance(outcome, Failed))
    print(f"FIGURE walls pages={len(pages)} false={len(failed)} teasers={teasers}")
    assert failed == []
    assert teasers == 0


@pytest.mark.slow
def test_title_date_authors_and_body_are_what_people_read_in_them() -> None:
    scores = [scored(case) for case in cases()]
    for outlet, ones in by_outlet(scores).items():
        print(
            f"{outlet:30} title={mean(ones, 'title'):.2f} day={mean(ones, 'day'):.2f} authors={mean(ones, 'authors'):.2f} "
            f"body_f1={mean(ones, 'ours'):.3f} trafilatura={mean(ones, 'default'):.3f} fast={mean(ones, 'fast'):.3f}"
        )
    print(
        f"FIGURE pages n={len(scores)} title={mean(scores, 'title'):.3f} date={mean(scores, 'day'):.3f} "
        f"instant={mean(scores, 'instant'):.3f} authors={mean(scores, 'authors'):.3f} body_f1={mean(scores, 'ours'):.3f} "
        f"body_recall={mean(scores, 'recall'):.3f} trafilatura={mean(scores, 'default'):.3f} fast={mean(scores, 'fast'):.3f}"
    )
    assert mean(scores, "title") >= 0.88
    assert mean(scores, "day") >= 0.97
    assert mean(scores, "instant") >= 0.9
    assert mean(scores, "authors") >= 0.95
    assert mean(scores, "ours") >= 0.955
    assert mean(scores, "recall") >= 0.985
    assert mean(scores, "ours") > mean(scores, "default")


@pytest.mark.slow
def test_no_outlets_body_is_much_worse_than_trafilaturas() -> None:
    worse = [one for one in map(scored, cases()) if one.ours < one.default - 0.05]
    assert worse == []


@pytest.mark.slow
def test_reading_a_page_takes_less_than_twice_as_long_as_extracting_its_text_alone() -> None:
    measured = cases()
    page(measured[0])
    ours = alone = 0.0
    for case in measured:
        started = time.process_time()
        page(case)
        between = time.process_time()
        trafilatura.extract(case.html, fast=True, favor_recall=True, include_comments=False, include_tables=False)
        alone += time.process_time() - between
        ours += between - started
    print(f"FIGURE pages per_second={len(measured) / ours:.1f} extraction_alone={len(measured) / alone:.1f}")
    assert ours < 2 * alone


def page(case: Case) -> Any:
    headers = ((b"content-type", b"text/html; charset=utf-8"),)
    return extract(Document(url="https://news.example/a", status=200, headers=headers, body=case.html.encode()))


@cache
def scored(case: Case) -> Score:
    found, expected = page(case), case.expected
    assert isinstance(found, Page)
    written = datetime.fromisoformat(expected["publishing_date"])
    written = written.replace(tzinfo=written.tzinfo or UTC).astimezone(UTC)
    body = tidy("\n".join(paragraphs(expected, summary=True)))
    other = {fast: trafilatura.extract(case.html, include_comments=False, fast=fast) or "" for fast in (False, True)}
    return Score(
        outlet=case.outlet,
        title=words(found.title or "") == words(expected["title"]),
        day=found.published_at is not None and found.published_at.date() == written.date(),
        instant=found.published_at is not None and abs((found.published_at - written).total_seconds()) < 2,
        authors=words(found.authors or "") == words(" ".join(expected["authors"])),
        ours=f1(found.text, body)[1],
        recall=f1(found.text, body)[0],
        default=f1(other[False], body)[1],
        fast=f1(other[True], body)[1],
    )


def f1(text: str, body: str) -> tuple[float, float]:
    """Recall and F1 of words."""
    ours, expected = Counter(words(tidy(text))), Counter(words(body))
    shared = (ours & expected).total()
    recall = shared / max(1, expected.total())
    return recall, 2 * shared / max(1, ours.total() + expected.total())


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


def paragraphs(expected: dict[str, Any], *, summary: bool) -> list[str]:
    body = expected["body"]
    sections = [part for section in body["sections"] for part in (*section["headline"], *section["paragraphs"])]
    return [*(body["summary"] if summary else ()), *sections]


def mean(scores: list[Score], name: str) -> float:
    return sum(getattr(score, name) for score in scores) / len(scores)


def by_outlet(scores: list[Score]) -> dict[str, list[Score]]:
    grouped: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        grouped[score.outlet].append(score)
    return grouped


def cases() -> list[Case]:
    folder = os.environ.get("PINKSLIP_DATA") or pytest.skip("skipped: no data")
    return read(Path(folder) / "pages.tar")


@cache
def read(path: Path) -> list[Case]:
    pages: dict[str, list[str]] = defaultdict(list)
    described: dict[str, list[dict[str, Any]]] = {}
    with tarfile.open(path) as archive:
        for member in sorted((member for member in archive if member.isfile()), key=lambda member: member.name):
            opened = archive.extractfile(member)
            assert opened is not None
            name = Path(member.name).name
            if name.endswith(".json"):
                described[name.removesuffix(".json")] = list(json.load(opened).values())
            else:
                pages[re.sub(r"(_\d{4}_\d\d_\d\d)?\.html\.gz$", "", name)].append(
                    gzip.decompress(opened.read()).decode()
                )
    return [
        Case(outlet, html, expected)
        for outlet, ones in pages.items()
        for html, expected in zip(ones, paired(ones, described[outlet]), strict=True)
    ]


def paired(pages: list[str], described: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The descriptions in the pages' order: files carry the day of the visit, descriptions that of the article."""
    if len(pages) == 1:
        return tuple(described)
    texts = [" ".join(words(unescape(html))) for html in pages]
    fits = [
        [sum(" ".join(words(part)) in text for part in paragraphs(one, summary=False)) for one in described]
        for text in texts
    ]
    order = max(
        permutations(range(len(described))), key=lambda order: sum(fits[at][one] for at, one in enumerate(order))
    )
    return tuple(described[one] for one in order)
