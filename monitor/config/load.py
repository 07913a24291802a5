"""Loads a configuration folder whole: everything that is wrong in any of its files is told in one error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from monitor.config.pinkslip import Operated, read_archive, read_pinkslip
from monitor.config.problems import ConfigError, Problem, Report, told
from monitor.config.reading import Table, document
from monitor.config.secret import Secrets
from monitor.config.settings import Settings
from monitor.config.sources import read_sources
from monitor.config.values import barred
from monitor.config.watchlist import Watchlist
from monitor.detect import companies, rules
from scrapers.items import Source

_PRIVATE = "url: {} is private and will be refused; name its network in [http] allow_private"


def load(folder: Path, environ: Mapping[str, str], *, examples: bool = True) -> Settings:
    """Raises ``ConfigError`` with every problem of every file; ``examples``: those of the rules that fail, too."""
    _must_be_folder(folder)
    reports = {name: Report(name) for name in ("pinkslip.toml", "sources.toml", "rules", "companies.toml")}
    directory = _directory(folder / "companies.toml", reports["companies.toml"])
    operated = _operated(folder / "pinkslip.toml", environ, directory, reports["pinkslip.toml"])
    sources = _sources(folder / "sources.toml", reports["sources.toml"])
    pack = _pack(folder / "rules", directory, reports["rules"])
    if pack is not None and examples:
        reports["rules"].problems.extend(told(str(failure), "rules/") for failure in pack.failures())
    problems = tuple(problem for report in reports.values() for problem in report.problems)
    if problems or operated is None or pack is None:
        raise ConfigError(problems)
    settings = Settings(
        folder=folder,
        archive=operated.archive,
        contact=operated.http.contact,
        allow_private=operated.http.allow_private,
        per_host_delay=operated.http.per_host_delay,
        listen=operated.server.listen,
        public_url=operated.server.public_url,
        sources=sources,
        policy=operated.policy,
        pack=pack,
        directory=directory,
    )
    notes = [note for report in reports.values() for note in report.notes]
    return replace(settings, notes=tuple(dict.fromkeys((*notes, *_refused(settings)))))


def archive_of(folder: Path) -> Path:
    """Where the archive is, whatever else is right or wrong: to read it takes no secret and no source.

    Raises ``ConfigError`` where ``pinkslip.toml`` cannot be read, or names no file.
    """
    _must_be_folder(folder)
    report = Report("pinkslip.toml")
    read = document(folder / "pinkslip.toml", report)
    if read is not None:
        path = read_archive(Table(read.values, "", report).section("archive"), folder)
        if not report.problems:
            return path
    raise ConfigError(tuple(report.problems))


def pack_of(folder: Path) -> rules.Pack:
    """The rules, whatever else is right or wrong, and whether or not their examples hold.

    Raises ``ConfigError`` with every problem of the rule files and of ``companies.toml``.
    """
    _must_be_folder(folder)
    report = Report("rules")
    pack = _pack(folder / "rules", _directory(folder / "companies.toml", report), report)
    if pack is None or report.problems:
        raise ConfigError(tuple(report.problems))
    return pack


def _must_be_folder(folder: Path) -> None:
    if folder.is_file():
        raise ConfigError((Problem(str(folder), "", "is a file; name the folder it is in"),))
    if not folder.is_dir():
        raise ConfigError((Problem(str(folder), "", "no such folder; `pinkslip init` writes a starter configuration"),))


def _operated(
    path: Path, environ: Mapping[str, str], directory: companies.Directory, report: Report
) -> Operated | None:
    read = document(path, report)
    if read is None:
        return None
    secrets = Secrets(path, environ, report)
    watchlist = Watchlist(path.parent, directory)
    return read_pinkslip(read, path, secrets, watchlist, report)


def _sources(path: Path, report: Report) -> tuple[Source, ...]:
    read = document(path, report)
    return read_sources(read, report) if read else ()


def _pack(folder: Path, directory: companies.Directory, report: Report) -> rules.Pack | None:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        report.problem("", "no rules/*.toml: nothing would be flagged")
    sound = [path for path in paths if _is_toml(path, "rules/", report)]
    try:
        return rules.load(sound, directory) if sound else None
    except rules.PackError as error:
        report.problems.extend(told(line, "rules/") for line in error.problems)
        return None


def _directory(path: Path, report: Report) -> companies.Directory:
    """Without the file, an empty one: names are then compared as they are written."""
    try:
        return companies.load(path) if path.exists() and _is_toml(path, "", report) else companies.Directory()
    except companies.CompaniesError as error:
        report.problems.extend(told(line, "") for line in error.problems)
        return companies.Directory()


def _is_toml(path: Path, folder: str, report: Report) -> bool:
    """Said here, so that every file's syntax errors come in the same words."""
    own = Report(folder + path.name)
    read = document(path, own)
    report.problems.extend(own.problems)
    return read is not None


def _refused(settings: Settings) -> Iterator[Problem]:
    """Notes on what stands at a private address that the door will not open to."""
    for source in settings.sources:
        if source.enabled and (host := barred(source.url, settings.allow_private)):
            yield Problem("sources.toml", f'source "{source.id}"', _PRIVATE.format(host))
    for channel in settings.policy.channels:
        if channel.url and (host := barred(channel.url.reveal(), settings.allow_private)):
            yield Problem("pinkslip.toml", f'channel "{channel.id}"', _PRIVATE.format(host))
