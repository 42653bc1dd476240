"""Known deviations: excused exactly, visibly, and not for ever."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from pytest_atmt.baseline import BaselineError, Entry, compare, read, write

PASSING = '@requirement("PING-1")\ndef test_ok(ping):\n    ping()\n'
FAILING = '@requirement("PING-1")\ndef test_it(ping):\n    ping(ends="SILENCE")\n'
ENTRY = """
[[known]]
test = "test_it.py::test_it[reference]"
requirement = "PING-1"
signature = "Ping ended in END"
reason = "answers too eagerly"
link = "https://example.org/1"
expires = 2999-12-31
"""


@pytest.fixture
def known(suite):
    """Writes the baseline and runs the suite with it."""

    def run(text, test=PASSING + FAILING, *args):
        (suite.pytester.path / "known.toml").write_text(text)
        return suite.run(test, "--atmt-baseline", "known.toml", *args)

    return run


def test_a_known_deviation_is_excused_and_seen(known):
    result = known(ENTRY)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "test_it.py .k *",
            "known deviation: 1 test: answers too eagerly (known, until 2999-12-31) https://example.org/1",
            "PING-1 MUST *known*",
            "PASS WITH FINDINGS reference against ping: 1 known deviation, 1 pass of 2 tests",
        ]
    )


def test_a_new_failure_beside_a_known_one_fails(known):
    result = known(ENTRY, FAILING + FAILING.replace("test_it", "test_new"))
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["failures (exit code 1): 1 failed", "FAIL *1 fail, 1 known deviation of 2 tests"]
    )


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("Ping ended in END", "Ping ended in NONSENSE", "mismatched: *known is 'Ping ended in NONSENSE'*"),
        ('"PING-1"', '["PING-1", "PING-2"]', "mismatched: *it is about PING-1, PING-2, not PING-1"),
        ("2999-12-31", "2020-01-01", "expired: *it expired on 2020-01-01"),
    ],
)
def test_another_signature_another_requirement_or_a_late_entry_fails_the_gate(known, before, after, why):
    result = known(ENTRY.replace(before, after))
    assert result.ret == 7
    result.stdout.fnmatch_lines([f"baseline (exit code 7): {why}", "FAIL *1 fail, 1 pass of 2 tests"])


def test_a_test_that_passes_again_makes_its_entry_stale(known):
    result = known(ENTRY, PASSING.replace("test_ok", "test_it"))
    assert result.ret == 7
    result.stdout.fnmatch_lines(
        ["baseline (exit code 7): stale: *the test passes now", "PASS *1 pass of 1 tests"]
    )


def test_an_entry_for_a_test_that_is_gone_is_stale(known):
    result = known(ENTRY, PASSING)
    assert result.ret == 7
    result.stdout.fnmatch_lines(["*stale: *there is no such test any more"])


def test_an_entry_for_a_test_that_was_not_selected_is_left_alone(known):
    assert known(ENTRY, PASSING + FAILING, "-k", "test_ok").ret == 0


def test_an_entry_for_a_peer_that_is_not_judged_is_left_alone(known):
    other = ENTRY.replace("[reference]", "[other]").replace("link", 'peer = "other"\nlink')
    assert known(other, PASSING).ret == 0


def test_a_test_that_could_not_be_judged_is_not_excused(known, suite):
    suite.behave(None)
    assert known(ENTRY).ret == 6


@pytest.mark.parametrize("fail_on", ["must", "any"])
def test_a_strict_gate_does_not_let_known_deviations_pass(known, fail_on):
    result = known(ENTRY, PASSING + FAILING, "--atmt-fail-on", fail_on)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"failures (exit code 1): 1 deviating as known (--atmt-fail-on={fail_on})"])


def test_fail_on_new_without_a_baseline_is_refused(suite):
    result = suite.run(PASSING, "--atmt-fail-on", "new")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*say what is known: --atmt-baseline FILE"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ENTRY.replace("link", "url"), "unknown keys: url; known are expires, link, peer"),
        (ENTRY.replace('reason = "answers too eagerly"\n', ""), "entry 1 lacks reason"),
        (ENTRY.replace("answers too eagerly", ""), "entry 1 lacks reason"),
        (ENTRY.replace("2999-12-31", '"2999-12-31"'), "write a date without quotes"),
        (ENTRY * 2, "is there twice"),
        ("[[unknown]]\n", "unknown section unknown; known is"),
        ("[", "cannot be read as a baseline"),
    ],
)
def test_a_wrong_baseline_says_what_is_wrong(tmp_path, text, complaint):
    file = tmp_path / "known.toml"
    file.write_text(text)
    with pytest.raises(BaselineError, match=complaint):
        read(file)


def test_a_missing_baseline_stops_the_run(suite):
    result = suite.run(PASSING, "--atmt-baseline", "nowhere.toml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*nowhere.toml cannot be read as a baseline*"])


def test_what_was_written_is_read_again(tmp_path):
    entry = Entry(
        't.py::t[a-"q"]', ("A", "B"), "X ended in Y, assert x == 'ü'", "why", date(2030, 1, 2), "p", "l"
    )
    write(tmp_path / "k.toml", {entry.test: entry})
    assert read(tmp_path / "k.toml") == {entry.test: entry}


def test_an_entry_holds_on_the_day_it_expires():
    entry = Entry("t", ("A",), "s", "r", date(2030, 1, 2))
    assert compare(entry, ["A"], "s", date(2030, 1, 2))[0] == "known"
    assert compare(entry, ["A"], "s", date(2030, 1, 3))[0] == "expired"


def test_an_update_writes_what_fails_and_the_next_run_knows_it(suite):
    args = ("--atmt-baseline", "known.toml")
    first = suite.run(PASSING + FAILING, *args, "--atmt-baseline-update")
    assert first.ret == 1
    first.stdout.fnmatch_lines(["baseline: known.toml: 1 added, 0 changed, 0 removed; *"])
    assert suite.run(PASSING + FAILING, *args).ret == 0


def test_an_update_keeps_reasons_and_drops_what_passes(known, suite):
    known(ENTRY + ENTRY.replace("test_it[", "test_ok["), PASSING + FAILING, "--atmt-baseline-update")
    [entry] = tomllib.loads((suite.pytester.path / "known.toml").read_text())["known"]
    assert entry["reason"] == "answers too eagerly"
    assert suite.run(PASSING + FAILING, "--atmt-baseline", "known.toml").ret == 0


def test_an_update_does_not_prolong_what_has_expired(known, suite):
    known(ENTRY.replace("2999", "2020"), PASSING + FAILING, "--atmt-baseline-update")
    assert suite.run(PASSING + FAILING, "--atmt-baseline", "known.toml").ret == 7


def test_the_signature_of_an_assertion_is_its_text_not_its_values(known):
    test = '@requirement("PING-1")\ndef test_it(ping):\n    assert ping().duration == id(ping)\n'
    signature = "Ping ended in END, assert ping().duration == id(ping)"
    assert known(ENTRY.replace("Ping ended in END", signature), PASSING + test).ret == 0


def test_workers_know_the_baseline_too(known, suite):
    known(ENTRY)
    result = suite.pytester.runpytest_subprocess(
        "-n2", "-p", "no:cacheprovider", "--atmt-baseline", "known.toml"
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(["PASS WITH FINDINGS *1 known deviation, 1 pass of 2 tests"])
