"""What `pinkslip export` writes: for spreadsheets, for feed readers, for data frames."""

import contextlib
import csv
import io
import json
import os
import pty
import subprocess
import sys

import feedparser
import pytest

from monitor import decide
from monitor.archive import Archive
from scrapers.items import Memory
from tests.alerts.test_feed import problems
from tests.making import NOW, POLICY, judged, news, source, state

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
CELLS = [f"{start}SUM(1+1)*cmd|' /C calc'!A0" for start in STARTS] + [
    'a "quoted", cell\r\nof two lines',
    "../CON",
    "'=1",
]


@pytest.fixture
def hostile(folder):
    """An archive whose titles are what spreadsheets run; some as no feed could bring them, but a file could hold them."""
    archive = Archive.open(folder / "pinkslip.db")
    with archive.writing():
        archive.sources.enroll([source()], NOW)
        items = tuple(judged(f"Cell {number:02}", "Halvora", number + 1) for number in range(len(CELLS)))
        plan = decide.plan(
            source(), state(), news(*items), items, decide.Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0
        )
        archive.apply(plan, NOW)
        for number, cell in enumerate(CELLS):
            archive.db.execute("update articles set title = ? where title = ?", [cell, f"Cell {number:02}"])
    archive.close()


def run(folder, *args, **options):
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "export", *args]
    return subprocess.run(command, capture_output=True, check=False, **options)


@pytest.mark.usefixtures("hostile")
def test_no_cell_is_a_formula_and_none_is_lost(folder, capsys):
    written = run(folder, "--what", "articles").stdout
    rows = list(csv.DictReader(io.StringIO(written.decode(), newline=""), strict=True))
    read = sorted(row["title"] for row in rows)
    formulas = [cell for row in rows for cell in row.values() if cell.startswith(STARTS)]
    with capsys.disabled():
        print(f"\nFIGURE W3 cells={sum(map(len, rows))} hostile={len(CELLS)} formulas={len(formulas)}")

    assert formulas == []
    assert read == sorted(f"'{cell}" if cell.startswith(STARTS) else cell for cell in CELLS)
    assert written.count(b"\r\n") == len(CELLS) + 1 + 1  # each line, the heading, and one within a cell


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_holds_the_cells_as_they_are(folder, form):
    written = run(folder, "--what", "articles", "--format", form).stdout
    records = json.loads(written) if form == "json" else [json.loads(line) for line in written.splitlines()]

    assert sorted(record["title"] for record in records) == sorted(CELLS)


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "atom", "jsonfeed"])
@pytest.mark.usefixtures("archived")
def test_an_export_of_nothing_is_whole(call, form):
    written = call("export", "--format", form, "--company", "Nobody").stdout

    match form:
        case "json":
            assert json.loads(written) == []
        case "jsonl":
            assert written == ""
        case "csv":
            assert written.startswith("id,company")
            assert written.count("\n") == 1
        case "atom":
            assert problems(written.encode()) == []
        case _:
            assert json.loads(written)["items"] == []


def test_layoffs_are_a_feed_that_a_reader_takes(archived, call):
    document = call("export", "--format", "atom").stdout_bytes
    read = feedparser.parse(document)

    assert (read.bozo, problems(document)) == (False, [])
    assert {entry.id for entry in read.entries} == {
        f"tag:pinkslip.invalid,2026:layoff:{layoff.id}" for layoff in archived.layoffs
    }
    halvora = next(entry for entry in read.entries if "Halvora" in entry.title)
    assert halvora.title == "Halvora: 1,100 jobs"
    assert halvora.link.startswith("https://herald.example/")
    assert "Herald" in halvora.content[0].value


@pytest.mark.usefixtures("archived")
def test_a_feed_is_the_same_bytes_until_something_happens(call):
    first, second = (call("export", "--format", "atom").stdout_bytes for _ in range(2))

    assert first == second


