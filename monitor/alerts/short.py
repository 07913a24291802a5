"""An alert in a few words for e-mail, chat and phones: a title and plain text, as JSON for what carries it."""

from __future__ import annotations

import json

from monitor.alerts import plain, words
from monitor.model import AlertKind, Layoff, Telling

_TITLE, _SENTENCE, _LISTED = 200, 400, 15


def message(telling: Telling) -> bytes:
    """``{"title": …, "body": …}``: the title has the news, and the body does without it."""
    title = plain.cut(words.headline(telling), _TITLE)
    body = "\n".join(line for line in _lines(telling) if line)
    return json.dumps({"title": title, "body": body or title}, ensure_ascii=False).encode()


def _lines(telling: Telling) -> list[str]:
    if telling.layoff is not None:
        return _layoff(telling, telling.layoff)
    if telling.kind is not AlertKind.DIGEST:
        return [words.message(telling)]
    shown = words.largest_first(telling.layoffs)[:_LISTED]
    more = max(telling.total, len(telling.layoffs)) - len(shown)
    return [
        words.occasion(telling),
        *(plain.cut(f"{words.employer(one)}: {words.extent(one)} · {words.stage(one)}", _TITLE) for one in shown),
        f"and {more:,} more" if more > 0 else "",
    ]


def _layoff(telling: Telling, layoff: Layoff) -> list[str]:
    lines = [words.standing(telling, layoff), words.quoted(layoff, telling.reports, _SENTENCE)]
    reports = words.telling_reports(telling)
    if reports:
        outlet = plain.cut(plain.clean(reports[0].outlet), 80)
        lines.append(f"{outlet} {words.heard(reports[0], telling.now)}{words.others(telling, layoff)}")
    best = words.best_source(reports)
    return [*lines, (plain.link(best.url) if best is not None else None) or ""]
