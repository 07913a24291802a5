"""The canonical form of an article's URL: one for all the addresses under which people share the same article.

It is a key, not a link: nobody fetches it. It never changes the registrable host.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

_TRACKING = re.compile(
    r"utm_.*|mc_.*|at_.*|ns_(?:mchannel|source|campaign|linkname|fee)|pk_.*|mtm_.*|matomo_.*|hsa_.*|_hs.*|hsctatracking"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igsh|igshid|epik|rdt_cid|sc_cid"
    r"|_ga|_gl|_gac|ga_.*|mkt_tok|vero_.*|oly_(?:enc|anon)_id|ocid|cmp|cmpid|icid|ito|xtor|wt[._].*|s_cid|ncid|spm"
    r"|sr_share|smid|smtyp|ref_src|ref_url|referer|referrer|guccounter|guce_.*|soc_(?:src|trk)|taid|trk|trkcampaign"
    r"|ftag|share_?token|rssid|feedtype|__twitter_impression|amp_js_v|usqp|amp_gsa|mod_rss|rss|feed"
)
_REFERRALS = frozenset(
    {"ref", "source", "traffic_source", "src", "via", "from", "partner", "share", "cid", "mod", "sref"}
)
"""Names that track when their value does, and mean something else otherwise."""
_REFERRERS = re.compile(
    r"(?:[\w.-]*[_.-])?(?:rss\d*|feeds?|atom|twitter|facebook|fb|linkedin|reddit|hn|hackernews|newsletter|e?mail|social"
    r"|share|home|homepage|google|googlenews|applenews|flipboard|telegram|whatsapp|yahoo|tw|x)(?:[_.-][\w.-]*)?"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|co)",
    re.IGNORECASE,
)
_MOBILE = ("www.", "m.", "mobile.", "amp.")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net", "or", "org"})
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_DEFAULT_PORTS = frozenset({None, 80, 443})
_KEPT_PATH = "!$&'()*+,;=:@/-._~"
_KEPT_QUERY = "!$'()*,;:@/?-._~+"


def web_link(written: str | None, base: str = "") -> str | None:
    """The absolute http(s) link that was written, or none. Its spaces are escaped; a user name in it is refused."""
    if not written or not written.strip():
        return None
    try:
        absolute = urljoin(base, written.strip())
        parts = urlsplit(absolute)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return None
    link = _UNSAFE.sub(lambda found: quote(found[0], safe=""), absolute)
    return link.encode("utf-8", "replace").decode("utf-8")


def canonical(link: str) -> str:
    """The key of an absolute http(s) link, as ``web_link`` gives it."""
    parts = urlsplit(link)
    host = _host(parts.hostname or "")
    port = "" if parts.port in _DEFAULT_PORTS else f":{parts.port}"
    query = "&".join(sorted(_kept(parts.query)))
    return f"https://{host}{port}{_path(parts.path)}{'?' if query else ''}{query}"


def points_at_nothing(key: str) -> bool:
    """Whether a canonical URL is a whole site: feeds that link there have given no article's address."""
    parts = urlsplit(key)
    return parts.path in {"", "/"} and not parts.query


def same_site(one: str, other: str) -> bool:
    """Whether the host of one of two links is the other's, or lies below it; ``www`` aside."""
    names = [(urlsplit(url).hostname or "").removeprefix("www.") for url in (one, other)]
    shorter, longer = sorted(names, key=len)
    return longer == shorter or (_is_registrable(shorter) and longer.endswith(f".{shorter}"))


def _host(written: str) -> str:
    host = written.lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(host, safe="%")
    while True:
        shorter = next((host.removeprefix(label) for label in _MOBILE if host.startswith(label)), host)
        if shorter == host or not _is_registrable(shorter):
            return host
        host = shorter


def _is_registrable(host: str) -> bool:
    """Whether something is left that a person could own: not ``dev``, not ``co.uk``."""
    labels = host.split(".")
    if len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVEL:
        return False
    return len(labels) >= 2 and all(labels)


def _path(written: str) -> str:
    segments = [_escaped(segment, _KEPT_PATH) for segment in written.split("/")]
    while len(segments) > 1 and segments[-1] in {"", "amp"}:
        segments.pop()
    if len(segments) > 2 and segments[1] == "amp":
        del segments[1]
        return _path("/".join(segments))
    return "/".join(segments) or "/"


def _kept(query: str) -> list[str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [
        _escaped(name, _KEPT_QUERY) + equals + _escaped(value, _KEPT_QUERY + "=")
        for name, equals, value in pairs
        if not _tracks(name.lower(), value)
    ]


def _tracks(name: str, value: str) -> bool:
    if name == "amp":
        return value in {"", "1", "true"}
    if name in _REFERRALS:
        return _REFERRERS.fullmatch(value) is not None
    return (name, value) == ("outputtype", "amp") or _TRACKING.fullmatch(name) is not None


def _escaped(written: str, kept: str) -> str:
    """Each byte in its one spelling: what needs no escape is bare, the rest is ``%XX``."""
    return "".join(_spelled(piece, kept) for piece in re.split(r"(%[0-9A-Fa-f]{2})", written))


def _spelled(piece: str, kept: str) -> str:
    if len(piece) == 3 and piece[0] == "%":
        character = unquote_to_bytes(piece).decode("latin-1")
        return character if character.isascii() and (character.isalnum() or character in "-._~") else piece.upper()
    return quote(piece.encode("utf-8", "replace"), safe=kept)
