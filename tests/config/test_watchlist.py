"""Watchlists: the companies a route is for, in a list or a file."""

import time

import pytest

from monitor.config import ConfigError, load
from monitor.config.problems import Report
from monitor.config.reading import Table
from monitor.config.watchlist import Watchlist
from monitor.detect.companies import Directory

ROUTE = '[[channel]]\nid = "console"\nkind = "console"\n[[route]]\nchannel = "console"\n'


COMPANIES = """
[[company]]
name = "Halvora"
aliases = ["Halvora Systems"]
ticker = "HLVR"
domain = "halvora.example"
"""


def keys(folder):
    return load(folder, {}).policy.routes[0].companies


def test_a_list_a_file_and_a_table_name_the_same_companies(configure):
    listed = keys(configure(f'{ROUTE}companies = ["Halvora", "Brantiq"]'))
    lines = keys(configure(f'{ROUTE}companies = "watch.txt"', watch__txt="# ours\nHalvora\n\nBrantiq\n"))
    table = keys(
        configure(f'{ROUTE}companies = ["watch.csv"]', watch__csv='City;"Company"\nLisbon;Halvora\n;Brantiq\n')
    )
    assert listed == lines == table
    assert len(listed) == 2


def test_a_name_and_its_legal_form_are_one_company(configure):
    assert len(keys(configure(f'{ROUTE}companies = ["Halvora", "HALVORA", "Halvora, Inc."]'))) == 1


def test_a_company_that_the_directory_does_not_have_is_noted(configure):
    notes = load(configure(f'{ROUTE}companies = ["Halvora", "Brantiq"]'), {}).notes
    assert [str(note) for note in notes] == [
        'pinkslip.toml: route 1 (line 4): companies: 2 of 2 not in companies.toml, found by this name only: "Halvora", "Brantiq"'
    ]


@pytest.mark.parametrize("name", ["Halvora", "halvora systems", "HLVR", "www.halvora.example", "Halvora, Inc."])
def test_every_name_of_a_known_company_means_that_company(name, configure):
    folder = configure(f'{ROUTE}companies = ["{name}"]', companies__toml=COMPANIES)
    assert keys(folder) == {load(folder, {}).directory.key("Halvora")}
    assert load(folder, {}).notes == ()


def test_a_row_of_a_table_is_known_by_any_of_its_cells(configure):
    table = "company,ticker\nHalvora Holding of Lisbon,HLVR\nBrantiq,BRQ\n"
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=COMPANIES, watch__csv=table)
    assert keys(folder) == {load(folder, {}).directory.key(name) for name in ("Halvora", "Brantiq")}


@pytest.mark.parametrize("content", ["", "company,city\n", "company\n,\n", "# nobody\n"])
def test_a_watchlist_that_names_nobody_is_refused_because_it_would_let_everything_through(content, configure):
    with pytest.raises(ConfigError, match=r'companies: the file "watch.csv" names no company'):
        load(configure(f'{ROUTE}companies = "watch.csv"', watch__csv=content), {})


@pytest.mark.parametrize("content", ['company\n"Halvora\n', "company\nHal\0vora\n"])
def test_a_broken_watchlist_is_refused(content, configure):
    with pytest.raises(ConfigError, match=r'companies: the file "watch.csv": '):
        load(configure(f'{ROUTE}companies = "watch.csv"', watch__csv=content), {})


MORE = f"""{COMPANIES}
[[company]]
name = "Brantiq"
ticker = "BRQ"
domain = "brantiq.example"
"""


def notes(folder):
    return [str(note).removeprefix("pinkslip.toml: route 1 (line 4): companies: ") for note in load(folder, {}).notes]


