"""Text made comparable: folded for matching with a way back to the original characters, and cut into sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032\u2039\u203a\uff07"
_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"
_FRACTIONS = (
    "\u00bc\u00bd\u00be\u2150\u2151\u2152\u2153\u2154\u2155\u2156\u2157\u2158\u2159\u215a\u215b\u215c\u215d\u215e"
)
_PLAIN = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _QUOTES), '"'),
    **dict.fromkeys(map(ord, _FRACTIONS), " "),  # written out they would be other numbers
}
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_STRETCH = re.compile(r"(?P<plain>[!-~]+(?: [!-~]+)*)|(?P<space>\s+)|.", re.DOTALL)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without case, accents and typographic variety.

    ``text[i]`` came from the characters ``starts[i]:ends[i]`` of the original.
    White space of any kind and length is one space.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that ``text[start:end]`` came from; ``start < end``."""
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> str:
    """A text with one kind of dash, apostrophe and quotation mark, character for character."""
    return text.translate(_PLAIN) if "`" in text or not text.isascii() else text


def fold(original: str) -> Folded:
    """Fold case, accents, dashes, quotes and white space; keep the way back."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for stretch in _STRETCH.finditer(original):
        start, end = stretch.span()
        match stretch.lastgroup:
            case "plain":
                pieces.append(stretch[0].lower())
                starts.extend(range(start, end))
                ends.extend(range(start + 1, end + 1))
            case "space" if pieces and pieces[-1] == " ":
                ends[-1] = end
            case "space":
                pieces.append(" ")
                starts.append(start)
                ends.append(end)
            case _:
                for piece in _fold_character(stretch[0]):
                    pieces.append(piece)
                    starts.append(start)
                    ends.append(end)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def folded(original: str) -> str:
    """The text of ``fold`` alone, which is quick where there is nothing but ASCII."""
    return _SPACES.sub(" ", original.lower()) if original.isascii() else fold(original).text


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in _INVISIBLE or unicodedata.combining(character):
        return ""
    if ord(character) in _PLAIN:
        return _PLAIN[ord(character)]
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(piece for piece in decomposed if not unicodedata.combining(piece)).casefold()


_SENTENCE_END = re.compile(
    r"[.!?…\n](?:(?<!\n)[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-ÞА-Я])|(?<=\n)(?:\s*\n|(?=\s*[-•*])))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Sr|Jr|Prof|(?i:Inc|Corp|Ltd|Co)|vs|No|approx|est|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Gov|Sen|Rep|Gen|Lt|Col|Calif|Mass|Va)|\b[A-Z])\.$"
)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as ``(start, end)`` in characters, in order, together covering all that is not space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end_mark in _SENTENCE_END.finditer(text):
        dot = end_mark.start() + 1
        if text[end_mark.start()] == "." and _ABBREVIATION.search(text, max(start, dot - 8), dot):
            continue
        spans.append((start, end_mark.end()))
        start = end_mark.end()
    spans.append((start, len(text)))
    return tuple(trimmed for span in spans if (trimmed := _trim(text, span))[0] < trimmed[1])


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
