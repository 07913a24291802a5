"""Layoffs: which one an article reports, what the report adds to it, and what of that is news. Pure."""

from monitor.layoffs.figures import stated
from monitor.layoffs.growth import as_marked, grow, opened, reports_a_layoff, spoken_at, undoing
from monitor.layoffs.likeness import REACH
from monitor.layoffs.news import material
from monitor.layoffs.placing import Placed, place
from monitor.layoffs.shelf import Shelf

__all__ = [
    "REACH",
    "Placed",
    "Shelf",
    "as_marked",
    "grow",
    "material",
    "opened",
    "place",
    "reports_a_layoff",
    "spoken_at",
    "stated",
    "undoing",
]
