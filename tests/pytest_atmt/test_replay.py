"""A record is judged again, without a peer: the same paths, the same verdicts."""

from __future__ import annotations

import json

TESTS = """
@requirement("PING-1")
@pytest.mark.parametrize("ends", ["END", "SILENCE"])
def test_it(ping, ends):
    ping(ends=ends)

@requirement("PING-2")
def test_lost(ping):
    ping(ends="SILENCE", impair=[drop(direction="received")])
    ping()
"""


def _told(suite):
    record = json.loads((suite.pytester.path / "reports/ping/report.json").read_text())
    return {
        t["nodeid"]: (t["verdict"], [[run["steps"], run["state"]] for run in t["runs"]])
        for t in record["tests"]
    }


def test_a_replay_takes_the_same_paths_to_the_same_verdicts(suite):
    first = suite.run(TESTS)
    told = _told(suite)
    record = suite.pytester.path / "kept.json"
    (suite.pytester.path / "reports/ping/report.json").rename(record)
    suite.behave("crash")
    second = suite.run(TESTS, "--atmt-replay", str(record))
    assert first.ret == second.ret == 1
    assert _told(suite) == told
    assert len(told) == 3


def test_a_test_that_was_not_recorded_is_an_error(suite):
    suite.run(TESTS)
    record = suite.pytester.path / "reports/ping/report.json"
    record.rename("kept.json")
    result = suite.run(TESTS.replace("test_lost", "test_new"), "--atmt-replay", "kept.json", "-k", "new")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*kept.json holds no test test_it.py::test_new*record it anew*"])


def test_what_is_no_record_is_refused(suite):
    (suite.pytester.path / "odd.json").write_text("[]")
    result = suite.run(TESTS, "--atmt-replay", "odd.json")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*odd.json is no record of a run*"])
