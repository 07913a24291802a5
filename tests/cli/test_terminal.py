"""On a terminal of 80 columns lists fit, and colour is left out where nobody wants it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from rich.cells import cell_len

from tests.cli.filing import file_headlines, rule, write_rules

ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
LONG = "Halvora cuts 400 jobs in Düsseldorf 東京 and at eleven other places of which nobody had heard before it said so"


@pytest.fixture
def told(folder):
    write_rules(folder, rule("cuts"))
    plan = file_headlines(folder, LONG, "Brantiq cuts 300 jobs", body="It says that it cuts 400 posts, and where. " * 9)
    return plan.layoffs[0].id


def on_terminal(folder, *words, columns=80, **environ):
    """What a command prints to a terminal so wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS", "FORCE_COLOR"}}
    command = [sys.executable, "-m", "monitor.cli", "--config", folder, *words]
    with subprocess.Popen(command, stdout=theirs, stdin=theirs, env={**env, "TERM": "xterm-256color", **environ}):
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux says so that the other end is closed
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


COMMANDS = (
    ("layoffs", "list"),
    ("layoffs", "show"),
    ("search", "cuts"),
    ("sources", "list"),
    ("alerts", "list"),
    ("db", "check"),
)


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(folder, told, command, columns):
    words = (*command, told) if command[-1] == "show" else command
    lines = ESCAPE.sub("", on_terminal(folder, *words, columns=columns)).splitlines()
    wide = [line for line in lines if cell_len(line) > columns and "://" not in line and str(folder) not in line]
    assert (bool(lines), wide) == (True, [])


def test_the_words_that_were_searched_for_stand_out(folder, told):
    said = on_terminal(folder, "search", "posts")
    assert "\x1b[1mposts\x1b[0m" in said


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_colour_there_is_none(folder, told, command):
    words = (*command, told) if command[-1] == "show" else command
    codes = {code for found in ESCAPE.findall(on_terminal(folder, *words, NO_COLOR="1")) for code in found.split(";")}
    assert codes <= {"", "0", "1", "2"}


def test_a_stage_has_its_colour(folder, told):
    coloured = {code for found in ESCAPE.findall(on_terminal(folder, "layoffs", "list")) for code in found.split(";")}
    assert "31" in coloured
