"""What a run says and how it exits: nothing that was not judged is green."""

from __future__ import annotations

import json

import pytest

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    assert ping().result == "answered"\n'


def test_a_pass_is_exit_0_with_a_table_and_a_record(suite):
    result = suite.run(PASSING)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*level*reference*", "PING-1 MUST*pass*", "*Ping: 3 of 5 states*", "PASS *1 pass of 1 tests"]
    )
    record = json.loads((suite.pytester.path / "reports/ping/report.json").read_text())
    assert record["requirements"]["PING-1"]["verdicts"] == {"reference": "pass"}
    assert [s[3] for s in record["tests"][0]["runs"][0]["steps"]] == ["BEGIN", "WAITING", "END"]


def test_the_record_goes_where_it_is_told(suite):
    suite.run(PASSING, "--atmt-report", "elsewhere")
    assert (suite.pytester.path / "elsewhere/report.json").is_file()


def test_requirements_that_no_test_judged_are_named(suite):
    suite.run(PASSING).stdout.fnmatch_lines(["*not judged by any test of this run (1 of 2): PING-2"])


def test_an_error_state_fails_the_test_though_it_asserts_nothing(suite):
    suite.behave("what?", greet="True")
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping()\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*Ping ended in NONSENSE, not in a final state",
            "*path     BEGIN > WAITING > NONSENSE",
            "*because  receive_pong led from WAITING to NONSENSE at 0.000 s; *b'what?'",
            "*sent *BEGIN *IP / UDP*",
            "*received *WAITING *IP / UDP*",
            "PING-1 MUST *FAIL*",
            "FAIL *1 fail of 1 tests",
        ]
    )


def test_an_expected_error_state_passes(suite):
    suite.behave("what?", greet="True")
    assert suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping(ends="NONSENSE")\n').ret == 0


