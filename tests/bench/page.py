"""The page of large records: how big it is, how long it takes to make, and to open in Chromium until it can be used.

Needs playwright and Chromium.  Run as a script: ``python tests/bench/page.py``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "report")]

import synthetic  # noqa: E402 - the path must be set first
from browsing import FLAGS  # noqa: E402 - as above

from pytest_atmt.report.html import write_html  # noqa: E402 - as above

SIZES = {40: 8, 10_000: 200, 50_000: 1_000}  # tests: those of them that do not pass
PLACES = {"first screen": "#/", "list of tests": "#/tests", "tests by peers": "#/matrix?axis=tests"}
ROUNDS = 3
READY = "html[data-ready=yes]"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def opened(browser: Any, file: Path, place: str) -> tuple[float, float]:
    """Seconds until the page stands in a tab of its own, drawn, and of these the tab's own work; the best round."""
    times = []
    for _ in range(ROUNDS):
        tab = browser.new_page(viewport={"width": 1400, "height": 900})
        session = tab.context.new_cdp_session(tab)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        began = time.perf_counter()
        tab.goto(file.as_uri() + place)
        tab.wait_for_selector(READY, state="attached")
        tab.evaluate(DRAWN)
        taken = time.perf_counter() - began
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        times.append((taken, metrics["TaskDuration"]))
        tab.close()
    return min(taken for taken, _ in times), min(work for _, work in times)


def searched(browser: Any, file: Path) -> float:
    """Seconds from a key pressed in the search field to the list that fits it."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    tab.goto(file.as_uri() + "#/tests")
    tab.wait_for_selector(READY, state="attached")
    taken = tab.evaluate(
        """() => new Promise((done) => {
            const field = document.getElementById('search');
            field.value = 'case 7';
            const began = performance.now();
            field.dispatchEvent(new Event('input'));
            requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
        })"""
    )
    tab.close()
    return float(taken) / 1000


def main() -> None:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("there is no Chromium here (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        least: dict[str, float] = {}
        for tests, bad in SIZES.items():
            record = synthetic.record(tests, bad)
            began = time.perf_counter()
            file = write_html(record, Path(folder) / f"{tests}.html")
            made = time.perf_counter() - began
            print(f"{tests:>6} tests: {file.stat().st_size / 1e6:5.2f} MB, made in {made:5.2f} s", flush=True)
            for name, place in PLACES.items():
                taken, work = opened(browser, file, place)
                ratio = work / least.setdefault(name, work)
                print(
                    f"    {name:<15} usable after {taken:5.2f} s, {work:5.2f} s of them its own work "
                    f"({ratio:4.1f} x that of {min(SIZES)} tests)",
                    flush=True,
                )
            print(f"    {'search':<16} answers after {searched(browser, file):4.2f} s", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
