"""Whatever stands in the files, loading them gives settings or a list of problems."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import ConfigError, load

PINKSLIP = """
[http]
contact = "newsdesk@example.org"
allow_private = ["127.0.0.0/8"]
min_every = "5m"
[server]
listen = "127.0.0.1:8000"
[alerts]
fresh = "6h"
storm = 20
[[channel]]
id = "newsroom"
kind = "slack"
url = { env = "HOOK" }
[[channel]]
id = "crm"
kind = "webhook"
url = "https://crm.example.org/hooks"
secret = ["whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY", { file = "secret.txt" }]
[[route]]
channel = "newsroom"
companies = ["Halvora", "watch.csv"]
min_percent = 5.5
stages = ["announced"]
quiet = "22:00-07:00 America/New_York"
"""
SOURCES = '[[source]]\nid = "geekwire"\nurl = "https://geekwire.example/feed/"\nevery = "15m"\nenabled = true\n'
RULES = """
[scale]
threshold = 0.5
[lists]
jobs = ["jobs", "roles"]
[[rule]]
id = "own.cut"
says = "it says so"
weight = 0.9
stage = "announced"
any = ["cut ~3 <jobs>", "lay off"]
all = ["workers"]
none = ["/not so/"]
fields = ["title"]
flag = ["Halvora to cut 900 jobs"]
[[veto]]
id = "own.not"
says = "it is not"
kind = "sports"
lowers = 1
reach = "field"
over = ["own.c*"]
any = ["<number> goals"]
"""
COMPANIES = """
names = ["Brantiq"]
context_names = ["Target"]
[[company]]
name = "Halvora"
aliases = ["Halvora Systems"]
units = ["Halvora Cloud"]
ticker = "HLVR"
domain = "halvora.example"
context = ["Halvora Cloud"]
parent = "Brantiq"
"""
VALUES = [
    "0",
    "-1",
    "1e999",
    "nan",
    "true",
    '""',
    '"x"',
    '"\\u0000"',
    "[]",
    "[[]]",
    "{}",
    "{ env = 1 }",
    "1979-05-27",
    "07:32:00",
    '"' + "9" * 400 + 'd"',
]


def mangled(text: str, chance: random.Random) -> str:
    """Swap values for others, drop and double lines, and now and then break a character."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        key, equals, _value = lines[at].partition("=")
        swaps = [
            [f"{key}{equals} {chance.choice(VALUES)}"],
            [],
            [lines[at], lines[at]],
            [lines[at][: chance.randrange(len(lines[at]) + 1)]],
            [chance.choice("[]{}\"'=\\\x00\ufeff") + lines[at]],
        ]
        lines[at : at + 1] = chance.choice(swaps) or [""]
    return "\n".join(lines)


def problems_of(folder):
    try:
        return load(folder, {"HOOK": "https://hooks.example.org/T0"}).notes
    except ConfigError as error:
        return error.problems or None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_a_mangled_configuration_is_loaded_or_refused_with_its_problems(configure, chance):
    folder = configure(
        mangled(PINKSLIP, chance),
        mangled(SOURCES, chance),
        secret__txt="whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4",
        watch__csv="company\nBrantiq\n",
    )
    (folder / "rules" / "own.toml").write_text(mangled(RULES, chance), "utf-8")
    (folder / "companies.toml").write_text(mangled(COMPANIES, chance), "utf-8")
    problems = problems_of(folder)
    assert all(str(problem).isprintable() for problem in problems)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.text(max_size=60))
def test_any_bytes_in_any_file_are_loaded_or_refused(configure, raw, text):
    folder = configure(sources=text)
    (folder / "pinkslip.toml").write_bytes(raw)
    (folder / "companies.toml").write_bytes(raw)
    (folder / "rules" / "own.toml").write_bytes(raw)
    problems = problems_of(folder)
    assert all(str(problem).isprintable() for problem in problems)
