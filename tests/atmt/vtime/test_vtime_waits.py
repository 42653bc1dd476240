"""Each way of waiting for a second that a program may choose takes a second of the clock, and no time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from vtimepeers import Program

from atmt.errors import NoVirtualTime
from atmt.lab.vtime import PeerClock

SOURCE = (Path(__file__).parent / "battery.c").read_text()
COVERED = re.findall(r"\bWAIT\(w_(\w+)\)", SOURCE)
Run = Callable[..., Program]


@pytest.mark.parametrize("wait", COVERED)
def test_a_second_is_a_second_of_the_clock(run: Run, battery: str, wait: str) -> None:
    program = run(battery, f"w_{wait}")
    jumps = program.jumps()
    assert program.output() == "1.000000000 1.000000 1"
    assert jumps in ([1], [0.5, 1])


@pytest.mark.parametrize("wait", ["timer_create", "cnd_timedwait"])
def test_a_timer_that_is_not_covered_is_refused_by_name(run: Run, battery: str, wait: str) -> None:
    program = run(battery, f"u_{wait}")
    with pytest.raises(NoVirtualTime, match=f"it uses {wait}, which the virtual clock does not cover"):
        program.jumps()


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        ("cond_between_processes", "condition variables between processes"),
        ("timerfd_after_fork", "had set a timerfd for both"),
        ("timerfd_set_after_fork", "sets a timerfd that was made before a fork"),
    ],
)
def test_what_two_processes_share_is_refused_with_the_reason(
    run: Run, battery: str, wait: str, reason: str
) -> None:
    program = run(battery, f"u_{wait}")
    with pytest.raises(NoVirtualTime, match=reason):
        program.jumps()


def test_a_wait_that_is_not_covered_is_refused_though_nobody_knows_it(
    run: Run, battery: str, clock: PeerClock
) -> None:
    run(battery, "u_mutex")
    with pytest.raises(NoVirtualTime, match=r"battery u_mutex` waits in a way .* not cover"):
        clock.quiet(timeout=0.1)


def test_a_program_that_computes_for_ever_is_told_from_one_that_waits(
    run: Run, battery: str, clock: PeerClock
) -> None:
    run(battery, "u_busy")
    with pytest.raises(TimeoutError, match="still computes"):
        clock.quiet(timeout=0.1)
