"""Parsers of single values: each gives what is meant, or raises ``Wrong`` with what was wanted and what was found."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.config.problems import quoted, shown, suggestion
from monitor.config.reading import Wrong
from monitor.model import Digest, Quiet

T = TypeVar("T")
W = TypeVar("W", bound=str)

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_DURATION = re.compile(r"([0-9]{1,9})(s|m|h|d)")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_LISTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")
_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9]) +(\S+)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DIGEST = re.compile(
    rf"hourly|(?:daily|weekly +(?P<day>{'|'.join(_WEEKDAYS)})) +"
    r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]) +(?P<zone>\S+)"
)
_RULE = re.compile(r"[a-z0-9.*?\[\]!_-]{1,100}")
_SLACK_CHANNEL = re.compile(r"[CGD][A-Z0-9]{7,20}")
_SIGNING = "whsec_"


def want(wanted: str, value: object) -> Wrong:
    return Wrong(f"want {wanted}, found {shown(value)}")


def line(value: object, *, limit: int = 300) -> str:
    """Text that may stand in a log line or a header: one line, no control characters."""
    if not isinstance(value, str):
        raise want("a string", value)
    if not value.isprintable():
        raise Wrong(f"want text without control characters, found {quoted(value)}")
    if len(value) > limit:
        raise Wrong(f"want at most {limit} characters, found {len(value)}")
    return value


def about(value: object) -> str:
    return line(value, limit=2_000)


def identifier(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise want("at most 64 of a-z, 0-9, - and _", value)
    return value


def switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise want("true or false", value)
    return value


def integer(low: int, high: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise want(f"a whole number from {low} to {high}", value)
        return value

    return parse


def percent(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        raise want("a number above 0, up to 100", value)
    return float(value)


def duration(low: str, high: str) -> Callable[[object], timedelta]:
    lowest, highest = _seconds(low), _seconds(high)

    def parse(value: object) -> timedelta:
        seconds = _seconds(value) if isinstance(value, str) else -1
        if not lowest <= seconds <= highest:
            raise want(f"a duration from {low} to {high}", value)
        return timedelta(seconds=seconds)

    return parse


def _seconds(text: str) -> int:
    parts = _DURATION.fullmatch(text)
    return int(parts[1]) * _SECONDS[parts[2]] if parts else -1


def choice(options: Iterable[W], *, later: Iterable[str] = ()) -> Callable[[object], W]:
    """One of some words; those of ``later`` are known, and not to be had yet."""
    known = {str(option): option for option in options}
    coming = frozenset(later)
    wanted = either(known)

    def parse(value: object) -> W:
        if not isinstance(value, str):
            raise want(wanted, value)
        if value in coming:
            raise Wrong(f"{quoted(value)} comes in a later version; want {wanted}")
        if value not in known:
            raise Wrong(f"want {wanted}, found {quoted(value)}{suggestion(value, known)}")
        return known[value]

    return parse


def either(options: Iterable[str]) -> str:
    words = tuple(options)
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def several(parse: Callable[[object], T], *, some: bool = False) -> Callable[[object], tuple[T, ...]]:
    """A list; with ``some`` it must not be empty. All that is wrong in it is told."""

    def parse_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise want("a list", value)
        if some and not value:
            raise Wrong("an empty list: leave the setting out if everything shall pass")
        values: list[T] = []
        messages: list[str] = []
        for each in value:
            try:
                values.append(parse(each))
            except Wrong as wrong:
                messages.extend(wrong.messages)
        if messages:
            raise Wrong(*messages)
        return tuple(values)

    return parse_all


def contact(value: object) -> str:
    if isinstance(value, str) and (_MAIL.fullmatch(value) or _names_a_page(value)):
        return value
    raise want("an e-mail address or a URL", value)


def _names_a_page(value: str) -> bool:
    try:
        _split(value)
    except Wrong:
        return False
    return "(" not in value and ")" not in value  # it stands in a comment of a header


def language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise want('a language code such as "en" or "pt-BR"', value)
    return value


def network(value: object) -> IPv4Network | IPv6Network:
    wanted = 'a network such as "127.0.0.0/8"'
    if not isinstance(value, str):
        raise want(wanted, value)
    try:
        found = ipaddress.ip_network(value)
    except ValueError as error:
        raise Wrong(f"want {wanted}, found {quoted(value)}{_meant(value)}") from error
    if found.prefixlen == 0:
        raise Wrong(f"{quoted(value)} is every address there is; name the networks you mean")
    return found


def _meant(value: str) -> str:
    try:
        return f"; did you mean '{ipaddress.ip_network(value, strict=False)}'?"
    except ValueError:
        return ""


def listen(value: object) -> tuple[str, int] | None:
    """None switches it off."""
    if value is False or value == "":
        return None
    parts = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if parts is None or int(parts["port"]) > 65_535 or (parts["six"] and not _address(parts["six"])):
        raise want('"host:port", or false for none', value)
    return parts["six"] or parts["host"], int(parts["port"])


def quiet(value: object) -> Quiet:
    parts = _QUIET.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise want('hours and a zone such as "22:00-07:00 America/New_York"', value)
    start, end = time(int(parts[1]), int(parts[2])), time(int(parts[3]), int(parts[4]))
    if start == end:
        raise Wrong(f"it begins and ends at {start:%H:%M}; want two different times")
    return Quiet(start, end, _zone(parts[5]))


def digest(value: object) -> Digest:
    parts = _DIGEST.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise want('"hourly", "daily 08:30 Europe/Berlin" or "weekly mon 08:30 Europe/Berlin"', value)
    if parts["zone"] is None:
        return Digest()
    weekday = _WEEKDAYS.index(parts["day"]) if parts["day"] else None
    return Digest(time(int(parts["hour"]), int(parts["minute"])), _zone(parts["zone"]), weekday)


def rule(value: object) -> str:
    """A rule's name, or a glob of names."""
    if not isinstance(value, str) or not _RULE.fullmatch(value):
        raise want('a rule such as "layoffs.cut-number-jobs", or several as "layoffs.*"', value)
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, not a name, a folder of zones
        raise Wrong(f"no such time zone {quoted(name)}{suggestion(name, sorted(available_timezones()))}") from error