@pytest.mark.parametrize(
    "table",
    [
        "company,ticker\nHalvora,HLVR\nBrantiq,BRQ\n",
        "\ufeffTicker;COMPANY;City\r\nHLVR;Halvora;Lisbon\r\n\r\nBRQ;Brantiq\r\n",
        'sep=;\n"Company Name";"Sector"\n"Halvora, Inc.";"Software, cloud"\n"Brantiq";\n',
        "sep=\t\nSymbol\tSecurity\nhlvr\tHalvora\nbrq\tBrantiq\n",
        "\n\n# exported\nSymbol,GICS Sector\nHLVR,Technology\nBRQ,Energy\n",
        "First Name,Name,Account Name,Website\nJane,Jane Doe,Halvora,\nJohn,John Doe,,www.brantiq.example\n",
        'Company,Address\n"Halvora\nSystems","1 Main St\nLisbon"\nBrantiq,\n',
        "company\nHalvora\nHALVORA\nHalvora Systems\nBrantiq\nHalvora\n",
        'domain, company\nhalvora.example, "Halvora"\nbrantiq.example, Brantiq\n',
        "Company\rHalvora\rBrantiq\r",
        '"Halvora, Inc."\n# no more, for now\nBrantiq\n',
        "Ticker\nHLVR US Equity\nBRQ US\n",
    ],
)
def test_a_table_is_read_however_it_was_exported(table, configure):
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=MORE)
    (folder / "watch.csv").write_bytes(table.encode())
    assert (keys(folder), notes(folder)) == ({"halvora", "brantiq"}, [])


@pytest.mark.parametrize("cik", ["0001018724", "1018724", "CIK 1018724", "1018724.0"])
def test_a_cik_is_known_however_a_spreadsheet_left_it(cik, configure):
    companies = f'{COMPANIES}cik = "1018724"\n'
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=companies, watch__csv=f"CIK\n{cik}\n")
    assert (keys(folder), notes(folder)) == ({"halvora"}, [])


def test_a_numeric_ticker_is_no_cik(configure):
    companies = f'{COMPANIES}cik = "1018724"\n'
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=companies, watch__csv="Ticker\n1018724\n")
    assert "halvora" not in keys(folder)


def test_a_page_on_a_network_is_not_that_network(configure):
    table = "Company,Website\nKelpanto,https://www.halvora.example/company/kelpanto/\n"
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=MORE, watch__csv=table)
    assert keys(folder) == {"kelpanto"}


def test_a_list_of_lines_may_hold_commas_and_comments(configure):
    lines = "# ours\nHalvora, Inc.\n\n  Brantiq  \n"
    folder = configure(f'{ROUTE}companies = "watch.TXT"', companies__toml=MORE, watch__TXT=lines)
    assert keys(folder) == {"halvora", "brantiq"}


def test_a_name_column_beside_a_company_column_is_not_asked(configure):
    table = "Name,Company\nHalvora,Brantiq\n"  # Ms Halvora works at Brantiq
    assert keys(configure(f'{ROUTE}companies = "watch.csv"', watch__csv=table)) == {"brantiq"}


def test_a_row_that_names_two_companies_is_noted_with_its_line(configure):
    table = "ticker,company\nHLVR,Halvora\nBRQ,Halvora Systems\n"
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=MORE, watch__csv=table)
    assert keys(folder) == {"halvora", "brantiq"}
    assert notes(folder) == [
        '1 of 2 rows name two companies, both are taken: "Halvora Systems" and "BRQ" (watch.csv, line 3)'
    ]


def test_a_subsidiary_with_the_ticker_of_its_parent_is_the_subsidiary(configure):
    companies = f'{MORE}parent = "Halvora"\n'
    table = "Ticker,Company\nHLVR,Brantiq\n"
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=companies, watch__csv=table)
    assert (keys(folder), notes(folder)) == ({"brantiq"}, [])


class Owner(Directory):
    """Halvora owns Brantiq, which owns Velora, which owns a share of Halvora."""

    def children(self, key):
        return {"halvora": ("brantiq",), "brantiq": ("velora",), "velora": ("halvora",)}.get(key, ())


@pytest.mark.parametrize(("listed", "taken"), [("Halvora", {"halvora", "brantiq", "velora"}), ("Tirmona", {"tirmona"})])
def test_a_company_is_watched_with_all_it_owns(listed, taken, tmp_path):
    watchlist = Watchlist(tmp_path, Owner())
    assert watchlist.read(Table({}, "route 1", Report("pinkslip.toml")), [listed]) == taken


