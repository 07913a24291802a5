"""What the daemon answers: ``/healthz`` says what is stuck, ``/metrics`` counts, and hubs find their callbacks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector as MetricSource
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor import __version__
from monitor.archive import ArchiveError, DiskError, Reader, latency
from monitor.archive.connection import SQLITE_VERSION
from monitor.archive.latency import Lags, Spread
from monitor.archive.outbox import Ledger, imbalances, ledger
from monitor.archive.reader import Counts
from monitor.archive.subscriptions import by_state
from monitor.config import Settings
from monitor.hubs import WAY, Hubs
from monitor.journal import crash
from monitor.push import Pushed
from scrapers.collect import LARGEST_PUSH

_STALLED = timedelta(seconds=30)
_OVERDUE = timedelta(minutes=15)
_LATELY = timedelta(days=1)
_BODY_SECONDS = 30.0
_BODIES_AT_ONCE = 4
_IDLE_SECONDS = 10.0

_Message = MutableMapping[str, Any]  # the types of ASGI itself
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


class ListenError(Exception):
    """The address to listen at cannot be had; the message says why."""


class Health:
    """What the daemon knows of itself. Figures come from the archive, read-only, at the moment they are asked for."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._archive = settings.archive
        self._settings = settings
        self._clock = clock
        self._ticked_at = clock()
        self._longest = timedelta()
        self._crashes = 0
        self.polls: Counter[str] = Counter()
        """Polls by what came of them, since the start."""
        self._reload_ok = True
        self.hubs: Hubs | None = None
        self.imbalances: tuple[str, ...] | None = None
        """What was wrong with the ledger when it was looked at last; None before that."""

    def ticked(self, now: datetime) -> None:
        self._longest = max(self._longest, now - self._ticked_at)
        self._ticked_at = now

    def crashed(self) -> None:
        self._crashes += 1

    def reloaded(self, *, ok: bool, settings: Settings | None = None) -> None:
        self._reload_ok = ok
        self._settings = settings or self._settings

    def check(self) -> Ledger:
        """Look whether the ledger adds up; what is wrong stays in ``imbalances``."""
        with contextlib.closing(Reader.open(self._archive)) as reader:
            found = ledger(reader.db)
        self.imbalances = imbalances(found)
        return found

    def counts(self) -> Counts:
        with contextlib.closing(Reader.open(self._archive)) as reader:
            return reader.counts(source.id for source in self._settings.sources if source.enabled)

    def _latencies(self, now: datetime) -> Iterator[Metric]:
        with contextlib.closing(Reader.open(self._archive)) as reader:
            told = latency.told_since(reader.db, now - _LATELY)
        channels = latency.by_channel(told, [channel.id for channel in self._settings.policy.channels], now)
        yield from _of_lags("channel", channels)
        yield from _of_lags("source", latency.by_source(told, now))

    def stuck(self) -> tuple[str, ...]:
        """What does not move, each in a sentence; empty when all is well."""
        now = self._clock()
        found: list[str] = []
        if now - self._ticked_at > _STALLED:
            found.append(f"the schedule has not ticked since {self._ticked_at:%H:%M:%S} UTC")
        try:
            counts = self.counts()
            with contextlib.closing(Reader.open(self._archive)) as reader:
                gone = reader.gone_channels()
        except (ArchiveError, DiskError) as error:
            return (*found, f"the archive cannot be read: {error}")
        if counts.oldest_pending and now - counts.oldest_pending > _OVERDUE:
            found.append(f"an alert is owed since {counts.oldest_pending:%Y-%m-%d %H:%M} UTC")
        found += [f"the ledger does not add up: {each}" for each in self.imbalances or ()]
        found += [f"channel {channel} is gone; it is asked again after a reload" for channel in gone]
        if counts.sources and counts.failing == counts.sources:
            found.append(f"all {counts.sources} sources fail")
        return tuple(found)

    def subscriptions(self) -> dict[str, int]:
        with contextlib.closing(Reader.open(self._archive)) as reader:
            return by_state(reader.db)

    def metrics(self) -> bytes:
        registry = CollectorRegistry()
        registry.register(_Figures(self))
        return generate_latest(registry)

    def families(self) -> Iterator[Metric]:
        counts = self.counts()
        now = self._clock()
        yield _gauge("articles", "Articles in the archive.", counts.articles)
        yield _gauge("articles_flagged", "Articles flagged as layoff news.", counts.flagged)
        yield _gauge("layoffs", "Layoffs in the archive.", counts.layoffs)
        yield _gauge("alerts_decided", "Alerts decided; the sum of pinkslip_alerts over its states.", counts.decided)
        yield _by(GaugeMetricFamily, "alerts", "Alerts by state.", "state", counts.alerts)
        yield _by(CounterMetricFamily, "deliveries", "Attempts to deliver by verdict.", "verdict", counts.attempts)
        age = max((now - (counts.oldest_pending or now)).total_seconds(), 0)
        yield _gauge("oldest_pending_seconds", "How long the alert longest owed has been owed; 0: none is.", age)
        if self.imbalances is not None:
            yield _gauge("ledger_balanced", "Whether decided was the sum of all states.", int(not self.imbalances))
        yield from self._latencies(now)
        yield from _of_disk(self._archive)
        yield _gauge("sources", "Sources configured and enabled.", counts.sources)
        yield _gauge("sources_failing", "Sources whose last poll gave nothing.", counts.failing)
        yield _by(GaugeMetricFamily, "sources_by_condition", "How sources fare.", "condition", counts.conditions)
        if counts.oldest_success:
            age = (now - counts.oldest_success).total_seconds()
            yield _gauge("oldest_success_seconds", "Age of the last complete poll of the source longest without.", age)
        if self.hubs is not None:
            yield from _of_hubs(self.subscriptions(), self.hubs.pushes)
        yield _gauge("config_last_reload_successful", "Whether the last reload was taken.", int(self._reload_ok))
        yield _gauge("last_tick_seconds", "Seconds since the schedule ticked.", (now - self._ticked_at).total_seconds())
        longest = self._longest.total_seconds()
        yield _gauge("longest_tick_seconds", "The longest time between two ticks, one second apart at best.", longest)
        yield _by(CounterMetricFamily, "polls", "Polls since the start by outcome.", "outcome", self.polls)
        yield CounterMetricFamily("pinkslip_job_crashes", "Jobs ended by a bug.", value=self._crashes)
        build = GaugeMetricFamily("pinkslip_build_info", "What runs.", labels=["version", "sqlite"])
        build.add_metric([__version__, SQLITE_VERSION], 1)
        yield build


