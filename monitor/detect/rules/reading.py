"""Reading one rule file: every table checked, every problem noted with its place, nothing raised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from monitor.detect.rules.builtin import BUILT_IN
from monitor.detect.rules.language import FIELDS, Pattern, alternatives, pattern
from monitor.detect.rules.parse import Lists, PatternError, check_entry, meant
from monitor.detect.rules.possible import possible
from monitor.detect.rules.rule import Condition, Examples, Reach, Rule, Scale, Veto
from monitor.model import Severity, Stage, Text

_LANGUAGE = re.compile(r"[a-z]{2,3}")

Table = Mapping[str, object]
Compiler = Callable[[str, Lists], Pattern | tuple[Pattern, ...]]
Named = TypeVar("Named", bound=StrEnum)

_TOP = ("language", "measured", "scale", "lists", "rule", "veto")
_SHARED = ("id", "says", "kind", "stage", "language", "any", "all", "none", "within", "fields", "flag", "pass")
_RULE = (*_SHARED, "weight", "severity")
_VETO = (*_SHARED, "lowers", "reach", "over")
_SCALE = tuple(Scale.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the tables of a file: the language of its rules, and whether figures say how good they are."""

    language: str | None = None
    measured: bool = True


@dataclass(slots=True)
class Reading:
    """What has been read so far from all files, and what was wrong with them."""

    problems: list[str] = field(default_factory=list)
    lists: Lists = field(default_factory=Lists)
    files: list[tuple[str, Table]] = field(default_factory=list)
    scale: Scale = field(default_factory=Scale)
    rules: list[Rule] = field(default_factory=list)
    vetoes: list[Veto] = field(default_factory=list)
    patterns: dict[tuple[str, Compiler], tuple[Pattern, ...] | PatternError] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    scaled: str = ""
    headed: dict[str, Heading] = field(default_factory=dict)


def read(paths: Iterable[Path]) -> Reading:
    """Read all files of a pack. Lists are known to every file, so they are gathered first."""
    reading = Reading()
    for path in sorted(paths):
        table = _toml(path, reading)
        if table is not None:
            reading.files.append((path.name, table))
            _gather(path.name, table, reading)
    for name, table in reading.files:
        reading.headed[name] = _Place(reading, name, "", table).heading()
        _Place(reading, name).scale(table)
        _lists(name, table, reading)
        for kind, make in (("rule", _rule), ("veto", _veto)):
            for number, each in enumerate(_Place(reading, name).tables(table, kind), 1):
                make(_Place(reading, name, f'{kind} "{each.get("id", f"no. {number}")}"', each))
    _outranked(reading)
    return reading


def _toml(path: Path, reading: Reading) -> Table | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        reading.problems.append(f"{path.name}: cannot be read: nested too deeply")
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        reading.problems.append(f"{path.name}: cannot be read: {reason}")
        return None


def _gather(name: str, table: Table, reading: Reading) -> None:
    here = _Place(reading, name, "", table)
    here.unknown(_TOP)
    lists = table.get("lists", {})
    if not isinstance(lists, dict):
        here.note("lists", "want a table of lists of words", lists)
        return
    for key, entries in lists.items():
        if key in reading.lists:
            here.note(f"lists.{key}", f"a list of this name is there already, in {reading.listed[key]}", None)
        elif key in BUILT_IN:
            here.note(f"lists.{key}", "is built in; choose another name", None)
        elif not _strings(entries) or not entries:
            here.note(f"lists.{key}", "want a list of words", entries)
        else:
            reading.lists[key] = "|".join(entries)
            reading.listed[key] = name


def _lists(name: str, table: Table, reading: Reading) -> None:
    """Every entry is read by itself, so that a list's problem is told once and with its entry."""
    lists = table.get("lists", {})
    for key, entries in lists.items() if isinstance(lists, dict) else ():
        for entry in entries if _strings(entries) else ():
            _Place(reading, name, "", table).entry(f"lists.{key}", entry)


