"""Pages made to break a parser: each gets its answer from a worker, and the loop that asked goes on."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from scrapers import pages
from scrapers.items import Document, Failed, Page, Reason
from scrapers.workers import Killed, Workers

SENTENCE = "Halvora will cut 120 jobs at its plant in Tirmona, the company said on Tuesday. "
STORY = (
    f"<article><h1>Halvora cuts jobs</h1><p>{SENTENCE}</p><p>The cuts fall on packaging and logistics.</p>"
    "<p>A spokesperson for the works council said that talks about severance had begun last week.</p></article>"
)
NEAR = 1_900_000
"""Bytes that are still below the cap."""


def nested(tag: str, depth: int, attributes: str = "") -> str:
    return f"<{tag}{attributes}>" * depth + SENTENCE * 5 + f"</{tag}>" * depth


def linked(content: str) -> str:
    return f'{STORY}<script type="application/ld+json">{content}</script>'


HOSTILE = {
    "nothing": "",
    "a PDF": "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n" + "\x00\x01\x02 stream <xobject> " * 50_000,
    "a table of 2.8 MB": f"<table>{'<tr><td>Tirmona</td><td>120</td></tr>' * 75_000}</table>",
    "a table below the cap": f"<table>{'<tr><td>Tirmona</td><td>120</td></tr>' * (NEAR // 40)}</table>",
    "5.6 MB of text": f"<article>{f'<p>{SENTENCE}</p>' * 65_000}</article>",
    "text below the cap": f"<article>{f'<p>{SENTENCE}</p>' * (NEAR // 90)}</article>",
    "one word": f"<article><p>{'x' * NEAR}</p></article>",
    "one paragraph": f"<article><p>{SENTENCE * (NEAR // len(SENTENCE))}</p></article>",
    "100,000 deep": nested("div", 100_000),
    "spans 100,000 deep": nested("span", 100_000),
    "authors 30,000 deep": nested("i", 30_000, " itemprop='author'"),
    "bold, never closed": "<b>" * (NEAR // 3) + SENTENCE * 5,
    "tables in tables": nested("table><tr><td", 20_000),
    "100,000 links": "<a href='/a'>a</a>" * 100_000,
    "100,000 attributes": f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{SENTENCE * 5}</p>",
    "100,000 headings": "<h1>404</h1>" * 100_000,
    "100,000 metas": "<meta name='author' content='Ada'>" * 50_000 + STORY,
    "a long title": f"<title>{' | ' * (NEAR // 3)}</title>{STORY}",
    "brackets": linked("[" * NEAR),
    "many nodes": linked(json.dumps([{"@type": "Article", "headline": "h"}] * 40_000)),
    "many authors": linked(json.dumps({"@type": "Article", "author": [{"name": f"n{n}"} for n in range(80_000)]})),
    "a long body": linked(json.dumps({"@type": "Article", "articleBody": SENTENCE * 20_000})),
    "a body of brackets": linked(json.dumps({"@type": "Article", "articleBody": "<" * 1_500_000})),
    "a huge number": linked('{"@type": "Article", "wordCount": ' + "9" * 1_000_000 + "}"),
    "a huge date": linked(json.dumps({"@type": "Article", "datePublished": "2026-" * 300_000})),
    "comments": "<!--" * (NEAR // 4),
    "entities": "&lt;" * (NEAR // 4) + STORY,
    "NUL": STORY.replace("Halvora", "Hal\0vora") * 100,
    "one article": STORY,
}
KNOWN = {
    "nothing": Reason.NO_TEXT,
    "a PDF": Reason.NO_TEXT,
    "a table of 2.8 MB": Reason.TOO_LARGE,
    "5.6 MB of text": Reason.TOO_LARGE,
    "a table below the cap": Reason.NO_TEXT,
}


def served(html: str) -> Document:
    headers = ((b"content-type", b"text/html"),)
    return Document(url="https://news.example/a", status=200, headers=headers, body=html.encode())


async def answered(workers: Workers, name: str) -> tuple[str, Page | Failed | str]:
    try:
        return name, await workers.run(pages.extract, served(HOSTILE[name]), seconds=10.0)
    except Killed as killed:
        return name, killed.reason
    except Exception as error:  # noqa: BLE001  the claim is that there is none
        return name, f"raised {type(error).__name__}"


async def longest_gap(until: asyncio.Event) -> float:
    longest = 0.0
    while not until.is_set():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before - 0.01)
    return longest


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does it")
async def test_hostile_pages_ten_at_a_time_are_answers_and_the_loop_goes_on():
    names = [*HOSTILE, *["one article"] * 10]
    done = asyncio.Event()
    async with Workers() as workers:
        await workers.run(pages.extract, served(STORY), seconds=30.0)
        before = resident()
        watch = asyncio.create_task(longest_gap(done))
        turns = asyncio.Semaphore(10)

        async def one(name: str) -> tuple[str, Page | Failed | str]:
            async with turns:
                return await answered(workers, name)

        answers = await asyncio.gather(*map(one, names))
        done.set()
        gap, grown = await watch, resident() - before
    killed = {name: outcome for name, outcome in answers if isinstance(outcome, str)}
    kinds = Counter(
        type(outcome).__name__ if not isinstance(outcome, Failed) else outcome.reason.value for _, outcome in answers
    )
    print(
        f"FIGURE X10 pages={len(answers)} crashes={sum(reason == 'crash' for reason in killed.values())} killed={killed} "
        f"gap_ms={gap * 1000:.0f} rss_mib=+{grown:.1f} {dict(kinds)}"
    )
    found = dict(answers)
    assert set(killed.values()) <= {"time", "memory"}
    assert isinstance(found["one article"], Page)
    assert {name: found[name].reason for name in KNOWN} == KNOWN
    assert grown < 64


def test_the_model_of_languages_and_the_parsers_fit_a_worker_of_256_mib():
    """Half of what a worker has, so that the other half is the page's."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (256 * 2**20,) * 2)\n"
        "from tests.scrapers.test_pages_hostile import STORY, served\n"
        "from scrapers.pages import extract\n"
        "print(extract(served(STORY)).language)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "en", done.stderr
