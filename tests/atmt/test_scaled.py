"""A clock that goes faster than the machine's, and an automaton that lives by it."""

from __future__ import annotations

import time

from atmt import ATMT, Automaton
from atmt.clock import ScaledClock
from atmt.frame import Frame
from atmt.links.retimed import RetimedLink


class Patient(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.timeout(A, 100)
    def enough(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.clock.now()


def test_a_timer_runs_as_fast_as_the_clock():
    began = time.monotonic()
    automaton = Patient()
    automaton.clock = ScaledClock(1000)
    assert automaton.run() >= 100
    assert time.monotonic() - began < 10


def test_a_moment_of_the_machines_clock_is_one_of_the_scaled():
    clock = ScaledClock(10)
    origin = time.monotonic()
    assert abs(clock.of(origin + 1) - clock.of(origin) - 10) < 1e-6


def test_a_retimed_link_turns_the_times_of_what_arrives():
    class Three:
        mtu = 7

        def receive(self):
            return Frame(b"", at=3.0)

    link = RetimedLink(Three(), lambda at: at * 10)
    assert (link.receive().at, link.mtu) == (30.0, 7)
