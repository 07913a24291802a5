"""What a unit of work costs here, beside a peer in the same run: only the ratios mean something elsewhere.

``make bench``. CPU time of one process; texts of our own, or real ones where PINKSLIP_DATA names them.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import re
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3

from monitor import decide
from monitor.archive import Archive
from monitor.config import starter
from monitor.demo.stories import programme
from monitor.detect import companies, facts, lexicon, rules
from monitor.detect.text import sentences
from monitor.model import Text
from scrapers.items import Memory
from tests.bench import duplicates, parsing, polls
from tests.making import NOW, POLICY, judged, news, source, state

DATA = os.environ.get("PINKSLIP_DATA")
_ARTICLE = 5_000
"""Characters of an article's body."""
_KEYWORDS = re.compile(
    r"\b(?:lay(?:s|ing)?[ -]?offs?|laid off|job cuts?|redundanc\w+|cut\w* [\d,]+ jobs)\b", re.IGNORECASE
)


def headlines(count: int) -> list[str]:
    if DATA:
        with gzip.open(Path(DATA) / "stream.jsonl.gz", "rt", encoding="utf-8") as stream:
            return [json.loads(line)["title"] for line in itertools.islice(stream, count)]
    own = [story.title for story in programme(datetime.now(UTC).date()).stories]
    return list(itertools.islice(itertools.cycle(own), count))


def articles(count: int) -> list[Text]:
    """Reports of a layoff, each with its own mixture of what else is in the news behind it."""
    shuffled = random.Random(1)
    stories = programme(datetime.now(UTC).date()).stories
    reports = [story for story in stories if story.tells]
    others = [story.body[start:end] for story in stories if not story.tells for start, end in sentences(story.body)]
    made: list[Text] = []
    for story in itertools.islice(itertools.cycle(reports), count):
        filler = shuffled.sample(others, len(others))
        made.append(Text(story.title, story.teaser, " ".join([story.body, *filler])[:_ARTICLE]))
    return made


def real_feeds() -> list[bytes]:
    if not DATA:
        return []
    with tarfile.open(Path(DATA) / "feeds.tar.gz") as archive:
        return [archive.extractfile(member).read() for member in archive if member.isfile()][:30]


def cost(work: Callable[[], object], units: int) -> float:
    """Microseconds of CPU per unit, the best of three."""
    best = min(_once(work) for _ in range(3))
    return best / units * 1e6


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def report(name: str, ours: float, peer: str, theirs: float) -> None:
    print(
        f"BENCH {name}: {ours:.1f} µs, {1e6 / ours:,.0f}/s · {peer}: {theirs:.1f} µs · {theirs / ours:.3g} × its speed"
    )


def own() -> tuple[rules.Pack, companies.Directory]:
    """The rules and the companies that come with it."""
    directory = companies.load(starter() / "companies.toml")
    return rules.load(sorted((starter() / "rules").glob("*.toml")), directory), directory


def decision() -> None:
    texts = [Text(title) for title in headlines(20_000)]
    pack, directory = own()
    ours = cost(lambda: [(pack.judge(text), facts.read(text, directory)) for text in texts], len(texts))
    theirs = cost(lambda: [_KEYWORDS.search(text.title) for text in texts], len(texts))
    report("whole decision on a headline", ours, "one regular expression of five keywords", theirs)


def decision_on_articles() -> None:
    pack, directory = own()
    texts = [text for text in articles(200) if pack.judge(text).flagged]
    size = sum(len(text.body) for text in texts) / len(texts)
    ours = cost(lambda: [(pack.judge(text), facts.read(text, directory)) for text in texts], len(texts))
    theirs = cost(lambda: [_KEYWORDS.findall(text.body) for text in texts], len(texts))
    name = f"whole decision on a flagged article of {size:,.0f} characters"
    report(name, ours, "all that one regular expression of five keywords finds", theirs)


