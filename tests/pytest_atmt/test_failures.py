"""What the terminal says of failures: alike ones once, with the path and the packets around the divergence."""

from __future__ import annotations

TESTS = """
import pytest
from pytest_atmt import requirement

@requirement("PING-1")
@pytest.mark.parametrize("word", ["ping", "hello", "again"])
def test_it(ping, word):
    ping(word=word, ends="SILENCE")

@requirement("PING-1")
def test_way(ping):
    assert ping().path == ["BEGIN", "WAITING", "SILENCE"]
"""


def told(result) -> list[str]:
    lines = result.outlines
    start = next(n for n, line in enumerate(lines) if " what failed " in line)
    end = next(n for n, line in enumerate(lines[start + 1 :], start + 1) if line.startswith("==="))
    return lines[start + 1 : end]


def test_alike_failures_are_told_once(suite):
    lines = told(suite.run(TESTS))
    heads = [line for line in lines if line.startswith("FAIL")]
    assert heads == [
        "FAIL  test_it[reference-ping] (PING-1), and 2 like it",
        "FAIL  test_way[reference] (PING-1)",
    ]


def test_path_and_packets_lead_to_the_place_where_it_went_wrong(suite):
    first, second = "\n".join(told(suite.run(TESTS))).split("FAIL")[1:]
    assert "observed  Ping ended in END" in first
    assert "path      BEGIN > WAITING > >>END<<" in first
    assert "expected  ['BEGIN', 'WAITING', 'SILENCE']" in second
    packets = [line.split()[1] for line in second.splitlines() if "sent" in line or "received" in line]
    assert packets == ["sent", "received"]


def test_a_quiet_run_says_what_failed_and_the_outcome_alone(suite):
    text = suite.run(TESTS, "-q").stdout.str()
    assert "what failed" in text
    assert "against ping: 4 fail of 4 tests" in text
    assert "requirements of ping" not in text
    assert "\x1b" not in text


def test_a_run_without_failures_has_no_word_of_them(suite):
    assert "what failed" not in suite.run(TESTS.replace("SILENCE", "END")).stdout.str()
