"""What stands before the pages."""

import pytest

from monitor.web.guard import LOOPBACK, refusal


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8001", "localhost:8001", "LOCALHOST.", "[::1]:8001"])
def test_this_machine_is_answered(host):
    assert refusal("GET", b"/", [host], LOOPBACK) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
     "192.168.1.7", "[::2]", "0", "2130706433", "127.1", "localhost\\.evil"],
)  # fmt: skip
def test_a_stranger_s_name_is_misdirected(host):
    assert refusal("GET", b"/", [host], LOOPBACK).status == 421


@pytest.mark.parametrize("hosts", [[], [""], ["127.0.0.1", "evil.example"]])
def test_one_host_is_needed(hosts):
    assert refusal("GET", b"/", hosts, LOOPBACK).status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "LOCK"])
def test_the_pages_can_only_be_read(method):
    assert refusal(method, b"/", ["localhost"], LOOPBACK).status == 405


@pytest.mark.parametrize(
    "path", [b"//evil.example/", b"/\\evil.example/", b"/%5cevil.example/", b"/%2f%2Fevil.example/"]
)
def test_no_path_leads_elsewhere(path):
    assert refusal("GET", path, ["localhost"], LOOPBACK).status == 400