def _rule(here: _Place) -> None:
    here.unknown(_RULE)
    shared = here.shared()
    weight = here.number("weight", 0.0, 1.0, None)
    if weight == 0 and not here.table.keys() & {"stage", "severity"}:
        here.note("weight", "of nothing tells nothing without a stage or a severity", None)
    if shared is None or weight is None:
        return
    here.reading.rules.append(
        Rule(
            id=shared.id,
            says=shared.says,
            kind=here.text("kind", "layoff"),
            stage=here.named("stage", Stage),
            severity=here.named("severity", Severity),
            language=shared.language,
            weight=weight,
            when=shared.when,
            examples=here.examples(),
            file=here.file,
            measured=here.reading.headed[here.file].measured,
        )
    )


def _veto(here: _Place) -> None:
    here.unknown(_VETO)
    shared = here.shared()
    kind = here.text("kind", None)
    lowers = here.number("lowers", 0.01, 1.0, 1.0)
    if shared is None or not kind or lowers is None:
        return
    here.reading.vetoes.append(
        Veto(
            id=shared.id,
            says=shared.says,
            kind=kind,
            stage=here.named("stage", Stage),
            language=shared.language,
            lowers=lowers,
            reach=here.named("reach", Reach) or Reach.SENTENCE,
            over=frozenset(here.strings("over")),
            when=shared.when,
            examples=here.examples(),
            file=here.file,
            measured=here.reading.headed[here.file].measured,
        )
    )


def _outranked(reading: Reading) -> None:
    """Put the ids of rules in the place of the patterns of ids in ``over``."""
    ids = [rule.id for rule in reading.rules]
    for number, veto in enumerate(reading.vetoes):
        over: set[str] = set()
        for wanted in sorted(veto.over):
            found = [name for name in ids if fnmatchcase(name, wanted)]
            if not found:
                problem = f'no such rule: "{wanted}"{meant(wanted, ids)}'
                reading.problems.append(f'{veto.file}: veto "{veto.id}": over: {problem}')
            over.update(found)
        reading.vetoes[number] = replace(veto, over=frozenset(over))


@dataclass(frozen=True, slots=True)
class _Shared:
    id: str
    says: str
    language: str | None
    when: Condition


