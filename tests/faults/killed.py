"""The command line, killed by SIGKILL at one exact statement: ``python -m tests.faults.killed STEPS ARGUMENT…``.

STEPS are expressions for SQL, parted by ``>``. Each waits for the statement that it matches, and with the last one the
process dies before that statement runs. SQLite itself says what is about to run, so the program has no hook for it.
"""

import os
import re
import signal
import sys
from collections.abc import Callable
from typing import Any

import pysqlite3

_connect = pysqlite3.connect


def killing(steps: list[str]) -> Callable[[str], None]:
    def traced(statement: str) -> None:
        if steps and re.match(steps[0], statement, re.IGNORECASE):
            steps.pop(0)
            if not steps:
                os.kill(os.getpid(), signal.SIGKILL)

    return traced


def main() -> None:
    traced = killing([step for step in sys.argv.pop(1).split(">") if step])

    def connect(*args: Any, **kwargs: Any) -> Any:
        connection = _connect(*args, **kwargs)
        if not kwargs.get("uri"):  # the one that writes
            connection.set_trace_callback(traced)
        return connection

    pysqlite3.connect = connect
    from monitor.cli import main as pinkslip  # noqa: PLC0415

    pinkslip()


if __name__ == "__main__":
    main()
