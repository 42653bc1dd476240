"""Pictures of the page, taken by Chromium: its first screen, the matrix, and a test that failed, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pytest_atmt.report import drawing, stills

_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_WIDE, _HIGH = 1280, {"test": 1120}
_USUAL = 900
_PATIENCE = 120_000  # milliseconds: it may run beside other work


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser to take pictures with."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("there is no Chromium here to take pictures with; apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS), timeout=_PATIENCE)
        with closing(browser):
            yield browser


def take(browser: Any, page: Path, document: dict[str, Any]) -> None:
    """Write overview-light.png and its like beside the page."""
    for theme in ("light", "dark"):
        tab = browser.new_page(color_scheme=theme)
        tab.set_default_timeout(_PATIENCE)
        for name, place in places(document).items():
            tab.set_viewport_size({"width": _WIDE, "height": _HIGH.get(name, _USUAL)})
            tab.goto("about:blank")
            tab.goto(page.resolve().as_uri() + place)
            tab.wait_for_selector("html[data-ready=yes]", state="attached")
            tab.screenshot(path=page.with_name(f"{name}-{theme}.png"))
        tab.close()


def places(document: dict[str, Any]) -> dict[str, str]:
    """What is worth a picture: name -> place in the page."""
    found = {"overview": "#/", "matrix": "#/matrix"}
    if (test := telling(document)) is not None:
        found["test"] = f"#/test/{quote(test['nodeid'], safe='')}"
    return found


def path(document: dict[str, Any]) -> str:
    """The automaton of the most telling test with its path lit, as an SVG file; "" if no test failed."""
    if (test := telling(document)) is None:
        return ""
    run = test["runs"][-1]
    graph = document["automata"][run["automaton"]]
    edges = [tuple(edge) for edge in graph["edges"]]
    tree = drawing.draw(run["automaton"], graph, edges).tree
    if tree is None:
        raise SystemExit("there is no Graphviz here to draw with; pip install 'pytest-atmt[graph]'")
    return stills.lit(tree, edges, run["steps"])


def telling(document: dict[str, Any]) -> dict[str, Any] | None:
    """A test that failed in one conversation, in an error state, of an automaton that fits a picture, after neither
    one step nor many."""

    def dullness(test: dict[str, Any]) -> tuple[int, bool, int, int]:
        run = test["runs"][-1]
        size = len(document["automata"][run["automaton"]]["edges"])
        return len(test["runs"]), not run["error"], size // 4, abs(len(run["steps"]) - 5)

    return min(
        (t for t in document["tests"] if t["verdict"] == "fail" and t["runs"]), key=dullness, default=None
    )
