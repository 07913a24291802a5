"""No way in leads to an address that is private or reserved: counted by TCP connections, in a network of its own.

As root only, and where the kernel gives a network namespace; there every address there is belongs to this machine, a
real name server rebinds, and listeners on all of them write down who dialled.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("network")]

ROOT = Path(__file__).parents[2]
OWN = ("unshare", "--net", "--mount", "--")
WAYS = (
    "feed", "redirect", "discovered", "webhook", "slack", "webhook_redirect", "article", "article_redirect",
    "article_refresh", "robots_redirect",
)  # fmt: skip
NEVER_FOLLOWED = {"webhook_redirect", "article_refresh"}
REBINDING = ("rebinding", "kept_alive", "pages_rebinding")


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, object]]:
    if os.geteuid() != 0:
        pytest.skip("skipped: not root")
    if missing := [name for name in ("unshare", "ip", "mount") if shutil.which(name) is None]:
        pytest.skip(f"skipped: no {missing[0]}")
    tried = subprocess.run([*OWN, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"skipped: {tried.stderr.strip()}")
    command = [*OWN, sys.executable, "-m", "tests.network.inside"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    if "unavailable" in found:
        pytest.skip(f"skipped: {found['unavailable']}")
    return {row["way"]: row for row in found["rows"]}


def test_the_wire_catches_a_client_that_takes_no_care(rows: dict[str, dict[str, object]]) -> None:
    row = rows["wire_itself"]
    assert len(row["leaks"]) == row["tries"]


@pytest.mark.parametrize("way", WAYS)
def test_no_private_address_is_dialled(rows: dict[str, dict[str, object]], way: str) -> None:
    row = rows[way]
    print(f"FIGURE S1 way={way} targets={row['tries']} accepts={len(row['leaks'])} public_reached={row['reached']}")
    assert (row["leaks"], row["reached"]) == ([], None if way in NEVER_FOLLOWED else True)


@pytest.mark.parametrize("way", REBINDING)
def test_no_name_that_changes_its_address_is_followed(rows: dict[str, dict[str, object]], way: str) -> None:
    row = rows[way]
    number = "S3" if way == "kept_alive" else "S2"
    print(f"FIGURE {number} way={way} tries={row['tries']} accepts={len(row['leaks'])} public_reached={row['reached']}")
    assert (row["leaks"], row["reached"]) == ([], True)


def test_no_proxy_of_the_environment_is_asked(rows: dict[str, dict[str, object]]) -> None:
    leaks = [leak for way in (*WAYS, *REBINDING) for leak in rows[way]["leaks"] if leak.endswith("port 3128")]
    assert leaks == []