@dataclass(frozen=True, slots=True)
class _Place:
    """A table in a file: reads its values, notes what is wrong with them."""

    reading: Reading
    file: str
    owner: str = ""
    table: Table = field(default_factory=dict)

    def note(self, key: str, problem: str, found: object) -> None:
        saw = "" if found is None else f", found {found!r}"
        where = ": ".join(part for part in (self.file, self.owner, key) if part)
        self.reading.problems.append(f"{where}: {problem}{saw}")

    def unknown(self, known: tuple[str, ...]) -> None:
        for key in self.table:
            if key not in known:
                self.note(key, f"no such key{meant(key, list(known))}", None)

    def tables(self, table: Table, key: str) -> list[Table]:
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(each, dict) for each in found):
            return found
        self.note(key, f"want tables headed [[{key}]]", found)
        return []

    def scale(self, table: Table) -> None:
        found = table.get("scale")
        if found is None:
            return
        here = _Place(self.reading, self.file, "scale", found if isinstance(found, dict) else {})
        if not isinstance(found, dict):
            here.note("", "want a table", found)
        if self.reading.scaled:
            here.note("", f"is set in {self.reading.scaled} already", None)
        self.reading.scaled = self.file
        here.unknown(_SCALE)
        values = {key: here.number(key, 0.0, 1.0, getattr(Scale(), key)) for key in _SCALE}
        if (values["near"] or 0) > (values["threshold"] or 1):
            here.note("near", "want no more than the threshold", values["near"])
        self.reading.scale = Scale(**{key: value for key, value in values.items() if value is not None})

    def shared(self) -> _Shared | None:
        name, says = self.text("id", None), self.text("says", None)
        if name in self.reading.ids:
            self.note("id", f"is taken already, in {self.reading.ids[name]}", None)
        self.reading.ids[name] = self.file
        conditions = {key: self.patterns(key) for key in ("any", "all", "none")}
        if not self.table.get("any"):
            self.note("any", "want at least one pattern", None)
        fields = self.strings("fields") or list(FIELDS)
        for wrong in (each for each in fields if each not in FIELDS):
            self.note("fields", f"want some of {', '.join(FIELDS)}{meant(wrong, list(FIELDS))}", wrong)
        within = self.named("within", Reach) or Reach.SENTENCE
        if not name or not conditions["any"]:
            return None
        when = Condition(**conditions, fields=frozenset(fields), within=within)
        if problem := possible(when):
            self.note("any", problem, None)
        language = self.language() if "language" in self.table else self.reading.headed[self.file].language
        return _Shared(name, says, language, when)

    def heading(self) -> Heading:
        measured = self.table.get("measured", True)
        if not isinstance(measured, bool):
            self.note("measured", "want true or false", measured)
        return Heading(self.language(), measured is True)

    def language(self) -> str | None:
        """A language as ISO 639 writes it: two or three small letters."""
        found = self.table.get("language")
        if found is None or (isinstance(found, str) and _LANGUAGE.fullmatch(found)):
            return found
        self.note("language", "want two or three small letters, such as en or de", found)
        return None

    def text(self, key: str, default: str | None) -> str:
        found = self.table.get(key, default)
        if isinstance(found, str) and found.strip():
            return found
        self.note(key, "want a text" if key in self.table else "is missing; want a text", self.table.get(key))
        return ""

    def number(self, key: str, least: float, most: float, default: float | None) -> float | None:
        found = self.table.get(key, default)
        if isinstance(found, int | float) and not isinstance(found, bool) and least <= found <= most:
            return float(found)
        missing = "" if key in self.table else "is missing; "
        self.note(key, f"{missing}want a number from {least:g} to {most:g}", self.table.get(key))
        return None

    def named(self, key: str, names: type[Named]) -> Named | None:
        found = self.table.get(key)
        known = [str(name) for name in names]
        if found is None or found in known:
            return names(found) if found is not None else None
        self.note(key, f"want one of {', '.join(known)}{meant(str(found), known)}", found)
        return None

    def strings(self, key: str) -> list[str]:
        found = self.table.get(key, [])
        if isinstance(found, list) and _strings(found):
            return found
        self.note(key, "want a list of texts", found)
        return []

    def patterns(self, key: str) -> tuple[Pattern, ...]:
        """The patterns under a key. Of ``all`` each must be found whole; of the others any alternative will do."""
        compiler = pattern if key == "all" else alternatives
        return tuple(made for source in self.strings(key) for made in self.compiled(key, source, compiler))

    def compiled(self, key: str, source: str, compiler: Compiler) -> tuple[Pattern, ...]:
        known = self.reading.patterns
        if (source, compiler) not in known:
            known[source, compiler] = _compiled(source, self.reading.lists, compiler)
        made = known[source, compiler]
        if isinstance(made, PatternError):
            if not made.inherited:  # else it is told where the list stands
                self.refuse(key, source, made)
            return ()
        return made

    def entry(self, key: str, source: str) -> None:
        try:
            check_entry(source, self.reading.lists)
        except PatternError as error:
            self.refuse(key, source, error)

    def refuse(self, key: str, source: str, error: PatternError) -> None:
        self.note(key, f'pattern "{source}", character {error.place}: {error.problem}', None)

    def examples(self) -> Examples:
        language = self.table.get("language") or self.reading.headed[self.file].language
        spoken = language if isinstance(language, str) else None
        return Examples(self.texts("flag", spoken), self.texts("pass", spoken))

    def texts(self, key: str, language: str | None) -> tuple[Text, ...]:
        found = self.table.get(key, [])
        if not isinstance(found, list):
            self.note(key, "want a list of examples", found)
            return ()
        made = (self.example(key, each, language) for each in found)
        return tuple(each for each in made if each is not None)

    def example(self, key: str, found: object, language: str | None) -> Text | None:
        """A headline, or a table of title, summary and body."""
        if isinstance(found, str):
            return Text(found, language=language)
        if isinstance(found, dict) and found and set(found) <= set(FIELDS) and _strings(list(found.values())):
            return Text(found.get("title", ""), found.get("summary", ""), found.get("body", ""), language)
        self.note(key, "want a headline, or a table of title, summary and body", found)
        return None


def _compiled(source: str, lists: Lists, compiler: Compiler) -> tuple[Pattern, ...] | PatternError:
    try:
        made = compiler(source, lists)
    except PatternError as error:
        return error
    return made if isinstance(made, tuple) else (made,)


def _strings(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)
