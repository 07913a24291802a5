"""A newswire under attack: a real daemon process, an origin that goes on publishing, a receiver that misbehaves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pysqlite3

from monitor.config import starter

SECRET = "whsec_cGlua3NsaXAtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ=="  # made up for tests
_RULES = starter() / "rules"

CONFIG = """
[archive]
path = "pinkslip.db"
[http]
allow_private = ["127.0.0.0/8"]
min_every = "1s"
per_host_delay = "0s"
[server]
listen = false
[alerts]
storm = {storm}
page_wait = "{page_wait}"
[[channel]]
id = "crm"
kind = "webhook"
url = "{receiver}"
secret = "{secret}"
"""

SOURCE = """
[[source]]
id = "{id}"
url = "{url}"
every = "1s"
full_text = "{full_text}"
"""


def configure(
    folder: Path,
    receiver: str,
    feeds: Iterable[tuple[str, str]],
    *,
    storm: str = "1000",
    page_wait: str = "0s",
    full_text: str = "never",
) -> None:
    config = CONFIG.format(receiver=receiver, secret=SECRET, storm=storm, page_wait=page_wait)
    (folder / "pinkslip.toml").write_text(config)
    sources = (SOURCE.format(id=name, url=url, full_text=full_text) for name, url in feeds)
    (folder / "sources.toml").write_text("".join(sources))
    (folder / "rules").mkdir()
    for path in _RULES.glob("*.toml"):
        (folder / "rules" / path.name).write_text(path.read_text())


def rss(employers: Iterable[str], page: str = "https://news.example/", at: datetime | None = None) -> bytes:
    """A feed in which each employer cuts a few hundred jobs, as told just now or then."""
    now = format_datetime(at or datetime.now(UTC))
    items = "".join(
        f"<item><title>{name} to cut {300 + number} jobs</title><link>{page}?{name}</link>"
        f"<guid>{name}</guid><pubDate>{now}</pubDate></item>"
        for number, name in enumerate(employers)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()


@dataclass
class Process:
    """`pinkslip run` on a folder. Its log goes to a file in the folder, over all lives."""

    folder: Path
    lives: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        return self.folder / "daemon.log"

    def start(self) -> None:
        self.lives += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "monitor.cli", "--config", str(self.folder), "run"],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONWARNINGS": "default"},
            )

    def stop(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=15)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        connection = pysqlite3.connect(f"file:{self.folder / 'pinkslip.db'}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def cpu(self) -> float:
        """Seconds of processor time so far, of this process alone."""
        assert self.process is not None
        spent = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")

    def polls(self) -> int:
        return self._count("select count(*) from polls")

    def states(self) -> dict[str, int]:
        return dict(self.rows("select state, count(*) from alerts group by state"))

    def _count(self, sql: str) -> int:
        try:
            return self.rows(sql)[0][0]
        except pysqlite3.OperationalError:  # not made yet
            return 0

    def let_time_pass(self) -> None:
        """What waits for a retry may be tried now, as if its hours had gone by. Only while the daemon is down."""
        connection = pysqlite3.connect(self.folder / "pinkslip.db")
        connection.execute("update alerts set due_at = created_at where state in ('pending', 'held')")
        connection.execute("update channels set paused_until = null")
        connection.commit()
        connection.close()


async def within(seconds: float, claim: Callable[[], object]) -> bool:
    """Whether the claim came true in time."""
    try:
        async with asyncio.timeout(seconds):
            while not claim():  # noqa: ASYNC110  another process makes it true
                await asyncio.sleep(0.05)
    except TimeoutError:
        return False
    return True
