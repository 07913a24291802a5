"""Reads ``config/`` and the environment, validates all of it at once; nothing else in the project reads either."""

from monitor.config.add import add_source, add_sources, source_problem
from monitor.config.folder import locate, starter, write_starter
from monitor.config.load import archive_of, load, pack_of
from monitor.config.problems import ConfigError, Problem
from monitor.config.settings import Settings
from monitor.config.switch import switch_source

__all__ = [
    "ConfigError",
    "Problem",
    "Settings",
    "add_source",
    "add_sources",
    "archive_of",
    "load",
    "locate",
    "pack_of",
    "source_problem",
    "starter",
    "switch_source",
    "write_starter",
]
