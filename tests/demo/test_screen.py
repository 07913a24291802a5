from __future__ import annotations

import io
from xml.dom import minidom

from rich.console import Console
from rich.text import Text

from monitor.demo.picture import drawn
from monitor.demo.screen import Screen

ALERT = (
    "Halvora: [bold]1,100[/bold] jobs :smile: · announced",
    "  “Halvora lays off 1,100.”",
    "  why this fired: lays-off",
)


def shown(*, terminal: bool = False) -> tuple[Screen, str]:
    written = io.StringIO()
    screen = Screen(Console(file=written, width=60, force_terminal=terminal), moving=False)
    for line in ALERT:
        screen.alert(line)
    screen.aside("receiver", "x" * 100)
    return screen, written.getvalue()


def test_nothing_in_a_headline_is_markup() -> None:
    assert ALERT[0] in shown()[1]


def test_an_alert_stands_apart_and_together() -> None:
    assert shown()[1].startswith("\n" + "\n".join(ALERT) + "\n")


def test_a_long_line_is_not_broken() -> None:
    assert " receiver  " + "x" * 100 + "\n" in shown()[1]


def test_a_pipe_gets_no_colour_and_a_terminal_does() -> None:
    assert "\x1b[" not in shown()[1]
    assert "\x1b[" in shown(terminal=True)[1]


def test_the_picture_is_whole_and_asks_no_server_for_a_font() -> None:
    told = (Text("\nWhat happened"), Text("  much"), Text("\nWhere to look"), Text("  here"), Text("All were told."))
    picture = drawn(shown()[0].lines, told)
    text = "".join(node.firstChild.data for node in minidom.parseString(picture).getElementsByTagName("text"))
    assert "Halvora:" in text
    assert "told." in text
    assert "look" not in text
    assert "url(http" not in picture
