"""The words that write numbers: how facts read them, and what the rule language takes for a number."""

from __future__ import annotations

from monitor.model import Qualifier

_ONES = tuple(
    word
    for line in (
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    )
    for word in line
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
SCALE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
SUFFIX = SCALE | {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "mln": 1_000_000, "bn": 1_000_000_000}
SUFFIX |= {"b": 1_000_000_000, "lakh": 100_000, "crore": 10_000_000, "billions": 1_000_000_000}
"""What may stand behind digits."""
VAGUE = {
    ("tens", "of", "thousands"): (20_000, 99_999),
    ("hundreds", "of", "thousands"): (200_000, 999_999),
    ("hundreds",): (200, 999),
    ("thousands",): (2_000, 9_999),
    ("dozens",): (24, 99),
    ("scores",): (40, 199),
    ("several", "hundred"): (300, 999),
    ("several", "thousand"): (3_000, 9_999),
    ("several", "dozen"): (36, 99),
    ("a", "few", "hundred"): (200, 500),
    ("a", "few", "thousand"): (2_000, 5_000),
    ("a", "few", "dozen"): (24, 60),
    ("few", "hundred"): (200, 500),
    ("few", "thousand"): (2_000, 5_000),
    ("few", "dozen"): (24, 60),
    ("a", "couple", "hundred"): (200, 300),
    ("a", "couple", "of", "hundred"): (200, 300),
    ("a", "couple", "thousand"): (2_000, 3_000),
    ("a", "couple", "of", "thousand"): (2_000, 3_000),
    ("a", "couple", "dozen"): (24, 36),
    ("a", "couple", "of", "dozen"): (24, 36),
    ("tens",): (20, 99),
    ("a", "handful"): (3, 10),
    ("a", "handful", "of"): (3, 10),
}
FRACTIONS = {
    ("half",): 50.0,
    ("a", "third"): 100 / 3,
    ("one", "third"): 100 / 3,
    ("a", "quarter"): 25.0,
    ("one", "quarter"): 25.0,
    ("a", "fifth"): 20.0,
    ("one", "fifth"): 20.0,
    ("a", "sixth"): 100 / 6,
    ("one", "sixth"): 100 / 6,
    ("a", "tenth"): 10.0,
    ("one", "tenth"): 10.0,
    ("two", "thirds"): 200 / 3,
    ("three", "quarters"): 75.0,
    ("a", "half"): 50.0,
    ("one", "half"): 50.0,
    ("two", "fifths"): 40.0,
    ("three", "fifths"): 60.0,
    ("four", "fifths"): 80.0,
    ("entire",): 100.0,
    ("all", "its"): 100.0,
    ("all", "of", "its"): 100.0,
} | {
    (count, *within, whole): round(100 * SMALL[count] / SMALL[whole], 1)
    for count in ("one", "two", "three", "four", "five", "six", "seven")
    for within in (("in",), ("out", "of"))
    for whole in ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty")
    if SMALL[count] < SMALL[whole]
}

PERCENT = frozenset(("percent", "pct", "percentage", "pc"))
QUALIFIERS = {
    ("up", "to"): Qualifier.UP_TO,
    ("upto",): Qualifier.UP_TO,
    ("as", "many", "as"): Qualifier.UP_TO,
    ("as", "much", "as"): Qualifier.UP_TO,
    ("no", "more", "than"): Qualifier.UP_TO,
    ("maximum", "of"): Qualifier.UP_TO,
    ("less", "than"): Qualifier.UP_TO,
    ("fewer", "than"): Qualifier.UP_TO,
    ("under",): Qualifier.UP_TO,
    ("at", "least"): Qualifier.AT_LEAST,
    ("more", "than"): Qualifier.AT_LEAST,
    ("over",): Qualifier.AT_LEAST,
    ("upwards", "of"): Qualifier.AT_LEAST,
    ("upward", "of"): Qualifier.AT_LEAST,
    ("minimum", "of"): Qualifier.AT_LEAST,
    ("about",): Qualifier.ABOUT,
    ("around",): Qualifier.ABOUT,
    ("roughly",): Qualifier.ABOUT,
    ("approximately",): Qualifier.ABOUT,
    ("approx",): Qualifier.ABOUT,
    ("nearly",): Qualifier.ABOUT,
    ("almost",): Qualifier.ABOUT,
    ("some",): Qualifier.ABOUT,
    ("circa",): Qualifier.ABOUT,
    ("close", "to"): Qualifier.ABOUT,
    ("near",): Qualifier.ABOUT,
    ("just", "over"): Qualifier.AT_LEAST,
    ("just", "under"): Qualifier.UP_TO,
    ("well", "over"): Qualifier.AT_LEAST,
    ("fully",): Qualifier.EXACT,
    ("not", "less", "than"): Qualifier.AT_LEAST,
    ("no", "fewer", "than"): Qualifier.AT_LEAST,
    ("no", "less", "than"): Qualifier.AT_LEAST,
    ("estimated",): Qualifier.ABOUT,
    ("an", "estimated"): Qualifier.ABOUT,
    ("in", "the", "region", "of"): Qualifier.ABOUT,
}
BETWEEN = frozenset(("another", "additional", "further", "a", "an", "the", "extra"))
