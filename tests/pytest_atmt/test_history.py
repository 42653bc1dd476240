"""What a record says of the run before it in the same place."""

from __future__ import annotations

import pytest

from pytest_atmt import history

TESTS = """
import pytest
from pytest_atmt import requirement

@requirement("PING-1")
@pytest.mark.parametrize("expected", ["END", "SILENCE"])
def test_it(ping, expected):
    ping(ends=expected)
"""


def told(suite) -> dict[str, str]:
    return {change["nodeid"]: change["kind"] for change in suite.record()["delta"]["changes"]}


def test_the_first_run_knows_none_before(suite):
    suite.run(TESTS)
    assert "delta" not in suite.record()


def test_a_run_like_the_one_before_has_no_changes(suite):
    suite.run(TESTS)
    suite.run(TESTS)
    record = suite.record()
    assert record["delta"]["changes"] == []
    assert [(run["outcome"], run["counts"]) for run in record["history"]] == [
        ("FAIL", {"fail": 1, "pass": 1})
    ]


def test_new_failures_mended_ones_and_new_tests_are_told_apart(suite):
    suite.run(TESTS)
    suite.run(TESTS.replace("ping(ends=expected)", "ping(ends='SILENCE' if expected == 'END' else 'END')"))
    assert sorted(told(suite).values()) == ["fixed", "new failure"]
    suite.run(
        TESTS.replace('["END", "SILENCE"]', '["END", "SILENCE", "more"]').replace(
            "ends=expected", "ends='END'"
        )
    )
    assert told(suite) == {
        "test_it.py::test_it[reference-END]": "fixed",
        "test_it.py::test_it[reference-more]": "new",
    }
    assert len(suite.record()["history"]) == 2


def test_what_a_baseline_excuses_from_now_on_is_not_fixed(suite):
    suite.run(TESTS, "--atmt-baseline", "known.toml", "--atmt-baseline-update")
    suite.run(TESTS, "--atmt-baseline", "known.toml")
    assert {test["verdict"] for test in suite.record()["tests"]} == {"pass", "known deviation"}
    assert told(suite) == {}


def test_tests_that_were_not_asked_for_are_not_lost(suite):
    suite.run(TESTS)
    suite.run(TESTS, "-k", "END")
    assert told(suite) == {}


def test_workers_do_not_take_this_run_for_the_one_before(suite):
    suite.run(TESTS)
    suite.run(TESTS, "-n", "2")
    assert suite.record()["delta"]["changes"] == []
    assert len(suite.record()["history"]) == 1


@pytest.mark.parametrize("content", ["", "{}", '{"schema": 0}', "[]"])
def test_what_is_no_record_is_no_run_before(tmp_path, content):
    (tmp_path / "report.json").write_text(content)
    assert history.before(tmp_path / "report.json") is None
