"""Hooks that suites and other plugins may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .suite import Suite


@pytest.hookspec(firstresult=True)
def pytest_atmt_suite() -> Suite | None:
    """Describe the conformance suite in whose folder this conftest lies."""
