"""Reads secrets: a string, ``{ env = "NAME" }`` or ``{ file = "path" }``; no message ever holds a value."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config.problems import Report, quoted, shown, suggestion
from monitor.config.reading import Wrong, contents
from monitor.config.values import is_local, secret_url, signs
from monitor.model import Secret

_WANT = 'want a string, { env = "NAME" } or { file = "path" }'
_MAKE = 'want whsec_ and the base64 of 24 to 64 bytes; make one with: echo "whsec_$(openssl rand -base64 32)"'
_APPRISE = "want an address of Apprise, such as mailto://user:password@example.org, or a list of them"
_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{3,300}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,30}://[^\s]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Parsers of secrets in one file, whose folder relative paths start at."""

    path: Path
    environ: Mapping[str, str]
    report: Report

    def hook(self, value: object) -> Secret:
        """The URL of a webhook; not much of a secret in itself."""
        text = self._text(value)
        secret_url(text)
        return Secret(text)

    def slack_hook(self, value: object) -> Secret:
        text = self._text(value)
        parts = secret_url(text)
        if parts.scheme != "https" and not is_local(parts.hostname):
            raise Wrong("want https://, because whoever reads the URL on its way can post to the channel")
        self._stands_open(value)
        return Secret(text)

    def slack_token(self, value: object) -> Secret:
        text = self._text(value)
        if not _TOKEN.fullmatch(text):
            raise Wrong("want the bot token of a Slack app, which begins with xoxb-")
        self._stands_open(value)
        return Secret(text)

    def apprise(self, value: object) -> tuple[Secret, ...]:
        """One address of Apprise, or a list of them; which of them it knows, it says when it is there."""
        values = value if isinstance(value, list) else [value]
        if not values:
            raise Wrong(_APPRISE)
        texts = [self._text(each) for each in values]
        if not all(map(_SCHEME.match, texts)):
            raise Wrong(_APPRISE)
        self._stands_open(next((each for each in values if isinstance(each, str)), None))
        return tuple(map(Secret, texts))

    def signing(self, value: object) -> tuple[Secret, ...]:
        """One secret that signs, or a list while they rotate, the newest first."""
        values = value if isinstance(value, list) else [value]
        if not values:
            raise Wrong(_MAKE)
        texts = [self._text(each) for each in values]
        self._stands_open(next((each for each in values if isinstance(each, str)), None))
        if not all(map(signs, texts)):
            raise Wrong(_MAKE)
        return tuple(map(Secret, texts))

    def _text(self, value: object) -> str:
        match value:
            case str():
                found = value.strip()
            case {"env": str(name), **rest} if not rest:
                found = self._variable(name)
            case {"file": str(name), **rest} if not rest:
                found = self._file(name)
            case {"env": _} | {"file": _}:
                raise Wrong(_WANT)
            case dict():
                raise Wrong(_WANT + suggestion(next(iter(value), ""), ("env", "file")))
            case _:
                raise Wrong(f"{_WANT}, found {_kind(value)}")
        if not found:
            raise Wrong("the secret is empty")
        if not found.isprintable():
            raise Wrong("the secret has control characters in it")
        return found

    def _stands_open(self, value: object) -> None:
        if isinstance(value, str) and _readable_by_others(self.path):
            self.report.note(
                "", f"a secret stands in it, and every user of this machine may read it: chmod 600 {self.path}"
            )

    def _variable(self, name: str) -> str:
        if not _VARIABLE.fullmatch(name) or _looks_secret(name):
            raise Wrong("want the name of an environment variable after env")  # not the secret itself, so not shown
        value = self.environ.get(name)
        if value is None:
            raise Wrong(f"the environment variable {name} is not set")
        if not value.strip():
            raise Wrong(f"the environment variable {name} is empty")
        return value.strip()

    def _file(self, name: str) -> str:
        if _looks_secret(name):
            raise Wrong("want the path of a file after file")
        path = self.path.parent / name
        try:
            value = contents(path).strip()
        except Wrong as wrong:
            raise Wrong(f"the file {quoted(name)}: {wrong.messages[0]}") from wrong
        if not value:
            raise Wrong(f"the file {quoted(name)} is empty")
        if _readable_by_others(path):
            self.report.note("", f"the secret in {quoted(name)} may be read by every user of this machine")
        return value


def _looks_secret(name: str) -> bool:
    return "://" in name or name.startswith(("whsec_", "xox"))


def _kind(value: object) -> str:
    return "a number" if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH)
