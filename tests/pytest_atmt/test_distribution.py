"""Under xdist: the same verdicts, one table, one record."""

from __future__ import annotations

import json

TESTS = """
@requirement("PING-1")
@pytest.mark.parametrize("n", range(6))
def test_it(ping, n):
    ping(ends="END" if n else "SILENCE")
"""


def _verdicts(suite):
    record = json.loads((suite.pytester.path / "reports/ping/report.json").read_text())
    return {t["nodeid"]: (t["verdict"], [s[3] for s in t["runs"][0]["steps"]]) for t in record["tests"]}


def test_workers_come_to_the_same_verdicts_and_one_table(suite):
    alone = suite.run(TESTS)
    expected = _verdicts(suite)
    spread = suite.pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider")
    assert alone.ret == spread.ret == 1
    assert _verdicts(suite) == expected
    assert len(expected) == 6
    spread.stdout.fnmatch_lines(["FAIL *1 fail, 5 pass of 6 tests"])
    assert spread.stdout.str().count("requirements of ping") == 1


def test_a_wrong_requirement_is_told_under_xdist_too(suite):
    suite.run(TESTS.replace("PING-1", "PONG-1"))
    spread = suite.pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider")
    assert spread.ret != 0
    assert "requirement 'PONG-1' is in no catalogue" in spread.stdout.str() + spread.stderr.str()


def test_an_unknown_peer_is_told_under_xdist_too(suite):
    suite.run(TESTS)
    spread = suite.pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider", "--peer", "nobody")
    assert spread.ret != 0
    assert "no peer is called 'nobody'" in spread.stdout.str() + spread.stderr.str()


def test_a_worker_is_bound_to_its_controller_before_a_suite_is_loaded(suite, monkeypatch):
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):  # this test may run in a worker itself
        monkeypatch.delenv(name, raising=False)
    suite.pytester.makeconftest(
        "import ctypes, os\n"
        "signal = ctypes.c_int()\n"
        "ctypes.CDLL(None).prctl(2, ctypes.byref(signal))  # PR_GET_PDEATHSIG\n"
        "open('worker' if 'PYTEST_XDIST_WORKER' in os.environ else 'controller', 'w').write(str(signal.value))\n"
    )
    suite.pytester.makepyfile("def test_nothing(): pass")
    assert suite.pytester.runpytest_subprocess("-n1", "-p", "no:cacheprovider").ret == 0
    told = {name: (suite.pytester.path / name).read_text() for name in ("worker", "controller")}
    assert told == {"worker": "9", "controller": "0"}
