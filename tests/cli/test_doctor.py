"""Whether an installation is well, on a real archive and real sockets."""

import asyncio
import json
import sys
from dataclasses import replace

import pytest

from monitor.archive import Archive, hold, holder
from tests.making import state
from tests.origin import Origin


@pytest.fixture
def findings(call):
    """What is found, by what was looked at; the code says whether anything is wrong."""

    def findings(*, expect=0):
        said = json.loads(call("doctor", "--offline", "--json", expect=expect).stdout)
        return {each["what"]: each for each in said["findings"]}

    return findings


def test_a_new_installation_is_well(call, findings):
    found = findings()
    assert {each["state"] for each in found.values()} <= {"well", "note"}
    assert found["archive"]["says"] == "there is none yet"
    assert "All is well." in call("doctor", "--offline").stderr


@pytest.mark.usefixtures("archived")
def test_a_source_that_is_down_is_wrong_and_says_what_to_do(folder, call):
    archive = Archive.open(folder / "pinkslip.db")
    with archive.writing():
        archive.sources.remember(replace(state("wire"), failures=3, reason="dns", detail="dns: no such name"))
    archive.close()
    said = call("doctor", "--offline", expect=1).stdout
    assert "wrong source wire: failing: wire gives nothing: dns: no such name, 3 times in a row" in said
    assert "pinkslip sources probe wire" in said


@pytest.mark.usefixtures("archived")
def test_who_holds_the_archive_is_named(folder, findings):
    assert findings(expect=1)["daemon"]["says"] == "none is running"
    with hold(folder / "pinkslip.db"):
        assert holder(folder / "pinkslip.db") is not None
    assert holder(folder / "pinkslip.db") is None


@pytest.mark.usefixtures("archived")
def test_a_damaged_archive_is_wrong(folder, call):
    path = folder / "pinkslip.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x00" * 4096 + whole[len(whole) // 2 + 4096 :])
    for suffix in ("-wal", "-shm"):
        (folder / f"pinkslip.db{suffix}").unlink(missing_ok=True)
    assert "wrong archive: " in call("doctor", "--offline", expect=1).stdout


async def test_hosts_are_shaken_hands_with_and_asked_nothing(folder):
    async with Origin() as origin:
        config = folder / "pinkslip.toml"
        config.write_text(config.read_text() + '[http]\nallow_private = ["127.0.0.0/8"]\n')
        (folder / "sources.toml").write_text(
            f'[[source]]\nid = "wire"\nurl = "{origin.url("/feed")}"\n'
            '[[source]]\nid = "gone"\nurl = "http://127.0.0.1:9/feed"\n'
            '[[source]]\nid = "inside"\nurl = "http://10.0.0.5/feed"\n'
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor.cli", "--config", str(folder), "doctor", "--json",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
        found = {each["what"]: each for each in json.loads(said)["findings"]}
        assert (origin.accepts, origin.requests, process.returncode) == (1, [], 1)
    assert found["source gone"]["says"] == "connect: 127.0.0.1: no connection to port 9"
    assert found["source inside"]["says"].startswith("address_refused: 10.0.0.5")
    assert found["network"]["says"] == "1 of 3 hosts can be reached"
    assert "source wire" not in found
