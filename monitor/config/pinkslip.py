"""Reads ``pinkslip.toml``: the archive, the web, the alerts, the channels and their routes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from monitor.config import values
from monitor.config.channels import read_channel, read_route
from monitor.config.problems import Report, quoted
from monitor.config.reading import Document, Table, refuse_twins
from monitor.config.secret import Secrets
from monitor.config.watchlist import Watchlist
from monitor.model import Channel, Policy, Route

_ARCHIVE = "../var/pinkslip.db"
_LISTEN = ("127.0.0.1", 8000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    contact: str | None
    allow_private: tuple[IPv4Network | IPv6Network, ...]
    min_every: timedelta
    per_host_delay: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    listen: tuple[str, int] | None
    public_url: str | None
    web_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated:
    """What ``pinkslip.toml`` says."""

    archive: Path
    http: Http
    server: Server
    policy: Policy


def read_pinkslip(document: Document, path: Path, secrets: Secrets, watchlist: Watchlist, report: Report) -> Operated:
    """What is wrong is in the report, and stands here as the default."""
    top = Table(document.values, "", report)
    archive = read_archive(top.section("archive"), path.parent)
    http = read_http(top.section("http"))
    server = read_server(top.section("server"))
    policy = read_alerts(top.section("alerts"), http.min_every)
    tables = top.tables("channel", document.lines("channel"))
    channels = tuple(replace(channel, web=server.web_url) for channel in _channels(tables, secrets))
    routes = _routes(top.tables("route", document.lines("route")), tables, watchlist)
    top.close()
    if not document.values.get("channel", []):
        report.problem("", "no channel: nobody would be told; add a [[channel]] with id and kind")
    return Operated(archive=archive, http=http, server=server, policy=replace(policy, channels=channels, routes=routes))


def read_archive(table: Table, folder: Path) -> Path:
    path = table.read("path", values.line, _ARCHIVE)
    table.close()
    archive = Path(os.path.normpath(folder.absolute() / path))  # not resolve(): a link stays what the operator named
    if archive.is_dir():
        table.wrong("path", f"want a file, {quoted(path)} is a folder")
    return archive


def read_http(table: Table) -> Http:
    http = Http(
        contact=table.value("contact", values.contact),
        allow_private=table.read("allow_private", values.several(values.network), ()),
        min_every=table.read("min_every", values.duration("1s", "1d"), timedelta(minutes=5)),
        per_host_delay=table.read("per_host_delay", values.duration("0s", "1h"), timedelta(seconds=1)),
    )
    table.close()
    return http


def read_server(table: Table) -> Server:
    listen = table.value("listen", values.listen)
    public_url = table.value("public_url", values.public_url)
    if table.has("public_url") and table.has("listen") and listen is None:
        table.wrong("public_url", 'nothing listens for what is pushed there; want a "host:port" in listen, too')
    web_url = table.value("web_url", values.public_url)
    table.close()
    return Server(listen=listen if table.has("listen") else _LISTEN, public_url=public_url, web_url=web_url)


def read_alerts(table: Table, min_every: timedelta) -> Policy:
    usual = Policy()
    policy = Policy(
        fresh=table.read("fresh", values.duration("1m", "30d"), usual.fresh),
        window=table.read("window", values.duration("1h", "365d"), usual.window),
        page_wait=table.read("page_wait", values.duration("0s", "10m"), usual.page_wait),
        storm=table.read("storm", values.integer(1, 1_000), usual.storm),
        min_every=min_every,
    )
    table.close()
    return policy


def _channels(tables: list[Table], secrets: Secrets) -> tuple[Channel, ...]:
    refuse_twins(tables, "id")
    return tuple(channel for table in tables if (channel := read_channel(table, secrets)) is not None)


def _routes(tables: list[Table], channels: list[Table], watchlist: Watchlist) -> tuple[Route, ...]:
    names = tuple(name for channel in channels if (name := channel.text("id")) is not None)
    routed = {table.text("channel") for table in tables}
    for channel in channels:
        if routed and channel.text("id") not in routed:
            channel.note("id", "no [[route]] leads to it; as there are routes, it will be told nothing")
    return tuple(route for table in tables if (route := read_route(table, names, watchlist.read)) is not None)
