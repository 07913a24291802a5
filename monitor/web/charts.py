"""The charts, drawn as SVG on the server; how they look is in the style sheet, since the pages allow no other style."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pygal
from lxml import etree
from markupsafe import Markup

from monitor.archive.pages import Week

# It is for maps that we do not draw, speaks a protocol of importers that Python gave up, and so warns at every import.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

_DROPPED = frozenset({"defs", "desc", "title", "script", "style"})
_WIDE, _NARROW = (1080, 220), (380, 240)
_LABEL_EVERY = {_WIDE: 4, _NARROW: 8}


def jobs_per_week(weeks: Sequence[Week], says: str) -> Markup:
    """Two drawings of one chart: letters that fit a desk are too small on a phone. ``says`` is it in words."""
    wide, narrow = (_bars(weeks, shape) for shape in (_WIDE, _NARROW))
    return Markup(
        '<div class="chart" role="img" aria-label="{}"><div class="wide">{}</div><div class="narrow">{}</div></div>'
    ).format(says, Markup(wide), Markup(narrow))  # noqa: S704 (drawn from numbers and dates alone)


def _bars(weeks: Sequence[Week], shape: tuple[int, int]) -> str:
    width, height = shape
    chart = pygal.Bar(
        css=[],
        js=[],
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        width=width,
        height=height,
        margin=4,
        spacing=6,
        max_scale=4,
        min_scale=2,
        x_labels_major_every=_LABEL_EVERY[shape],
        show_minor_x_labels=False,
        truncate_label=-1,
        value_formatter=_short,
        include_x_axis=True,
    )
    chart.x_labels = [f"{week.monday.day} {week.monday:%b}" for week in weeks]
    chart.add(
        "", [{"value": week.jobs, "node": {"class": "now"}} if week is weeks[-1] else week.jobs for week in weeks]
    )
    tree = chart.render_tree()
    for each in list(tree.iter()):
        each.attrib.pop("style", None)
        if each.tag is etree.Comment or etree.QName(each).localname in _DROPPED:
            each.getparent().remove(each)
    tree.set("aria-hidden", "true")
    tree.attrib.pop("id", None)
    return str(etree.tostring(tree, encoding="unicode", with_tail=False))


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:,.0f}"
