"""What a text states about a cut: who cuts, how many jobs, what part of the workforce, and the words that say so.

What is not stated stays null: nothing is guessed, and nothing is added up.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2

from monitor.detect.companies import Directory, Spot, company_key
from monitor.detect.cutbacks import cutbacks, derived
from monitor.detect.employers import Named, cased, employers
from monitor.detect.numbers import Quantity, quantities
from monitor.detect.text import sentences
from monitor.detect.tokens import Tokens, tokens
from monitor.model import Amount, Company, Facts, Qualifier, Text

_READ = 20_000
"""Characters of a field that are read: what a cut is about stands at the beginning."""
_LONG = 1_500
"""Characters of one sentence that are read; longer ones are no prose."""
_MOST_COMPANIES = 8
_MOST_AMOUNTS = 40
_CUE = re2.compile(
    rb"(?i)lay|laid|cut|job|redundan|furlough|slash|axe|axing|shed|eliminat|trim|dismiss|sack|fire|firing|retrench|downsiz"
    rb"|position|work ?force|headcount|roles|staff|employe|workers|posts|let go|lets go|reduc|severance|goodbye"
    rb"|farewell|warn|\brifs?\b"
)
_DASH = re.compile(r"[-–—]\s")
_DATELINE = re.compile(r"\s*(?:[A-Z][A-Za-z.,' ]{1,40})?\(?(?:Reuters|AP|AFP|CP|Bloomberg|PA|UPI)\)?\s*[-–—]+\s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    field: str
    start: int
    end: int
    cut: Tokens
    spots: tuple[Spot, ...]
    capitals: bool


def read(text: Text, directory: Directory) -> Facts:
    """The facts of an article. Never raises; the same text gives the same facts."""
    found = list(_sentences(text, directory))
    headcounts: list[Amount] = []
    percents: list[Amount] = []
    told: set[int] = set()
    for sentence in found:
        before = len(headcounts) + len(percents)
        _amounts(sentence, headcounts, percents)
        if len(headcounts) + len(percents) > before:
            told.add(sentence.start)
    return Facts(
        companies=_companies(found, told, directory),
        headcount=_speaking(headcounts),
        percent=percents[0] if percents else None,
        headcounts=tuple(headcounts[:_MOST_AMOUNTS]),
    )


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
            yield _Sentence(field, start, end, cut, directory.spots(cut, cased=capitals), capitals)


def _cues(text: str) -> tuple[tuple[int, int], ...]:
    """The characters of the words without which a sentence of a summary or a body is not read."""
    # One byte for each character: the words are ASCII, and so every place is one of the text.
    return tuple(match.span() for match in _CUE.finditer(text.encode("ascii", "replace")))


def _has_cue(cues: tuple[tuple[int, int], ...], start: int, stop: int) -> bool:
    first = bisect_left(cues, (start, start))
    return first < len(cues) and cues[first][1] <= stop


def _amounts(sentence: _Sentence, headcounts: list[Amount], percents: list[Amount]) -> None:
    numbers = quantities(sentence.cut)
    if not numbers:
        return
    for found in cutbacks(sentence.cut, numbers, capitals=sentence.capitals):
        (percents if found.percent else headcounts).append(_amount(sentence, found.quantity))
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


def _companies(found: list[_Sentence], told: set[int], directory: Directory) -> tuple[Company, ...]:
    companies: list[Company] = []
    seen: set[tuple[str, str]] = set()
    named: list[tuple[_Sentence, Named]] = []
    for sentence in found:
        cutting = employers(sentence.cut, sentence.spots, directory, capitals=sentence.capitals)
        named.extend((sentence, one) for one in cutting)
        if named:
            break
    for sentence in found:
        if sentence.field == "body" and sentence.start not in told:
            continue
        named.extend((sentence, Named(spot.first, spot.last, spot.employer)) for spot in sentence.spots)
    for sentence, one in named:
        company = _company(sentence, one, directory)
        mark = (company.key, company.text.casefold())
        if mark not in seen and len(companies) < _MOST_COMPANIES:
            seen.add(mark)
            companies.append(company)
    return tuple(companies)


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
