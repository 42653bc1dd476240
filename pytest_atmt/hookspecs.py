"""Hooks that suites and other plugins may implement."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .peers.adapters import Adapter
    from .suite import Suite


@pytest.hookspec(firstresult=True)
def pytest_atmt_suite() -> Suite | None:
    """Describe the conformance suite in whose folder this conftest lies."""


def pytest_atmt_adapters() -> Iterable[Adapter]:
    """Bring along ways to reach a peer: each has a name, under which statements and ``--peer`` know it.

    The peer that an adapter opens decides which link its conversations have and what drives them.
    """
    return ()


def pytest_atmt_report(document: dict[str, Any], folder: Path) -> None:
    """Write a report of one's own into `folder`: a run has ended, `document` is its record, complete.

    Called once for each suite, after ``report.json`` and the reports that come along, in the controller of xdist
    alone.  The record is described by ``pytest_atmt/schema/report-1.json``.
    """
