"""Tests are chosen by what they judge."""

from __future__ import annotations

import pytest

from pytest_atmt.requirements import Requirement
from pytest_atmt.selection import _within

TESTS = """
@requirement("PING-1")
def test_one(ping):
    ping()

@requirement("PING-2", behaviour="invalid")
def test_two(ping):
    ping()
"""


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--requirement", "PING-1"], "test_one"),
        (["--requirement", "*-2"], "test_two"),
        (["--level", "SHOULD"], "test_two"),
        (["--section", "1"], "test_one"),
        (["--section", "PING 2"], "test_two"),
        (["--section", "OTHER 1", "--section", "2"], "test_two"),
        (["-m", 'requirement(behaviour="invalid")'], "test_two"),
        (["--behaviour", "valid"], "test_one"),
        (["--behaviour", "invalid", "--level", "SHOULD", "--role", "server"], "test_two"),
    ],
)
def test_only_what_was_asked_for_is_run(suite, arguments, left):
    result = suite.run(TESTS, "-v", *arguments)
    result.stdout.fnmatch_lines([f"*{left}*PASSED*"])
    result.assert_outcomes(passed=1, deselected=1)


@pytest.mark.parametrize(
    ("wanted", "section", "within"),
    [
        ("4", "4", True),
        ("4", "4.2", True),
        ("4", "42", False),
        ("4.2", "4", False),
        ("RFC1 4", "4.2.1", True),
        ("RFC2 4", "4", False),
        ("RFC1 Packet Formats", "Packet Formats", True),
    ],
)
def test_a_section_holds_what_stands_beneath_it(wanted, section, within):
    requirement = Requirement("X", "RFC1", section, "MUST", "server", "x")
    assert _within(requirement, wanted) is within


def test_choosing_nothing_is_not_green(suite):
    assert suite.run(TESTS, "--requirement", "NONE-*").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_an_unknown_behaviour_is_refused(suite):
    result = suite.run('@requirement("PING-1", behaviour="odd")\ndef test_it(ping): ping()\n')
    result.stdout.fnmatch_lines(["*behaviour 'odd'; choose one of valid, invalid, inopportune, timer"])


def test_a_failure_before_the_preamble_is_inconclusive(suite):
    suite.behave("what?", greet="True")
    result = suite.run('@requirement("PING-1", preamble="END")\ndef test_it(ping):\n    ping()\n')
    assert result.ret == 6
    result.stdout.fnmatch_lines(["inconclusive: 1 test: the preamble was not reached: no run came to END"])


def test_a_failure_after_the_preamble_is_a_fail(suite):
    suite.behave("what?", greet="True")
    result = suite.run('@requirement("PING-1", preamble="WAITING")\ndef test_it(ping):\n    ping()\n')
    assert result.ret == 1


def test_a_requirement_that_is_not_testable_is_not_tested(suite):
    entry = '[[requirement]]\nid="PING-1"\nsection="1"\nlevel="MUST"\nrole="server"\ntext="x"\n'
    suite.catalogue(f'[standard]\nid="PING"\n{entry}class="untestable"\nreason="nobody sees it"\n')
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping()\n')
    result.stdout.fnmatch_lines(["*requirement PING-1 is 'untestable' in the catalogue (nobody sees it)*"])
