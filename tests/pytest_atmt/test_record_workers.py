"""Workers that die: no verdict of a finished test is lost, and what is missing is said."""

from __future__ import annotations

TESTS = """
import os

@requirement("PING-1")
@pytest.mark.parametrize("n", range(8))
def test_it(ping, n):
    ping()
    if n == 3:
        os.kill(os.getpid(), 9)
"""


def _run(suite, *args):
    suite.pytester.makepyfile(test_it=f"import pytest\nfrom pytest_atmt import requirement\n{TESTS}")
    return suite.pytester.runpytest_subprocess("-p", "no:cacheprovider", *args)


def _verdicts(record):
    return {t["nodeid"].rpartition("-")[2].rstrip("]"): t["verdict"] for t in record["tests"]}


def test_a_killed_worker_loses_no_verdict_of_a_finished_test(suite):
    result = _run(suite, "-n2", "--junitxml=out.xml")
    assert result.ret == 1
    found = _verdicts(suite.record())
    assert found["3"] == "error"
    assert {v for n, v in found.items() if n != "3"} == {"pass"}
    assert len(found) == 8
    result.stdout.fnmatch_lines(["ERROR *1 error, 7 pass of 8 tests"])


def test_what_a_killed_worker_did_not_come_to_is_named(suite):
    result = _run(suite, "-n1", "--max-worker-restart=0", "--junitxml=out.xml")
    assert result.ret != 0
    record = suite.record()
    found = _verdicts(record)
    assert (found["0"], found["1"], found["2"], found["3"]) == ("pass", "pass", "pass", "error")
    assert len(record["missing"]) == 4
    assert "4 of 8 tests came to no result" in record["peers"]["reference"]["incomplete"]
    assert (suite.pytester.path / "out.xml").read_text().count('type="no result"') == 4
    result.stdout.fnmatch_lines(["*4 of 8 tests came to no result*"])


def test_a_worker_that_dies_in_its_first_test_leaves_a_record_too(suite):
    result = _run(suite, "-n1", "--max-worker-restart=0", "-k", "3 or 4")
    assert result.ret != 0
    assert _verdicts(suite.record()) == {"3": "error"}
    assert len(suite.record()["missing"]) == 1
