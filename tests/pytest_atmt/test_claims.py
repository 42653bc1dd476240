"""What peers claim (ICS): conditions over claims, probing, and what is not applicable."""

from __future__ import annotations

import pytest

from pytest_atmt.ics import ClaimError, Condition

TEST = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
CONDITIONAL = """
[standard]
id = "PING"

[[requirement]]
id = "PING-1"
section = "1"
level = "MUST"
role = "server"
text = "A ping is answered."
applies_if = "answers and not mute"
"""


@pytest.mark.parametrize(
    ("text", "claims", "expected"),
    [
        ("", {}, True),
        ("a", {"a": True}, True),
        ("a", {"a": None}, None),
        ("not a", {"a": None}, None),
        ("a and b", {"a": False, "b": None}, False),
        ("a and b", {"a": True, "b": None}, None),
        ("a or b", {"a": None, "b": True}, True),
        ("a or not b", {"a": False, "b": True}, False),
    ],
)
def test_a_condition_knows_three_values(text, claims, expected):
    assert Condition(text).holds(claims) is expected


@pytest.mark.parametrize("text", ["a +", "a + b", "__import__('os')", "a.b", "a == b", "1"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ClaimError, match="is no condition"):
        Condition(text).names()


@pytest.fixture
def conditional(suite):
    suite.catalogue(CONDITIONAL)
    (suite.pytester.path / "ics.toml").write_text(
        '[ics]\nanswers = "Does it answer?"\nmute = "Is it mute?"\n'
    )
    return suite


def _claim(suite, text):
    suite.peer("reference", f'[peer]\nname = "reference"\nadapter = "reference"\n[ics]\n{text}\n')


def _probe(suite, name, result):
    conftest = suite.pytester.path / "conftest.py"
    text = conftest.read_text().replace(
        "        port=7,\n", f'        port=7,\n        probes={{"{name}": {result}}},\n'
    )
    conftest.write_text(text)


def test_a_requirement_on_what_is_not_claimed_is_not_applicable(conditional):
    _claim(conditional, "answers = false")
    result = conditional.run(TEST)
    assert result.ret == 6
    result.stdout.fnmatch_lines(["not applicable: 1 test: reference claims otherwise: answers and not mute"])


def test_what_is_claimed_is_judged(conditional):
    _claim(conditional, "answers = true\nmute = false")
    assert conditional.run(TEST).ret == 0


def test_what_is_unknown_is_judged(conditional):
    assert conditional.run(TEST).ret == 0


def test_what_is_unknown_is_probed(conditional):
    _probe(conditional, "mute", "lambda talk, files: True")
    result = conditional.run(TEST)
    assert result.ret == 6
    result.stdout.fnmatch_lines(["not applicable: 1 test: reference shows otherwise: answers and not mute"])


def test_a_claim_that_does_not_hold_is_in_the_record(conditional):
    _claim(conditional, "answers = true")
    _probe(conditional, "answers", "lambda talk, files: False")
    conditional.run(TEST).stdout.fnmatch_lines(["*answers is claimed but does not work*"])


def test_a_claim_that_nobody_asks_for_is_refused(conditional):
    _claim(conditional, "anwers = true")
    result = conditional.run(TEST)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*peer reference: [[]ics] 'anwers' is asked for by no one; known are answers, mute"]
    )


def test_a_condition_on_what_is_not_asked_is_refused(suite):
    suite.catalogue(CONDITIONAL)
    result = suite.run(TEST)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*PING-1 applies if 'answers and not mute', but ics.toml asks no peer for answers, mute"]
    )
