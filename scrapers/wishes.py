"""How a feed wishes to be polled, and who pushes it, as it and its answer say; what makes no sense is no wish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from scrapers.items import Document, Hints, Hub

_MINUTES = re.compile(r"[0-9]{1,6}")
_SMALL = re.compile(r"[0-9]{1,3}")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LINK = re.compile(r"<([^<>]*+)>((?:\s*+;\s*+[^\s=;,<>\"]++(?:\s*+=\s*+(?:\"[^\"]*+\"|[^\s;,<>\"]*+))?+)*+)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))", re.IGNORECASE)
_HEADERS = 100
_LONGEST_HEADER = 8_192

Link = tuple[str, str]
"""A relation and where it leads, as written."""


def hints(said: Mapping[str, Sequence[str]]) -> Hints:
    """Of the texts of ``ttl``, ``updateperiod``, ``updatefrequency``, ``hour`` and ``day``."""
    waits = [timedelta(minutes=int(text)) for text in _first(said, "ttl") if _MINUTES.fullmatch(text)]
    period = next((_PERIODS.get(text.lower()) for text in _first(said, "updateperiod")), None)
    if period is not None:
        often = next((int(text) for text in _first(said, "updatefrequency") if _SMALL.fullmatch(text)), 1)
        waits.append(period / max(often, 1))
    hours = (int(text) for text in _texts(said, "hour") if _SMALL.fullmatch(text))
    days = (text.lower() for text in _texts(said, "day"))
    return Hints(
        wait=max(waits, default=None) or None,
        skip_hours=frozenset(hour % 24 for hour in hours if hour <= 24),
        skip_days=frozenset(_DAYS.index(day) for day in days if day in _DAYS),
    )


def hub(links: Iterable[Link], document: Document) -> Hub | None:
    """The first hub; the answer's Link headers go before the feed's own links."""
    of_headers = tuple(_header_links(document))
    of_feed = tuple(links)
    told = of_headers if any(relation == "hub" for relation, _ in of_headers) else of_feed
    url = _to("hub", told)
    return Hub(url, _to("self", of_headers) or _to("self", of_feed)) if url else None


def _first(said: Mapping[str, Sequence[str]], name: str) -> list[str]:
    return _texts(said, name)[:1]


def _texts(said: Mapping[str, Sequence[str]], name: str) -> list[str]:
    return [text.strip() for text in said.get(name, ())]


def _to(relation: str, links: Iterable[Link]) -> str:
    return next((where.strip() for rel, where in links if relation in rel.lower().split() and where.strip()), "")


def _header_links(document: Document) -> Iterable[Link]:
    """RFC 8288. Some servers send all links in one header, some each in its own."""
    for name, value in document.headers[:_HEADERS]:
        if name == b"link" and len(value) <= _LONGEST_HEADER:
            for where, parameters in _LINK.findall(value.decode("latin-1")):
                for quoted, bare in _RELATION.findall(parameters)[:1]:
                    yield from ((relation.lower(), where) for relation in (quoted or bare).split())
