"""Draws the beginning and the end of what was seen as an SVG, for the README."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

_WIDTH = 92
_ALERTS = 4
_PAPER, _INK = (255, 253, 251), (33, 28, 30)
_THEME = TerminalTheme(_PAPER, _INK, [_INK] * 8)

# Rich's own frame fetches its font from a server; a picture should not.
_FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
 font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def drawn(seen: Sequence[Text], told: Sequence[Text]) -> str:
    """``seen`` are the lines of the show, with an empty one before each alert; ``told`` those of the summary."""
    alerts = [number for number, line in enumerate(seen) if not line.plain]
    sections = [number for number, line in enumerate(told) if line.plain.startswith("\n")]
    excerpt = (*seen[: alerts[_ALERTS] if len(alerts) > _ALERTS else None], Text("\n…"), *told[: sections[1]], told[-1])
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    for line in (Text("$ make demo", style="bold"), *excerpt):
        console.print(line, highlight=False)
    return console.export_svg(title="pinkslip demo", theme=_THEME, code_format=_FRAME, unique_id="demo")
