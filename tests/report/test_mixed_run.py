"""A real run with passes, failures, inconclusive tests and ones that could not run: all reports of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import mixed
import pytest
from browsing import Opened, node_module

from pytest_atmt.report.allure_page import render
from pytest_atmt.report.allure_words import STATUS

WORDS = ("pass", "fail", "inconclusive", "could not run", "not applicable")
PLACES = (
    "#/",
    "#/tests",
    "#/tests?sort=file",
    "#/open",
    "#/requirements",
    "#/models",
    "#/matrix",
    "#/matrix?axis=tests",
    "#/matrix?axis=values",
    "#/matrix?axis=behaviour",
    "#/peers",
    "#/peers/nowhere",
)

Counts = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> mixed.Mixed:
    folder = tmp_path_factory.mktemp("mixed")
    pytest.importorskip("allure_pytest", reason="allure-pytest is not installed")
    return mixed.run(
        folder, "--alluredir", str(folder / "allure"), "--junitxml", str(folder / "pytest.xml"), "-n", "2"
    )


@pytest.fixture
def page(run: mixed.Mixed, browser: Any) -> Any:
    """``page(theme, width)``: the run's own page; its troubles fail the test."""
    opened: list[Opened] = []

    def open_(theme: str = "light", width: int = 1400) -> Opened:
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        opened.append(Opened(tab, run.folder / "index.html"))
        return opened[-1]

    yield open_
    for report in opened:
        report.page.close()
        assert report.troubles == []


def counted(pairs: Any) -> Counts:
    """Peer -> verdict -> number of tests."""
    found: dict[str, Counter[str]] = {}
    for peer, verdict in pairs:
        found.setdefault(peer, Counter())[verdict] += 1
    return {peer: dict(counts) for peer, counts in found.items()}


def in_words(line: str) -> dict[str, int]:
    """What ``15 fail, 4 pass of 19 tests`` says."""
    return {word: int(n) for n, word in re.findall(rf"(\d+) ({'|'.join(WORDS)})", line)}


# -- one run, one set of numbers


def test_all_reports_count_alike(run: mixed.Mixed, page: Any) -> None:
    record = run.record
    counts = counted((test["peer"], test["verdict"]) for test in record["tests"])
    assert {word for of in counts.values() for word in of} == set(WORDS)
    assert {peer: of["counts"] for peer, of in record["peers"].items()} == counts
    assert on_the_terminal(run.text) == counts
    assert in_our_junit(run.folder / "junit.xml") == counts
    assert in_the_summary(run.folder / "summary.md") == counts
    assert in_allure(run.folder / "allure") == counts
    assert on_the_page(page().go()) == counts


def test_what_allures_own_command_shows_counts_alike(run: mixed.Mixed, tmp_path: Path) -> None:
    program = node_module(".bin") / "allure"
    page = render(run.folder / "allure", tmp_path / "page", str(program))
    stats = json.loads((page.parent / "summary.json").read_text("utf-8"))["stats"]
    tests = run.record["tests"]
    assert stats.pop("total") == len(tests)
    assert stats == Counter(STATUS[test["verdict"]] for test in tests)


def test_pytests_own_junit_has_no_green_for_what_is_none(run: mixed.Mixed) -> None:
    total = Counter(test["verdict"] for test in run.record["tests"])
    suite = ElementTree.parse(run.folder / "pytest.xml").find("testsuite")
    assert suite is not None
    green = sum(
        len(case.findall("failure") + case.findall("error") + case.findall("skipped")) == 0 for case in suite
    )
    assert green == total["pass"]
    assert int(suite.get("failures", 0)) == total["fail"]
    assert int(suite.get("errors", 0)) == total["inconclusive"] + total["could not run"]


def on_the_terminal(text: str) -> Counts:
    lines = re.findall(r"^\S.*? (\S+) against tftp: (.*) of \d+ tests(?:, .*)?$", text, re.MULTILINE)
    return {peer: in_words(words) for peer, words in lines}


