"""What a large archive costs: filling it, its size, and searching it, beside plain SQLite in the same run.

``python -m tests.bench.archive [ARTICLES] [FOLDER]``; 200,000 articles unless said otherwise. The articles are synthetic: words as often
as in real text (by Zipf's law), teasers of 35 words, every fifth with a body of 250 more. An archive that is there is searched again.
"""

from __future__ import annotations

import bisect
import itertools
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pysqlite3

from monitor.archive import Archive, Reader
from monitor.archive.reader import Wanted
from monitor.archive.rows import article_row
from monitor.model import Facts, Fingerprint, Flag, Judged, Kept, Plan
from tests.making import NOW, article, source

BATCH = 40
"""Articles that a poll brings."""
_EVERY = timedelta(seconds=60)
_SYLLABLES = ("ra", "ti", "on", "be", "lo", "ve", "mi", "sta", "der", "ko", "ne", "plu", "shi", "gar", "fo", "um")
_COMMON = """the of to and a in for its said company on new year market with after as by from at jobs job cuts cut layoffs
laid off lay-off staff workers employees plant software bank chip cloud maker plans round restructuring profit chief"""
_WORDS = (
    *_COMMON.split(),
    *("".join(each) for each in itertools.islice(itertools.product(_SYLLABLES, repeat=4), 60_000)),
)
_CUMULATED = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(_WORDS))))

QUERIES = (
    "layoffs",
    "lay-off",
    "jobs",
    "cuts jobs",
    '"job cuts"',
    "restructuring plans chief",
    "bank layoffs",
    "the company said",
    "software",
    *(f"{_WORDS[rank]} jobs" for rank in (60, 200, 900, 4_000)),
    *(_WORDS[rank] for rank in (80, 500, 2_500, 20_000)),
)


def words(count: int, chance: random.Random) -> str:
    total = _CUMULATED[-1]
    return " ".join(_WORDS[bisect.bisect(_CUMULATED, chance.random() * total)] for _ in range(count))


def made(number: int, chance: random.Random) -> Judged:
    body = words(250, chance) if number % 5 == 0 else None
    flagged = number % 100 == 0
    one = article(
        f"{words(9, chance)} {number}",
        url=f"https://herald.example/news/{number}/{chance.getrandbits(64):x}",
        summary=words(35, chance),
        body=body,
        published_at=moment(number % 1_000_000),
    )
    flag = Flag(
        flagged=flagged,
        score=0.9 if flagged else 0.1,
        kind="layoff" if flagged else None,
        stage=None,
        rules=(),
        vetoes=(),
        evidence=(),
    )
    key = f"{chance.getrandbits(128):032x}"
    if body is None:
        return Judged(one, flag, Facts(), False, Fingerprint(key))
    bands = tuple(chance.getrandbits(47) for _ in range(10))
    return Judged(one, flag, Facts(), False, Fingerprint(key, bands, chance.randbytes(64)))


def moment(number: int) -> datetime:
    return NOW - timedelta(days=700) + _EVERY * number


def batches(count: int) -> Iterator[tuple[datetime, tuple[Kept, ...]]]:
    chance = random.Random(1)
    for start in range(0, count, BATCH):
        yield moment(start), tuple(Kept(judged=made(start + n, chance)) for n in range(min(BATCH, count - start)))


def filled(path: Path, count: int) -> float:
    """Seconds that the archive took, a transaction for each poll."""
    seconds = 0.0
    with closing(Archive.open(path)) as archive:
        with archive.writing():
            archive.sources.enroll([source()], NOW)
        for at, kept in batches(count):
            began = time.perf_counter()
            with archive.writing():
                archive.apply(Plan(articles=kept, seen=tuple(each.judged.article for each in kept)), at)
            seconds += time.perf_counter() - began
    return seconds


