"""The command ``pinkslip replay``: articles through the whole decision, in the order and at the times they appeared."""

from __future__ import annotations

import heapq
import itertools
import pickle
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

import click

from monitor import decide
from monitor.cli import records
from monitor.cli.session import Session
from monitor.config import Settings
from monitor.memory import Memory
from monitor.model import Judged, Layoff, Plan
from scrapers.canonical import canonical, web_link
from scrapers.items import Article, FullText, Source

_RUN = 50_000
"""Lines that are sorted in memory; more are sorted in runs on the disk."""
_STEP = 100
"""Articles after which the progress is shown."""
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)

_Line = tuple[datetime, int, bytes]
"""When an article appeared, its place in the input, and the line itself."""


@click.command()
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.pass_obj
def replay(session: Session, files: tuple[Path, ...]) -> None:
    """Put articles (JSON lines in FILE, or - for stdin, the default) through the whole decision in simulated time.

    They are taken in the order of their published time, those without one first, on an empty archive in memory, with
    your rules, companies, channels and routes; nothing is sent. One line out per article: what classify says, and what
    became of it: outcome, layoff, duplicate_of, alerts. Exits 1 if a line was no article; the others are still decided.
    """
    settings = session.settings()
    reading = _Reading(files or (Path("-"),))
    simulation = Simulation(settings)
    lines = _in_order(reading.lines())
    first = list(itertools.islice(lines, 1))  # by then all are read, and counted
    quiet = sys.stdout.isatty() or not sys.stderr.isatty()
    with click.progressbar(length=reading.articles, label="replaying", file=sys.stderr, hidden=quiet) as bar:
        for done, (at, _, line) in enumerate(itertools.chain(first, lines), 1):
            _write(records.line(simulation.answer(records.record(line), at)))
            if done % _STEP == 0 or done == reading.articles:
                bar.update(_STEP)
    if reading.undated:
        click.echo(f"{reading.undated:,} articles have no date: taken first, as if of one moment", err=True)
    if reading.errors:
        sys.exit(1)


class Simulation:
    """The decision, article by article, each at the time it appeared."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory = Memory(settings.policy.window)

    def answer(self, record: dict[str, object], now: datetime) -> dict[str, object]:
        article = article_of(record)
        (judged,) = decide.judge([article], self._settings.pack, self._settings.directory)
        source = Source(id=article.source_id, url="", title=article.source_id, full_text=FullText.NEVER)
        known = self._memory.known(judged, now)
        plan = decide.plan_article(judged, source, known, self._settings.policy, now)
        self._memory.apply(plan, now)
        decision = records.decision(judged.flag, judged.facts)
        return {"id": record.get("id"), **decision, **self._outcome(judged, known, plan)}

    def _outcome(self, judged: Judged, known: decide.Known, plan: Plan) -> dict[str, object]:
        """What became of an article, in the words of the interface."""
        name = judged.article.id
        kept = next((each for each in plan.articles if each.judged.article.id == name), None)
        report = next((each for each in (*plan.reports, *plan.moved) if each.article_id == name), None)
        original = name if name in known.articles else kept.duplicate_of if kept else None
        filed = known.articles.get(original or "")
        layoff_id = report.layoff_id if report else filed.layoff_id if filed else None
        before = {each.id: each.revision for each in known.layoffs}
        after = next((each.revision for each in plan.layoffs if each.id == layoff_id), 0)
        if report is not None and layoff_id not in before:
            outcome = "opened"
        elif layoff_id is not None and after > before.get(layoff_id, after):
            outcome = "updated"
        elif original is not None and (report is None or report in plan.moved):
            outcome = "duplicate"
        else:
            outcome = "not_flagged" if report is None else "attached"
        return {
            "outcome": outcome,
            "layoff": layoff_id,
            "duplicate_of": self._memory.written_id(original) if original and report is None else None,
            "why": report.why if report else None,
            "so_far": _so_far(self._memory.layoff(layoff_id)) if layoff_id else None,
            "alerts": [
                {"channel": each.channel_id, "kind": each.kind, "state": each.state, "reason": each.reason}
                for each in plan.alerts
            ],
        }


def _so_far(layoff: Layoff | None) -> dict[str, object] | None:
    """A layoff as it is known after an article."""
    if layoff is None:
        return None
    names = ("company", "stage", "stated", "headcount", "headcount_low", "headcount_high", "percent", "effective")
    return {**{name: getattr(layoff, name) for name in names}, "places": layoff.places, "reports": layoff.reports}


def article_of(record: dict[str, object]) -> Article:
    """The article of a record; its text stays as given, so that offsets count characters of what came in."""
    title, summary, body = (records.text(record, key) for key in ("title", "summary", "body"))
    source = records.text(record, "source") or "replay"
    url = web_link(records.text(record, "url"))
    key = canonical(url) if url else None
    known_as = record.get("id")
    guid = None if known_as is None else str(known_as)
    identity = ("url", key) if key else ("guid", source, guid) if guid else ("content", source, title, summary)
    return Article(
        id=_hash(*map(str, identity))[:16],
        source_id=source,
        url=url,
        canonical_url=key,
        title=title,
        summary=summary,
        body=body or None,
        author=None,
        language=records.text(record, "language") or None,
        published_at=records.published(record),
        text_origin="feed",
        content_hash=_hash(title, summary, body)[:32],
        guid=guid,
        written_link=records.text(record, "url") or None,
        written_title=title,
        written_date=records.text(record, "published") or None,
    )


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class _Reading:
    """Reads files one after the other; a line that is no article is answered at once and counted."""

    files: tuple[Path, ...]
    articles: int = 0
    undated: int = 0
    errors: int = 0

    def lines(self) -> Iterator[_Line]:
        order = itertools.count()
        for path in self.files:
            with click.open_file(str(path), "rb") as file:
                yield from self._lines(file, str(path) if len(self.files) > 1 else None, order)

    def _lines(self, file: IO[bytes], name: str | None, order: Iterator[int]) -> Iterator[_Line]:
        for number, line in enumerate(file, 1):
            try:
                article = records.record(line)
                article_of(article)
                at = records.published(article)
                self.articles += 1
                self.undated += at is None
                yield at or _UNDATED, next(order), line
            except ValueError as error:
                self.errors += 1
                place = {"line": number} if name is None else {"file": name, "line": number}
                _write(records.line({**place, "error": str(error)}))


def _in_order(lines: Iterator[_Line]) -> Iterator[_Line]:
    """The lines by time; what is too much for memory waits in sorted runs on the disk."""
    runs: list[Iterator[_Line]] = []
    while run := sorted(itertools.islice(lines, _RUN)):
        if len(run) < _RUN and not runs:
            yield from run
            return
        runs.append(_stored(run))
    yield from heapq.merge(*runs)


def _stored(run: list[_Line]) -> Iterator[_Line]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the iterator)
    for each in run:
        pickle.dump(each, file)
    file.seek(0)
    return _loaded(file, len(run))


def _loaded(file: IO[bytes], count: int) -> Iterator[_Line]:
    with file:
        for _ in range(count):
            yield pickle.load(file)  # noqa: S301 (our own)


def _write(answer: bytes) -> None:
    sys.stdout.buffer.write(answer)
