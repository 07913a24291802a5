"""The employers known by name: the directory that ``companies.toml`` makes, and where its names stand in a text."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from monitor.detect import lexicon
from monitor.detect.media import is_medium
from monitor.detect.text import fold
from monitor.detect.tokens import Tokens, tokens

_NAMES = {"aliases": False, "former": False, "people": False, "units": True, "brands": True}
"""The lists of further names, and whether one of theirs stands for a part of the company only."""
_MARKS = ("ticker", "tickers", "domain", "domains", "cik")
_SETTINGS = ("name", *_NAMES, "parent", *_MARKS, "context")
_GENERIC = lexicon.FORMS | lexicon.NAME_TAILS | lexicon.LONELY | lexicon.DESCRIPTORS
_TICKER = re.compile(r"\s*\((?:[A-Za-z]+ ?: ?)?[A-Z]{1,6}(?:\.[A-Z]{1,2})?\)")
_GAPS = frozenset((" ", "", "-", ".", ". ", " & ", "&", "'", "’", "/", " + ", "+", "\u00a0", "‑", " -"))
_SHORTEST_TICKER = 4
"""Letters of a ticker that names its company in a text: shorter ones are other employers' initials too."""
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_CIK = re.compile(r"(?:cik)?[\s:#]*0*([1-9]\d{0,9})")
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:/.*)?")
_CLASS = re.compile(r"([a-z]{1,5})[-/]([a-z])")
_EXCHANGES: dict[str, str] = dict(
    re.findall(
        r"(\w+)=(\w*)",
        "amex= nasdaq= nyse= otc= otcmkts= xnas= xnys= ams=as asx=ax bom=bo ebr=br cph=co etr=de xetra=de hel=he hkg=hk"
        " krx=ks lon=l lse=l bme=mc bit=mi nse=ns osl=ol epa=pa sto=st swx=sw six=sw tyo=t tsx=to vie=vi",
    )
)
"""Stock exchanges, with what a ticker of theirs ends in; one of an American exchange ends in nothing."""
_WANTED = {
    "ticker": (re.compile(r"(?!\d+$)[\w.&-]{1,20}"), 'a ticker such as "AMZN" or "7203.T"'),
    "domain": (re.compile(r"[\w-]+(?:\.[\w-]+)+"), 'a domain such as "halvora.example"'),
    "cik": (re.compile(r"0*[1-9]\d{0,9}"), 'the digits of a CIK such as "1018724"'),
}


