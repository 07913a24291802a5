"""What near-copies of a text are found, what is taken for one wrongly, and what knowing them costs."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pysqlite3

from monitor import duplicates
from monitor.detect import lexicon
from monitor.model import Fingerprint
from scrapers import pages, read
from scrapers.items import Article, Document, News, Page, Source
from tests.making import article

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_ARTICLE = 5_000
"""Characters of an article's body."""
_EVERYDAY = sorted(lexicon.EVERYDAY)
_FULL = 100
"""Words of a text that is more than a teaser."""

Cost = Callable[[Callable[[], object], int], float]
Report = Callable[[str, float, str, float], None]


class Text(NamedTuple):
    source: str
    title: str
    rest: str


def measure(data: str | None, cost: Cost, report: Report) -> None:
    texts = list(_real(Path(data))) if data else list(prose(2_000))
    full = [text for text in _distinct(texts) if len(text.rest.split()) >= _FULL][:1_000]
    _recall(full)
    _wrong(texts)
    _speed([_article(text) for text in full[:300]], cost, report)
    _growth([_article(text) for text in full[:500]], cost)


def prose(count: int, words: int = 400) -> Iterator[Text]:
    """Texts in everyday words, the most frequent ones as frequent as in English."""
    made = random.Random(1)
    everyday = made.sample(_EVERYDAY, len(_EVERYDAY))
    weights = [1 / (rank + 3) for rank in range(len(everyday))]
    for number in range(count):
        drawn = made.choices(everyday, weights, k=words)
        ends = set(itertools.accumulate(made.randint(8, 24) for _ in range(words // 8)))
        rest = " ".join(f"{word}." if place in ends else word for place, word in enumerate(drawn))
        yield Text(f"outlet{number % 50}", f"Story {number}", rest)


def edited(text: str, share: float, made: random.Random) -> str:
    """With that share of its words replaced by another, or now and then dropped or preceded by another."""
    words = text.split()
    for place in made.sample(range(len(words)), round(share * len(words))):
        other = made.choice(_EVERYDAY)
        words[place] = made.choices([other, "", f"{other} {words[place]}"], [8, 1, 1])[0]
    return " ".join(words)


def shortened(text: str, share: float, made: random.Random) -> str:
    """Without that share of its sentences."""
    sentences = _SENTENCE.split(text)
    gone = set(made.sample(range(len(sentences)), round(share * len(sentences))))
    return " ".join(sentence for place, sentence in enumerate(sentences) if place not in gone)


def syndicated(text: str, made: random.Random) -> str:
    """With a dateline, a word in twenty edited, a tenth of its end dropped and an outlet's boilerplate added."""
    sentences = _SENTENCE.split(edited(text, 0.05, made))
    kept = " ".join(sentences[: max(1, round(0.9 * len(sentences)))])
    return f"CORK, Ireland (Herald Wire) - {kept} Read more on this story. Sign up for our newsletter, never miss one."


def found(original: Article, copy: Article) -> bool:
    """As an archive finds a copy: by a band they share, then by their signatures."""
    one, other = duplicates.fingerprint(original), duplicates.fingerprint(copy)
    return bool(set(one.bands) & set(other.bands)) and duplicates.alike(one.signature, other.signature)


def _recall(texts: list[Text]) -> None:
    made = random.Random(4)
    ways: dict[str, Callable[[str], str]] = {
        "5 % of words edited": lambda text: edited(text, 0.05, made),
        "10 %": lambda text: edited(text, 0.1, made),
        "30 % of sentences dropped": lambda text: shortened(text, 0.3, made),
        "syndicated": lambda text: syndicated(text, made),
    }
    parts = []
    for name, change in ways.items():
        hits = [
            found(_article(text), article("", body=change(f"{text.title}. {text.rest[:_ARTICLE]}"))) for text in texts
        ]
        parts.append(f"{name}: {sum(hits) / len(hits):.3f}")
    print(f"BENCH near-copies found, {len(texts):,} texts: {' · '.join(parts)}")


def _wrong(texts: list[Text]) -> None:
    """Alike under different titles: read by eye, the pairs that share their title are one story."""
    prints = [(text, duplicates.fingerprint(_article(text))) for text in _distinct(texts)]
    kept = [(text, each) for text, each in prints if each.bands]
    by_band: dict[int, list[int]] = {}
    wrong: set[int] = set()
    pairs = 0
    for number, (text, each) in enumerate(kept):
        for other in sorted({one for band in each.bands for one in by_band.get(band, ())}):
            theirs = kept[other]
            if _alike(kept[number], theirs):
                pairs += 1
                if _plain(theirs[0].title)[:30] != _plain(text.title)[:30]:
                    wrong.add(number)
        for band in each.bands:
            by_band.setdefault(band, []).append(number)
    print(
        f"BENCH near-copies, wrong: {len(wrong)} of {len(kept):,} texts long enough, of {len(prints):,} in all "
        f"({1e3 * len(wrong) / len(kept):.2f} and {1e3 * len(wrong) / len(prints):.2f} in 1,000); {pairs} pairs are alike"
    )


def _alike(one: tuple[Text, Fingerprint], other: tuple[Text, Fingerprint]) -> bool:
    likeness = duplicates.likeness(one[1].signature, other[1].signature)
    return likeness >= (duplicates.ALIKE_OF_ONE_SOURCE if one[0].source == other[0].source else duplicates.ALIKE)


def _speed(articles: list[Article], cost: Cost, report: Report) -> None:
    size = sum(len(each.body or "") for each in articles) // len(articles)
    name = f"near-copies of an article of {size:,} characters"
    ours = cost(lambda: _looked_up(articles), len(articles))
    try:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - brings scipy: measured where somebody has it
    except ImportError:
        print(f"BENCH {name}: {ours:.1f} µs, {1e6 / ours:,.0f}/s; skipped: no datasketch")
        return

    def peer() -> None:
        index = MinHashLSH(num_perm=128, params=(10, 3))
        for number, each in enumerate(articles):
            words = re.findall(r"\w+", f"{each.title}\n{each.summary}\n{each.body}".casefold())
            sketch = MinHash(num_perm=128, seed=1)
            sketch.update_batch([f"{one} {two}".encode() for one, two in itertools.pairwise(words)])
            index.query(sketch)
            index.insert(number, sketch)

    report(name, ours, "datasketch", cost(peer, len(articles)))


def _looked_up(articles: Iterable[Article]) -> None:
    signatures: list[bytes] = []
    by_band: dict[int, list[int]] = {}
    for each in articles:
        made = duplicates.fingerprint(each)
        near = {number for band in made.bands for number in by_band.get(band, ())}
        any(duplicates.alike(signatures[number], made.signature) for number in near)
        for band in made.bands:
            by_band.setdefault(band, []).append(len(signatures))
        signatures.append(made.signature)


def _growth(articles: list[Article], cost: Cost) -> None:
    with tempfile.TemporaryDirectory() as folder:
        few = _among(Path(folder) / "few.db", 10_000, articles, cost)
        many = _among(Path(folder) / "many.db", 1_000_000, articles, cost)
    for name, one, other in zip(("found", "found and kept"), few, many, strict=False):
        ratio = f"among 10 k: {one:.1f} µs · among 1 M: {other:.1f} µs · {other / one:.2f} ×"
        print(f"BENCH near-copies of an article {name}, SQLite with 32 MB of cache, {ratio}")
    print(f"BENCH near-copies, among 1 M: {many[2]:.0f} bytes of disk and 32 of memory each")


def _among(file: Path, count: int, articles: list[Article], cost: Cost) -> tuple[float, float, float]:
    """What one more article costs, looked up and compared, and kept besides; and bytes for each that is there."""
    connection = pysqlite3.connect(file, isolation_level=None)
    connection.execute("pragma cache_size = -32000")
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table bands (key integer, seq integer, primary key (key, seq)) without rowid")
    connection.execute("create table signatures (seq integer primary key, signature blob)")
    numbers = "with recursive n(i) as (select 0 union all select i + 1 from n where i < ?) "
    spread = f"select (i * 274876858367) % {2**43 * 10} as key, i / 10 from n order by key"
    connection.execute(f"{numbers} insert into bands {spread}", [count * 10 - 1])
    connection.execute(f"{numbers} insert into signatures select i, randomblob(64) from n", [count - 1])
    connection.execute("pragma wal_checkpoint(truncate)")
    size = file.stat().st_size / count
    found = cost(lambda: [_near(connection, duplicates.fingerprint(each)) for each in articles], len(articles))
    numbered = itertools.count(count)

    def keep() -> None:
        connection.execute("begin")
        for each in articles:
            made = duplicates.fingerprint(each)
            _near(connection, made)
            seq = next(numbered)
            connection.execute("insert into signatures values (?, ?)", (seq, made.signature))
            connection.executemany("insert into bands values (?, ?)", [(key, seq) for key in made.bands])
        connection.execute("commit")

    kept = cost(keep, len(articles))
    connection.close()
    return found, kept, size


def _near(connection: pysqlite3.Connection, made: Fingerprint) -> bool:
    near = connection.execute(
        "select signature from signatures where seq in (select seq from bands where key in "
        f"({', '.join('?' * len(made.bands))}))",
        made.bands,
    )
    return any(duplicates.alike(signature, made.signature) for (signature,) in near.fetchall())


def _distinct(texts: Iterable[Text]) -> list[Text]:
    return list({_plain(f"{text.title} {text.rest}"): text for text in texts}.values())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _article(text: Text) -> Article:
    return article(text.title, source_id=text.source, body=text.rest[:_ARTICLE])


def _real(data: Path) -> Iterator[Text]:
    """The pages' texts first, then what feeds carry, then the stream's teasers."""
    with tarfile.open(data / "pages.tar") as archive:
        for member in archive:
            if member.name.endswith(".html.gz"):
                yield from _page(member.name, gzip.decompress(archive.extractfile(member).read()))
    with tarfile.open(data / "feeds.tar.gz") as archive:
        for member in archive:
            if member.isfile():
                yield from _feed(member.name, archive.extractfile(member).read())
    with gzip.open(data / "stream.jsonl.gz", "rt", encoding="utf-8") as stream:
        for item in map(json.loads, stream):
            yield Text(item["source"], item["title"] or "", item["summary"] or "")


def _page(name: str, body: bytes) -> Iterator[Text]:
    page = pages.extract(Document(url="http://localhost/", status=200, headers=(), body=body))
    if isinstance(page, Page):
        yield Text(name.partition("_20")[0], page.title or "", page.text)


def _feed(name: str, body: bytes) -> Iterator[Text]:
    source = Source(id=name, url="http://localhost/")
    outcome, _ = read.news(Document(url=source.url, status=200, headers=(), body=body), source)
    if isinstance(outcome, News):
        for each in outcome.articles:
            yield Text(name, each.title, f"{each.summary} {each.body or ''}")
