"""The directory of known employers: what its file may say, and where it finds names."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detect.companies import CompaniesError, Directory, company_key, load, variants
from monitor.detect.tokens import tokens

STARTER = Path(__file__).parents[2] / "config" / "companies.toml"

GOOD = """
names = ["Tirmona", "Quillon Games", "Kelpanto's"]
context_names = ["Away", "Perfect Day"]

[[company]]
name = "Halvora"
aliases = ["Halvora Corp", "HLV"]
former = ["Tindle Wireless"]
units = ["Halvora Cloud", "HWS"]
brands = ["Volmarine"]
ticker = "HLVR"
tickers = ["HLVR.B", "HLV.L"]
domain = "halvora.example"
domains = ["halvora-cloud.example"]
cik = "0000123456"

[[company]]
name = "Brantiq"
parent = "Halvora Corp"

[[company]]
name = "Box"
aliases = ["Box Inc"]
context = true
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "companies.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return load(written(tmp_path, GOOD))


def found(directory: Directory, text: str, *, cased: bool = True) -> list[tuple[str, str]]:
    cut = tokens(text)
    spots = directory.spots(cut, cased=cased)
    return [(spot.employer.name, text[cut.starts[spot.first] : cut.ends[spot.last - 1]]) for spot in spots]


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(CompaniesError) as error:
        load(written(folder, text))
    return error.value.problems


def test_a_unit_resolves_to_its_company(directory: Directory) -> None:
    assert found(directory, "Cuts at HWS went deep") == [("Halvora", "HWS")]


def test_a_subsidiary_with_a_parent_stays_an_employer_of_its_own(directory: Directory) -> None:
    assert found(directory, "Cuts at Brantiq went deep") == [("Brantiq", "Brantiq")]


def test_a_subsidiary_names_its_parent_and_the_parent_none(directory: Directory) -> None:
    assert [directory.parent(key) for key in ("brantiq", "halvora", "nexora")] == ["halvora", None, None]


@pytest.mark.parametrize(
    ("words", "unit"),
    [("Halvora Corp", False), ("Tindle Wireless", False), ("Halvora Cloud", True), ("Volmarine", True)],
)
def test_divisions_and_brands_stand_for_a_part_of_the_company(directory: Directory, words: str, *, unit: bool) -> None:
    (spot,) = directory.spots(tokens(f"Cuts at {words} went deep"), cased=True)
    assert (spot.employer.key, spot.employer.unit) == ("halvora", unit)


def test_the_longest_name_wins(directory: Directory) -> None:
    assert found(directory, "The Halvora Cloud team") == [("Halvora", "Halvora Cloud")]


def test_a_possessive_is_no_other_name(directory: Directory) -> None:
    assert found(directory, "Halvora's staff") == [("Halvora", "Halvora")]


def test_an_everyday_word_is_no_company_where_it_merely_stands(directory: Directory) -> None:
    assert found(directory, "He put it in a Box and went Away on a Perfect Day") == []


def test_a_name_of_two_words_has_both_in_capitals(directory: Directory) -> None:
    assert found(directory, "Quillon games are played at Quillon Games") == [("Quillon Games", "Quillon Games")]


def test_an_everyday_name_with_its_legal_form_is_found(directory: Directory) -> None:
    assert found(directory, "The staff of Box Inc left") == [("Box", "Box Inc")]


def test_small_letters_are_no_name_where_capitals_tell(directory: Directory) -> None:
    assert found(directory, "They grow tirmona in the South") == []


def test_a_headline_in_small_letters_still_names_companies(directory: Directory) -> None:
    assert found(directory, "tirmona and halvora to cut jobs", cased=False) == [
        ("Tirmona", "tirmona"),
        ("Halvora", "halvora"),
    ]


def test_a_name_written_together_as_in_addresses_is_found(directory: Directory) -> None:
    assert found(directory, "Quillongames Lays Off 40", cased=False) == [("Quillon Games", "Quillongames")]


def test_a_possessive_that_lost_its_apostrophe_is_found(directory: Directory) -> None:
    assert found(directory, "Tirmonas Workers Fear Layoffs", cased=False) == [("Tirmona", "Tirmonas")]


@pytest.mark.parametrize("words", ["Halvora", "HALVORA CORP.", "HWS", "Tindle Wireless Inc", "volmarine"])
def test_a_company_is_known_by_its_names_units_and_brands(directory: Directory, words: str) -> None:
    assert directory.key(words) == "halvora"


@pytest.mark.parametrize("words", ["HLVR", "hlvr", "$HLVR", "NASDAQ:HLVR", "NYSE: HLVR", "hlvr-b", "HLVR/B", "LON:HLV"])
def test_a_company_is_known_by_ticker_with_and_without_its_exchange(directory: Directory, words: str) -> None:
    assert directory.key(words) == "halvora"


@pytest.mark.parametrize("words", ["ETR:HLV", "HLV.DE", "NASDAQ:HLV", "XYZ:HLVR"])
def test_a_ticker_of_another_exchange_is_another_companys(directory: Directory, words: str) -> None:
    assert directory.key(words) != "halvora"


