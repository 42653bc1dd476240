"""What Allure is told, and what its own command line makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from browsing import node_module

from pytest_atmt.report import allure_words as words
from pytest_atmt.report.allure_page import quiet, render

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with report.json and Allure's results of a small run."""
    pytest.importorskip("allure_pytest", reason="allure-pytest is not installed")
    folder = tmp_path_factory.mktemp("allure")
    command = [sys.executable, "-m", "pytest", "suites/tftp", "-q", "-p", "no:cacheprovider"]
    command += ["-k", "test_abort or retransmission or bare_cr", "--alluredir", str(folder / "results")]
    done = subprocess.run(
        [*command, "--atmt-report", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode in (0, 6), done.stdout + done.stderr
    return folder


def results(run: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in sorted((run / "results").glob("*-result.json"))]


def recorded(run: Path) -> dict[str, dict[str, Any]]:
    tests = json.loads((run / "report.json").read_text("utf-8"))["tests"]
    return {test["nodeid"].partition("::")[2]: test for test in tests}


def test_verdicts_are_those_of_the_record(run: Path) -> None:
    told = Counter(
        label["value"] for r in results(run) for label in r["labels"] if label["name"] == "verdict"
    )
    assert told == Counter(test["verdict"] for test in recorded(run).values())


def test_steps_are_the_transitions_with_their_times(run: Path) -> None:
    tests = recorded(run)
    for result in results(run):
        test = tests[result["name"]]
        for told, of in zip(result["steps"], test["runs"], strict=True):
            assert len(told["steps"]) == len(of["steps"])
            for step, (at, *_) in zip(told["steps"], of["steps"], strict=True):
                assert abs((step["start"] - told["start"]) / 1000 - at) < 0.002
            assert sum(len(step.get("steps", [])) for step in told["steps"]) == len(of["packets"])


def test_each_path_has_its_pictures_and_trace_once(run: Path) -> None:
    """Passes that went the same way look the same: 75 kB for each of them would be for nothing."""
    tests, shown = recorded(run), Counter[str]()
    for result in results(run):
        kinds = Counter(attachment["type"] for attachment in result.get("attachments", []))
        assert kinds["image/svg+xml"] == 2 * kinds["application/json"]
        shown.update(kinds)
    runs = [run for test in tests.values() for run in test["runs"]]
    paths = {json.dumps([run["automaton"], [step[1:] for step in run["steps"]]]) for run in runs}
    assert shown["application/json"] == len(paths) < len(runs)


def test_labels_say_suite_section_requirement_and_severity(run: Path) -> None:
    for result in results(run):
        told = {label["name"]: label["value"] for label in result["labels"]}
        assert told["epic"] == "tftp"
        assert told["feature"].startswith("RFC")
        assert told["story"] in recorded(run)[result["name"]]["requirements"]
        assert told["severity"] in ("critical", "normal", "minor")


def test_parameters_do_not_differ_from_run_to_run(run: Path) -> None:
    for result in results(run):
        assert all("0x" not in p["value"] and "Statement(" not in p["value"] for p in result["parameters"])


def test_no_two_tests_have_the_same_parameters(run: Path) -> None:
    """Allure would take one for a retry of the other, and show less tests than ran."""
    told = [(r["fullName"], *sorted((p["name"], p["value"]) for p in r["parameters"])) for r in results(run)]
    assert len(set(told)) == len(told)
    assert ("local", repr(b"a\rb")) in {pair for key in told for pair in key[1:]}


def test_every_verdict_has_a_status_and_every_trouble_a_category() -> None:
    from pytest_atmt.verdicts import Verdict

    assert {verdict.value for verdict in Verdict} == words.STATUS.keys()
    assert {v for v in words.STATUS if v not in ("pass", "information", "none")} == {
        category["messageRegex"].removeprefix("^").partition(":")[0] for category in words.CATEGORIES
    }


def test_analytics_that_cannot_be_taken_out_are_refused() -> None:
    tag = '<script async src="https://www.googletagmanager.com/gtag/js?id=G"></script>'
    call = "<script>\n window.dataLayer = []; gtag('config', 'G');\n</script>"
    assert quiet(f"<p>{tag}\n{call}</p>") == "<p></p>"
    with pytest.raises(Exception, match="analytics"):
        quiet("<script>load('https://www.googletagmanager.com/gtag/js?id=G')</script>")


def test_the_allure_command_shows_it_and_asks_nobody(run: Path, tmp_path: Path, browser: Any) -> None:
    program = node_module(".bin") / "allure"
    if not program.exists():
        pytest.skip("npm package allure is not installed (npm install --prefix tests/report)")
    page = render(run / "results", tmp_path / "page", str(program))
    summary = json.loads((page.parent / "summary.json").read_text("utf-8"))
    assert summary["stats"]["total"] == len(results(run))
    assert not summary["stats"].get("retries")
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or asked.append(r.url))
    tab.goto(page.as_uri())
    tab.get_by_text("tftp").first.wait_for()
    assert asked == []
    tab.close()
