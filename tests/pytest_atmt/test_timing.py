"""Times are told as ranges, and a slow machine is no failure of the peer's."""

from __future__ import annotations

import pytest

from pytest_atmt.timing import About, calibrate

EXACTLY = """
@requirement("PING-1")
def test_it(ping, about):
    run = ping(ends="SILENCE", impair=[drop(direction="received")])
    assert run.duration == about({seconds})
"""


@pytest.mark.parametrize(
    ("time", "equal"), [(1.0, True), (0.89, False), (0.91, True), (1.29, True), (1.31, False)]
)
def test_a_time_is_a_range(time, equal):
    assert (time == About(1.0, early=0.1, late=0.3)) is equal


def test_the_range_and_what_cannot_be_told_stand_in_the_failure():
    told = repr(About(2.0, lateness=0.25, round_trip=0.05))
    assert told == "1.700000 to 2.300000 s (epsilon 0.300000 s: lateness 0.250000, round trip 0.050000)"


def test_lateness_is_measured():
    assert 0 < calibrate() < 10


def test_virtual_time_is_exact(suite):
    assert suite.run(EXACTLY.format(seconds=5)).ret == 0


def test_a_time_that_is_not_right_fails_with_its_range(suite):
    result = suite.run(EXACTLY.format(seconds=4.9))
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*assert 5.0 == 4.899999 to 4.900001 s (epsilon 0.000001 s: lateness 0.000001, *"]
    )


def test_a_failure_while_the_harness_was_late_is_inconclusive(suite):
    test = """
@requirement("PING-1")
def test_it(ping):
    run = ping()
    run.clock, run.automaton.lateness = "real", 0.2
    assert run.result == "other"
"""
    result = suite.run(test)
    assert result.ret == 6
    result.stdout.fnmatch_lines(
        ["inconclusive: 1 test: the harness was late by 0.200 s, more than the 0.1 s that*"]
    )


def test_a_failure_after_this_machine_lost_frames_is_inconclusive(suite):
    test = """
@requirement("PING-1")
def test_it(ping):
    run = ping()
    run.lost = 3
    assert run.result == "other"
"""
    suite.run(test).stdout.fnmatch_lines(["inconclusive: 1 test: this machine lost 3 frames of the conv*"])
    assert suite.record()["tests"][0]["runs"][0]["lost"] == 3
