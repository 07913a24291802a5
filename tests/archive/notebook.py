"""Runs the code of docs/notebook.md, block by block as a notebook does, and writes what each shows below it.

``python -m tests.archive.notebook ARCHIVE`` fills the page in, with its picture. Wants pandas, matplotlib, DuckDB and sqlite-utils.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "notebook.md"
_BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<shown>.*?)```\n)?", re.DOTALL)


def blocks() -> list[str]:
    return [found["code"] for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def shown(codes: list[str]) -> Iterator[str]:
    """What each block shows: what it prints, and the value of its last line."""
    names: dict[str, object] = {}
    for code in codes:
        tree = ast.parse(code)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(tree, "notebook", "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), "notebook", "eval"), names)
                print(value) if value is not None else None
        yield "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def main(archive: Path) -> None:
    os.chdir(PAGE.parent)
    link = Path("pinkslip.db")
    link.symlink_to(archive.resolve())
    try:
        answers = shown(blocks())
        text = _BLOCK.sub(
            lambda found: (
                f"```python\n{found['code']}```\n" + (f"\n```text\n{said}\n```\n" if (said := next(answers)) else "")
            ),
            PAGE.read_text(encoding="utf-8"),
        )
    finally:
        link.unlink()
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
