"""The wheel carries what an installed Pinkslip needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("pinkslip-*.whl")
    return path


@pytest.mark.parametrize(
    "name",
    [
        "monitor/starter/pinkslip.toml",
        "monitor/starter/sources.toml",
        "monitor/starter/companies.toml",
        "monitor/starter/rules/layoffs.toml",
        "monitor/demo/stories.toml",
        "monitor/detect/words.txt",
        "scrapers/spiders/__main__.py",
    ],
)
def test_the_wheel_has(wheel, name):
    assert name in zipfile.ZipFile(wheel).namelist()


def test_an_unpacked_wheel_writes_a_configuration_that_is_right(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = "import sys; sys.path.insert(0, sys.argv.pop(1)); from monitor.cli import main; main()"
    run = [sys.executable, "-c", script, tmp_path / "site"]
    subprocess.run([*run, "init"], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run([*run, "check"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "is right" in done.stdout) == (0, True), done.stderr
