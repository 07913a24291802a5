"""Rules: a small pattern language, packs of rules and vetoes written in it, and their judgement on a text."""

from monitor.detect.rules.pack import Failure, Pack, PackError, load
from monitor.detect.rules.rule import Rule, Veto

__all__ = ["Failure", "Pack", "PackError", "Rule", "Veto", "load"]
