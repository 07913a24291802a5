"""A filled archive, the real command serving it on loopback, and a headless Chromium to look at it."""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from monitor.config import starter
from tests.web.filling import fill

CONFIG = '[archive]\npath = "pinkslip.db"\n[[channel]]\nid = "console"\nkind = "console"\n'
ROOT = Path(__file__).parents[2]


def furnish(folder):
    folder.mkdir(exist_ok=True)
    (folder / "pinkslip.toml").write_text(CONFIG)
    (folder / "rules").symlink_to(starter() / "rules")
    return folder


@contextmanager
def serving(folder, *options):
    """The command as people start it; gives its address."""
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "web", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        line = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", line), process.communicate(timeout=10)
        yield line.rstrip("/")
    finally:
        process.terminate()
        said = process.communicate(timeout=20)[1]
        assert (process.returncode, "Traceback" in said) == (0, False), said


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("web"))
    fill(folder / "pinkslip.db")
    return folder


@pytest.fixture(scope="session")
def server(folder):
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="session")
def web(server):
    with httpx.Client(base_url=server, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="skipped: no playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("skipped: no chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