class CompaniesError(Exception):
    """``companies.toml`` is wrong; ``problems`` lists everything that is."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An employer under one of its names. ``context``: the name is an everyday word, alone it means nothing."""

    name: str
    key: str
    words: str
    context: bool
    unit: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a known name stands: the tokens from ``first`` up to, not including, ``last``."""

    employer: Employer
    first: int
    last: int


class Directory:
    """Finds known employers. Made by ``load``, and empty without an argument."""

    def __init__(
        self,
        employers: tuple[Employer, ...] = (),
        marks: Mapping[str, str] | None = None,
        parents: Mapping[str, str] | None = None,
        cuts: Mapping[str, Tokens] | None = None,
    ) -> None:
        """``marks`` and ``parents`` lead to keys; ``cuts`` has the tokens of names where they are at hand already."""
        self._marks = {_mark(mark): key for mark, key in (marks or {}).items()}
        self._parents = dict(parents or {})
        self._children: dict[str, tuple[str, ...]] = {}
        for child, parent in self._parents.items():
            self._children[parent] = (*self._children.get(parent, ()), child)
        self._names: dict[str, str] = {}
        self._exact: dict[tuple[str, ...], Employer] = {}
        named = [(each, (cuts or {}).get(each.words) or tokens(each.words)) for each in employers]
        for employer, cut in named:
            if cut.norms:
                self._exact.setdefault(tuple(cut.norms), employer)
        for employer, cut in named:
            for words in _loose(employer, cut):
                self._exact.setdefault(words, employer)
        self._lengths: dict[str, dict[int, None]] = {}
        for words in sorted(self._exact, key=len, reverse=True):
            self._lengths.setdefault(words[0], {})[len(words)] = None
        for employer in employers:
            self._names.setdefault(employer.key, employer.name)

    def __len__(self) -> int:
        return len(self._names)

    def key(self, words: str) -> str:
        """The key of a company given by a name, ticker, domain or CIK, a unit's being that of its company.

        That of the bare name if it is unknown. A ticker may have its exchange before it, a domain may be an address.
        """
        cut = tokens(words)
        if (employer := self.exact(cut, 0, len(cut))) is not None:
            return employer.key
        return self._marks.get(_mark(words), company_key(words))

    def parent(self, key: str) -> str | None:
        """The key of the company that owns this one, an employer of its own; None if it has none that is known."""
        return self._parents.get(key)

    def children(self, key: str) -> tuple[str, ...]:
        """The keys of the employers that a company owns."""
        return self._children.get(key, ())

    def listed(self, words: str) -> Employer | None:
        """The employer whose ticker this is, in capitals as tickers are written."""
        if len(words) < _SHORTEST_TICKER or not words.isupper():
            return None
        key = self._marks.get(_mark(words))
        return Employer(name=self._names[key], key=key, words=words, context=False) if key else None

    def exact(self, cut: Tokens, first: int, last: int) -> Employer | None:
        """The employer whose whole name these tokens are; a legal form at the end is no part of it."""
        while last > first:
            if employer := self._exact.get(tuple(cut.norms[first:last])):
                return employer
            if cut.norms[last - 1] not in lexicon.FORMS:
                return None
            last -= 1
        return None

    def known(self, cut: Tokens) -> tuple[int, ...]:
        """The tokens at which a known name begins, even one that is an everyday word too."""
        lengths = self._lengths
        return tuple(
            index
            for index, word in enumerate(cut.norms)
            if word in lengths and any(tuple(cut.norms[index : index + each]) in self._exact for each in lengths[word])
        )

    def spots(self, cut: Tokens, *, cased: bool) -> tuple[Spot, ...]:
        """The known names in the tokens, in order, the longest where several begin. ``cased``: capitals tell names."""
        return tuple(self._spots(cut, cased=cased))

    def _spots(self, cut: Tokens, *, cased: bool) -> Iterator[Spot]:
        behind = 0
        for index, word in enumerate(cut.norms):
            if index < behind:
                continue
            spot = None
            if word in self._lengths:
                spot = self._spot(cut, index, cased=cased)
            elif not cased and len(word) > 5 and word[-1] == "s" and word[:-1] in self._lengths:
                employer = self._exact.get((word[:-1],))
                if employer and not employer.context:
                    spot = Spot(employer, index, index + 1)
            if spot is not None:
                if not is_medium(cut, spot.first, spot.last):
                    yield spot
                behind = spot.last

    def _spot(self, cut: Tokens, index: int, *, cased: bool) -> Spot | None:
        for length in self._lengths[cut.norms[index]]:
            last = index + length
            employer = self._exact.get(tuple(cut.norms[index:last]))
            if employer is None or last > len(cut) or employer.context:
                continue
            if length > 1 and any(gap not in _GAPS for gap in cut.gaps[index + 1 : last]):
                continue
            if cased and not _capitals(cut, index, last, employer.words):
                continue
            return Spot(employer, index, last)
        return None


def load(path: Path) -> Directory:
    """The directory of a ``companies.toml``; raises ``CompaniesError`` with every problem in it."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CompaniesError((f"{path.name}: {error}",)) from error
    reader = _Reader(path.name, text)
    directory = reader.read(content)
    if reader.problems:
        raise CompaniesError(tuple(reader.problems))
    return directory


def company_key(name: str) -> str:
    """What two spellings of one name share: no case, accents, spaces, punctuation, legal form or ticker.

    Where only everyday words of company names would be left, the form stays: "Insurance Group" is no "insurance".
    """
    return _key(name, tokens(_TICKER.sub("", name)).norms)


