"""What a person sees of the demo: lines that stay, and on a terminal one below them that moves."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

ACCENT = "bold #d8336d"
QUIET = "dim"


class Screen:
    """Lines are never wrapped, and nothing in them is markup."""

    def __init__(self, console: Console, *, moving: bool) -> None:
        self.lines: list[Text] = []
        self._console = console
        self._status = Status("starting the daemon", console=console, spinner="dots") if moving else None

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def say(self, line: str | Text = "", style: str = "") -> None:
        text = line if isinstance(line, Text) else Text(line, style=style)
        self.lines.append(text)
        self._console.print(text, soft_wrap=True, highlight=False)

    def aside(self, who: str, line: str) -> None:
        self.say(f"{who:>9}  {line}", QUIET)

    def alert(self, line: str) -> None:
        """One line of the console channel: an alert begins at the margin, the rest of it is indented."""
        if line and not line[0].isspace():
            self.say()
            head, dot, rest = line.partition(" · ")
            self.say(Text.assemble((head, ACCENT), dot, rest))
            return
        quiet = line.lstrip().startswith(("why this fired", "http://", "https://"))
        self.say(line, QUIET if quiet else "")

    def progress(self, line: str) -> None:
        if self._status is not None:
            self._status.update(Text(line, style=QUIET))
