"""A source is switched on and off by one line of the file."""

import difflib
import tomllib

import pytest

from monitor.config import ConfigError, load, switch_source

FILE = """# mine
[[source]] # first
id = "herald"
title = "The [[source]] Herald"
url = "https://herald.example/feed"

# --- Others ---

[[source]]
url = "https://wire.example/feed"
id = "wire"
enabled = false  # too loud
every = "30m"

[[source]]
id = "list"
kind = "listing"
url = "https://list.example/"
[source.selectors]
links = "h2 a"
# the end"""


def differing(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("name", "enabled", "changed"),
    [
        ("herald", False, ["+ enabled = false"]),
        ("wire", True, ["- enabled = false  # too loud", "+ enabled = true  # too loud"]),
        ("list", False, ["+ enabled = false"]),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_line_changes_and_the_rest_stays(name, enabled, changed, end, configure):
    folder = configure(sources="")
    file = folder / "sources.toml"
    file.write_bytes(FILE.replace("\n", end).encode())
    file.chmod(0o640)
    assert switch_source(folder, name, enabled=enabled)
    after = file.read_bytes().decode()
    assert (differing(FILE, after), after.count("\r\n")) == (changed, after.count("\n") if end == "\r\n" else 0)
    assert {each.id: each.enabled for each in load(folder, {}).sources}[name] is enabled
    assert file.stat().st_mode & 0o777 == 0o640


def test_off_and_on_again_is_on(configure):
    folder = configure(sources=FILE)
    switch_source(folder, "herald", enabled=False)
    switch_source(folder, "herald", enabled=True)
    assert tomllib.loads((folder / "sources.toml").read_text())["source"][0]["enabled"] is True


def test_what_is_so_already_is_left_alone(configure):
    folder = configure(sources=FILE)
    assert not switch_source(folder, "wire", enabled=False)
    assert (folder / "sources.toml").read_text() == FILE


def test_an_unknown_source_is_one(configure):
    with pytest.raises(KeyError):
        switch_source(configure(), "nosuch", enabled=False)


@pytest.mark.parametrize(
    "sources",
    [
        'source = [{ id = "a", url = "https://a.example/" }]\n',
        '[[source]]\nid = "a"\nurl = "https://a.example/"\n"enab\\u006ced" = true\n',
        '[[source]]\nid = "b"\nurl = "https://b.example/"\n[["s\\u006furce"]]\nid = "a"\nurl = "https://a.example/"\n',
    ],
    ids=["inline", "key", "header"],
)
def test_a_file_written_too_oddly_is_left_alone_and_the_remedy_said(sources, configure):
    folder = configure(sources=sources)
    with pytest.raises(ConfigError, match="write enabled = false yourself"):
        switch_source(folder, "a", enabled=False)
    assert (folder / "sources.toml").read_text() == sources
    assert {path.name for path in folder.iterdir()} == {"pinkslip.toml", "rules", "sources.toml"}


def test_a_table_written_a_little_oddly_is_switched(configure):
    folder = configure(sources='[[ "source" ]]\ntitle = "x"\nurl = "https://a.example/"\n"i\\u0064" = "a"\n')
    assert switch_source(folder, "a", enabled=False)
    assert load(folder, {}).sources[0].enabled is False
