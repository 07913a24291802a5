"""What needs an extra says which, where it is not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHANNEL = '[[channel]]\nid = "phone"\nkind = "apprise"\nurl = { env = "PHONE" }\n'
SOURCE = '[[source]]\nid = "herald"\nurl = "https://herald.example/feed"\n'


def test_a_channel_of_apprise_without_apprise_is_a_mistake_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "pinkslip.toml").write_text(CHANNEL)
    (tmp_path / "sources.toml").write_text(SOURCE)
    (tmp_path / "rules").symlink_to(Path(__file__).parents[2] / "config" / "rules")
    script = "import sys; sys.modules['apprise'] = None; from monitor.cli import main; main()"
    command = [sys.executable, "-c", script, "--config", str(tmp_path), "check"]
    environment = os.environ | {"PHONE": "ntfy://canary-9e2f"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    said = done.stdout + done.stderr
    assert done.returncode == 78
    assert "channel \"phone\": kind: Apprise is not installed; install it with: pip install 'pinkslip[apprise]'" in said
    assert "canary-9e2f" not in said
