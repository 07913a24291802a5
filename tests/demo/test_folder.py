from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.config import load
from monitor.demo.folder import FolderTaken, furnish, prepare, signing_secret
from monitor.demo.stories import programme
from monitor.model import ChannelKind

OUTLETS = {
    f"http://127.0.0.1:{8100 + n}/feed": outlet for n, outlet in enumerate(programme(date(2026, 11, 23)).outlets)
}


def test_the_configuration_it_writes_is_valid(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "demo")
    secret = signing_secret()
    furnish(folder, OUTLETS, hook="http://127.0.0.1:8200/hook", secret=secret, listen=0)
    settings = load(folder.path, {})
    assert settings.archive == folder.archive
    assert {source.url for source in settings.sources} == set(OUTLETS)
    [hook] = [channel for channel in settings.policy.channels if channel.kind is ChannelKind.WEBHOOK]
    assert [each.reveal() for each in hook.secrets] == [secret]
    assert settings.notes == ()


def test_the_secret_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "demo")
    furnish(folder, OUTLETS, hook="http://127.0.0.1:8200/hook", secret=signing_secret(), listen=0)
    assert (folder.path / "webhook.secret").stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_demo_left_is_replaced(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "demo")
    folder.log.write_text("old")
    assert not prepare(tmp_path / "demo").log.exists()


def test_what_no_demo_put_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(FolderTaken, match="--keep"):
        prepare(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_an_empty_folder_can_be_used(tmp_path: Path) -> None:
    assert prepare(tmp_path).path == tmp_path
