"""A fence around a whole process: it dials only what the table lets it, whatever library does the dialling.

For libraries that make their own connections, in a process made for them. It cannot be taken down again, and it starts
no other process, which would be outside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from scrapers.addresses import Network, may_dial

_DIALS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LEAVES = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn"}
)


class FencedError(PermissionError):
    """The address may not be dialled. An OSError, for libraries expect those of a connection."""


def put_up(allow_private: tuple[Network, ...], passed: Callable[[], None], stopped: Callable[[], None]) -> None:
    """From now on every connection is checked. ``passed`` and ``stopped`` are told of each.

    An audit hook sees what is really dialled, below every library and every trick with names; names themselves are
    refused, for they would be looked up after the look at them.
    """

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LEAVES:
            raise PermissionError("no other process may be started here")
        if event not in _DIALS:
            return
        address = arguments[1]
        if address is None:  # a message on a connection that was checked
            return
        if not _may_pass(address, allow_private):
            stopped()
            raise FencedError("private or reserved, and allow_private does not name it")
        passed()

    sys.addaudithook(watch)


def _may_pass(address: object, allow_private: tuple[Network, ...]) -> bool:
    """Only internet addresses: a socket in the file system is a way to whatever runs on this machine."""
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return False
    try:
        return may_dial(ip_address(address[0].partition("%")[0]), allow_private)
    except ValueError:
        return False