def in_our_junit(file: Path) -> Counts:
    cases = ElementTree.parse(file).iter("testcase")
    properties = [{p.get("name"): p.get("value") for p in case.iter("property")} for case in cases]
    return counted((of["atmt.peer"], of["atmt.verdict"]) for of in properties)


def in_the_summary(file: Path) -> Counts:
    rows = re.findall(
        r"^\| (\S+) \| [A-Z ]+ \| (.*) of \d+ tests(?:, .*)? \|$", file.read_text("utf-8"), re.MULTILINE
    )
    return {peer: in_words(words) for peer, words in rows}


def in_allure(folder: Path) -> Counts:
    results = [json.loads(file.read_text("utf-8")) for file in folder.glob("*-result.json")]
    labels = [{label["name"]: label["value"] for label in result["labels"]} for result in results]
    return counted((of["peer"], of["verdict"]) for of in labels)


def on_the_page(page: Any) -> Counts:
    lines = page.locator(".peer-line").all()
    return {
        line.locator(".who a").text_content(): in_words(", ".join(line.locator(".count").all_text_contents()))
        for line in lines
    }


# -- the page


def test_a_reader_gets_from_the_first_screen_to_the_packet_that_did_it(page: Any) -> None:
    tab = page().go()
    tab.locator(".troubles .badge", has_text="fail").first.wait_for()
    tab.locator(".troubles .objective").first.click()
    tab.wait_for_selector(".run-view")
    assert "They part at step" in tab.locator(".divergence").text_content()
    chosen = tab.locator(".packet-line.chosen").text_content()
    assert "DATA 2" in chosen  # this server begins with block 2
    assert tab.locator(".packet .layer summary").all_text_contents()[-1].startswith("Raw")
    assert "block" in tab.locator(".packet").text_content()
    assert tab.locator(".source code").text_content().split(":")[1].isdigit()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as pcapng").click()
    assert download.value.suggested_filename.endswith(".pcapng")


def test_timers_and_states_stand_beside_the_packets(page: Any, run: mixed.Mixed) -> None:
    test = next(t for t in run.record["tests"] if t["verdict"] == "fail" and t["runs"])
    tab = page().go(f"#/test/{quote(test['nodeid'], safe='')}")
    assert "lose_patience in 15.0 s" in tab.locator(".armed").first.text_content()
    assert tab.locator(".band").count() >= len(test["runs"][-1]["steps"])


def test_a_capture_lies_where_the_page_says(page: Any, run: mixed.Mixed) -> None:
    test = next(t for t in run.record["tests"] if t["verdict"] == "fail")
    link = page().go(f"#/test/{quote(test['nodeid'], safe='')}").locator("a[download]")
    assert (run.folder / link.get_attribute("href")).read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


def test_what_could_not_run_says_the_remedy(page: Any) -> None:
    text = page().go("#/open").locator("main").text_content()
    assert "no-such-tftpd" in text
    assert "did not answer the greeting" in text


@pytest.mark.parametrize(("width", "theme"), [(1400, "dark"), (800, "light")])  # the rest: test_page
def test_axe_finds_no_serious_violation_on_any_page(
    run: mixed.Mixed, page: Any, theme: str, width: int
) -> None:
    axe = (node_module("axe-core") / "axe.min.js").read_text("utf-8")
    report = page(theme, width)
    record = run.record
    tests = [next(t for t in record["tests"] if t["verdict"] == word) for word in WORDS]
    places = [*PLACES, *(f"#/test/{quote(test['nodeid'], safe='')}" for test in tests)]
    places += [f"#/model/{next(iter(record['automata']))}", f"#/requirement/{tests[1]['requirements'][0]}"]
    for where in places:
        tab = report.go(where)
        tab.evaluate(f"() => {{ {axe}; window.axe = axe }}")
        found = tab.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        grave = [(v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")]
        assert not grave, f"{where}: {grave}"
        too_wide = tab.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, f"{where} is {too_wide} pixels too wide"
