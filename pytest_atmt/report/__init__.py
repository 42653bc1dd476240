"""Reports that people read, computed from a record alone: one HTML page, and what Allure shows.

Knows the format of ``report.json``; knows no peer, no trace and nothing of a run that is still going on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "index.html"


def write(document: Mapping[str, Any], folder: Path) -> Path:
    """Write the page of a record into `folder`, beside its ``report.json``; returns the file's path."""
    from .html import write_html  # Jinja2 is imported only by who wants a page

    return write_html(document, folder / FILE)
