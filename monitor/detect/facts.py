"""What a text states about a cut: who cuts, how many jobs, what part of the workforce, and the words that say so.

What is not stated stays null: nothing is guessed, and nothing is added up.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import re2

from monitor.detect import dates, lexicon, places, reasons, units
from monitor.detect.acts import Deeds
from monitor.detect.companies import Directory, Spot, company_key, variants
from monitor.detect.cutbacks import cutbacks, derived
from monitor.detect.employers import cased, employers, rivals
from monitor.detect.naming import Named
from monitor.detect.numbers import Quantity, quantities
from monitor.detect.passages import TOUCHING, Found, Passage, speaks
from monitor.detect.text import sentences
from monitor.detect.tokens import Tokens, tokens
from monitor.detect.waves import wave
from monitor.detect.written_dates import FIRST_YEAR, LAST_YEAR
from monitor.model import Amount, Company, Facts, Qualifier, Stated, Text

_READ = 20_000
"""Characters of a field that are read: what a cut is about stands at the beginning."""
_LONG = 1_500
"""Characters of one sentence that are read; longer ones are no prose."""
_MOST_COMPANIES = 8
_MOST_AMOUNTS = 40
_MOST_STATED = 8
_TOLD_FIRST = 6
"""Sentences in which an article says that this is not the first cut."""
_CUE = re2.compile(
    rb"(?i)lay|laid|cut|job|redundan|furlough|slash|axe|axing|shed|eliminat|trim|dismiss|sack|fire|firing|retrench|downsiz"
    rb"|position|work ?force|headcount|roles|staff|employe|workers|posts|let go|lets go|reduc|severance|goodbye"
    rb"|farewell|warn|affect|\brifs?\b"
)
_CUTS_OR_JOBS = TOUCHING | lexicon.JOBS | {"buyouts", "job", "off", "outs", "redundant", "restructuring"}
"""Words of which one is in whatever tells a cut from an earlier one."""
_DASH = re.compile(r"[-–—]\s")
_DATELINE = re.compile(r"\s*(?:[A-Z][A-Za-z.,' ]{1,40})?\(?(?:Reuters|AP|AFP|CP|Bloomberg|PA|UPI)\)?\s*[-–—]+\s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    field: str
    start: int
    end: int
    deeds: Deeds
    spots: tuple[Spot, ...]
    capitals: bool

    @property
    def cut(self) -> Tokens:
        return self.deeds.cut


def read(text: Text, directory: Directory) -> Facts:
    """The facts of an article. Never raises; the same text gives the same facts."""
    found = list(_sentences(text, directory))
    cutters = _cutters(found, directory)
    found = [sentence for sentence in found if not _is_of_others(sentence, cutters, directory)]
    headcounts: list[Amount] = []
    percents: list[Amount] = []
    parts: list[Amount] = []
    told: set[tuple[str, int]] = set()
    for sentence in found:
        before = len(headcounts) + len(percents) + len(parts)
        _amounts(sentence, headcounts, percents, parts)
        if len(headcounts) + len(percents) + len(parts) > before:
            told.add((sentence.field, sentence.start))
    shares = percents or parts
    companies = _companies(found, told, cutters, directory)
    published = text.published if text.published and FIRST_YEAR <= text.published.year <= LAST_YEAR else None
    cutting = _passages(found, told, companies, published)
    return Facts(
        companies=companies,
        headcount=_speaking(headcounts),
        percent=shares[0] if shares else None,
        headcounts=tuple(headcounts[:_MOST_AMOUNTS]),
        places=_all(cutting, places.places),
        units=_all(cutting, units.units),
        effective=_first(cutting, dates.effective),
        announced=_first(cutting, dates.announced),
        reason=_first(cutting, reasons.reason),
        wave=next(filter(None, (_wave(sentence) for sentence in found[:_TOLD_FIRST])), None),
        together=len({company.key for company in companies[: len(cutters)]}) or 1,
    )


def _wave(sentence: _Sentence) -> Stated | None:
    if _CUTS_OR_JOBS.isdisjoint(sentence.cut.norms):
        return None
    span = wave(sentence.cut.text[sentence.start : sentence.end])
    if span is None:
        return None
    words = sentence.cut.text[sentence.start + span[0] : sentence.start + span[1]]
    return _stated(sentence, Found(words, sentence.start + span[0], sentence.start + span[1]))


def _sentences(text: Text, directory: Directory) -> Iterator[_Sentence]:
    for field, content in text.fields():
        kept = content[:_READ]
        whole = field == "title"
        cues = () if whole or not kept else _cues(kept)
        for start, end in sentences(kept) if whole or cues else ():
            stop = min(end, start + _LONG)
            if not whole and not _has_cue(cues, start, stop):
                continue
            dateline = _DATELINE.match(kept, start, stop) if _DASH.search(kept, start, stop) else None
            cut = tokens(content, dateline.end() if dateline else start, stop)
            capitals = cased(cut)
            yield _Sentence(field, start, end, Deeds(cut), directory.spots(cut, cased=capitals), capitals)


def _cues(text: str) -> tuple[tuple[int, int], ...]:
    """The characters of the words without which a sentence of a summary or a body is not read."""
    # One byte for each character: the words are ASCII, and so every place is one of the text.
    return tuple(match.span() for match in _CUE.finditer(text.encode("ascii", "replace")))


def _has_cue(cues: tuple[tuple[int, int], ...], start: int, stop: int) -> bool:
    first = bisect_left(cues, (start, start))
    return first < len(cues) and cues[first][1] <= stop


def _amounts(sentence: _Sentence, headcounts: list[Amount], percents: list[Amount], parts: list[Amount]) -> None:
    numbers = quantities(sentence.cut)
    if not numbers:
        return
    for found in cutbacks(sentence.deeds, numbers, capitals=sentence.capitals):
        shares = parts if found.part else percents
        (shares if found.percent else headcounts).append(_amount(sentence, found.quantity))
    if not headcounts and (difference := derived(sentence.cut, numbers)):
        quantity, value = difference
        amount = _amount(sentence, quantity)
        headcounts.append(replace(amount, value=value, low=value, high=value, qualifier=Qualifier.DERIVED))


def _amount(sentence: _Sentence, quantity: Quantity) -> Amount:
    start = sentence.cut.starts[quantity.first]
    text = sentence.cut.text
    return Amount(
        value=quantity.value,
        low=quantity.low,
        high=quantity.high,
        qualifier=quantity.qualifier,
        vague=quantity.vague,
        field=sentence.field,
        start=start,
        end=quantity.end,
        text=text[start : quantity.end],
        sentence=text[sentence.start : sentence.end],
    )


def _speaking(headcounts: list[Amount]) -> Amount | None:
    """The first count; a vague one gives way to a number within its bounds that the text states later."""
    if not headcounts:
        return None
    first = headcounts[0]
    if first.value is not None or first.low is None or first.high is None:
        return first
    exact = (amount for amount in headcounts if amount.value is not None and first.low <= amount.value <= first.high)
    return next(exact, first)


def _cutters(found: list[_Sentence], directory: Directory) -> list[tuple[_Sentence, Named]]:
    """The employer, or the employers together, that the first sentence names which names one."""
    for sentence in found:
        cutting = employers(sentence.cut, sentence.spots, directory, capitals=sentence.capitals)
        if cutting:
            return [(sentence, one) for one in cutting]
    return []


def _is_of_others(sentence: _Sentence, cutters: list[tuple[_Sentence, Named]], directory: Directory) -> bool:
    """Whether a sentence of a body tells what employers cut that are not the article's, nor of its family."""
    if sentence.field != "body" or not cutters or not sentence.capitals or sentence is cutters[0][0]:
        return False
    named = [word for first, one in cutters for word in first.cut.norms[one.first : one.last]]
    if not set(named).isdisjoint(sentence.cut.norms):
        return False
    others = rivals(sentence.cut, sentence.spots, directory)
    if not others:
        return False
    own = [_company(first, one, directory) for first, one in cutters]
    found = [_company(sentence, one, directory) for one in others]
    return not any(_are_kin(one, other, directory) for one in own for other in found)


