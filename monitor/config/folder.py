"""Where the configuration is: found, and begun with a starter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_config_path

import monitor

_FILES = ("pinkslip.toml", "sources.toml")
_CARRIED = {".toml", ".csv"}


def locate(option: str | None, environ: Mapping[str, str]) -> Path:
    """The folder named by the option, else by ``$PINKSLIP_CONFIG``, else ``./config``, else the user's own."""
    named = option or environ.get("PINKSLIP_CONFIG")
    if named:
        return Path(named)
    here = Path("config")
    if any((here / name).is_file() for name in _FILES):  # other projects have a config/ too
        return here
    return user_config_path("pinkslip", appauthor=False)


def starter() -> Path:
    """The starter configuration: in an installed package beside the code, in a clone the ``config/`` of the project."""
    package = Path(monitor.__file__).parent
    carried = package / "starter"
    return carried if carried.is_dir() else package.parent / "config"


def write_starter(target: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Copy the starter; what is there already is kept. Gives the paths written and the paths kept."""
    written: list[Path] = []
    kept: list[Path] = []
    for original in sorted(starter().rglob("*")):
        if original.suffix not in _CARRIED or not original.is_file():
            continue
        copy = target / original.relative_to(starter())
        copy.parent.mkdir(parents=True, exist_ok=True)
        (written if _written(copy, original.read_bytes()) else kept).append(copy)
    return tuple(written), tuple(kept)


def _written(path: Path, content: bytes) -> bool:
    """False when something stands there. Only its owner may read the file: a secret may be put into it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return True
