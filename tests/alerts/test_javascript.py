"""A receiver in JavaScript, by the package that Standard Webhooks publishes: nobody here wrote what verifies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.alerts import compose
from monitor.deliver import Courier
from monitor.model import Secret, Telling, Verdict
from scrapers.egress import Door
from tests.alerts.examples import ALERT_ID, ALL, HALVORA, OPENED, SECRET, WEBHOOK, owed

HERE = Path(__file__).parents[1] / "javascript"
DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"
TOUGH = 'Halvora \u2028\u2029 \u00e9 e\u0301 👩‍👩‍👧 \ud83d "quoted" \\ </script> \x00\x1f 1e400'


@dataclass(frozen=True, slots=True)
class Node:
    """The running receiver."""

    port: int
    lines: Iterator[str]

    def told(self) -> dict[str, object]:
        return json.loads(next(self.lines))


@pytest.fixture(scope="module")
def packages() -> Path:
    """Where the packages of the lock file are; what npm installed once is kept beside the interpreter."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("skipped: no node and npm")
    kept = Path(sys.prefix) / f"javascript-{(HERE / 'package-lock.json').stat().st_size}"
    if not kept.exists():
        fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
        shutil.copytree(HERE, fresh)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
        done = subprocess.run(command, cwd=fresh, capture_output=True, timeout=120, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            pytest.skip("skipped: npm cannot install standardwebhooks")
        try:
            fresh.rename(kept)
        except OSError:  # somebody else was quicker
            shutil.rmtree(fresh)
    return kept / "node_modules"


@pytest.fixture
def node(packages: Path) -> Iterator[Node]:
    command = ["node", str(HERE / "receiver.js"), str(DOCUMENT), SECRET.reveal()]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | {"NODE_PATH": str(packages)}
    ) as process:
        assert process.stdout is not None
        yield Node(int(process.stdout.readline()), iter(process.stdout))
        process.kill()


async def posted(node: Node, telling: Telling, secrets: tuple[Secret, ...], now: datetime) -> Verdict:
    channel = replace(WEBHOOK, url=Secret(f"http://127.0.0.1:{node.port}/"), secrets=secrets)
    async with Door(user_agent="pinkslip-test", allow_private=(ip_network("127.0.0.0/8"),)) as door:
        alert = owed(channel, compose(channel, ALERT_ID, telling), telling.kind)
        return (await Courier(door, print).post(channel, alert, attempt=1, now=now, repeat=False)).verdict


async def test_every_type_verifies_and_reads_the_same(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    tough = replace(OPENED, layoff=replace(HALVORA, company=TOUGH, sentence=TOUGH, place=TOUGH))
    verified = 0
    for telling in (*ALL, tough):
        assert await posted(node, telling, (SECRET,), datetime.now(UTC)) is Verdict.SENT
        told = node.told()
        assert told["message"] == json.loads(compose(WEBHOOK, ALERT_ID, telling))
        verified += told["verified"] is True
    with capsys.disabled():
        print(f"\nFIGURE R10 receiver=javascript payloads={len(ALL) + 1} verified={verified}")

    assert verified == len(ALL) + 1


async def test_either_secret_verifies_while_they_rotate(node: Node) -> None:
    other = Secret("whsec_" + "bmV3LW5ldy1uZXctbmV3LW5ldw==")

    assert await posted(node, OPENED, (other, SECRET), datetime.now(UTC)) is Verdict.SENT


@pytest.mark.parametrize(
    ("secrets", "late"),
    [
        ((Secret("whsec_" + "bmV3LW5ldy1uZXctbmV3LW5ldw=="),), timedelta()),
        ((), timedelta()),
        ((SECRET,), timedelta(minutes=6)),
        ((SECRET,), timedelta(minutes=-6)),
    ],
    ids=["another secret", "no secret", "too old", "too new"],
)
async def test_what_is_not_ours_or_not_now_is_refused(node: Node, secrets: tuple[Secret, ...], late: timedelta) -> None:
    assert await posted(node, OPENED, secrets, datetime.now(UTC) - late) is Verdict.RETRY
    assert node.told() == {"verified": False, "error": "WebhookVerificationError"}