def _are_kin(one: Company, other: Company, directory: Directory) -> bool:
    """Whether two companies are one, or one owns the other, or their names say that they might be one."""
    owned = one.key == directory.parent(other.key) or other.key == directory.parent(one.key)
    return one.key == other.key or owned or variants(one.name, other.name) is not None


def _companies(
    found: list[_Sentence], told: set[tuple[str, int]], cutters: list[tuple[_Sentence, Named]], directory: Directory
) -> tuple[Company, ...]:
    companies: list[Company] = []
    seen: set[tuple[str, str]] = set()
    named = list(cutters)
    for sentence in found:
        if sentence.field == "body" and (sentence.field, sentence.start) not in told:
            continue
        named.extend((sentence, Named(spot.first, spot.last, spot.employer)) for spot in sentence.spots)
    for sentence, one in named:
        company = _company(sentence, one, directory)
        mark = (company.key, company.text.casefold())
        if mark not in seen and len(companies) < _MOST_COMPANIES:
            seen.add(mark)
            companies.append(company)
    return tuple(companies)


def _passages(
    found: list[_Sentence], told: set[tuple[str, int]], companies: tuple[Company, ...], published: date | None
) -> list[tuple[_Sentence, Passage]]:
    """The sentences that speak of the cut; those with its numbers first. In a body, other employers' cuts are none."""
    speaking = [one for one in found if (one.field, one.start) in told or speaks(one.cut)]
    if not speaking:
        return []
    keys = {company.key for company in companies[:1]}
    names = frozenset(norm for company in companies for norm in tokens(company.text).norms)
    kept = []
    for sentence in speaking:
        others = {spot.employer.key for spot in sentence.spots}
        if sentence.field == "body" and keys and others and keys.isdisjoint(others):
            continue
        spots, capitals = sentence.spots, sentence.capitals
        read = Passage(deeds=sentence.deeds, spots=spots, capitals=capitals, names=names, published=published)
        kept.append((sentence, read))
    return sorted(kept, key=lambda one: (one[0].field, one[0].start) not in told)