@pytest.mark.parametrize(
    "words",
    ["halvora.example", "www.halvora.example", "https://www.halvora.example/jobs?id=1", "HALVORA-CLOUD.example/"],
)
def test_a_company_is_known_by_domain_and_address(directory: Directory, words: str) -> None:
    assert directory.key(words) == "halvora"


@pytest.mark.parametrize("words", ["123456", "0000123456", "CIK 0000123456", "CIK0000123456", "cik: 123456"])
def test_a_company_is_known_by_its_cik(directory: Directory, words: str) -> None:
    assert directory.key(words) == "halvora"


def test_an_unknown_company_has_the_key_of_its_name(directory: Directory) -> None:
    assert directory.key("Ospera Bank plc") == "osperabank"


@pytest.mark.parametrize("words", ["Nexora", "NEXORA Inc.", "Néxora GmbH", "The Nexora Group", "Nexora Co., Ltd."])
def test_spellings_of_one_name_share_a_key(words: str) -> None:
    assert company_key(words) == "nexora"


def test_a_legal_form_alone_is_still_a_name() -> None:
    assert company_key("Group") == "group"


FORMS = [
    "GmbH",
    "AG",
    "SE",
    "Inc",
    "Inc.",
    "Ltd",
    "Ltd.",
    "plc",
    "PLC",
    "SA",
    "S.A.",
    "S.p.A.",
    "BV",
    "B.V.",
    "NV",
    "Oy",
    "Oyj",
    "AB",
    "A/S",
    "ASA",
    "KK",
    "K.K.",
    "Corp.",
    "LLC",
    "Limited",
    "Holdings",
    "Holding",
    "Group",
    "Company",
]


@pytest.mark.parametrize(
    "form", [*FORMS, "Co., Ltd.", "GmbH & Co. KG", "Pty Ltd", "Sdn Bhd", "Group Holdings", "(NXR)"]
)
def test_a_name_has_the_same_key_with_every_legal_form_and_ticker(form: str) -> None:
    assert company_key(f"Nexora {form}") == "nexora"


@pytest.mark.parametrize(
    ("name", "key"),
    [("Insurance Group", "insurancegroup"), ("Media Holdings", "mediaholdings"), ("The Bank plc", "bankplc")],
)
def test_what_is_left_without_its_form_is_never_an_everyday_word(name: str, key: str) -> None:
    assert company_key(name) == key


def test_two_names_that_differ_by_more_than_a_form_stay_apart() -> None:
    assert company_key("Nexora Technologies") != company_key("Nexora")


def test_a_ticker_in_capitals_names_its_company(directory: Directory) -> None:
    assert [directory.listed(words) is not None for words in ("HLVR", "hlvr", "Hlvr", "XYZ")] == [
        True,
        False,
        False,
        False,
    ]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = """
    nmaes = []
    [[company]]
    name = "Halvora"
    alias = ["HLV"]
    ticker = 5
    [[company]]
    aliases = ["Nexora"]
    [[company]]
    name = "Brantiq"
    aliases = ["Halvora Inc"]
    units = "Brantiq Labs"
    parent = "Halvor"
    context = ["Brantik"]
    """
    assert problems(tmp_path, text) == (
        "companies.toml: nmaes: no such setting; did you mean 'names'?",
        "companies.toml: company 'Halvora' (line 3): alias: no such setting; did you mean 'aliases'?",
        'companies.toml: company \'Halvora\' (line 3): ticker: want a ticker such as "AMZN" or "7203.T", found 5',
        "companies.toml: company 2 (line 7): name: want a name, found None",
        "companies.toml: company 'Brantiq' (line 9): units: want a list of names, found 'Brantiq Labs'",
        "companies.toml: company 'Brantiq' (line 9): context: 'Brantik' is none of its names; did you mean 'Brantiq'?",
        "companies.toml: company 'Brantiq' (line 9): the name 'Halvora Inc' is taken by 'Halvora'",
        "companies.toml: company 'Brantiq' (line 9): parent: no company named 'Halvor'; did you mean 'Halvora'?",
    )


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ('ticker = "HX"', 'tickers = ["hx"]', "tickers: 'hx'"),
        ('domain = "hx.example"', 'domains = ["hx.example"]', "domains: 'hx.example'"),
        ('cik = "0012"', 'cik = "12"', "cik: '12'"),
    ],
)
def test_a_ticker_domain_or_cik_belongs_to_one_company(tmp_path: Path, first: str, second: str, problem: str) -> None:
    text = f'[[company]]\nname = "Halvora"\n{first}\n[[company]]\nname = "Nexora"\n{second}\n'
    assert problems(tmp_path, text) == (f"companies.toml: company 'Nexora' (line 4): {problem} is taken by 'Halvora'",)


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ('cik = "CIK 12"', "cik: want the digits of a CIK such as \"1018724\", found 'CIK 12'"),
        ('ticker = "7203"', 'ticker: want a ticker such as "AMZN" or "7203.T", found \'7203\''),
        (
            'domains = ["https://hx.example"]',
            "domains: want a domain such as \"halvora.example\", found 'https://hx.example'",
        ),
        ('parent = "Halvora"', "parent: 'Halvora' is the company itself"),
        ("parent = 1", "parent: want a name, found 1"),
        ('former = ["Halvora"]', "the name 'Halvora' is taken by 'Halvora'"),
    ],
)
def test_what_a_setting_cannot_be_is_told(tmp_path: Path, setting: str, wanted: str) -> None:
    found = problems(tmp_path, f'[[company]]\nname = "Halvora"\n{setting}\n')
    assert found == (f"companies.toml: company 'Halvora' (line 1): {wanted}",)


