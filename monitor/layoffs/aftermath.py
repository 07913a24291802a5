"""Whether an English headline speaks of what came of a cut, as a lawsuit does; it does not say of which cut."""

from __future__ import annotations

import re2

_PEOPLE = r"(?:workers|staff|staffers|employees|engineers|drivers|pilots|nurses|teachers|journalists|members|unions?)"
_CUTTING = r"(?:firing|sacking|cutting|axing|laying off|replacing|letting|lay-?offs|job cuts)"
_AFTERMATH = re2.compile(
    rf"(?i)\b(?:lawsuits?|sues|sued|suing|{_PEOPLE} sue|class[- ]action|legal action|tribunals?|unfairly dismissed"
    rf"|(?:wrongful|unfair) (?:dismissal|termination)s?|tak(?:es?|en|ing) .{{1,40}} to court"
    rf"|regret(?:s|ted|ting)? {_CUTTING})\b"
)
_ANEW = re2.compile(
    r"(?i)\b(?:lays? off|laying off staff|(?:to|will|may|could|plans to) (?:cut|axe|shed|slash|lay off|eliminate)"
    r"|(?:cuts|sheds|axes|slashes|eliminates) (?:[\w,]+ )?(?:jobs|staff|roles|positions|workforce)|announces)\b"
)


def looks_back(headline: str) -> bool:
    """Whether it is of a cut that was made, however long ago: people sue over it, an employer regrets it."""
    return _AFTERMATH.search(headline) is not None and _ANEW.search(headline) is None
