"""Whether two articles carry the same text: one key that syndicated copies share."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from scrapers.items import Article

_WORD = re.compile(r"\w+")

# Shorter texts coincide by chance: "Layoffs at Acme" is written by many, once each.
_FEWEST_WORDS = 12


def text_key(article: Article) -> str | None:
    """What copies of one text have in common, whatever their address, markup, case and punctuation.

    None for a text too short to tell a copy from a coincidence.
    """
    text = f"{article.title}\n{article.summary}\n{article.body or ''}"
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _FEWEST_WORDS:
        return None
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]
