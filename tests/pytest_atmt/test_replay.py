"""A record is judged again, without a peer: the same paths, the same verdicts."""

from __future__ import annotations

import json

import pytest

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
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


def test_a_test_of_which_the_record_leaves_out_packets_is_not_judged_again(suite):
    """Fed with some packets only, an automaton would find the peer silent."""
    suite.run(PASSING)
    record = suite.pytester.path / "reports/ping/report.json"
    told = json.loads(record.read_text())
    told["tests"][0]["runs"][0]["omitted"] = 7
    (suite.pytester.path / "kept.json").write_text(json.dumps(told))
    result = suite.run(PASSING, "--atmt-replay", "kept.json")
    assert result.ret == 6
    result.stdout.fnmatch_lines(
        ["could not run: 1 test: the record leaves out 7 packets*cannot be replayed*"]
    )


# -- captures


def _captured(suite, tests=TESTS):
    """Runs the tests and gives what the record told of each, and their captures, put aside."""
    suite.run(tests, "--atmt-capture=always")
    told = _told(suite)
    kept = suite.pytester.path / "kept"
    (suite.pytester.path / "reports/ping/captures").rename(kept)
    return told, kept


def test_a_folder_of_captures_gives_the_same_paths_and_verdicts(suite):
    told, kept = _captured(suite)
    suite.behave("crash")
    assert suite.run(TESTS, "--atmt-replay", str(kept)).ret == 1
    assert _told(suite) == told


def test_a_capture_gives_the_same_path_and_verdict_of_its_test_alone(suite):
    told, kept = _captured(suite)
    suite.behave("crash")
    for capture in sorted(kept.iterdir()):
        suite.run(TESTS, "--atmt-replay", str(capture))
        [(name, found)] = _told(suite).items()
        assert found == told[name]
        assert suite.record()["selection"]["whole"] is False


def test_a_capture_of_another_test_than_those_selected_is_refused(suite):
    _, kept = _captured(suite)
    result = suite.run(TESTS, "-k", "lost", "--atmt-replay", str(sorted(kept.iterdir())[0]))
    assert result.ret == 4
    assert "which is not among the 1 tests that were selected" in str(result.stderr)


def test_a_test_that_needs_more_than_a_capture_holds_says_so(suite):
    _, kept = _captured(suite)
    more = TESTS.replace("    ping(ends=ends)", "    ping(ends=ends)\n    ping()")
    suite.run(more, "--atmt-replay", str(sorted(kept.iterdir())[0]))
    [test] = suite.record()["tests"]
    assert test["verdict"] == "error"
    assert "runs more automata than its record holds; record it anew" in test["reason"]


def test_a_capture_that_was_edited_is_refused(suite):
    _, kept = _captured(suite)
    path = sorted(kept.iterdir())[0]
    content = path.read_bytes()
    size = int.from_bytes(content[-4:], "little")  # of the last block, a packet
    path.write_bytes(content[:-size])
    result = suite.run(TESTS, "--atmt-replay", str(path))
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*holds 1 packets, but its test had 2; it was cut short or edited*"])


def test_a_capture_of_somebody_else_is_refused(suite):
    from atmt.links.capture import PcapngWriter

    with PcapngWriter(suite.pytester.path / "other.pcapng") as writer:
        writer.packet(b"\x45\0\0\x14", 0)
    result = suite.run(TESTS, "--atmt-replay", "other.pcapng")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*other.pcapng does not say which test it is of*"])


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"nonsense", "is no whole pcapng file"), (b"\xd4\xc3\xb2\xa1" + bytes(20), "is a pcap file")],
)
def test_what_is_no_capture_is_refused(suite, content, why):
    (suite.pytester.path / "odd.pcapng").write_bytes(content)
    result = suite.run(TESTS, "--atmt-replay", "odd.pcapng")
    assert result.ret == 4
    assert why in str(result.stderr)


# -- verdicts that hang on more than packets


def _again(suite, tests, *args):
    """The verdicts of a run and of its replay, by which the peer has come to behave."""
    suite.run(tests, *args)
    told = _told(suite)
    record = suite.pytester.path / "kept.json"
    (suite.pytester.path / "reports/ping/report.json").rename(record)
    suite.behave("crash")
    suite.run(tests, "--atmt-replay", str(record))
    return told, _told(suite)


def test_a_failure_by_silence_fails_again(suite):
    suite.behave(None, greet="True")
    told, again = _again(suite, PASSING)
    assert told == again
    assert {verdict for verdict, _ in told.values()} == {"fail"}


def test_a_peer_that_answered_nobody_is_not_judged_again_either(suite):
    suite.behave(None)
    told, again = _again(suite, PASSING)
    assert told == again
    assert {verdict for verdict, _ in told.values()} == {"inconclusive"}


def test_what_could_not_run_could_not_run_again(suite):
    suite.peer("ghost", '[peer]\nadapter = "process"\n[process]\ncommand = ["no-such-program-anywhere"]\n')
    told, again = _again(suite, PASSING, "--peer", "ghost")
    assert told == again
    assert {verdict for verdict, _ in told.values()} == {"could not run"}
