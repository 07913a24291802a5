"""Which IP addresses may be dialled: a table of our own, the same on every Python version.

``ipaddress.is_global`` is not asked: its answers changed between patch releases (CVE-2024-4032).
The rows are the IANA special-purpose registries as of November 2026, refused as a whole where a
registry row has a reachable corner, because no newsroom publishes from one.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED_4: tuple[Network, ...] = tuple(
    ip_network(row)
    for row in (
        "0.0.0.0/8",  # "this" network; 0.0.0.0 reaches loopback on Linux
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and some clouds' metadata
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

_GLOBAL_6 = IPv6Network("2000::/3")
"""All else is refused, and with it ``::1``, v4-mapped and v4-compatible addresses, NAT64, unique local,
link-local, site-local and multicast addresses."""

_REFUSED_6: tuple[Network, ...] = tuple(
    ip_network(row)
    for row in (
        "2001::/23",  # protocol assignments; Teredo, which embeds IPv4, is 2001::/32
        "2001:db8::/32",
        "2002::/16",  # 6to4 embeds IPv4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)

_THIS_MACHINE: tuple[Network, ...] = tuple(
    ip_network(row) for row in ("0.0.0.0/8", "127.0.0.0/8", "::/127", "::ffff:0:0/104", "::ffff:127.0.0.0/104")
)


def may_dial(address: Address, allow_private: Sequence[Network]) -> bool:
    """Whether a connection to this address may be opened."""
    return is_public(address) or is_allowed(address, allow_private)


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in row for row in _REFUSED_4)
    return address in _GLOBAL_6 and not any(address in row for row in _REFUSED_6)


def is_allowed(address: Address, allow_private: Sequence[Network]) -> bool:
    """Whether the operator named a network with this address in it.

    This machine itself has to be named as such: ``0.0.0.0/0`` does not open loopback.
    """
    own = [row for row in _THIS_MACHINE if address in row]
    return any(
        address in network and all(_within(network, row) for row in own)
        for network in allow_private
        if network.version == address.version
    )


def _within(inner: Network, outer: Network) -> bool:
    return outer.prefixlen <= inner.prefixlen and inner.network_address in outer