@pytest.mark.usefixtures("archived")
def test_a_feed_is_in_the_order_of_the_list_and_as_new_as_its_newest(call, ask):
    read = feedparser.parse(call("export", "--format", "atom").stdout_bytes)

    assert [entry.id.rpartition(":")[2] for entry in read.entries] == [row["id"] for row in ask("layoffs", "list")]
    assert read.feed.updated == max(entry.updated for entry in read.entries)


@pytest.mark.usefixtures("archived")
def test_feeds_of_other_filters_are_other_feeds_and_a_window_is_none(call):
    def feed_id(*args):
        return feedparser.parse(call("export", "--format", "atom", *args).stdout_bytes).feed.id

    everything = feed_id()
    assert feed_id("--since", "2026-01-01", "--limit", "2") == everything
    assert feed_id("--company", "Halvora & Söhne") == f"{everything}?company=Halvora+%26+S%C3%B6hne"


def test_a_feed_links_to_the_web_page_where_it_is_told_of_one(archived, call):
    document = call("export", "--format", "atom", "--web", "https://news.example/p/").stdout_bytes
    read = feedparser.parse(document)

    assert problems(document) == []
    assert read.feed.link == "https://news.example/p/"
    assert {entry.link for entry in read.entries} == {
        f"https://news.example/p/layoffs/{layoff.id}" for layoff in archived.layoffs
    }
    call("export", "--format", "atom", "--web", "javascript:alert(1)", expect=2)
    call("export", "--web", "https://news.example/", expect=2)


@pytest.mark.usefixtures("archived")
def test_articles_are_a_feed_and_alerts_are_none(call):
    document = call("export", "--what", "articles", "--format", "atom").stdout_bytes

    assert problems(document) == []
    assert "Rates fall" in {entry.title for entry in feedparser.parse(document).entries}
    assert "--what alerts has csv" in call("export", "--what", "alerts", "--format", "atom", expect=2).stderr


@pytest.mark.usefixtures("archived")
def test_json_feed_says_the_same_as_atom(call):
    items = json.loads(call("export", "--format", "jsonfeed").stdout)["items"]
    entries = feedparser.parse(call("export", "--format", "atom").stdout_bytes).entries

    assert [(item["id"], item["title"]) for item in items] == [(entry.id, entry.title) for entry in entries]


@pytest.mark.usefixtures("archived")
def test_a_file_appears_whole_and_keeps_its_mode(call, tmp_path):
    target = tmp_path / "layoffs.atom"
    target.write_text("the one before")
    target.chmod(0o640)
    said = call("export", "--format", "atom", "--output", str(target)).stderr

    assert problems(target.read_bytes()) == []
    assert "3 rows written to" in said
    assert target.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.glob(".layoffs*")] == []


@pytest.mark.usefixtures("archived")
def test_a_file_that_cannot_be_written_is_a_mistake_and_leaves_the_one_before(folder, tmp_path):
    target = tmp_path / "full"
    target.symlink_to("/dev/full")
    done = run(folder, "--output", str(target))

    assert (done.returncode, b"No space left" in done.stderr, b"Traceback" in done.stderr) == (2, True, False)
    assert run(folder, "--output", str(tmp_path / "no" / "such")).returncode == 2


@pytest.mark.usefixtures("archived")
def test_progress_is_for_a_terminal(folder, tmp_path):
    ours, theirs = pty.openpty()
    target = str(tmp_path / "out.csv")
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "export", "--output", target]
    subprocess.run(command, stderr=theirs, check=True, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):
        while more := os.read(ours, 4096):
            seen += more
    os.close(ours)

    assert b"exporting" in seen
    assert run(folder, "--output", target).stderr == f"3 rows written to {target}\n".encode()
    assert run(folder).stderr == b""


@pytest.mark.usefixtures("archived")
def test_without_pyarrow_the_remedy_is_named(folder):
    script = "import sys; sys.modules['pyarrow'] = None; from monitor.cli import main; main()"
    command = [sys.executable, "-c", script, "--config", str(folder), "export", "--format", "parquet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'pinkslip[parquet]'" in done.stderr
    assert "Traceback" not in done.stderr
