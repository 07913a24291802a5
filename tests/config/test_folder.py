"""Where the configuration is looked for, and how a starter gets there."""

from pathlib import Path

import pytest
from platformdirs import user_config_path

from monitor.config import load, locate, starter, write_starter


def test_the_option_is_stronger_than_the_environment():
    assert locate("there", {"PINKSLIP_CONFIG": "elsewhere"}) == Path("there")


def test_the_environment_is_stronger_than_the_folder_here(configure, monkeypatch):
    monkeypatch.chdir(configure().rename(configure().parent / "config").parent)
    assert locate(None, {"PINKSLIP_CONFIG": "elsewhere"}) == Path("elsewhere")


@pytest.mark.parametrize("environ", [{}, {"PINKSLIP_CONFIG": ""}])
def test_the_folder_here_is_taken_when_nothing_is_named(environ, configure, monkeypatch):
    monkeypatch.chdir(configure().rename(configure().parent / "config").parent)
    assert locate(None, environ) == Path("config")


def test_a_config_folder_of_another_project_is_not_ours(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    monkeypatch.chdir(tmp_path)
    assert locate(None, {}) == user_config_path("pinkslip", appauthor=False)


def test_the_starter_is_written_whole(tmp_path):
    written, kept = write_starter(tmp_path / "new")
    assert {path.relative_to(tmp_path / "new") for path in written} == {
        path.relative_to(starter()) for path in starter().rglob("*.toml")
    }
    assert kept == ()


def test_the_starter_is_right(tmp_path):
    write_starter(tmp_path / "new")
    settings = load(tmp_path / "new", {})
    assert [channel.id for channel in settings.policy.channels] == ["console"]
    assert settings.notes == ()


def test_the_starter_never_overwrites(tmp_path):
    (tmp_path / "pinkslip.toml").write_text("mine", "utf-8")
    written, kept = write_starter(tmp_path)
    assert kept == (tmp_path / "pinkslip.toml",)
    assert (tmp_path / "pinkslip.toml").read_text("utf-8") == "mine"
    assert tmp_path / "sources.toml" in written


def test_what_may_hold_a_secret_is_readable_by_its_owner_only(tmp_path):
    write_starter(tmp_path)
    assert (tmp_path / "pinkslip.toml").stat().st_mode & 0o777 == 0o600