def variants(one: str, other: str) -> str | None:
    """Why two names may be one employer's, in words; None if nothing in them says so. Fit to propose, not to merge."""
    shorter, longer = sorted((one, other), key=lambda name: len(_stem(tokens(name).norms)))
    few, many = _stem(tokens(shorter).norms), _stem(tokens(longer).norms)
    if not few or "".join(few) == "".join(many):
        return None
    if _are_initials(shorter, tokens(longer).norms):
        return f"{shorter!r} is made of the initials of {longer!r}"
    if all(word in _GENERIC or word in lexicon.PLACES or word in lexicon.NATIONALITIES for word in few):
        return None
    starts = [start for start in range(len(many) - len(few) + 1) if many[start : start + len(few)] == few]
    if starts[:1] == [0] and all(word in lexicon.NAME_TAILS or word in lexicon.FORMS for word in many[len(few) :]):
        return f"{longer!r} is {shorter!r} with a word that ends many names"
    return f"{longer!r} has the whole name {shorter!r} in it" if starts else None


def _stem(words: list[str]) -> list[str]:
    """The words of a name without an article and legal forms."""
    words = words[1:] if words[:1] == ["the"] and len(words) > 1 else words
    forms = sum(1 for _ in takewhile(lexicon.FORMS.__contains__, reversed(words[1:])))
    return words[: len(words) - forms]


def _are_initials(name: str, words: list[str]) -> bool:
    letters = "".join(tokens(name).norms)
    telling = [word for word in words if word not in ("the", "and", "of", "for")]
    readings = ("".join(word[0] for word in each) for each in (words, telling, _stem(words), _stem(telling)))
    return len(letters) > 2 and name.isupper() and letters in readings


def _key(name: str, words: list[str]) -> str:
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    bare = words
    while bare and (bare[-1] in lexicon.FORMS or bare[-2:] == ["a", "s"]):
        bare = bare[: -1 if bare[-1] in lexicon.FORMS else -2]
    if not _GENERIC.issuperset(bare):
        words = bare
    return "".join(words) or fold(name).text.strip()


