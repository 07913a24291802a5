"""Which addresses may be dialled."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from scrapers.addresses import is_public, may_dial

REFUSED = (
    "0.0.0.0 0.1.2.3 10.0.0.5 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 "
    "172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.175.48.1 "
    "198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 "
    ":: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 "
    "64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 "
    "2002:7f00:1::1 2002:a00:5::1 2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 "
    "ff02::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
)
PUBLIC = (
    "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 "
    "169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 "
    "223.255.255.255 2000::1 2001:200::1 2606:4700:4700::1111 2a00:1450:4001:82a::200e 3ffe:ffff::1"
)


def test_the_figure_of_refused_addresses() -> None:
    refused = [address for address in REFUSED.split() if not may_dial(ip_address(address), ())]
    print(f"FIGURE S5 refused={len(refused)} of={len(REFUSED.split())}")
    assert refused == REFUSED.split()


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_neighbour_of_a_reserved_block_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("address", "allowed", "expected"),
    [
        ("10.1.2.3", "10.1.2.0/24", True),
        ("10.1.3.3", "10.1.2.0/24", False),
        ("127.0.0.1", "127.0.0.0/8", True),
        ("127.0.0.1", "127.0.0.1/32", True),
        ("127.0.0.2", "127.0.0.1/32", False),
        ("127.0.0.1", "0.0.0.0/0", False),
        ("0.0.0.0", "0.0.0.0/0", False),
        ("10.0.0.1", "0.0.0.0/0", True),
        ("::1", "::1/128", True),
        ("::1", "::/0", False),
        ("fd00::1", "fd00::/8", True),
        ("::ffff:10.1.2.3", "10.1.2.0/24", False),
        ("::ffff:127.0.0.1", "::/0", False),
        ("169.254.169.254", "10.0.0.0/8", False),
    ],
)
def test_only_a_named_network_is_allowed_and_this_machine_only_by_its_own_name(
    address: str, allowed: str, *, expected: bool
) -> None:
    assert may_dial(ip_address(address), (ip_network(allowed),)) is expected
