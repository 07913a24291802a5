"""Watchlists: the companies a route is for, in a list or a file."""

import pytest

from monitor.config import ConfigError, load

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