class _Reader:
    """Reads the tables of one file; collects what is wrong instead of stopping at it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = [number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("[[comp")]
        self.problems: list[str] = []
        self.employers: list[Employer] = []
        self.owners: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.cuts: dict[str, Tokens] = {}
        self.marks: dict[str, str] = {}
        self.parents: list[tuple[str, str, str]] = []

    def read(self, content: Mapping[str, object]) -> Directory:
        for setting in content:
            self.known(setting, ("names", "context_names", "company"), self.file)
        tables = content.get("company", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.problems.append(f"{self.file}: company: want [[company]] tables, found {tables!r:.60}")
            tables = []
        for position, table in enumerate(tables):
            line = f" (line {self.lines[position]})" if len(self.lines) == len(tables) else ""
            self.company(table, position, line)
        for setting, context in (("names", False), ("context_names", True)):
            place = f"{self.file}: {setting}"
            for name in self.strings(content.get(setting, []), place):
                self.employer(place, name, name, context=context)
        marks = {mark: self.keys[name] for mark, name in self.marks.items() if name in self.keys}
        return Directory(tuple(self.employers), marks, dict(self.owned()), self.cuts)

    def company(self, table: Mapping[str, object], position: int, line: str) -> None:
        name = table.get("name")
        called = repr(name) if isinstance(name, str) and name else str(position + 1)
        place = f"{self.file}: company {called}{line}"
        for setting in table:
            self.known(setting, _SETTINGS, place)
        if not isinstance(name, str) or not name.strip():
            self.problems.append(f"{place}: name: want a name, found {name!r}")
            return
        names = [(name, False)]
        for setting, unit in _NAMES.items():
            if setting in table:
                names.extend((words, unit) for words in self.strings(table[setting], f"{place}: {setting}"))
        context = self.context(table["context"], [words for words, _ in names], place) if "context" in table else ()
        for words, unit in names:
            self.employer(place, name, words, context=words in context, unit=unit)
        for setting in _MARKS:
            if setting in table:
                self.mark(place, name, setting, table[setting])
        parent = table.get("parent", name)
        if not isinstance(parent, str) or not parent.strip():
            self.problems.append(f"{place}: parent: want a name, found {parent!r}")
        elif "parent" in table:
            self.parents.append((place, name, parent))

    def mark(self, place: str, name: str, setting: str, value: object) -> None:
        values = self.strings(value, f"{place}: {setting}") if setting in ("tickers", "domains") else (value,)
        shape, wanted = _WANTED[setting.removesuffix("s")]
        for mark in values:
            if not isinstance(mark, str) or not shape.fullmatch(mark):
                self.problems.append(f"{place}: {setting}: want {wanted}, found {mark!r}")
            elif (owner := self.marks.setdefault(_mark(mark), name)) != name:
                self.problems.append(f"{place}: {setting}: {mark!r} is taken by {owner!r}")

    def owned(self) -> Iterator[tuple[str, str]]:
        """The key of each company with a parent, with the key of that."""
        for place, name, parent in self.parents:
            owner = self.owners.get(company_key(parent))
            if owner is None:
                near = _near(parent, tuple(self.owners.values()))
                self.problems.append(f"{place}: parent: no company named {parent!r}{near}")
            elif owner == name:
                self.problems.append(f"{place}: parent: {parent!r} is the company itself")
            else:
                yield self.keys[name], self.keys[owner]

    def employer(self, place: str, name: str, words: str, *, context: bool, unit: bool = False) -> None:
        cut = tokens(words)
        key = company_key(words) if "(" in words else _key(words, cut.norms)
        own = self.keys.setdefault(name, key)
        if not cut.norms:
            self.problems.append(f"{place}: {words!r} is no name")
        elif words in self.cuts or self.owners.get(key, name) != name:
            self.problems.append(f"{place}: the name {words!r} is taken by {self.owners[key]!r}")
        else:
            self.owners[key] = name
            self.cuts[words] = cut
            self.employers.append(Employer(name=name, key=own, words=words, context=context, unit=unit))

    def context(self, value: object, names: list[str], place: str) -> tuple[str, ...]:
        if isinstance(value, bool):
            return tuple(name for name in names if value and len(tokens(name)) < 2)
        chosen = self.strings(value, f"{place}: context")
        for name in chosen:
            if name not in names:
                self.problems.append(f"{place}: context: {name!r} is none of its names{_near(name, names)}")
        return chosen

    def strings(self, value: object, place: str) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        self.problems.append(f"{place}: want a list of names, found {value!r:.60}")
        return ()

    def known(self, setting: str, settings: tuple[str, ...], place: str) -> None:
        if setting not in settings:
            self.problems.append(f"{place}: {setting}: no such setting{_near(setting, settings)}")


def _near(word: str, words: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _mark(text: str) -> str:
    """A ticker, domain or CIK without what is written around it."""
    text = text.strip().casefold()
    if (number := _CIK.fullmatch(text)) is not None:
        return number[1]
    if (address := _ADDRESS.fullmatch(text)) is not None:
        return address[1]
    exchange, colon, symbol = text.removeprefix("$").partition(":")
    if not colon:
        return _CLASS.sub(r"\1.\2", exchange) if _CLASS.fullmatch(exchange) else exchange
    suffix = _EXCHANGES.get(exchange.strip())
    if suffix is None:
        return text
    return _mark(f"{symbol.strip()}.{suffix}" if suffix else symbol)


def _loose(employer: Employer, cut: Tokens) -> Iterator[tuple[str, ...]]:
    """The sequences of words by which a name is known where it is spelled as in addresses."""
    words = tuple(cut.norms)
    if not words or employer.context:
        return
    joined = "".join(words)
    if cut.tails[-1] != cut.ends[-1]:
        yield (*words[:-1], words[-1] + "s")
    if len(joined) < 6:
        return
    if len(words) > 1:
        yield (joined,)
        return
    pieces = tuple(piece.lower() for piece in _CAMEL.findall(employer.words))
    if len(pieces) > 1 and "".join(pieces) == joined:
        yield pieces


def _capitals(cut: Tokens, first: int, last: int, words: str) -> bool:
    """Whether the capitals are a name's: the first and the last word's, and all of an abbreviation's."""
    if words[0].islower() and last - first == 1:
        return True
    start = cut.starts[first]
    if last - first == 1 and len(words) <= 4 and words.isupper():
        return cut.text[start : cut.ends[first]].isupper()
    small_end = words.rsplit(maxsplit=1)[-1][0].isupper() and cut.text[cut.starts[last - 1]].islower()
    return not small_end and (cut.text[start].isupper() or cut.text[start].isdigit() or words[0].islower())
