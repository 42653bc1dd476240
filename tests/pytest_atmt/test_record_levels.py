"""What a missed requirement weighs: MUST, SHOULD, MAY, and what the peer says it keeps."""

from __future__ import annotations

import pytest

from pytest_atmt.verdicts import RunOutcome, Verdict, by_level, outcome

SHOULD = '@requirement("PING-2")\ndef test_should(ping):\n    ping(ends="SILENCE")\n'
MUST = '@requirement("PING-1")\ndef test_must(ping):\n    ping()\n'


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        (["MUST", "SHOULD"], Verdict.FAIL),
        (["MUST NOT"], Verdict.FAIL),
        (["SHOULD NOT", "MAY"], Verdict.FINDING),
        (["MAY"], Verdict.INFORMATION),
        ([], Verdict.FAIL),
    ],
)
def test_a_failure_weighs_as_its_strongest_requirement(levels, verdict):
    assert by_level(Verdict.FAIL, levels) is verdict
    assert by_level(Verdict.ERROR, levels) is Verdict.ERROR


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.PASS, Verdict.INFORMATION], RunOutcome.PASS),
        ([Verdict.PASS, Verdict.FINDING], RunOutcome.PASS_WITH_FINDINGS),
        ([Verdict.PASS, Verdict.KNOWN], RunOutcome.PASS_WITH_FINDINGS),
        ([Verdict.FINDING, Verdict.INCONCLUSIVE], RunOutcome.INCOMPLETE),
        ([Verdict.INCONCLUSIVE, Verdict.ERROR], RunOutcome.ERROR),
        ([Verdict.ERROR, Verdict.FAIL], RunOutcome.FAIL),
        ([Verdict.NOT_APPLICABLE], RunOutcome.INCOMPLETE),
        ([], RunOutcome.INCOMPLETE),
    ],
)
def test_the_outcome_of_a_run_is_that_of_its_gravest_verdict(verdicts, expected):
    assert outcome(verdicts) is expected


def test_a_missed_should_is_a_finding_and_no_failure(suite):
    result = suite.run(MUST + SHOULD, "-rA")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "test_it.py .w *",
            "finding: 1 test: Ping ended in END, not in SILENCE",
            "PING-2 SHOULD *finding*",
            "PASS WITH FINDINGS reference against ping: 1 finding, 1 pass of 2 tests",
            "*1 passed, 1 finding in *",
        ]
    )


def test_fail_on_any_makes_a_finding_a_failure(suite):
    result = suite.run(MUST + SHOULD, "--atmt-fail-on", "any")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["failures (exit code 1): 1 with a finding (--atmt-fail-on=any)"])


def test_a_should_that_the_peer_says_it_keeps_is_a_must(suite):
    suite.peer("reference", '[peer]\nname = "reference"\nadapter = "reference"\nkeeps = ["PING-2"]\n')
    result = suite.run(MUST + SHOULD)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL *1 fail, 1 pass of 2 tests"])


def test_a_peer_that_keeps_what_is_in_no_catalogue_is_refused(suite):
    suite.peer("reference", '[peer]\nname = "reference"\nadapter = "reference"\nkeeps = ["PING-9"]\n')
    result = suite.run(MUST)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*peer reference: keeps: requirement 'PING-9' is in no catalogue*"])


def test_a_missed_may_is_information(suite):
    may = '\n[[requirement]]\nid="PING-3"\nsection="3"\nlevel="MAY"\nrole="server"\ntext="x"\n'
    catalogue = suite.pytester.path / "requirements/ping.toml"
    catalogue.write_text(catalogue.read_text() + may)
    result = suite.run(MUST + SHOULD.replace("PING-2", "PING-3"))
    assert result.ret == 0
    result.stdout.fnmatch_lines(["test_it.py .i *", "PASS  *1 information, 1 pass of 2 tests"])


def test_what_fails_in_a_fixture_is_not_judged_and_does_not_let_the_test_go_on(suite):
    test = (
        "@pytest.fixture\ndef broken(ping):\n    ping(ends='SILENCE')\n"
        '@requirement("PING-2")\ndef test_should(broken):\n    1 / 0\n'
    )
    result = suite.run(MUST + test)
    assert result.ret == 6
    result.stdout.fnmatch_lines(
        ["test_it.py .I *", "inconclusive: 1 test: it failed before the test's body*", "INCOMPLETE *"]
    )


def test_an_error_in_a_test_of_a_should_is_an_error(suite):
    result = suite.run(MUST + SHOULD.replace('ping(ends="SILENCE")', "1 / 0"))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ERROR *1 error, 1 pass of 2 tests"])


def test_a_claim_that_does_not_hold_is_a_finding(suite):
    (suite.pytester.path / "ics.toml").write_text('[ics]\nanswers = "Does it?"\n')
    suite.peer("reference", '[peer]\nname = "reference"\nadapter = "reference"\n[ics]\nanswers = false\n')
    conftest = suite.pytester.path / "conftest.py"
    probes = "        port=7,\n        probes={'answers': lambda talk, files: True},\n"
    conftest.write_text(conftest.read_text().replace("        port=7,\n", probes))
    result = suite.run(MUST)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["PASS WITH FINDINGS *", "  finding: answers is denied but works"])