class _Figures(MetricSource):
    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        return self._health.families()


@contextlib.asynccontextmanager
async def listening(
    address: tuple[str, int] | None, health: Health, public_url: str | None = None, patience: float = _BODY_SECONDS
) -> AsyncIterator[str | None]:
    """Serve probes, and hubs if there are any, at ``address`` for the length of the block; gives the one really taken.

    A callback is known with and without the path of ``public_url``: a proxy before us may have taken it away.
    ``patience`` is for the body of a push, in seconds.
    """
    if address is None:
        yield None
        return
    try:
        taken = socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    except OSError as error:
        raise ListenError(
            f"[server] listen: {address[0]}:{address[1]}: {error.strerror}; "
            "choose another port, 0 for a free one, or false for none"
        ) from error
    config = uvicorn.Config(
        _application(health, _Callbacks(urlsplit(public_url or "").path.rstrip("/"), patience)),
        interface="asgi3",
        http=_Protocol,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=5,
        limit_concurrency=32,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[taken]))
    host, port = taken.getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The daemon's own handlers stay in charge.
        yield


class _Protocol(H11Protocol):
    """Closes a connection that is in no request when its time is over: uvicorn waits for ever for the end of a head."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self.loop.call_later(_IDLE_SECONDS, self._part)

    def _part(self) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.loop.call_later(_IDLE_SECONDS, self._part)


def _application(health: Health, callbacks: _Callbacks) -> Callable[[_Message, _Receive, _Send], Awaitable[None]]:
    async def application(scope: _Message, receive: _Receive, send: _Send) -> None:
        token, hubs = callbacks.token(scope["path"]), health.hubs
        if token and hubs is not None:
            status, body = await callbacks.answer(hubs, token, scope, receive)
            kind = b"text/plain; charset=utf-8"
        else:
            status, kind, body = await _answer(health, scope["method"], scope["path"])
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status >= 400 and scope["method"] not in {"GET", "HEAD"}:
            headers.append((b"connection", b"close"))  # the rest of its body is not waited for
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return application


async def _answer(health: Health, method: str, path: str) -> tuple[int, bytes, bytes]:
    if method not in {"GET", "HEAD"}:
        return 405, b"text/plain", b"only GET\n"
    if path == "/healthz":
        stuck = await asyncio.to_thread(health.stuck)
        said = {"status": "stuck" if stuck else "ok", "stuck": stuck, "version": __version__}
        return 503 if stuck else 200, b"application/json", json.dumps(said).encode() + b"\n"
    if path == "/metrics":
        return 200, b"text/plain; version=0.0.4; charset=utf-8", await asyncio.to_thread(health.metrics)
    return 404, b"text/plain", b"there is /healthz and /metrics\n"


# At a 410 a hub ends what nobody wants any more. All else is a 202: who signed wrongly is not told.
_STATUS = {Pushed.UNKNOWN: 410, Pushed.TOO_LARGE: 413, Pushed.SLOW: 408, Pushed.BUSY: 503}


class _Callbacks:
    """Takes a few bodies at once, each within its time and size, and hands them to the hubs."""

    def __init__(self, prefix: str, patience: float) -> None:
        self._prefixes = frozenset({"", prefix})
        self._patience = patience
        self._reading = asyncio.Semaphore(_BODIES_AT_ONCE)
        self._parsing = asyncio.Lock()
        """Of pushes one is read at a time, so that a worker stays for polls."""
        self._busy: set[str] = set()
        """Callbacks with a push in hand: one hub must not take the room of the others."""

    def token(self, path: str) -> str:
        before, way, token = path.rpartition(WAY)
        return token if way and before in self._prefixes else ""

    async def answer(self, hubs: Hubs, token: str, scope: _Message, receive: _Receive) -> tuple[int, bytes]:
        """A hub asks, or pushes. It hears "taken" only when the news is in the archive; else it comes again."""
        try:
            if scope["method"] == "GET":
                challenge = await hubs.reply(token, scope["query_string"])
                return (404, b"no\n") if challenge is None else (200, challenge.encode())
            if scope["method"] != "POST":
                return 405, b"only GET and POST\n"
            outcome = await self._taken(hubs, token, dict(scope["headers"]), receive)
        except DiskError as error:
            return 503, f"the archive: {type(error).__name__}\n".encode()
        except Exception as error:  # noqa: BLE001 (any bug; the hub sends it again, and a poll brings it)
            crash("push_crashed", error)
            return 500, b"a bug\n"
        hubs.pushes[outcome] += 1
        if outcome not in _STATUS:
            return 202, b""
        return _STATUS[outcome] if hubs.knows(token) else 404, f"{outcome}\n".encode()

    async def _taken(self, hubs: Hubs, token: str, headers: dict[bytes, bytes], receive: _Receive) -> Pushed:
        if not hubs.knows(token):
            return Pushed.UNKNOWN
        if self._reading.locked() or token in self._busy:
            return Pushed.BUSY
        self._busy.add(token)
        try:
            async with self._reading:
                return await self._read(hubs, token, headers, receive)
        finally:
            self._busy.discard(token)

    async def _read(self, hubs: Hubs, token: str, headers: dict[bytes, bytes], receive: _Receive) -> Pushed:
        try:
            async with asyncio.timeout(self._patience):
                body = await _body(headers, receive)
        except TimeoutError:
            return Pushed.SLOW
        if body is None:
            return Pushed.TOO_LARGE
        async with self._parsing:
            return await hubs.take(token, headers, body)


async def _body(headers: dict[bytes, bytes], receive: _Receive) -> bytes | None:
    """None: it is too large, as it says or as it comes."""
    declared = headers.get(b"content-length", b"0")
    if int(declared) > LARGEST_PUSH:  # h11 lets digits alone pass
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TimeoutError
        body += message.get("body", b"")
        if len(body) > LARGEST_PUSH:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _of_lags(of: str, lags: Iterable[Lags]) -> Iterator[Metric]:
    """Quantiles of what was measured; where nothing was, there are none, and the count says 0."""
    quantiles = GaugeMetricFamily(
        f"pinkslip_{of}_latency_seconds",
        f"Latency of the last day's alerts by {of} and leg of their way.",
        labels=[of, "leg", "quantile"],
    )
    counts = GaugeMetricFamily(
        f"pinkslip_{of}_latency_samples", f"Alerts measured in the last day by {of}.", labels=[of, "leg"]
    )
    for each in lags:
        for leg in latency.LEGS:
            spread: Spread = getattr(each, leg)
            counts.add_metric([each.name, leg], spread.count)
            for quantile, seconds in (("0.5", spread.p50), ("0.95", spread.p95), ("0.99", spread.p99)):
                if seconds is not None:
                    quantiles.add_metric([each.name, leg, quantile], seconds)
    yield quantiles
    yield counts


def _of_disk(archive: Path) -> Iterator[Metric]:
    log = archive.with_name(archive.name + "-wal")
    with contextlib.suppress(OSError):
        yield _gauge("wal_bytes", "Size of the archive's write-ahead log.", log.stat().st_size)
    with contextlib.suppress(OSError):
        yield _gauge("disk_free_bytes", "Free room where the archive is.", shutil.disk_usage(archive.parent).free)


def _of_hubs(states: dict[str, int], pushes: Counter[Pushed]) -> Iterator[Metric]:
    yield _by(GaugeMetricFamily, "subscriptions", "Subscriptions at hubs by state.", "state", states)
    yield _by(CounterMetricFamily, "pushes", "Requests of hubs by what became of them.", "outcome", pushes)


def _by(
    family: type[GaugeMetricFamily | CounterMetricFamily],
    name: str,
    says: str,
    label: str,
    counts: Mapping[str, int] | Mapping[Pushed, int],
) -> Metric:
    counted = family(f"pinkslip_{name}", says, labels=[label])
    for value, number in counts.items():
        counted.add_metric([str(value)], number)
    return counted


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"pinkslip_{name}", says, value=value)