def pairs(count: int) -> list[tuple[str, str]]:
    """Everyday words of English, two and two."""
    everyday = [word for word in sorted(lexicon.EVERYDAY) if len(word) > 3]
    chosen = random.Random(count)
    return [(one, two) for one, two in (chosen.sample(everyday, 2) for _ in range(count))]


def generated(phrases: int, expressions: int = 0) -> rules.Pack:
    """A pack of rules that each look for two words: next to each other, or within a regular expression."""
    written = [(f"{one} {two}", f"{one} {two}") for one, two in pairs(phrases)]
    written += [(f"/{one} (?:[a-z]+ )?{two}/", f"{one} {two}") for one, two in pairs(expressions)]
    tables = (
        f'[[rule]]\nid = "generated.{number}"\nsays = "Two words."\nweight = 0.9\nany = ["{pattern}"]\nflag = ["{found}"]\n'
        for number, (pattern, found) in enumerate(written)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "generated.toml"
        file.write_text("\n".join(tables), encoding="utf-8")
        return rules.load([file])


def matching() -> None:
    texts = [Text(title) for title in headlines(2_000)]
    pack = generated(300, 50)
    loop = [re.compile(rf"\b{one}\s+{two}\b", re.IGNORECASE) for one, two in pairs(300)]
    loop += [re.compile(rf"{one} (?:[a-z]+ )?{two}", re.IGNORECASE) for one, two in pairs(50)]
    ours = cost(lambda: [pack.judge(text) for text in texts], len(texts))
    theirs = cost(lambda: [[each for each in loop if each.search(text.title)] for text in texts], len(texts))
    report("matching 300 phrases and 50 expressions on a headline", ours, "a loop over re", theirs)
    phrases = generated(300)
    ours = cost(lambda: [phrases.judge(text) for text in texts], len(texts))
    theirs = cost(lambda: [[each for each in loop[:300] if each.search(text.title)] for text in texts], len(texts))
    report("matching 300 phrases on a headline", ours, "a loop over re", theirs)


def growth() -> None:
    texts = [Text(title) for title in headlines(5_000)]
    few, many = generated(300), generated(3_000)
    with_few = cost(lambda: [few.judge(text) for text in texts], len(texts))
    with_many = cost(lambda: [many.judge(text) for text in texts], len(texts))
    print(
        f"BENCH judging a headline by rules: 300: {with_few:.1f} µs · 3,000: {with_many:.1f} µs · {with_many / with_few:.2f} ×"
    )


def keeping() -> None:
    items = [judged(f"Company{n} opens office {n} in Lisbon", flagged=False, kind=None) for n in range(5_000)]
    with tempfile.TemporaryDirectory() as folder:
        ours = cost(lambda: _kept(Path(folder), items), len(items))
        theirs = cost(lambda: _inserted(Path(folder), items), len(items))
    report("an article into the archive, search included", ours, "plain executemany of its text", theirs)


_numbers = itertools.count()


def _kept(folder: Path, items: Iterable) -> None:
    items = tuple(items)
    archive = Archive.open(folder / f"{next(_numbers)}.db")
    with archive.writing():
        archive.sources.enroll([source()], NOW)
        known = archive.known("herald", items, NOW, POLICY.window)
        plan = decide.plan(source(), state(), news(*items), items, known, POLICY, memory=Memory(), now=NOW, jitter=0.0)
        archive.apply(plan, NOW)
    archive.close()


def _inserted(folder: Path, items: Iterable) -> None:
    connection = pysqlite3.connect(folder / f"{next(_numbers)}.db")
    connection.execute("create table articles (id text primary key, url text, title text)")
    rows = [(each.article.id, each.article.url, each.article.title) for each in items]
    connection.executemany("insert into articles values (?, ?, ?)", rows)
    connection.commit()
    connection.close()


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, SQLite {pysqlite3.sqlite_version}; {'real' if DATA else 'own'} texts")
    decision()
    decision_on_articles()
    matching()
    growth()
    parsing.measure(real_feeds() or parsing.own(100), cost, report)
    keeping()
    duplicates.measure(DATA, cost, report)
    polls.measure()
