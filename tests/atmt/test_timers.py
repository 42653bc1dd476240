"""Timeouts and timers: exact, each instance's own, and never stalled."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, TesterFault, UnknownTimer


class Ticking(Automaton):
    def parse_args(self, slow=0.0, **kwargs):
        super().parse_args(**kwargs)
        self.slow = slow
        self.ticks = []

    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.timer(A, 0.1)
    def tick(self):
        self.ticks.append(round(self.clock.now(), 9))
        if self.slow:
            self.clock.advance_to(self.clock.now() + self.slow)

    @ATMT.timeout(A, 1.05)
    def leave(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.ticks


class Late(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.timeout(A, 0.5)
    def late(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.clock.now()


def test_a_timer_ticks_exactly_at_its_period(play):
    assert play(Ticking()).interpreter.result == [round(0.1 * n, 9) for n in range(1, 11)]


def test_a_timeout_fires_once_in_each_stay(play):
    class Once(Ticking):
        @ATMT.timeout(Ticking.A, 0.3)
        def once(self):
            self.once_at = [*getattr(self, "once_at", []), self.clock.now()]

    automaton = play(Once())
    assert automaton.once_at == [0.3]


def test_a_callback_slower_than_its_period_loses_no_tick_and_does_not_drift(play):
    ticks = play(Ticking(slow=0.035), limit=5).interpreter.result
    assert len(ticks) == 10
    assert ticks == [round(0.1 * n, 9) for n in range(1, 11)]


def test_a_callback_that_overruns_many_periods_still_gets_every_tick(play):
    ticks = play(Ticking(slow=0.25), limit=10).interpreter.result
    assert len(ticks) >= 4
    assert ticks == sorted(ticks)


def test_each_of_many_instances_has_its_timeout_at_its_time(play, simulation):
    automata = [Late() for _ in range(8)]
    play(*automata)
    simulation.run(automata[-1], 60)
    assert [a.interpreter.result for a in automata] == [0.5] * 8


def test_a_timer_of_one_instance_leaves_the_other_alone(play):
    one, other = Late(), Late()
    one.timer_by_name("late").set(2)
    assert (one.timer_by_name("late").get(), other.timer_by_name("late").get()) == (2, 0.5)
    assert play(one).interpreter.result == 2


def test_a_delay_that_was_set_outlives_a_restart(play, simulation):
    automaton = Late()
    automaton.timer_by_name("late").set(2)
    play(automaton)
    automaton.restart()
    began = simulation.clock.now()
    assert play(automaton).interpreter.result - began == 2


def test_an_unknown_timer_is_answered_with_those_there_are():
    with pytest.raises(UnknownTimer, match=r"Ticking has no timer or timeout 'tock'; it has tick, leave$"):
        Ticking().timer_by_name("tock")


@pytest.mark.parametrize("seconds", [-1, float("nan"), "1", None])
def test_a_delay_that_is_no_delay_is_refused(seconds):
    with pytest.raises(TesterFault, match="give a number that is not negative"):
        Late().timer_by_name("late").set(seconds)


def test_a_reentered_state_starts_its_timers_anew(play):
    class Again(Late):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.condition(A)
        def count(self):
            self.entries = getattr(self, "entries", 0) + 1

        @ATMT.timer(A, 0.3)
        def again(self):
            if self.entries < 3:
                raise self.A()

    assert play(Again()).interpreter.result == pytest.approx(1.1)


def test_timers_due_at_once_run_by_deadline_then_by_priority(play):
    class Crowd(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.order = []

        @ATMT.timer(A, 1, prio=1)
        def second(self):
            self.order.append("second")

        @ATMT.timer(A, 1, prio=0)
        def first(self):
            self.order.append("first")

        @ATMT.timeout(A, 1.5)
        def leave(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return self.order

    assert play(Crowd()).interpreter.result == ["first", "second"]


def test_a_change_of_the_date_changes_nothing(monkeypatch):
    import time

    monkeypatch.setattr(time, "time", lambda: 10**10)
    automaton = Late()
    automaton.timer_by_name("late").set(0.01)
    began = time.monotonic()
    automaton.run()
    assert 0.01 <= time.monotonic() - began < 5
