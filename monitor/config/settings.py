"""The whole configuration as validated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from monitor import __version__
from monitor.config.problems import Problem
from monitor.detect.companies import Directory
from monitor.detect.rules import Pack
from monitor.model import Policy
from scrapers.items import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``sources`` holds the disabled ones too. ``notes`` are worth telling and stop nothing."""

    folder: Path
    archive: Path
    contact: str | None
    allow_private: tuple[IPv4Network | IPv6Network, ...]
    per_host_delay: timedelta
    listen: tuple[str, int] | None
    public_url: str | None = None
    """Under which hubs reach the listener; without it nothing is pushed."""
    sources: tuple[Source, ...]
    policy: Policy
    pack: Pack
    directory: Directory
    notes: tuple[Problem, ...] = ()

    @property
    def min_every(self) -> timedelta:
        return self.policy.min_every

    @property
    def user_agent(self) -> str:
        return f"pinkslip/{__version__} ({'+' + self.contact if self.contact else 'self-hosted layoff newswire'})"
