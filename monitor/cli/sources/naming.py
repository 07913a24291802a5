"""Ids for sources, made of what they are called or where they are, and none of them taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count
from urllib.parse import urlsplit

_LONGEST = 48


def of_host(url: str, taken: Container[str]) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    return _free(_slug(host.rpartition(".")[0] or host), taken)


def of_title(title: str, url: str, taken: Container[str]) -> str:
    """Of the host where the title has no letters that an id may have."""
    return _free(slug, taken) if (slug := _slug(title)) else of_host(url, taken)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-")


def _free(stem: str, taken: Container[str]) -> str:
    stem = stem or "source"
    return next(name for number in count(1) if (name := stem if number == 1 else f"{stem}-{number}") not in taken)
