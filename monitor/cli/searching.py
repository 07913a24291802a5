"""The command ``pinkslip search``: articles by their words, with the passage that was searched for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import click
from rich.text import Text

from monitor.archive.search import marked
from monitor.cli.articles import filters, narrow
from monitor.cli.session import Session
from monitor.cli.show import ago, as_json, document, plain, short, table


@click.command()
@click.argument("query", nargs=-1, required=True)
@filters
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@as_json
@click.pass_obj
def search(session: Session, /, query: tuple[str, ...], limit: int, json_wanted: bool, **narrowed: Any) -> None:
    """Full text over the archive. Every word must be there; "quoted words" in a row.

    First come those with all the words in their title, the newest first; of more than 500 the newest are looked at.
    `lay-off` finds lay-off, layoffs and laid off. With --json, `marks` says where in `snippet` the words stand.
    """
    with session.reader() as reader:
        found = reader.articles(narrow(reader, limit, query=" ".join(query), **narrowed))
    if json_wanted:
        document([_record(each) for each in found.records()])
        return
    records = list(found.records())
    if not records:
        click.echo("Nothing in the archive is like that. Fewer words or filters find more.", err=True)
        return
    rows = [
        (
            ago(each["published_at"] or each["first_seen_at"], session.now),
            each["source_id"],
            _bold(each["marked_title"]),
            short(each["id"]),
        )
        for each in records
    ]
    table(("when", "source", "title", "id"), rows, flexible=2, notes=[_passage(each) for each in records])


def _record(found: dict[str, Any]) -> dict[str, Any]:
    snippet, marks = marked(found["snippet"] or "")
    kept = {name: value for name, value in found.items() if name != "marked_title"}
    return {**kept, "snippet": snippet, "marks": marks}


def _passage(found: dict[str, Any]) -> Text:
    """Where the title alone was found, it says all."""
    passage, _ = marked(found["snippet"] or "")
    return Text() if passage.strip("…") in found["title"] else _bold(found["snippet"])


def _bold(words: str | None) -> Text:
    written, marks = marked(words or "")
    cuts = [0, *(at for mark in marks for at in mark), len(written)]
    pieces = (written[start:end] for start, end in pairwise(cuts))
    return Text.assemble(*((plain(piece), "bold" if n % 2 else "") for n, piece in enumerate(pieces)))
