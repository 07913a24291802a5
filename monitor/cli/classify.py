"""The command ``pinkslip classify``: articles in as JSON lines, decisions out as JSON lines, in the same order.

What arrives slowly is answered line by line; what arrives in large blocks is shared among processes, one per core.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

import click

from monitor.cli import records
from monitor.cli.session import Session
from monitor.detect import facts
from monitor.detect.companies import Directory
from monitor.detect.rules import Pack
from monitor.model import Text

_BLOCK = 128 * 1024
"""Bytes that are worth handing to another process."""
_PARENT_DIED = 1
"""``PR_SET_PDEATHSIG`` of ``prctl``."""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)


@click.command()
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.pass_obj
def classify(session: Session, files: tuple[Path, ...]) -> None:
    """Decide on articles: JSON lines in (FILE, or - for stdin, the default), one decision per line out, same order.

    In: title, and if there are any id, summary, body, language, url, source, published. A line that is no JSON object
    with a title is answered with its number and what is wrong; the others are still decided. Exits 1 if there was one.
    """
    settings = session.settings()
    decide = Decider(settings.pack, settings.directory)
    # A pipe that closes must be noticed here, so that the other processes end too.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        errors = sum(_classify(path, str(path) if len(files) > 1 else None, decide) for path in files or (Path("-"),))
    except BrokenPipeError:
        _end_as_the_pipe_did()
    if errors:
        sys.exit(1)


def _classify(path: Path, name: str | None, decide: Decider) -> int:
    if str(path) == "-":
        return _run(sys.stdin.fileno(), name, decide)
    with path.open("rb") as file:
        return _run(file.fileno(), name, decide)


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines, and the number of the first."""

    lines: tuple[bytes, ...]
    first: int
    file: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides on the lines of a block. Every line is answered, whatever it holds."""

    pack: Pack
    directory: Directory

    def answers(self, block: _Block) -> tuple[bytes, int]:
        """The answers, and how many of them are errors."""
        written: list[bytes] = []
        errors = 0
        for number, line in enumerate(block.lines, block.first):
            try:
                answer = self.decision(records.record(line))
            except ValueError as error:
                errors += 1
                place = {"line": number} if block.file is None else {"file": block.file, "line": number}
                answer = {**place, "error": str(error)}
            written.append(records.line(answer))
        return b"".join(written), errors

    def decision(self, article: dict[str, object]) -> dict[str, object]:
        title, summary, body, language = (
            records.text(article, key) for key in ("title", "summary", "body", "language")
        )
        appeared = records.published(article)
        text = Text(title, summary, body, language or None, appeared.date() if appeared else None)
        read = facts.read(text, self.directory)
        return {"id": article.get("id"), **records.decision(self.pack.judge(text), read)}


def _run(source: int, name: str | None, decide: Decider) -> int:
    """Answer everything that comes from a file descriptor; gives the number of errors."""
    errors = 0
    with _Workers(decide.answers) as workers:
        for block in _blocks(source, name):
            for answers, wrong in workers.take(block):
                errors += wrong
                _write(answers)
            for answers, wrong in workers.rest() if not _ready(source) else ():
                errors += wrong
                _write(answers)
        for answers, wrong in workers.rest():
            errors += wrong
            _write(answers)
    return errors


def _write(answers: bytes) -> None:
    sys.stdout.buffer.write(answers)
    sys.stdout.buffer.flush()


def _blocks(source: int, name: str | None) -> Iterator[_Block]:
    """What arrives, cut at the ends of lines, as soon as it is there."""
    kept: list[bytes] = []
    number = 1
    while read := os.read(source, _BLOCK):
        whole, end, rest = read.rpartition(b"\n")
        if not end:
            kept.append(read)
            continue
        lines = tuple(b"".join((*kept, whole)).split(b"\n"))
        kept = [rest]
        yield _Block(lines, number, name, len(whole))
        number += len(lines)
    if last := b"".join(kept):
        yield _Block((last,), number, name, len(last))


def _ready(source: int) -> bool:
    """Is there more to read right now?"""
    return bool(select.select([source], [], [], 0)[0])


class _Workers:
    """As many processes as there are cores, started when the first large block comes. Answers come in order."""

    def __init__(self, answers: Callable[[_Block], tuple[bytes, int]]) -> None:
        self._answers = answers
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[Future[tuple[bytes, int]]] = deque()
        # A forked child has the compiled rules already; where forking is not safe, one process does it all.
        self._cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1

    def take(self, block: _Block) -> Iterator[tuple[bytes, int]]:
        """Give a block to be answered; yields the answers that are due."""
        if self._cores == 1 or (block.size < _BLOCK // 4 and not self._waiting):
            yield from self.rest()
            yield self._answers(block)
            return
        self._waiting.append(self._started().submit(_answer, block))
        while len(self._waiting) > 2 * self._cores:
            yield self._waiting.popleft().result()

    def rest(self) -> Iterator[tuple[bytes, int]]:
        while self._waiting:
            yield self._waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(self._cores, context, initializer=_start, initargs=(self._answers,))
        return self._pool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


_in_this_process: Callable[[_Block], tuple[bytes, int]]
"""What a worker process answers with; set when it starts."""


def _start(answers: Callable[[_Block], tuple[bytes, int]]) -> None:
    global _in_this_process  # noqa: PLW0603 (a pool's process has no other place of its own)
    _in_this_process = answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)


def _answer(block: _Block) -> tuple[bytes, int]:
    return _in_this_process(block)


def _end_as_the_pipe_did() -> NoReturn:
    """Die of the closed pipe, quietly, as `head` expects of whoever feeds it."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    sys.exit(141)