def test_an_end_that_was_expected_elsewhere_fails(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping(ends="SILENCE")\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*Ping ended in END, not in SILENCE"])


def test_a_dead_peer_is_inconclusive_not_passed_and_not_failed(suite):
    suite.behave(None)
    result = suite.run(PASSING)
    assert result.ret == 6
    result.stdout.fnmatch_lines(
        [
            "inconclusive: 1 test: reference did not answer the greeting*",
            "INCOMPLETE *1 inconclusive of 1 tests",
        ]
    )


def test_a_peer_that_falls_silent_later_is_inconclusive(suite):
    suite.behave(None, greet="len(GREETED) < 1 and not GREETED.append(1)")
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\nGREETED = []\n")
    result = suite.run(PASSING)
    assert result.ret == 6
    result.stdout.fnmatch_lines(["inconclusive: 1 test: reference answers nobody any more*"])


SILENCING = """
@requirement("PING-2")
def test_a_silencing(ping):
    ping("hush", ends=["END", "SILENCE"])
    ping()

@requirement("PING-1")
def test_the_next(ping):
    ping()
"""


def test_a_peer_that_a_test_silenced_fails_there_and_is_judged_on(suite):
    conftest = suite.pytester.path / "conftest.py"
    deaf = "        self.deaf = getattr(self, 'deaf', False) or b'hush' in bytes(pkt)\n        if self.deaf: return\n"
    head = "    def receive_ping(self, pkt):\n"
    conftest.write_text(conftest.read_text().replace(head, head + deaf))
    result = suite.run(SILENCING)
    assert result.ret == 1
    silencing, following = suite.record()["tests"]
    assert "reference answers nobody since, though a fresh one does" in silencing["reason"]
    assert (silencing["verdict"], following["verdict"]) == ("fail", "pass")  # though only a SHOULD was judged


def test_silence_of_a_peer_that_talks_to_others_is_a_fail(suite):
    suite.behave(None, greet="True")
    result = suite.run(PASSING)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*Ping ended in SILENCE, not in a final state", "FAIL *"])


def test_a_test_that_runs_no_automaton_judged_nothing(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    pass\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ERROR *1 error of 1 tests"])
    assert "judged nothing" in (suite.pytester.path / "reports/ping/report.json").read_text()


@pytest.mark.parametrize("body", ["pytest.skip('no')", "pytest.importorskip('no_such_module')"])
def test_a_skip_does_not_turn_green(suite, body):
    result = suite.run(f'@requirement("PING-1")\ndef test_it(ping):\n    ping()\n    {body}\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ERROR *1 error of 1 tests"])


def test_not_applicable_is_said_and_is_no_pass(suite):
    test = '@requirement("PING-1")\ndef test_it(ping):\n    raise NotApplicable("says so")\n'
    result = suite.run(test, imports="from pytest_atmt import NotApplicable")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["not applicable: 1 test: says so", "INCOMPLETE *"])


def test_what_the_environment_lacks_could_not_run(suite):
    suite.peer("ghost", '[peer]\nadapter = "process"\n[process]\ncommand = ["no-such-program-anywhere"]\n')
    result = suite.run(PASSING, "--peer", "ghost")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["could not run: 1 test: *", "INCOMPLETE *1 could not run of 1 tests"])


def test_a_failed_assertion_in_the_test_is_a_fail(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    assert ping().result == "other"\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL *"])


def test_a_path_that_differs_shows_where(suite):
    result = suite.run(
        '@requirement("PING-1")\ndef test_it(ping):\n    assert ping().path == ["BEGIN", ..., "SILENCE"]\n'
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*first difference: the path ends too early*"])


def test_ordinary_tests_beside_a_suite_stay_ordinary(suite):
    result = suite.run(PASSING + "\ndef test_other():\n    assert False\n")
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["PASS *1 pass of 1 tests"])


# -- peers that are not what they should be


def test_a_peer_that_answers_late_never_passes(suite):
    """Its pong comes after six seconds, the tester has patience for five."""
    conftest = suite.pytester.path / "conftest.py"
    late = """
    @ATMT.receive_condition(LISTENING)
    def receive_ping(self, pkt):
        raise self.SLOW(pkt)

    @ATMT.state()
    def SLOW(self, pkt):
        self.back = IP(src=pkt.dst, dst=pkt.src) / UDP(sport=7, dport=pkt[UDP].sport) / Raw("pong")

    @ATMT.timeout(SLOW, 6)
    def answer(self):
        self.send(self.back)
        raise self.LISTENING()

ping = automaton(Ping)
"""
    head, _, rest = conftest.read_text().partition("    @ATMT.receive_condition(LISTENING)")
    conftest.write_text(head + late + rest.partition("ping = automaton(Ping)")[2])
    assert suite.run(PASSING).ret == 6
    suite.record()
    conftest.write_text(conftest.read_text().replace("bool(converse(Ping).received())", "True"))
    assert suite.run(PASSING).ret == 1
    assert suite.record()["tests"][0]["runs"][0]["state"] == "SILENCE"


def test_a_peer_that_dies_before_the_body_is_inconclusive_with_a_finding(suite, monkeypatch):
    from pytest_atmt.peers.reference import ReferencePeer

    monkeypatch.setattr(ReferencePeer, "defect", lambda self: "reference was killed by SIGSEGV")
    assert suite.run(PASSING).ret == 6
    assert suite.record()["tests"][0]["verdict"] == "inconclusive"
    assert suite.record()["peers"]["reference"]["findings"] == [
        "reference was killed by SIGSEGV, before the test's body"
    ]


def test_a_peer_that_dies_in_the_body_fails(suite, monkeypatch):
    from pytest_atmt.peers.reference import ReferencePeer

    told = iter(["", "reference was killed by SIGSEGV"])
    monkeypatch.setattr(ReferencePeer, "defect", lambda self: next(told, "reference was killed by SIGSEGV"))
    assert suite.run(PASSING).ret == 1
    assert suite.record()["tests"][0]["signature"] == "Ping ended in END, the peer's program died"


def test_a_test_that_does_not_end_in_its_time_is_inconclusive(suite):
    suite.run(
        """
import time

@requirement("PING-1")
@pytest.mark.timeout(0.5)
def test_it(ping):
    ping()
    while True:
        time.sleep(0.01)
"""
    )
    [test] = suite.record()["tests"]
    assert test["verdict"] == "inconclusive"
    assert "it did not come to an end: Timeout (>0.5s)" in test["reason"]


def test_a_failure_in_what_leads_up_to_the_body_is_inconclusive(suite):
    lead = "@pytest.fixture\ndef lead(ping):\n    return ping(ends='SILENCE')\n"
    assert suite.run(lead + '@requirement("PING-1")\ndef test_it(lead, ping):\n    ping()\n').ret == 6
