"""Turns on what Allure is told, also where no session does it."""

from __future__ import annotations

import pytest

from pytest_atmt.report import allure


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    allure.register(config)
