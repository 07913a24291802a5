"""The demo's own folder: a configuration as an operator would write it, the archive, the daemon's log."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config import starter
from monitor.demo.stories import Outlet

_MARK = ".pinkslip-demo"


class FolderTaken(Exception):  # noqa: N818 (named for the reason)
    """Something that the demo did not put there stands in the folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where things are in it."""

    path: Path

    @property
    def archive(self) -> Path:
        return self.path / "pinkslip.db"

    @property
    def log(self) -> Path:
        return self.path / "daemon.log"


def prepare(path: Path) -> Folder:
    """An empty folder; what an earlier demo left there is removed, nothing else ever is."""
    if path.exists() and not (path / _MARK).is_file() and (not path.is_dir() or any(path.iterdir())):
        raise FolderTaken(f"{path}: holds something that no demo put there; name another folder with --keep")
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    (path / _MARK).write_text("`pinkslip demo` made this folder and replaces it at every run.\n", "utf-8")
    return Folder(path)


def signing_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def furnish(folder: Folder, outlets: Mapping[str, Outlet], *, hook: str, secret: str, listen: int) -> None:
    """Write the configuration: outlets by their feed's address, rules and companies as in the starter."""
    hidden = folder.path / "webhook.secret"
    hidden.touch(0o600)
    hidden.write_text(secret, "utf-8")
    shutil.copytree(starter() / "rules", folder.path / "rules")
    shutil.copy(starter() / "companies.toml", folder.path / "companies.toml")
    (folder.path / "pinkslip.toml").write_text(_settings(hook, listen), "utf-8")
    (folder.path / "sources.toml").write_text("\n".join(_source(feed, outlets[feed]) for feed in outlets), "utf-8")


def _settings(hook: str, listen: int) -> str:
    return f"""# Written by `pinkslip demo`: everything on this machine, everything quick.

[archive]
path = "pinkslip.db"

[http]
contact = "demo@example.org"
allow_private = ["127.0.0.0/8"]         # the newsroom and the receiver live here
min_every = "1s"
per_host_delay = "0s"

[server]
listen = "127.0.0.1:{listen}"

[alerts]
page_wait = "10s"

[[channel]]
id = "console"
kind = "console"

[[channel]]
id = "crm"
kind = "webhook"
url = "{hook}"
secret = {{ file = "webhook.secret" }}
"""


def _source(feed: str, outlet: Outlet) -> str:
    return f"""[[source]]
id = "{outlet.id}"
title = {json.dumps(outlet.title)}
about = {json.dumps(outlet.about)}
url = "{feed}"
every = "1s"
"""