def test_unknown_companies_are_noted_with_their_lines(configure):
    table = "company\nKelpanto\n\nKelpanto\nTirmona\nQuillon Games\nVelora\n"
    folder = configure(f'{ROUTE}companies = ["watch.csv", "Nexora"]', companies__toml=MORE, watch__csv=table)
    first = '"Kelpanto" (watch.csv, line 2), "Tirmona" (watch.csv, line 5), "Quillon Games" (watch.csv, line 6) …'
    assert notes(folder) == [f"5 of 5 not in companies.toml, found by this name only: {first}"]


@pytest.mark.parametrize("branch", ["Halvora Ireland", "HALVORA SYSTEMS PORTUGAL Lda."])
def test_a_branch_of_a_known_company_is_asked_about(branch, configure):
    folder = configure(f'{ROUTE}companies = ["{branch}"]', companies__toml=MORE)
    assert notes(folder) == [
        f"1 of 1 not in companies.toml, found by this name only: \"{branch}\" (did you mean 'Halvora'?)"
    ]


@pytest.mark.parametrize("mark", ["$KLP", "NYSE:KLP", "0001234567", "CIK 1234567", "https://kelpanto.example/"])
def test_a_mark_that_nobody_has_is_noted_as_never_found(mark, configure):
    folder = configure(f'{ROUTE}companies = ["{mark}"]', companies__toml=MORE)
    assert notes(folder) == [f'1 of 1 not in companies.toml, and not by name, so never found: "{mark}"']
    assert keys(folder).isdisjoint({"halvora", "brantiq", ""})
    assert keys(folder), "no key would let every company through"


def test_a_ticker_column_alone_is_no_list_of_names(configure):
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=MORE, watch__csv="ticker,cik\nKLP,1234567\n")
    assert notes(folder) == ['1 of 1 not in companies.toml, and not by name, so never found: "KLP" (watch.csv, line 2)']


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Compny,City\nHalvora,Lisbon\n", "line 1: no column is a company, name, ticker, cik or domain, found "),
        (b"Halvora\nBrantiq,Lisbon\n", "line 2: no column is a company, name, ticker, cik or domain, found "),
        (b"company\nHalvora\nM\xfcller\n", "not UTF-8 text, in line 3; save it as UTF-8"),
        ("company\nHalvora\n".encode("utf-16"), "not UTF-8 text, in line 1; save it as UTF-8"),
        (b'company\nHalvora\n"Bran\n\ntiq\n', "line 3: not CSV: unexpected end of data"),
        (b'company\n"Halvora" Inc\n', "line 2: not CSV: "),
        (b"city,company\n,Halvora\n\n,Hal\x1bvora\n", "line 4: a name has control characters in it"),
        (b"sep=;\n", "names no company"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(content, told, configure):
    folder = configure(f'{ROUTE}companies = "watch.csv"')
    (folder / "watch.csv").write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load(folder, {})
    (problem,) = refused.value.problems
    assert str(problem).partition('the file "watch.csv"')[2].lstrip(": ").startswith(told)


def test_a_misspelt_heading_is_recognised(configure):
    with pytest.raises(ConfigError, match=r'found "Compny", "City"; did you mean \'company\'\?; a list of names alone'):
        load(configure(f'{ROUTE}companies = "watch.csv"', watch__csv="Compny,City\nHalvora,Lisbon\n"), {})


def test_ten_thousand_rows_are_read_at_once(configure):
    table = "company,ticker,cik,domain\n" + "".join(f"Kelpanto {n},K{n},{n},k{n}.example\n" for n in range(10_000))
    folder = configure(f'{ROUTE}companies = "watch.csv"', companies__toml=MORE, watch__csv=table)
    began = time.perf_counter()
    assert len(keys(folder)) == 10_000
    taken = time.perf_counter() - began
    print(f"FIGURE watchlist_rows=10000 seconds={taken:.2f}")
    assert taken < 10
