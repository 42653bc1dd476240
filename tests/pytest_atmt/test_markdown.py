"""The Markdown summary, and that every report says the same numbers."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

from test_junit import IMPORTS, TESTS

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'


def _run(suite, tests, *args, imports=""):
    suite.run(tests, "--atmt-summary", "out/summary.md", *args, imports=imports)
    return (suite.pytester.path / "out/summary.md").read_text()


def test_the_summary_says_outcome_counts_and_what_did_not_pass(suite):
    text = _run(suite, TESTS, imports=IMPORTS)
    assert text.startswith("## 🔴 FAIL: ping\n")
    assert "**failures** (exit code 1): 1 failed, 1 in error" in text.replace("; ", ", ")
    assert (
        "| fail | `test_it.py::test_fail[reference]` | PING-1 | Ping ended in END, not in SILENCE |" in text
    )
    assert "test_pass" not in text


def test_a_summary_of_passes_is_short(suite):
    text = _run(suite, PASSING)
    assert "| reference | PASS | 1 pass of 1 tests |" in text
    assert "| verdict | test |" not in text


def test_a_missed_gate_is_not_headed_in_green(suite):
    text = _run(suite, PASSING, "--atmt-cov-fail-under", "99")
    assert text.startswith("## 🔴 PASS: ping\n")
    assert "Exit code 8." in text


def test_a_reason_cannot_break_the_table(suite):
    text = _run(suite, PASSING + "    assert 0, 'a | b <script>'\n")
    assert r"a \| b &lt;script>" in text


def test_the_page_of_a_github_job_is_added_to(suite, monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    suite.run(PASSING)
    assert page.read_text().startswith("before\n## 🟢 PASS: ping\n")


def _counts(words):
    return {verdict: int(n) for n, verdict in re.findall(r"(\d+) ([a-z ]+?)(?=,| of)", words)}


def test_terminal_record_junit_and_markdown_say_the_same_numbers(suite):
    args = ("--atmt-summary=s.md", "--atmt-junit=own.xml", "--junitxml=pytest.xml")
    result = suite.run(TESTS, *args, imports=IMPORTS)
    folder = suite.pytester.path
    record = suite.record()
    expected = dict(Counter(t["verdict"] for t in record["tests"]))

    def of_xml(name):
        cases = ElementTree.parse(folder / name).iter("testcase")
        properties = [p for case in cases for p in case.iter("property")]
        return dict(Counter(p.get("value") for p in properties if p.get("name") == "atmt.verdict"))

    [line] = [line for line in result.outlines if "reference against ping" in line]
    assert _counts(line.partition(": ")[2]) == expected
    assert record["peers"]["reference"]["counts"] == expected
    assert of_xml("own.xml") == of_xml("pytest.xml") == expected
    [row] = [row for row in (folder / "s.md").read_text().splitlines() if row.startswith("| reference |")]
    assert _counts(row.split("|")[3]) == expected
    assert record["exit_code"] == result.ret == 1
