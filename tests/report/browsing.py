"""What the tests of the reports need of a browser, and of what npm installs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def node_module(name: str) -> Path:
    """The folder of an npm package.  Skips the test where it is not installed."""
    for root in (HERE / "node_modules", *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(":")))):
        if (root / name).is_dir():
            return root / name
    pytest.skip(f"npm package {name} is not installed (npm install --prefix tests/report)")


class Opened:
    """A report in a browser.  `troubles` are errors on the console and requests to anywhere else."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page = page
        self.file = file
        self.troubles: list[str] = []
        page.on("console", lambda m: m.type in ("error", "warning") and self.troubles.append(m.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or self.troubles.append(r.url)
        )

    def go(self, hash_: str = "#/") -> Any:
        """Open the file anew at a place; returns the page once it is drawn."""
        self.page.goto("about:blank")
        self.page.goto(self.file.as_uri() + hash_)
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")
        return self.page
