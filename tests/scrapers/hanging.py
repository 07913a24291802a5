"""Functions that end badly, for worker processes."""

from __future__ import annotations

import os
import time
from typing import NoReturn


def spin() -> NoReturn:
    while True:
        pass


def devour() -> NoReturn:
    eaten = []
    while True:
        eaten.append(bytearray(10**7))


def crash() -> NoReturn:
    os._exit(3)


def fail() -> NoReturn:
    raise ValueError("on purpose")


def worker() -> int:
    return os.getpid()


def nap(seconds: float) -> None:
    time.sleep(seconds)
