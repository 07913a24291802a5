"""A pack of rules: loaded whole or refused with every problem, tried on its own examples, asked for its judgement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor.detect.companies import Directory
from monitor.detect.rules.marks import Marks
from monitor.detect.rules.match import Matcher
from monitor.detect.rules.reading import read
from monitor.detect.rules.rule import Rule, Scale, Veto
from monitor.model import Flag, Text


class PackError(Exception):
    """Rule files that cannot be used. ``problems`` holds all of them, one line each, with file and place."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that the pack decides otherwise than its rule says."""

    file: str
    rule: str
    example: Text
    wanted: str
    flag: Flag

    def __str__(self) -> str:
        flag = self.flag
        by = f"rules {_names(flag.rules)}, vetoes {_names(flag.vetoes)}"
        saw = f"score {flag.score:g}, stage {flag.stage or 'none'}, {by}"
        return f'{self.file}: "{self.rule}": want {self.wanted}: "{_headline(self.example)}" ({saw})'


class Pack:
    """Rules and vetoes that decide together. Judging is pure, and never raises."""

    def __init__(
        self, rules: Iterable[Rule], vetoes: Iterable[Veto], scale: Scale, directory: Directory, marks: Marks
    ) -> None:
        self.rules = tuple(rules)
        self.vetoes = tuple(vetoes)
        self.scale = scale
        self._matcher = Matcher(self.rules, self.vetoes, scale, directory, marks)

    def judge(self, text: Text) -> Flag:
        return self._matcher.judge(text)

    def all(self) -> tuple[Rule | Veto, ...]:
        """The rules, then the vetoes, in order of the files."""
        return (*self.rules, *self.vetoes)

    def examples(self) -> int:
        return sum(len(each.examples.flag) + len(each.examples.pass_) for each in self.all())

    def unused(self, fired: Collection[str]) -> list[str]:
        """The ids that never fired, but for languages of which nothing did: there was no text in them."""
        spoken = {None, *(each.language for each in self.all() if each.id in fired)}
        return [each.id for each in self.all() if each.id not in fired and each.language in spoken]

    def untried(self) -> tuple[Rule | Veto, ...]:
        """The rules without an example to flag, and the vetoes without one to pass."""
        rules = (rule for rule in self.rules if not rule.examples.flag)
        return (*rules, *(veto for veto in self.vetoes if not veto.examples.pass_))

    def failures(self) -> tuple[Failure, ...]:
        """Every example that fails: those to be flagged, by their rule; those to be passed, because of their veto."""
        return tuple(self._failures())

    def _failures(self) -> Iterator[Failure]:
        for each in self.all():
            for example in each.examples.flag:
                flag = self.judge(example)
                if not flag.flagged:
                    yield Failure(each.file, each.id, example, "flagged", flag)
                elif isinstance(each, Rule) and each.id not in flag.rules:
                    yield Failure(each.file, each.id, example, "flagged by this rule", flag)
                elif isinstance(each, Rule) and not each.weight and each.stage not in (None, flag.stage):
                    yield Failure(each.file, each.id, example, f"the stage {each.stage}", flag)
            for example in each.examples.pass_:
                flag = self.judge(example)
                if flag.flagged:
                    yield Failure(each.file, each.id, example, "passed", flag)
                elif isinstance(each, Veto) and each.id not in flag.vetoes:
                    yield Failure(each.file, each.id, example, "passed because of this veto", flag)


def load(paths: Iterable[Path], directory: Directory | None = None) -> Pack:
    """The rules of all files together; ``directory`` holds the employers known by name.

    Raises `PackError` with every problem; failing examples are `Pack.failures`' matter.
    """
    reading = read(paths)
    if not reading.rules and not reading.problems:
        reading.problems.append("rules: there is no rule in any file")
    if reading.problems:
        raise PackError(reading.problems)
    return Pack(reading.rules, reading.vetoes, reading.scale, directory or Directory(), reading.lists.marks)


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"


def _headline(text: Text) -> str:
    return text.title or text.summary or text.body
