"""Fingerprints: values that tests note of a peer reach the record, the terminal and a merged record, unjudged."""

from __future__ import annotations

import json

from click.testing import CliRunner

from atmt.cli.group import atmt
from pytest_atmt.fingerprints import by_peer

NOTING = """
@requirement("PING-1")
@pytest.mark.parametrize("n", [1, 2])
def test_it(ping, fingerprint, n):
    run = ping()
    fingerprint("answers after (s)", run.duration)
    fingerprint("answer", run.result)
    fingerprint("tries", n)
    fingerprint("polite", True)
"""
EXPECTED = {"answer": "answered", "answers after (s)": 0.0, "polite": True, "tries": [1, 2]}


def test_what_tests_note_stands_in_the_record(suite):
    assert suite.run(NOTING).ret == 0
    assert suite.record()["fingerprints"] == {"reference": EXPECTED}


def test_what_tests_note_is_shown_by_the_run_and_by_atmt_report_show(suite):
    suite.run(NOTING).stdout.fnmatch_lines(["*behaviour left free*", "answer: answered", "tries: 1 or 2"])
    shown = CliRunner().invoke(atmt, ["report", "show", str(suite.pytester.path / "reports/ping")])
    assert "polite: yes\ntries: 1 or 2\n" in shown.output


def test_workers_note_what_one_process_does(suite):
    suite.run(NOTING)
    suite.pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider", "--atmt-html=no")
    assert suite.record()["fingerprints"] == {"reference": EXPECTED}


def test_a_value_that_several_peers_have_is_told_once(suite):
    suite.peer("other", '[peer]\nadapter = "reference"\n')
    result = suite.run(NOTING, "--peer", "reference", "--peer", "other")
    assert suite.record()["fingerprints"] == {"reference": EXPECTED, "other": EXPECTED}
    result.stdout.fnmatch_lines(["tries: 1 or 2"])


def test_a_failed_test_keeps_what_it_noted_before(suite):
    suite.run(NOTING + '    ping(ends="SILENCE")\n')
    assert suite.record()["fingerprints"] == {"reference": EXPECTED}


def test_what_is_no_plain_value_is_refused(suite):
    result = suite.run(NOTING.replace("True", "[1]"))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*fingerprint('polite', ...): [[]1] is no text, number or truth value*"])


def test_a_run_that_noted_nothing_shows_nothing(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping()\n')
    assert suite.record()["fingerprints"] == {}
    result.stdout.no_fnmatch_line("*behaviour left free*")


def test_a_value_seen_twice_is_told_once():
    tests = [{"peer": "p", "fingerprints": {"a": v}} for v in (1, 1)]
    assert by_peer(tests) == {"p": {"a": 1}}
    assert json.dumps(by_peer(tests))
