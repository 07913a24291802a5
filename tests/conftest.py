"""The suite's order and its reports: what takes long begins first, and any text a test logs can be reported."""

from collections.abc import Generator

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half a surrogate pair in what was captured would end the worker that has to send its report."""
    report = yield
    report.sections = [(head, text.encode(errors="backslashreplace").decode()) for head, text in report.sections]
    return report
