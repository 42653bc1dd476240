"""Allure's own report of our results, made by its command line, without the analytics that it puts in.

Allure 3 writes a Google tag into every page and has no switch for it; what comes out here asks nobody.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from atmt.errors import EnvironmentFault

from .allure_words import CATEGORIES

_TAG = re.compile(r'<script async src="https://www\.googletagmanager\.com[^>]*></script>\s*')
_CALL = re.compile(r"<script>\s*window\.dataLayer.*?</script>\s*", re.DOTALL)
_LIMIT = 300.0
_REMEDY = (
    "Use allure 3.18, for which this was written; the page index.html beside report.json needs no Allure."
)


def render(results: Path, folder: Path, program: str | None = None) -> Path:
    """Make one page of the results in a folder; returns its path.  Raises `EnvironmentFault`."""
    command = program or shutil.which("allure")
    if command is None:
        raise EnvironmentFault("there is no allure command here", "Install it: npm install -g allure.")
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "allurerc.json"
        config.write_text(json.dumps(_config(folder)), "utf-8")
        words = [command, "generate", "--config", str(config), str(results.resolve())]
        done = subprocess.run(words, capture_output=True, text=True, timeout=_LIMIT, check=False, cwd=scratch)
    pages = sorted(folder.rglob("index.html"))
    if done.returncode or not pages:
        said = (done.stderr or done.stdout).strip().rpartition("\n")[2]
        raise EnvironmentFault(f"allure made no report (exit code {done.returncode}): {said}", _REMEDY)
    for page in pages:
        page.write_text(quiet(page.read_text("utf-8")), "utf-8")
    return pages[0]


def quiet(page: str) -> str:
    """A page of Allure without its analytics.  Raises `EnvironmentFault` if any of it would be left."""
    page = _CALL.sub("", _TAG.sub("", page, count=1), count=1)
    if "googletagmanager.com/gtag/js?id=" in page or "gtag('config'" in page:
        raise EnvironmentFault("this version of allure has analytics that cannot be taken out", _REMEDY)
    return page


def _config(folder: Path) -> dict[str, object]:
    options = {"singleFile": True, "groupBy": ["epic", "feature", "story"]}
    return {
        "name": "Protocol conformance",
        "output": str(folder.resolve()),
        "categories": CATEGORIES,
        "plugins": {"awesome": {"options": options}},
    }
