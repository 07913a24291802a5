"""Addresses in all their spellings: what is dialled is what every parser reads, and never what a registry reserves."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import idna
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.addresses import may_dial
from scrapers.egress import Ask, Door, Refused, parsed
from scrapers.items import Reason

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
DEFAULT = {"http": 80, "https": 443}
EXAMPLES = int(os.environ.get("PINKSLIP_EXAMPLES", "200"))

# The IANA special-purpose address registries of both versions, row for row, and the blocks outside of them that are
# not the public internet's either: multicast, site-local, and those that embed an IPv4 address.
REGISTRY_4 = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4
"""
REGISTRY_6 = """
::1/128 ::/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28
2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10
::/96 ::ffff:0:0:0/96 fec0::/10 ff00::/8
"""


def test_every_row_of_the_registries_is_refused_from_end_to_end() -> None:
    rows = [ip_network(row) for row in (REGISTRY_4 + REGISTRY_6).split()]
    ends = [address for row in rows for address in (row[0], row[row.num_addresses // 2], row[-1])]
    dialled = [str(address) for address in ends if may_dial(address, ())]
    print(f"FIGURE S5 rows={len(rows)} addresses={len(ends)} refused={len(ends) - len(dialled)}")
    assert dialled == []


PRIVATE = (
    "10.1.2.0", "10.1.2.3", "10.1.2.255", "10.1.1.255", "10.1.3.0", "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254",
    "192.168.0.7", "::1", "::", "fd00::1", "fd00:1::1", "fe80::1", "::ffff:10.1.2.3", "::ffff:127.0.0.1", "64:ff9b::a01:203",
)  # fmt: skip
ALLOWED = {
    "": set(),
    "10.1.2.0/24": {"10.1.2.0", "10.1.2.3", "10.1.2.255"},
    "10.1.2.3/32": {"10.1.2.3"},
    "127.0.0.0/8": {"127.0.0.1", "127.9.9.9"},
    "127.0.0.1/32": {"127.0.0.1"},
    "0.0.0.0/0": {"10.1.2.0", "10.1.2.3", "10.1.2.255", "10.1.1.255", "10.1.3.0", "169.254.169.254", "192.168.0.7"},
    "0.0.0.0/8": {"0.0.0.0"},
    "64.0.0.0/2": {"127.0.0.1", "127.9.9.9"} - {"127.0.0.1", "127.9.9.9"},
    "::1/128": {"::1"},
    "::/0": {"fd00::1", "fd00:1::1", "fe80::1", "64:ff9b::a01:203", "::ffff:10.1.2.3"},
    "fd00::/32": {"fd00::1"},
    "192.168.0.0/16 fd00:1::/32": {"192.168.0.7", "fd00:1::1"},
}


def test_an_allowed_network_opens_itself_and_this_machine_only_by_its_own_name() -> None:
    wrong = {
        networks: opened ^ expected
        for networks, expected in ALLOWED.items()
        if (opened := _opened(ip_network(network) for network in networks.split())) != expected
    }
    print(f"FIGURE S6 cases={len(ALLOWED) * len(PRIVATE)} wrong={len(wrong)}")
    assert wrong == {}


def _opened(networks: Iterable[object]) -> set[str]:
    allowed = tuple(networks)
    return {address for address in PRIVATE if may_dial(ip_address(address), allowed)}


LISTED = (
    "http://public.example\\@10.0.0.5/", "http://10.0.0.5\\@public.example/", "http://public.example@10.0.0.5/",
    "http://public.example:80@10.0.0.5/", "http://10.0.0.5#@public.example/", "http://10.0.0.5?@public.example/",
    "http://public.example\t.10.0.0.5/", "http://public.example\n/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://public.example%2f@10.0.0.5/", "http://public.example%2f.10.0.0.5/", "http://public.example%00.10.0.0.5/",
    "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::ffff:10.0.0.5]/", "http://[::1]:80@public.example/",
    "http://public.example:22/", "http://public.example:25/", "http://public.example:6379/", "http://public.example:80:22/",
    "http://public.example:+80/", "http://public.example:0x50/", "http://public.example:٨٠/", "http://.public.example/",
    "http:public.example/", "http:/public.example/", "http:///public.example/", "//public.example/", "http://public.example../",
    "http://xn--/", "http://ⓟublic.example/", "http://public.example／@10.0.0.5/", "http://public.example＠10.0.0.5/",
    "http://user:@public.example/", "http://@public.example/", "http://:80/", "http://public_example/", "http://faß.example/",
)  # fmt: skip
HOSTS = st.sampled_from(
    ("public.example", "PUBLIC.example", "public.example.", "10.0.0.5", "[::1]", "[::ffff:10.0.0.5]", "localhost", "127.1",
     "0x7f000001", "2130706433", "münchen.example", "xn--mnchen-3ya.example", "faß.example", "a_b.example", "")
)  # fmt: skip
ODD = st.sampled_from(
    (
        *"@\\/?#:%&;,= \t\n\r\x00\x7f\xa0\u2028\u200b\u00ad①。．／＠：[]<>|^`{}~*'\"",
        *("%2f", "%40", "%5c", "%00", "//", ":80", ":22", ":+80", ":٨٠", ":8_0"),
    )
)
AUTHORITY = st.tuples(ODD | st.just(""), HOSTS, ODD | st.just(""), HOSTS | st.just(""), ODD | st.just("")).map("".join)
SCHEMES = st.sampled_from(
    ("http://", "HTTP://", "https://", "http:/", "http:///", "http:\\\\", "//", "ftp://", "http:", " http://")
)
URLS = st.tuples(SCHEMES, AUTHORITY, st.sampled_from(("", "/", "/x", "?y", "#z", "/a@b", "/\\c"))).map("".join)


def _looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Refused, list[tuple[str, int]]]:
    """What a name server would have been asked for. None answers, so nothing is ever dialled but an address itself."""
    asked: list[tuple[str, int]] = []

    def lookup(host: str, port: int, **_: object) -> None:
        asked.append((host, port))
        raise socket.gaierror(-2, "Name or service not known")

    async def ask() -> Refused:
        async with Door(user_agent=AGENT) as door:
            with pytest.raises(Refused) as caught:
                await door.ask(Ask(url=url, deadline=5.0))
            return caught.value

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lookup)
        return asyncio.run(ask()), asked


def _as_others_read_it(url: str) -> tuple[str, int]:
    """The host in ASCII and the port, as the standard library has them."""
    read = urlsplit(url)
    host = read.hostname or ""
    return host if host.isascii() else idna.encode(host).decode(), read.port or DEFAULT[read.scheme]


def _one_reading(url: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Why the URL is dialled otherwise than it is read; None if it is not."""
    refused, asked = _looked_up(url, monkeypatch)
    if refused.reason is Reason.URL:
        return f"refused, yet {asked} was asked for" if asked else None
    host, port = _as_others_read_it(url)
    if refused.reason is Reason.ADDRESS:
        return None if not asked and not may_dial(ip_address(host), ()) else f"{host} is no private address"
    if asked != [(host, port)] or parsed(url).raw_host.decode() != host:
        return f"{asked} was asked for, and others read {host} {port}"
    return None


def test_no_listed_url_is_read_in_two_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {url: why for url in LISTED if (why := _one_reading(url, monkeypatch))}
    print(f"FIGURE S4 listed={len(LISTED)} read_in_two_ways={len(wrong)}")
    assert wrong == {}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(URLS)
def test_what_is_dialled_is_what_everybody_reads(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert _one_reading(url, monkeypatch) is None


@settings(max_examples=EXAMPLES, deadline=None)
@given(URLS | st.text(max_size=60).map("http://{}".format))
def test_a_url_that_was_read_is_read_the_same_again(url: str) -> None:
    try:
        read = parsed(url)
    except Refused:
        return
    again = parsed(str(read))
    assert (again.raw_host, again.port or DEFAULT[again.scheme]) == (read.raw_host, read.port or DEFAULT[read.scheme])
