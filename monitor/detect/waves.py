"""The words that tell a cut from an earlier one of its employer: "another 300 jobs", "a second round of layoffs"."""

from __future__ import annotations

import re2

_HINTS = (
    b"more",
    b"another",
    b"further",
    b"additional",
    b"again",
    b"new",
    b"fresh",
    b"next",
    b"second",
    b"third",
    b"th ",
    b"fourth",
    b"fifth",
    b"sixth",
    b"2nd",
    b"3rd",
)
"""One of them is in every such phrase; to look for them costs less."""
_LONGEST = 400
"""Bytes of a sentence behind which nothing is looked for."""

_CUTS = (
    r"(?:lay-?offs?|job (?:cuts?|losses)|redundanc(?:y|ies)|(?:staff|workforce|headcount) (?:cuts|reductions?)"
    r"|buy-?outs|furloughs|restructuring)"
)
_PEOPLE = (
    r"(?:jobs|roles|positions|posts|workers|employees|staff|staffers|people|lay-?offs|job cuts|redundancies|redundant)"
)
_NUMBER = (
    r"(?:\d[\d,.]*[km]?|(?:several |a few )?(?:hundred|thousand|dozen)s?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten)"
)
_ROUND = r"(?:round|wave|phase|tranche|batch|series|set|spate)"
_ORDINAL = r"(?:second|third|fourth|fifth|sixth|2nd|3rd|4th|5th|another|new|fresh|further|additional|next)"
_CUT = (
    r"(?:cuts?|cutting|axes?|axing|sheds?|shedding|slash|slashes|slashing|eliminates?|eliminating"
    r"|lays? off|laying off|laid off|lets? go(?: of)?)"
)
_GONE = r"(?:to go|go|will go|cut|axed|lost|laid off|at risk)"
_MAKES = (
    r"(?:announces?|announced|makes?|made|making|begins?|began|plans?|planned|planning|confirms?|confirmed|starts?"
    r"|started|launches|launched|unveils?|hit by|hit with|sees?|faces?|suffers?|conducts?|conducted|has|with|in)"
)
_MORE = (
    rf"\b{_ORDINAL} (?:{_ROUND}|mass|major|big|large)(?: {_ROUND})? of (?:\w+ ){{0,3}}{_CUTS}\b",
    rf"\b{_ORDINAL} (?:\w+ )?{_CUTS} {_ROUND}\b",
    rf"\b(?:another|an additional|additional|further|a further) {_NUMBER} (?:\w+ ){{0,3}}?{_PEOPLE}\b",
    rf"\b{_CUT} (?:another|an additional|a further) {_NUMBER}(?: (?:\w+ ){{0,3}}?{_PEOPLE})?\b",
    rf"\b{_CUT} (?:\w+ )?{_NUMBER} (?:more|additional|further) (?:\w+ )?{_PEOPLE}\b",
    rf"\b{_NUMBER} (?:more|additional|further) (?:\w+ )?{_PEOPLE} {_GONE}\b",
    rf"\b{_MAKES} (?:yet )?(?:more|further|additional|new|fresh) {_CUTS}\b",
    rf"\b{_CUT} (?:even )?more {_PEOPLE}\b",
    r"\b(?:lays?|laid|laying) off [^.;]{0,60}\bagain\b",
    r"\bagain (?:lays?|laid|laying) off\b",
    rf"\b(?:second|third|fourth|fifth) (?:\w+ )?{_CUTS} (?:in|this|since|within)\b",
)
_WAVE = re2.compile(f"(?i){'|'.join(_MORE)}".encode())
_OTHERWISE = re2.compile(
    rb"(?i)(?:\b(?:no|not|without|than|warns? of|warning of|fears?(?: of)?|avoid|or|if|could|may|might)\b[^.;]{0,12}"
    rb"|(?:\band|\bplus|\bwhile|,|&) ?)$"
)
"""Before such words: what is not done, what could come, or more of the same cut ("500 here and another 300 there")."""


def wave(sentence: str) -> tuple[int, int] | None:
    """Where a sentence tells its cut from an earlier one, in characters; None where it does not."""
    # One byte for each character, so that every place is one of the text.
    data = sentence[:_LONGEST].encode("ascii", "replace")
    if not any(word in data.lower() for word in _HINTS):
        return None
    found = _WAVE.search(data)
    if found is None or _OTHERWISE.search(data[: found.start()]):
        return None
    start, end = found.span()
    return None if data[end : end + 5].lower() == b" than" else (start, end)
