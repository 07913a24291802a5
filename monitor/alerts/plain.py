"""Text from outside made fit to be shown anywhere: one line, no control characters, whole graphemes, http(s) links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

_ESCAPES = re.compile(r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -~]?")
"""Terminal sequences go whole: the escape character alone would leave "[31m" in the text."""

_DROPPED = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
    "|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
"""Controls, and what reorders or hides the text around it. The joiners that scripts and emoji need stay."""

_LIMIT = 5_000
"""Characters looked at: everything shown is far shorter, and a megabyte in a headline shall cost nothing."""

_ENCODED = re.compile(r"[\x00-\x20\x7f-\xa0<>|\"'`\\^{}\u2000-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]")


def clean(text: str) -> str:
    """The text on one line, as valid Unicode, with nothing in it that acts on a screen."""
    head = text[:_LIMIT].encode("utf-8", "replace").decode()
    return " ".join(_DROPPED.sub("", _ESCAPES.sub("", head)).split())


def cut(text: str, limit: int, cost: Callable[[str], int] = len) -> str:
    """The text if it costs at most ``limit``, else its beginning up to a whole grapheme, and "…".

    ``cost`` is what one character takes in the end, say five for an ampersand that will be escaped.
    """
    room = limit - cost("…")
    spent = 0
    fitting = 0
    for position, character in enumerate(text):
        spent += cost(character)
        if spent > limit:
            return text[: whole(text, fitting)].rstrip() + "…"
        fitting = position + 1 if spent <= room else fitting
    return text


def whole(text: str, end: int) -> int:
    """The last grapheme boundary at or before ``end``. It may step back further than it must, never less."""
    while end > 0 and _joined(text[end - 1], text[end]):
        end -= 1
    return end


def link(url: str | None, limit: int = 2000) -> str | None:
    """The address if it is http(s) with a host, without characters that could end it early; else nothing."""
    if url is None or len(url) > limit:
        return None
    try:
        parts = urlsplit(url.strip())
        encoded = _ENCODED.sub(_percent, parts.geturl())
    except ValueError:
        return None
    return encoded if parts.scheme in {"http", "https"} and parts.hostname and len(encoded) <= limit else None


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def _joined(before: str, after: str) -> bool:
    return (
        after in "\u200c\u200d\u0e33\u0eb3"
        or before == "\u200d"
        or unicodedata.category(after).startswith("M")
        or unicodedata.combining(before) == 9  # a virama ties two consonants
        or unicodedata.category(before) == "Cf"  # signs that stand before what they mark
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= after <= "\U000e007f"  # the tags of a subdivision's flag
        or (_is_flag_half(before) and _is_flag_half(after))
        or (_is_jamo(before) and _is_jamo(after))
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\ua960" <= character <= "\ua97f" or "\uac00" <= character <= "\ud7ff"
