"""Plain text from a publisher's markup, for people and rules to read; it never raises and is idempotent.

It is not a sanitiser: whoever shows the text as HTML escapes it. Tags are told from text by their names, so that
``List<T>`` and ``a < b`` survive in feeds that say text where others say markup. Each pattern stops at the next
``<``, which keeps the whole linear on hostile input.
"""

from __future__ import annotations

import html
import re

_INLINE = (
    "a abbr acronym applet audio b base basefont bdi bdo big button canvas cite code data datalist del dfn em embed "
    "font i img input ins kbd label link map mark meta meter noembed object optgroup option output param picture "
    "progress q rb rp rt rtc ruby s samp select slot small source span strike strong sub sup time track tt u var "
    "video wbr"
)
_BLOCK = (
    "address area article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav "
    "noframes noscript ol p pre search section summary table tbody tfoot thead ul"
)
_GAPS = {
    **dict.fromkeys(_INLINE.split(), ""),
    **dict.fromkeys(_BLOCK.split(), "\n\n"),
    **dict.fromkeys(("br", "tr"), "\n"),
    **dict.fromkeys(("td", "th"), " "),
}
_UNREAD = ("iframe", "math", "script", "style", "svg", "template", "textarea", "title")
"""Dropped with what they hold."""

_MARK = re.compile(
    r"<!--|<!\[CDATA\[|\]\]>|<[!?][^<>]*>"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][\w:.-]*)(?=[\s/>])(?:(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*|[^<>]*)>"
    r"|<(?:/[a-zA-Z][\w:.-]*\s*|[a-zA-Z][\w:.-]*\s[^<>]*=[^<>]*)\Z"
)
_UNREAD_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^<>]*>", re.IGNORECASE) for name in _UNREAD}
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26)(?:;|(?![a-zA-Z0-9])))+")
"""``&amp;amp;amp;`` is one ampersand that was escaped three times; undone at once, not in three rounds."""
_ROUNDS = 8

_SURROGATES = re.compile("[\ud800-\udfff]")
_DROPPED = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Invisible; the directional ones can make a text show other words than it has."""
_CHARACTERS = {
    **{code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x85)},
    **dict.fromkeys(map(ord, _DROPPED)),
    **dict.fromkeys((0x85, 0x2028, 0x2029), "\n"),
}
_ODD = re.compile("[\r\ud800-\udfff" + re.escape("".join(map(chr, _CHARACTERS))) + "]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_BREAKS = re.compile(r"\n{3,}")


def plain(markup: str) -> str:
    """The text of a piece of markup. Paragraphs are apart by an empty line."""
    return tidy(_undone(markup))


def line(markup: str) -> str:
    """The text of a piece of markup in one line."""
    return " ".join(_undone(markup).split())


def tidy(text: str) -> str:
    """Text with its white space in order and without characters that cannot be stored or seen."""
    text = _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", _scrubbed(text)))
    return _BREAKS.sub("\n\n", text).strip()


def as_written(text: str) -> str:
    """The publisher's own characters, without those that cannot be stored."""
    return _SURROGATES.sub("\ufffd", text).replace("\0", "")


def _undone(markup: str) -> str:
    """Markup is often escaped more than once: undone until nothing is left to undo."""
    text = _scrubbed(markup)
    for _ in range(_ROUNDS):
        before = text
        text = _scrubbed(html.unescape(_AMPERSANDS.sub("&", _stripped(text))))
        if text == before:
            return text
    return text.replace("<", " ").replace("&", " ")  # nobody escapes so often in good faith


def _scrubbed(text: str) -> str:
    if not _ODD.search(text):
        return text
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(_CHARACTERS)


def _stripped(text: str) -> str:
    if "<" not in text and "]]>" not in text:
        return text
    pieces: list[str] = []
    gaps: list[str] = []
    position = 0
    while match := _MARK.search(text, position):
        gap, end = _gap(text, match)
        pieces.append(text[position : match.start()])
        gaps.append(gap)
        position = end
    pieces.append(text[position:])
    if any("\n" in gap for gap in gaps):  # then the publisher's own line ends mean nothing
        pieces = [piece.replace("\n", " ") for piece in pieces]
    gaps.append("")
    return "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True))


def _gap(text: str, match: re.Match[str]) -> tuple[str, int]:
    """What stands in the place of a mark, and where the text goes on."""
    if match[0] == "<!--":
        end = text.find("-->", match.end())
        return "", len(text) if end < 0 else end + 3
    if match["name"] is None:
        return "", match.end()
    name = match["name"].lower()
    if name in _UNREAD:
        return " ", _unread_until(text, match, name)
    unknown = "" if ":" in name or "-" in name else match[0]
    return _GAPS.get(name, unknown), match.end()


def _unread_until(text: str, match: re.Match[str], name: str) -> int:
    if match["close"] or match[0].endswith("/>"):
        return match.end()
    closing = _UNREAD_ENDS[name].search(text, match.end())
    return closing.end() if closing else len(text)
