"""Green for nothing: how eleven known harnesses turn green although nothing was shown, and that this one does not.

Each test names the harness that does it wrong; more attempts of our own: test_attempts_at_green.py.
"""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt
from pytest_atmt import gates
from pytest_atmt.baseline import Entry, compare
from pytest_atmt.peers.reference import ReferencePeer
from tests.mutants.judge import found, judge, judge_mutant
from tests.mutants.servers import MUTANTS

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
FAILING = PASSING.replace("ping()", 'ping(ends="SILENCE")')
FIVE = '@requirement("PING-1")\n@pytest.mark.parametrize("n", range(5))\ndef test_it(ping, n):\n    ping()\n'


def _junit(suite, *names):
    return [
        [e.tag for e in ElementTree.parse(suite.pytester.path / n).iter("testcase") for e in e] for n in names
    ]


@pytest.mark.parametrize("args", [["-k", "nothing"], ["--requirement", "NOPE-*"], ["--level", "MAY"]])
def test_a_selection_that_matches_nothing_is_not_green(suite, args):
    """h2spec: a section that matches no test exits with 0."""
    assert suite.run(PASSING, *args).ret == 5


def test_a_selection_that_matches_nothing_is_not_green_with_workers(suite):
    """h2spec, once more: an xdist controller sees no test."""
    suite.run(PASSING)
    assert suite.pytester.runpytest_subprocess("-n1", "-p", "no:cacheprovider", "-k", "nothing").ret == 5


def test_a_peer_lost_midway_leaves_every_report_behind(suite):
    """h2spec: a connection refused in the middle exits without a JUnit file."""
    suite.behave(None, greet="len(GREETED) < 1 and not GREETED.append(1)")
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\nGREETED = []\n")
    assert suite.run(FIVE, "--junitxml=a.xml", "--atmt-junit=b.xml", "--atmt-summary=s.md").ret == 6
    for tags in _junit(suite, "a.xml", "b.xml"):
        assert tags.count("error") == 5
    assert (suite.pytester.path / "s.md").read_text().startswith("## 🟠 INCOMPLETE")
    assert suite.record()["outcome"] == "INCOMPLETE"


def test_a_failure_is_a_failure_in_junit_and_no_error(suite):
    """h2spec: its JUnit counts a failure as an error."""
    suite.run(FAILING, "--junitxml=a.xml", "--atmt-junit=b.xml")
    for tags in _junit(suite, "a.xml", "b.xml"):
        assert "failure" in tags
        assert "error" not in tags


@pytest.mark.parametrize(
    ("args", "code"), [(["test_it.py::test_nothing"], 4), (["nothing.py"], 4), (["--peer", "nobody"], 4)]
)
def test_an_unknown_test_or_peer_is_no_success(suite, args, code):
    """quic-interop-runner: an unknown test exits with 0."""
    assert suite.run(PASSING, *args).ret == code


@pytest.mark.parametrize("failures", [1, 255, 256, 512])
def test_the_exit_code_is_no_count(failures):
    """quic-interop-runner: 256 failures exit with 0."""
    tests = [{"verdict": "fail", "baseline": None, "nodeid": str(n)} for n in range(failures)]
    settings = {"fail_on": "must", "require": "", "baseline": None, "coverage": {}}
    document = {"settings": settings, "tests": tests, "peers": {}, "other_failures": 0}
    assert gates.exit_code(gates.of(document)) == 1


def test_a_peer_that_fails_everything_failed(suite):
    """quic-interop-runner: what fails everywhere is rewritten to unsupported."""
    suite.behave("what?", greet="True")
    result = suite.run(FIVE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["PING-1 MUST *FAIL*", "FAIL *5 fail of 5 tests"])


def test_inconclusive_is_not_success_in_junit(suite):
    """Titan: its JUnit logger writes inconclusive as a success."""
    suite.behave(None)
    suite.run(PASSING, "--junitxml=a.xml", "--atmt-junit=b.xml")
    for tags in _junit(suite, "a.xml", "b.xml"):
        assert "error" in tags


def test_a_regression_that_is_printed_is_also_an_exit_code(suite):
    """Osmocom: compare-results prints a regression and exits with 0."""
    path = suite.pytester.path
    for name, test in (("old", PASSING), ("new", FAILING)):
        suite.run(test, "--atmt-report", name)
    done = CliRunner().invoke(atmt, ["report", "diff", str(path / "old"), str(path / "new")])
    assert done.exit_code == 1
    assert "new failure: test_it.py::test_it[reference]: pass -> fail" in done.output


def test_a_failure_is_an_exit_code(suite):
    """Autobahn: the exit code is always 0."""
    assert suite.run(FAILING).ret == 1


