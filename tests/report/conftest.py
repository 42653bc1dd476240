"""A browser for the tests of the page, and what it said while a page was open."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import FLAGS, Opened

from pytest_atmt.report import write


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright: no longer than needed, as no test beside it can run an event loop."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium here (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS), timeout=100_000)
        with contextlib.closing(started):
            yield started


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """`opened(record)` writes the report and opens it; its troubles fail the test."""
    reports: list[Opened] = []

    def open_(record: dict[str, Any], width: int = 1400, theme: str = "light") -> Opened:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        reports.append(Opened(page, write(record, tmp_path)))
        return reports[-1]

    yield open_
    for report in reports:
        report.page.close()
        assert report.troubles == []
