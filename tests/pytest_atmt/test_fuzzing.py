"""Fuzzing: seeds give the same variants, harm is found, made small, and handed over as a test."""

from __future__ import annotations

import random
import re

import pytest

from pytest_atmt.shrinking import Attempts, smallest
from pytest_atmt.variants import LARGEST, variant

RIGHT = [b"\0\1file\0octet\0", b"\0\4\0\1", b""]

FUZZED = """
from conftest import Ping
from pytest_atmt.fuzzing import Ground

def script(said):
    return f'SAID = {list(said)!r}\\n\\n@requirement("PING-2")\\ndef test_pasted(ground):\\n' + (
        '    for word in SAID:\\n        tell(ground, word)\\n    check(ground)\\n')

def tell(ground, word):
    ground(Ping, word, ends=["END", "SILENCE", "NONSENSE"])

def check(ground):
    ground(Ping)

@requirement("PING-2", behaviour="invalid")
def test_it(fuzz):
    fuzz([b"a word that may kill you", b"another one that kills"], tell, check, script)
"""
FRAGILE = """
        if DEAF: return
        DEAF.extend([pkt] * (b"kill" in bytes(pkt[UDP].payload)))
        if DEAF: return
"""


@pytest.fixture
def fragile(suite):
    """A reference peer that answers nobody any more once it was told to kill."""
    conftest = suite.pytester.path / "conftest.py"
    text = conftest.read_text().replace(
        "    def receive_ping(self, pkt):", f"    def receive_ping(self, pkt):{FRAGILE}"
    )
    text = text.replace("DEAF", "self.deaf")
    text = text.replace(
        "class Pong(Automaton):",
        "class Pong(Automaton):\n    def parse_args(self):\n        self.deaf = []\n",
    )
    conftest.write_text(text)
    return suite


@pytest.mark.parametrize("number", range(200))
def test_the_same_seed_gives_the_same_variant_and_it_fits_a_frame(number):
    made = variant(f"seed {number}", RIGHT)
    assert made == variant(f"seed {number}", RIGHT)
    assert len(made) <= LARGEST


def test_variants_are_many_and_mostly_wrong():
    made = {variant(str(number), RIGHT) for number in range(500)}
    assert len(made) > 300
    assert len(made & set(RIGHT)) < 5


def test_a_variant_does_not_hang_on_the_state_of_the_random_module():
    random.seed(1)
    first = variant("x", RIGHT)
    random.seed(2)
    assert variant("x", RIGHT) == first


def test_the_smallest_part_that_does_harm_is_found():
    said = [b"hello", b"x" * 700 + b"%n" + b"y" * 500, b"bye"]
    assert smallest(said, lambda sequence: any(b"%n" in octets for octets in sequence)) == [b"%n"]


def test_two_datagrams_that_do_harm_together_are_kept_together():
    said = [b"..a..", b"other", b"..b.."]
    assert smallest(
        said, lambda sequence: b"a" in b"".join(sequence) and sequence[-1:] != [] and b"b" in sequence[-1]
    ) == [
        b"a",
        b"b",
    ]


def test_attempts_end_and_what_was_tried_is_not_tried_again():
    tried = []
    attempts = Attempts(lambda sequence: tried.append(sequence) or True, 2)
    assert [attempts([b"a"]), attempts([b"a"]), attempts([b"b"]), attempts([b"c"])] == [
        True,
        True,
        True,
        False,
    ]
    assert tried == [(b"a",), (b"b",)]


def test_harm_is_a_fail_though_only_a_should_is_judged(fragile):
    result = fragile.run(FUZZED, "--atmt-fuzz", "9")
    assert result.ret == 1
    [test] = fragile.record()["tests"]
    assert test["verdict"] == "fail"
    assert test["signature"] == "Ping ended in SILENCE, harmed by malformed datagrams"


def test_the_least_that_does_harm_is_printed_as_a_test_that_fails_when_it_is_pasted(fragile):
    fragile.run(FUZZED, "--atmt-fuzz", "9")
    reason = fragile.record()["tests"][0]["reason"]
    pasted = reason[reason.index("SAID = ") : reason.index("    check(ground)") + 18]
    assert "the least that does it, as a test:" in reason
    assert re.match(r"SAID = \[b'kill'\]\n", pasted)
    fragile.run(f"{FUZZED}\n{pasted}", "-k", "pasted")
    record = fragile.record()
    assert {t["nodeid"]: t["verdict"] for t in record["tests"]} == {
        "test_it.py::test_pasted[reference]": "finding"
    }


def test_a_pasted_test_passes_where_the_peer_bears_it(suite):
    pasted = (
        '\n@requirement("PING-2")\ndef test_pasted(ground):\n    tell(ground, b"kill")\n    check(ground)\n'
    )
    assert suite.run(FUZZED + pasted, "-k", "pasted").ret == 6
    assert [t["verdict"] for t in suite.record()["tests"]] == ["pass"]


def test_a_peer_that_bears_it_passes_with_as_many_runs_as_asked_for(suite):
    suite.run(FUZZED, "--atmt-fuzz", "5")
    [test] = suite.record()["tests"]
    assert test["verdict"] == "pass"
    assert len(test["runs"]) == 11  # the first of them asks whether it serves at all


def test_another_seed_says_other_things_and_the_record_knows_the_seed(suite):
    def said(*args):
        suite.run(FUZZED, *args)
        [test] = suite.record()["tests"]
        return [run["packets"][0]["hex"] for run in test["runs"]]

    assert said() == said() != said("--atmt-seed", "7")
    assert suite.record()["provenance"][0]["seeds"]["--atmt-seed"] == "7"


def test_no_fuzzing_is_not_applicable_and_never_a_pass(suite):
    suite.run(FUZZED, "--atmt-fuzz", "0")
    [test] = suite.record()["tests"]
    assert (test["verdict"], test["reason"]) == ("not applicable", "fuzzing is switched off (--atmt-fuzz 0)")


@pytest.mark.parametrize("number", ["-1", "many"])
def test_what_is_no_number_of_variants_is_refused(suite, number):
    assert suite.run(FUZZED, f"--atmt-fuzz={number}").ret == 4


def test_a_replay_says_the_same_and_comes_to_the_same_verdict(fragile):
    fragile.run(FUZZED, "--atmt-fuzz", "9")
    (fragile.pytester.path / "reports/ping/report.json").rename(fragile.pytester.path / "kept.json")
    assert fragile.run(FUZZED, "--atmt-replay", "kept.json", "--atmt-fuzz", "9").ret == 1
    [test] = fragile.record()["tests"]
    assert "a replay has no peer to try less on" in test["reason"]