def test_a_name_twice_is_a_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, 'names = ["Nexora", "Nexora"]') == (
        "companies.toml: names: the name 'Nexora' is taken by 'Nexora'",
    )


def test_a_name_of_signs_is_a_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, 'names = ["&"]') == ("companies.toml: names: '&' is no name",)


def test_bad_toml_is_a_problem_with_its_place(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "names = [")
    assert problem.startswith("companies.toml: ")


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(CompaniesError, match=r"companies\.toml"):
        load(tmp_path / "companies.toml")


def test_the_starter_directory_is_right_and_knows_thousands() -> None:
    assert len(load(STARTER)) > 6_000


def test_the_starter_directory_holds_no_leftovers_of_its_sources() -> None:
    names = tomllib.loads(STARTER.read_text(encoding="utf-8"))["names"]
    assert [name for name in names if name.endswith(" copy") or " + " in name] == []


def test_one_employer_has_one_key_under_both_its_names() -> None:
    assert load_once().key("Alphabet Inc.") == load_once().key("Google LLC") == load_once().key("GOOGL")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("AWS", "amazon"),
        ("NASDAQ:AMZN", "amazon"),
        ("CIK 0001018724", "amazon"),
        ("https://www.amazon.com/", "amazon"),
        ("Facebook", "meta"),
        ("JLR", "jaguarlandrover"),
        ("Land Rover", "jaguarlandrover"),
        ("TYO:7203", "toyota"),
    ],
)
def test_the_starter_directory_knows_names_of_every_kind(words: str, key: str) -> None:
    assert load_once().key(words) == key


def test_the_starter_directory_keeps_a_subsidiary_apart_from_its_parent() -> None:
    directory = load_once()
    assert directory.parent(directory.key("JLR")) == directory.key("Tata Motors") != directory.key("JLR")


@pytest.mark.parametrize("word", ["Block", "Meta", "Target", "Gap", "Snap", "Square", "Box", "Match", "Unity", "Shell"])
def test_an_everyday_word_is_spotted_for_no_company(word: str) -> None:
    assert found(load_once(), f"They talked about the {word} and went home") == []


def test_an_empty_directory_finds_nothing() -> None:
    assert found(Directory(), "Halvora cuts jobs") == []


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Velora", "Velora Technologies", "'Velora Technologies' is 'Velora' with a word that ends many names"),
        ("The Velora Motors Group", "Velora", "'The Velora Motors Group' is 'Velora' with a word that ends many names"),
        ("HBC", "Halvora Brewing Company", "'HBC' is made of the initials of 'Halvora Brewing Company'"),
        ("Bank of Lindheim Trust", "BLT", "'BLT' is made of the initials of 'Bank of Lindheim Trust'"),
        ("Tirmona Leeds Foundry", "Tirmona", "'Tirmona Leeds Foundry' has the whole name 'Tirmona' in it"),
        ("Ospera Bank", "Lindheim Ospera Bank", "'Lindheim Ospera Bank' has the whole name 'Ospera Bank' in it"),
    ],
)
def test_two_names_that_may_be_one_employers_are_proposed_with_the_reason(one: str, other: str, reason: str) -> None:
    assert variants(one, other) == variants(other, one) == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Velora", "Nexora"),
        ("Velora", "Velora Inc"),
        ("Velora Games", "Velora Motors"),
        ("Velora", "Velorama Labs"),
        ("Bank", "Bank of Lindheim"),
        ("Berlin", "Berlin Foundry Works"),
        ("HB", "Halvora Brewing"),
        ("Hbc", "Halvora Brewing Company"),
        ("HBD", "Halvora Brewing Company"),
        ("", "Halvora"),
    ],
)
def test_names_that_share_less_are_not_proposed(one: str, other: str) -> None:
    assert variants(one, other) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_comparing_names_never_fails_and_has_no_direction(one: str, other: str) -> None:
    assert variants(one, other) == variants(other, one)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_looking_for_names_never_fails(text: str) -> None:
    cut = tokens(text)
    for spot in load_once().spots(cut, cased=False):
        assert 0 <= spot.first < spot.last <= len(cut)


def load_once() -> Directory:
    if not _LOADED:
        _LOADED.append(load(STARTER))
    return _LOADED[0]


_LOADED: list[Directory] = []
