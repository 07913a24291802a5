"""How the pages are served: Datasette on one archive that cannot be written, behind our guard."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from monitor.archive.connection import open_reader
from monitor.detect.rules import Pack
from monitor.web.document import document
from monitor.web.errors import take_over
from monitor.web.guard import LOOPBACK, Application, Guard
from monitor.web.name import NAME
from monitor.web.plugin import LIMIT_MS, Plugin

_HERE = files("monitor.web")
_SETTINGS = {
    "sql_time_limit_ms": LIMIT_MS,
    "facet_time_limit_ms": 300,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "truncate_cells_html": 240,
    "allow_download": False,
    "default_cache_ttl": 0,
}


class BindError(Exception):
    """The address is not to be had; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is shown, and to whom."""

    archive: Path
    pack: Pack
    host: str = "127.0.0.1"
    port: int = 8001
    names: frozenset[str] = frozenset()
    """Host names to answer to besides those of this machine's loopback, in lower case."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Datasette's own settings for its plugins and for who may see what."""


class _ReadOnly(Database):  # type: ignore[misc]
    """The archive as Datasette opens it: by our own door, so that nothing in this process can write to it."""

    def __init__(self, host: Datasette, archive: Path) -> None:
        super().__init__(host, path=str(archive), is_mutable=True)
        self._archive = archive

    def connect(self, write: bool = False) -> Any:  # noqa: FBT001, FBT002 (Datasette's signature)
        if write:
            _refuse_to_write()
        connection = open_reader(self._archive).conn
        connection.execute("pragma query_only = on")
        self._all_file_connections.append(connection)
        return connection


def application(site: Site, now: Callable[[], datetime]) -> Application:
    """The pages as an ASGI application. Raises ``ArchiveError`` where the archive cannot be read."""
    open_reader(site.archive).close()
    host = Datasette(
        metadata=document() | site.metadata,
        settings=_SETTINGS,
        template_dir=str(_HERE / "templates"),
        static_mounts=[("static", str(_HERE / "static"))],
    )
    host.remove_database("_memory")
    host.add_database(_ReadOnly(host, site.archive), name=NAME)
    take_over()
    plugin = Plugin(host, site.pack, now)
    pm.register(plugin)
    try:
        pages = host.app()
    finally:
        pm.unregister(plugin)
    return Guard(pages, LOOPBACK | _own(site.host) | site.names)


async def serve(site: Site, now: Callable[[], datetime], ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is told the address."""
    pages = application(site, now)
    try:
        family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
        taken = socket.create_server((site.host, site.port), family=family)
    except OSError as error:
        raise BindError(
            f"{site.host}:{site.port}: {error.strerror}; choose another with --port, 0 takes a free one"
        ) from error
    config = uvicorn.Config(
        pages,
        interface="asgi3",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=5,
        limit_concurrency=64,
        timeout_graceful_shutdown=2,
        ws="none",
    )
    server = _Server(config)
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, server.stop)
    # The socket hears from now on; who comes before the first page can be made waits a moment.
    ready(_address(taken))
    await server.serve(sockets=[taken])


class _Server(uvicorn.Server):
    def stop(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Its own handlers raise the signal again at the end; being told to stop is no failure.
        yield


def _address(taken: socket.socket) -> str:
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _own(host: str) -> frozenset[str]:
    """The name that a listening address goes by; "every address" is none."""
    try:
        return frozenset() if ip_address(host).is_unspecified else frozenset({host.lower()})
    except ValueError:
        return frozenset({host.lower()})


def _refuse_to_write() -> NoReturn:
    raise PermissionError("the archive is only read here")
