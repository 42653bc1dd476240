"""A report: one line a test."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any


def write(document: dict[str, Any], file: Path) -> None:
    """Write peer, verdict and requirements of every test of a record as CSV."""
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["test", "peer", "verdict", "requirements"])
        for test in document["tests"]:
            rows.writerow([test["nodeid"], test["peer"], test["verdict"], " ".join(test["requirements"])])
