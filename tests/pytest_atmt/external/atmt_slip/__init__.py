"""A plug-in of pytest-atmt: peers at the other end of a serial line, and a report as CSV.

Pytest loads it in every run: what it needs is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_atmt import Adapter


def pytest_atmt_adapters() -> Iterable[Adapter]:
    from pytest_atmt import Adapter

    from .peer import SlipPeer

    return [Adapter("slip", SlipPeer, {"address": str, "command": list})]


def pytest_atmt_report(document: dict[str, Any], folder: Path) -> None:
    from .report import write

    write(document, folder / "verdicts.csv")
