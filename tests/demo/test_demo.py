from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.archive import hold

COMMAND = [sys.executable, "-m", "monitor.cli"]
QUIET = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def pinkslip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=90, check=False, env=QUIET)


@pytest.mark.slow
def test_the_demo_tells_of_every_layoff_once_and_leaves_what_it_points_to(tmp_path: Path) -> None:
    kept = tmp_path / "demo"
    ended = pinkslip("demo", "--keep", str(kept))
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + (kept / "daemon.log").read_text()
    assert "each once; nothing else was" in ended.stdout
    listed = pinkslip("--config", str(kept), "layoffs", "list")
    assert listed.returncode == 0
    assert "Northwind Cloud" in listed.stdout
    assert "Nexora" in pinkslip("--config", str(kept), "search", "narrows its focus").stdout


@pytest.mark.slow
def test_an_interrupted_demo_stops_its_daemon(tmp_path: Path) -> None:
    kept = tmp_path / "demo"
    command = [*COMMAND, "demo", "--keep", str(kept)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=QUIET) as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if "knows every outlet" in line)
        demo.send_signal(signal.SIGINT)
        _, complaint = demo.communicate(timeout=30)
    assert (demo.returncode, complaint) == (130, "Stopped, and the daemon with it.\n")
    with hold(kept / "pinkslip.db"):
        assert (kept / "pinkslip.db").exists()
