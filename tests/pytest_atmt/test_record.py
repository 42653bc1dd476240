"""The record: complete, described by its schema, the same for the same run."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

jsonschema = pytest.importorskip("jsonschema")

TESTS = """
@requirement("PING-1")
@pytest.mark.parametrize("ends", ["END", "SILENCE"])
def test_it(ping, ends):
    ping(ends=ends)

@requirement("PING-2")
def test_should(ping):
    ping(ends="SILENCE")

@requirement("PING-1")
def test_broken(ping):
    1 / 0
"""
PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
TWO_MUSTS = """
[standard]
id = "PING"
[[requirement]]
id = "PING-1"
section = "1"
level = "MUST"
role = "server"
text = "A ping is answered."
[[requirement]]
id = "PING-2"
section = "2"
level = "MUST NOT"
role = "server"
text = "It is answered twice."
"""


def _check(document):
    schema = json.loads((resources.files("pytest_atmt") / "schema/report-1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_a_record_is_what_its_schema_says(suite):
    suite.run(TESTS)
    _check(suite.record())


def test_a_record_of_a_silent_peer_is_what_its_schema_says(suite):
    suite.behave(None)
    suite.run(TESTS)
    _check(suite.record())


def test_a_record_of_a_stopped_run_is_what_its_schema_says(suite):
    suite.run(TESTS, "-x")
    _check(suite.record())
    assert suite.record()["missing"]


def test_two_runs_differ_only_in_times_of_day_and_durations(suite):
    def told():
        suite.run(TESTS)
        facts = {
            k: v for k, v in suite.record().items() if k not in ("delta", "history")
        }  # of the run before
        text = json.dumps(facts, indent=1)
        return re.sub(
            r'"(began|ended)": "[^"]*"|(?<!_)"duration": [0-9.e-]+,\n   "(?=requirements|verdict)', "", text
        )

    first = told()
    assert re.sub(r'"duration": [0-9.e-]+', "", first) == re.sub(r'"duration": [0-9.e-]+', "", told())


def test_a_record_says_where_it_comes_from(suite):
    suite.run(TESTS)
    [origin] = suite.record()["provenance"]
    assert origin["versions"].keys() >= {"pytest", "scapy"}
    assert origin["catalogue"]["files"] == 1
    assert origin["suite"]["sha256"] != origin["atmt"]["sha256"]
    assert origin["command"]


def test_a_changed_catalogue_has_another_hash(suite):
    suite.run(TESTS)
    [before] = suite.record()["provenance"]
    suite.catalogue(TWO_MUSTS)
    suite.run(TESTS)
    [after] = suite.record()["provenance"]
    assert before["catalogue"] != after["catalogue"]


def test_a_peer_that_knows_its_origin_is_asked(suite, monkeypatch):
    from pytest_atmt.peers.reference import ReferencePeer

    monkeypatch.setattr(ReferencePeer, "provenance", lambda self: {"version": "1.2"}, raising=False)
    suite.run(PASSING)
    assert suite.record()["peers"]["reference"]["provenance"] == {"version": "1.2"}


def test_a_record_that_an_earlier_run_left_is_not_taken_for_this_ones(suite):
    suite.run(PASSING)
    assert suite.run(PASSING.replace("    ping()", "    pytest.exit('now')")).ret == 2
    assert suite.record()["missing"]


def test_tests_that_came_to_no_result_are_named_and_nothing_is_green(suite):
    result = suite.run(
        '@requirement("PING-1")\ndef test_stop(ping):\n    ping(ends="SILENCE")\n' + PASSING, "-x"
    )
    assert result.ret == 1
    [missing] = suite.record()["missing"]
    assert missing["nodeid"] == "test_it.py::test_it[reference]"
    result.stdout.fnmatch_lines(
        ["*1 of 2 tests came to no result*", "*no result: test_it.py::test_it[[]reference]"]
    )


def test_a_must_that_no_test_judges_makes_the_whole_suite_incomplete(suite):
    suite.catalogue(TWO_MUSTS)
    result = suite.run(PASSING)
    assert result.ret == 6
    result.stdout.fnmatch_lines(
        [
            "completeness (exit code 6): reference: MUST not verified (1 of 2): PING-2",
            "INCOMPLETE *1 pass of 1 tests",
        ]
    )


@pytest.mark.parametrize("selection", [["test_it.py"], ["-k", "not other"], ["--requirement", "PING-1"]])
def test_a_must_outside_of_what_was_selected_is_not_missed(suite, selection):
    suite.catalogue(TWO_MUSTS)
    other = '@requirement("PING-2")\ndef test_other(ping):\n    ping()\n'
    result = suite.run(PASSING + (other if "test_it.py" not in selection else ""), *selection)
    assert result.ret == 0
    assert not suite.record()["selection"]["whole"]


def test_a_must_that_is_not_to_be_tested_is_not_missed(suite):
    suite.catalogue(TWO_MUSTS + 'class = "untestable"\nreason = "nobody can see it"\n')
    result = suite.run(PASSING)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*without a test, as the catalogue says (1 of 2): PING-2 (untestable)"])


def test_a_selection_without_any_must_judged_nothing(suite):
    result = suite.run(PASSING + PASSING.replace("PING-1", "PING-2").replace("it(", "other("), "-k", "other")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["*no MUST was judged", "INCOMPLETE *"])


def test_require_counts_what_was_deselected_too(suite):
    suite.catalogue(TWO_MUSTS)
    other = '@requirement("PING-2")\ndef test_other(ping):\n    ping()\n'
    result = suite.run(PASSING + other, "-k", "not other", "--atmt-require", "MUST")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["require MUST (exit code 6): reference: 1 not judged: PING-2"])


def test_require_should_asks_for_the_shoulds_as_well(suite):
    assert suite.run(PASSING, "--atmt-require", "MUST").ret == 0
    assert suite.run(PASSING, "--atmt-require", "SHOULD").ret == 6


def test_a_record_that_cannot_be_written_stops_the_run_before_it_judges(suite):
    (suite.pytester.path / "file").write_text("no folder")
    result = suite.run(PASSING, "--atmt-report", "file/below")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*the record cannot be written to file/below: *give another folder with --atmt-report"]
    )


def test_what_a_test_expected_stands_in_the_record(suite):
    suite.run(
        '@requirement("PING-1")\ndef test_end(ping):\n    ping(ends=["SILENCE", "NONSENSE"])\n'
        '@requirement("PING-1")\ndef test_path(ping):\n    assert ping().path == ["BEGIN", ..., "SILENCE"]\n'
        + PASSING
    )
    _check(suite.record())
    end, path, passed = suite.record()["tests"]
    assert end["runs"][0]["expected"] == ["SILENCE", "NONSENSE"]
    assert path["expected_path"] == {"path": ["BEGIN", "...", "SILENCE"], "at": 3}
    assert passed["runs"][0]["expected"] == []
    assert "expected_path" not in passed