def plainly(path: Path, count: int) -> float:
    """The same texts by ``executemany`` into a table of the same columns and a full-text index, in the same transactions."""
    seconds = 0.0
    with closing(pysqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        columns = list(article_row(next(batches(1))[1][0], NOW))
        db.execute(f"create table articles (seq integer primary key, {', '.join(columns)})")
        db.execute(
            "create virtual table found using fts5 (title, summary, body, content=articles, content_rowid=seq, "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        seq = itertools.count(1)
        for at, kept in batches(count):
            rows = [{"seq": next(seq), **article_row(each, at)} for each in kept]
            began = time.perf_counter()
            db.execute("begin immediate")
            marks = ", ".join(f":{name}" for name in rows[0])
            db.executemany(f"insert into articles values ({marks})", rows)
            db.executemany(
                "insert into found (rowid, title, summary, body) values (:seq, :title, :summary, :body)", rows
            )
            db.execute("commit")
            seconds += time.perf_counter() - began
    return seconds


def timed(ask: Callable[[str], object], rounds: int) -> list[float]:
    """Milliseconds for each query, each asked several times."""
    times = []
    for _ in range(rounds):
        for query in QUERIES:
            began = time.perf_counter()
            ask(query)
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


def searched(path: Path, rounds: int = 5) -> list[float]:
    with closing(Reader.open(path)) as reader:
        return timed(lambda query: reader.articles(Wanted(query=query, limit=20)), rounds)


def narrowed(path: Path) -> Iterator[tuple[str, list[float]]]:
    """The same, narrowed in each way that there is."""
    ways = {
        "since": Wanted(since=moment(990_000), limit=20),
        "until": Wanted(until=moment(500_000), limit=20),
        "source": Wanted(source="herald", limit=20),
        "flagged": Wanted(flagged=True, limit=20),
        "company": Wanted(company="Halvora", limit=20),
    }
    with closing(Reader.open(path)) as reader:
        for name, wanted in ways.items():
            yield name, timed(lambda query, wanted=wanted: reader.articles(replace(wanted, query=query)), 3)


def raw(path: Path, rounds: int = 2) -> list[float]:
    """FTS5 by itself, ranked, as its own manual has it."""
    sql = "select rowid, snippet(articles_fts, -1, '[', ']', '…', 16) from articles_fts where articles_fts match ? order by rank limit 20"
    with closing(Reader.open(path)) as reader:
        return timed(lambda query: reader.db.execute(sql, [query.replace("-", " ")]).fetchall(), rounds)


class Writing:
    """A daemon's share of writing: a poll with news, ten times a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _write(self) -> None:
        chance = random.Random(time.time())
        with closing(Archive.open(self._path)) as archive:
            while not self._ended.wait(0.1):
                kept = tuple(Kept(judged=made(10**9 + chance.getrandbits(40), chance)) for _ in range(3))
                with archive.writing():
                    archive.apply(Plan(articles=kept, seen=tuple(each.judged.article for each in kept)), NOW)


def main(count: int, folder: Path) -> None:
    path = folder / "pinkslip.db"
    if not path.exists():
        ours = filled(path, count)
        sample = min(count, 50_000)
        part, plain = filled(folder / "part.db", sample), plainly(folder / "plain.db", sample)
        print(
            f"FIGURE ARCHIVE-INSERT articles={count} per_second={count / ours:,.0f} "
            f"ratio_to_executemany={part / plain:.1f} (of {sample:,})"
        )
    with closing(Archive.open(path)) as archive:
        stored = archive.db.execute(
            "select count(*), sum(octet_length(title) + octet_length(summary) + coalesce(octet_length(body), 0)) from articles"
        ).fetchone()
    size = path.stat().st_size
    print(
        f"FIGURE ARCHIVE-SIZE articles={stored[0]} MB={size / 1e6:,.0f} bytes_each={size / stored[0]:,.0f} to_text={size / stored[1]:.1f}"
    )
    searched(path, 1)
    ours_times, raw_times = searched(path), raw(path)
    with Writing(path):
        busy = searched(path)
    for name, times in (("idle", ours_times), ("writing", busy), ("raw_fts5", raw_times)):
        print(f"FIGURE SEARCH {name} p50_ms={at(times, 0.5):.1f} p99_ms={at(times, 0.99):.1f} max_ms={times[-1]:.1f}")
    for name, times in narrowed(path):
        print(
            f"FIGURE SEARCH by_{name} p50_ms={at(times, 0.5):.1f} p99_ms={at(times, 0.99):.1f} max_ms={times[-1]:.1f}"
        )
    print(
        f"FIGURE SEARCH ratio_to_raw p50={at(ours_times, 0.5) / at(raw_times, 0.5):.2f} p99={at(ours_times, 0.99) / at(raw_times, 0.99):.2f}"
    )


if __name__ == "__main__":
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    if len(sys.argv) > 2:
        Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        main(articles, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made_up:
            main(articles, Path(made_up))