def _all(
    cutting: list[tuple[_Sentence, Passage]], reader: Callable[[Passage], tuple[Found, ...]]
) -> tuple[Stated, ...]:
    stated: dict[str, Stated] = {}
    for sentence, read in cutting:
        for one in reader(read):
            stated.setdefault(one.value.casefold(), _stated(sentence, one))
    return tuple(stated.values())[:_MOST_STATED]


def _first(cutting: list[tuple[_Sentence, Passage]], reader: Callable[[Passage], Found | None]) -> Stated | None:
    return next((_stated(sentence, one) for sentence, read in cutting if (one := reader(read))), None)


def _stated(sentence: _Sentence, found: Found) -> Stated:
    text = sentence.cut.text
    return Stated(
        value=found.value,
        field=sentence.field,
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        sentence=text[sentence.start : sentence.end],
    )


def _company(sentence: _Sentence, named: Named, directory: Directory) -> Company:
    cut = sentence.cut
    start = cut.starts[named.first]
    end = cut.ends[named.last - 1]
    if named.employer is not None and named.employer.words.endswith(("'s", "’s")):
        end = cut.tails[named.last - 1]
    words = cut.text[start:end]
    employer = named.employer or (directory.listed(words) if sentence.capitals else None)
    name = employer.name if employer else words
    key = employer.key if employer else company_key(words)
    unit = employer is not None and employer.unit
    return Company(name=name, key=key, field=sentence.field, start=start, end=end, text=words, unit=unit)