@pytest.mark.parametrize(
    "lax",
    [
        ["--atmt-fuzz", "0", "--atmt-html", "no", "--atmt-capture", "never"],
        ["--atmt-cov-fail-under", "0"],
        ["--runxfail"],
        ["-p", "no:warnings", "--disable-warnings", "-q"],
        ["-o", "strict=false"],
    ],
)
def test_no_option_hides_a_packet_that_nobody_expects(suite, lax):
    """ptf, once more: with --relax it no longer looks for other packets."""
    suite.behave("what?", greet="True")
    heard = "    run = ping(ends=['END', 'NONSENSE'])\n    assert [e.via for e in run.received()] == []\n"
    assert suite.run(f'@requirement("PING-1")\ndef test_it(ping):\n{heard}', *lax).ret == 1


@pytest.mark.parametrize("fail_on", ["must", "any", "new"])
def test_no_option_makes_a_missed_must_green(suite, fail_on):
    """ptf: an option to relax one thing silently switches off another check."""
    (suite.pytester.path / "known.toml").write_text("")
    assert suite.run(FAILING, "--atmt-fail-on", fail_on, "--atmt-baseline", "known.toml").ret == 1


def test_a_peer_that_is_not_there_passes_nothing(suite):
    """a2a-tck, libosdp-conformance: an unreachable peer gives 100 % or "28 passed"."""
    suite.behave(None)
    result = suite.run(FIVE, "--atmt-require", "MUST", "--atmt-cov-fail-under", "1")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["INCOMPLETE *5 inconclusive of 5 tests", "*5 inconclusive in *"])
    assert suite.record()["requirements"]["PING-1"]["verdicts"] == {"reference": "inconclusive"}


def test_a_peer_that_is_gone_does_not_pass_a_test_of_silence(suite, monkeypatch):
    """a2a-tck, libosdp-conformance, once more: what must be ignored is ignored best by a peer that is dead."""
    monkeypatch.setattr(ReferencePeer, "mortal", True)
    suite.behave(None, greet="len(GREETED) < 1 and not GREETED.append(1)")
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\nGREETED = []\n")
    assert suite.run(FAILING).ret == 6
    assert "its silence proves nothing" in suite.record()["tests"][0]["reason"]


@pytest.mark.parametrize("mutant", MUTANTS[::60], ids=lambda mutant: mutant.name)
def test_no_test_asserts_the_inverse_of_what_it_cites(mutant):
    """a2a-tck: a test asserts the inverse of the MUST that it cites.

    A peer that breaks a requirement fails tests of it, the right one passes them; of every mutant: tests/mutants.
    """
    assert found(judge_mutant(mutant)) >= set(mutant.breaks)
    assert {one.verdict for one in judge(requirements=sorted(mutant.breaks))} == {"pass"}


@pytest.mark.parametrize("body", ["pytest.skip('later')", "pytest.xfail('later')"])
def test_a_skipped_must_does_not_leave_the_count(suite, body):
    """MCP conformance: a skipped MUST disappears from the count."""
    result = suite.run(PASSING + f"    {body}\n")
    assert result.ret == 1
    assert suite.record()["peers"]["reference"]["unverified"] == ["PING-1"]


@pytest.mark.parametrize("mark", ["skip", "xfail", "skipif(True, reason='later')"])
def test_a_must_that_a_mark_skips_does_not_leave_the_count(suite, mark):
    """MCP conformance, once more: skipped before it began, or expected to fail."""
    result = suite.run(f"@pytest.mark.{mark}\n" + FAILING)
    assert result.ret != 0
    assert suite.record()["outcome"] != "PASS"


def test_a_must_that_nobody_tests_does_not_leave_the_count(suite):
    """MCP conformance, once more: there is no test at all."""
    suite.run('@requirement("PING-2")\ndef test_it(ping):\n    ping()\n')
    assert suite.record()["peers"]["reference"]["unverified"] == ["PING-1"]
    assert suite.record()["exit_code"] == 6


def test_a_refusal_for_another_reason_is_not_the_refusal_that_was_expected(suite):
    """MCP conformance, vera: a negative test is green for the wrong reason."""
    suite.behave("what?", greet="True")
    assert suite.run(FAILING).ret == 1


@pytest.mark.parametrize(
    "signature", ["Ping ended in END", "Ping ended in SILENCE, assert x", "ping ended in silence", ""]
)
def test_a_known_failure_excuses_no_similar_one(signature):
    """golang/go: an expected error is matched too loosely."""
    entry = Entry("t", ("A",), "Ping ended in SILENCE", "why", date.max)
    assert compare(entry, ["A"], signature, date(2030, 1, 1))[0] == "mismatched"


HARNESSES = (
    "h2spec",
    "quic-interop-runner",
    "Titan",
    "Osmocom",
    "Autobahn",
    "ptf",
    "a2a-tck",
    "libosdp-conformance",
    "MCP conformance",
    "vera",
    "golang/go",
)


@pytest.mark.parametrize("harness", HARNESSES)
def test_each_of_the_eleven_is_named_by_a_test_here(harness):
    told = [value.__doc__ or "" for name, value in globals().items() if name.startswith("test_")]
    assert any(harness in text.partition(":")[0] for text in told)