def web_url(value: object) -> str:
    """An address to ask. What stands before an ``@`` or after a ``?`` may be a secret and is not repeated."""
    if not isinstance(value, str):
        raise want("a URL", value)
    _split(value)
    return value


def public_url(value: object) -> str:
    """An address under which this machine is reached: others add to its path, so it ends there."""
    written = web_url(value)
    if "?" in written or "#" in written:
        raise Wrong("want a URL without a query or a fragment")
    return written.rstrip("/")


def slack_channel(value: object) -> str:
    if not isinstance(value, str) or not _SLACK_CHANNEL.fullmatch(value):
        raise want("the id of a Slack channel, such as C0123ABCD, not its name", value)
    return value


def secret_url(value: str) -> SplitResult:
    """The parts of a URL that must not be shown."""
    return _split(value, hidden=True)


def _split(value: str, *, hidden: bool = False) -> SplitResult:
    shown_value = "" if hidden or "@" in value else f", found {quoted(value.partition('?')[0])}"
    if not _printable_ascii(value):
        raise Wrong(f"want a URL in plain ASCII without spaces, the rest percent-encoded{shown_value}")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Wrong(f"want a URL{shown_value}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise Wrong(f"want a URL with http:// or https://{shown_value}")
    if "@" in parts.netloc:
        raise Wrong("want a URL without a user name or password in it")
    if len(value) > 2_000:
        raise Wrong("want a URL of at most 2,000 characters")
    return parts


def _printable_ascii(value: str) -> bool:
    return all("!" <= character <= "~" and character not in '"<>\\' for character in value)


def is_local(host: str | None) -> bool:
    """A host that is spelled as a private address, or as this machine."""
    address = _spelled(host)
    return address is not None and (address.is_private or address.is_loopback)


def barred(url: str, allowed: Iterable[IPv4Network | IPv6Network]) -> str | None:
    """The host of a URL, when it is spelled as a private address that is not allowed."""
    host = urlsplit(url).hostname
    address = _spelled(host)
    if address is None or not is_local(host) or any(address in network for network in allowed):
        return None
    return host


def _spelled(host: str | None) -> IPv4Address | IPv6Address | None:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return None if host is None else IPv4Address("127.0.0.1")
    return _address(host)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def signs(secret: str) -> bool:
    """Is it a Standard Webhooks secret: ``whsec_`` and the base64 of 24 to 64 bytes."""
    if not secret.startswith(_SIGNING):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(_SIGNING), validate=True)
    except (binascii.Error, ValueError):
        return False
    return 24 <= len(key) <= 64
