"""A small configuration that is right, to be made wrong in one place."""

from collections.abc import Callable
from pathlib import Path

import pytest

CONSOLE = '[[channel]]\nid = "console"\nkind = "console"\n'
SOURCE = '[[source]]\nid = "geekwire"\nurl = "https://geekwire.example/feed/"\n'
PACK = '[[rule]]\nid = "own"\nsays = "it says so"\nweight = 0.9\nany = ["layoffs"]\n'

Configure = Callable[..., Path]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Write a configuration folder; what is not named is the small right one."""

    def write(pinkslip: str = CONSOLE, sources: str = SOURCE, **others: str) -> Path:
        folder = tmp_path / "configuration"
        (folder / "rules").mkdir(parents=True, exist_ok=True)
        (folder / "rules" / "layoffs.toml").write_text(PACK, "utf-8")
        (folder / "pinkslip.toml").write_text(pinkslip, "utf-8")
        (folder / "sources.toml").write_text(sources, "utf-8")
        for name, content in others.items():
            (folder / name.replace("__", ".")).write_text(content, "utf-8")
        return folder

    return write
