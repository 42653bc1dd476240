"""A failure is put down to the requirement that it breaks, which need not be the one that its test is for."""

from __future__ import annotations

import pytest

SIZE = '@requirement("PING-1")\ndef test_size(ping):\n    ping()\n'
BREACHES = '    breaches = {{"NONSENSE": ("{}",)}}\n\n    def parse_args(self, word='


@pytest.fixture
def nonsense(suite):
    """``nonsense(level, id)``: the peer answers nonsense, which breaks `id`; of the level of PING-2."""

    def make(level="MUST", broken="PING-2", answer="what?"):
        catalogue = suite.pytester.path / "requirements" / "ping.toml"
        catalogue.write_text(catalogue.read_text().replace('"SHOULD"', f'"{level}"'))
        suite.behave(answer, greet="True")
        conftest = suite.pytester.path / "conftest.py"
        conftest.write_text(
            conftest.read_text().replace("    def parse_args(self, word=", BREACHES.format(broken), 1)
        )
        return suite

    return make


def verdicts(suite):
    return {id_: r["verdicts"].get("reference") for id_, r in suite.record()["requirements"].items()}


def test_what_is_broken_fails_and_what_the_test_is_for_stays_open(nonsense):
    suite = nonsense()
    result = suite.run(SIZE)
    assert result.ret == 1
    assert verdicts(suite) == {"PING-1": "inconclusive", "PING-2": "fail"}
    [test] = suite.record()["tests"]
    assert (test["verdict"], test["requirements"], test["prevented"]) == ("fail", ["PING-2"], ["PING-1"])
    result.stdout.fnmatch_lines(["*prevents *PING-1 from being judged"])


def test_it_weighs_as_much_as_what_is_broken(nonsense):
    suite = nonsense("SHOULD")
    result = suite.run(SIZE)
    assert suite.record()["tests"][0]["verdict"] == "finding"
    assert verdicts(suite) == {"PING-1": "inconclusive", "PING-2": "finding"}
    assert result.ret == 6  # a MUST that nobody judged is not green


def test_of_a_test_that_judges_both_only_the_broken_one_fails(nonsense):
    suite = nonsense()
    suite.run(SIZE.replace('"PING-1"', '"PING-1", "PING-2"'))
    assert verdicts(suite) == {"PING-1": "inconclusive", "PING-2": "fail"}


def test_what_the_test_is_for_fails_if_that_is_what_is_broken(nonsense):
    suite = nonsense(broken="PING-1")
    suite.run(SIZE)
    [test] = suite.record()["tests"]
    assert test["requirements"] == ["PING-1"]
    assert "prevented" not in test


def test_of_several_the_one_is_meant_that_the_test_is_for(nonsense):
    suite = nonsense(broken='PING-2", "PING-1')
    suite.run(SIZE)
    assert suite.record()["tests"][0]["requirements"] == ["PING-1"]
    suite.run(SIZE.replace("PING-1", "PING-2"))
    assert suite.record()["tests"][0]["requirements"] == ["PING-2"]


def test_a_failure_of_the_tests_own_is_its_own(nonsense):
    suite = nonsense()
    suite.run(
        '@requirement("PING-1")\ndef test_it(ping):\n    assert ping(ends="NONSENSE").result == b"pong"\n'
    )
    assert verdicts(suite) == {"PING-1": "fail", "PING-2": None}


def test_where_another_test_gets_through_the_requirement_is_open_all_the_same(nonsense):
    suite = nonsense()
    suite.run(SIZE + '@requirement("PING-1")\ndef test_other(ping):\n    ping(ends="NONSENSE")\n')
    assert verdicts(suite) == {"PING-1": "inconclusive", "PING-2": "fail"}


def test_a_breach_of_what_no_catalogue_has_is_an_error_of_the_suites(nonsense):
    suite = nonsense(broken="PING-9")
    suite.run(SIZE).stdout.fnmatch_lines(["*Ping.breaches names PING-9, which no catalogue has*"])
    assert suite.record()["tests"][0]["verdict"] == "error"


def test_a_peer_in_order_is_not_concerned(nonsense):
    suite = nonsense(answer="pong")
    suite.run(SIZE)
    assert verdicts(suite) == {"PING-1": "pass", "PING-2": None}
