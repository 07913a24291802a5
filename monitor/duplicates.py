"""Whether two articles carry the same text: one key that syndicated copies share."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from scrapers.items import Article

_WORD = re.compile(r"\w+")

# Shorter texts coincide by chance, "Layoffs at Acme" is written by many; one source hardly writes them twice.
_FEWEST_WORDS = 12
_FEWEST_OF_ONE_SOURCE = 4


def text_key(article: Article) -> str | None:
    """What copies of one text have in common, whatever their address, markup, case and punctuation.

    For a short text, copies by the same source; None for one too short to tell a copy from a coincidence.
    """
    text = f"{article.title}\n{article.summary}\n{article.body or ''}"
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _FEWEST_OF_ONE_SOURCE:
        return None
    scope = [article.source_id] if len(words) < _FEWEST_WORDS else []
    return hashlib.sha256(" ".join([*scope, *words]).encode()).hexdigest()[:32]
