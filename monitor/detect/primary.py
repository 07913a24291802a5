"""Whether an article is the employer's own word: on its own site, in a press release, or filed with an office."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.detect.companies import Directory
from monitor.model import Company

_WIRES = frozenset({"businesswire.com", "globenewswire.com", "newswire.ca", "prnewswire.co.uk", "prnewswire.com"})
_OFFICES = frozenset({"sec.gov"})
"""Where employers, and nobody else, say things."""


def is_primary(url: str | None, company: Company | None, directory: Directory) -> bool:
    """``company`` is who cuts, as the article names it."""
    if url is None or company is None:
        return False
    labels = (urlsplit(url).hostname or "").split(".")
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    if not _WIRES.isdisjoint(domains) or not _OFFICES.isdisjoint(domains):
        return True
    return any(directory.key(domain) == company.key for domain in domains)
