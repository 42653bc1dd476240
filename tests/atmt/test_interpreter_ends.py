"""How a run ends, is stopped, held and continued, fed by hand."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, ErrorState, LostTransition, Stuck
from atmt.interpreter import Outcome


def test_a_state_with_nothing_to_wait_for_is_stuck_and_tells_its_result(started):
    class Dead(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            return 7

    error = started(Dead).error
    assert isinstance(error, Stuck)
    assert (error.state, error.result) == ("A", 7)


def test_an_error_state_tells_its_name_and_result(started):
    class Failing(Automaton):
        @ATMT.state(initial=1, error=1)
        def BAD(self):
            return "reason"

    error = started(Failing).error
    assert isinstance(error, ErrorState)
    assert (error.state, error.result) == ("BAD", "reason")
    assert "BAD" in str(error)
    assert "reason" in str(error)


class Closing(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        return "output"

    @ATMT.eof(A)
    def closed(self, output):
        if output:
            raise self.END().action_parameters(output)

    @ATMT.action(closed)
    def act(self, output):
        self.acted = output

    @ATMT.state(final=1)
    def END(self):
        return self.acted


def test_an_eof_is_a_condition_like_any_other_and_its_actions_run(started):
    interpreter = started(Closing)
    interpreter.eof(1.0)
    assert interpreter.result == "output"


def test_an_eof_condition_that_raises_nothing_is_an_error(started):
    class Undecided(Closing):
        @ATMT.eof(Closing.A)
        def closed(self, output): ...

    with pytest.raises(LostTransition, match=r"Undecided.closed returned on eof.*must raise a state"):
        started(Undecided).eof(1.0)


class Stopping(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.timeout(A, 100)
    def late(self): ...

    @ATMT.state(stop=1)
    def STOP(self): ...

    @ATMT.timeout(STOP, 2)
    def linger(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return "orderly"


def test_stop_goes_through_the_stop_state_to_its_own_end(started):
    interpreter = started(Stopping)
    interpreter.stop(1.0)
    interpreter.stop(1.5)
    assert interpreter.deadline == 3.0
    interpreter.expire(3.0)
    assert interpreter.result == "orderly"


def test_an_interrupted_loop_of_states_comes_back_and_goes_through_the_stop_state(started):
    class Busy(Stopping):
        @ATMT.state(initial=1)
        def A(self):
            self.interpreter.interrupt()
            raise self.A()

    interpreter = started(Busy)
    assert interpreter.outcome is Outcome.RUNNING
    interpreter.stop(0.0)
    assert interpreter.state.name == "STOP"


def test_held_before_a_state_and_started_again_it_goes_on(started):
    interpreter = started(Stopping)
    interpreter.hold(lambda state: state.name == "END")
    interpreter.stop(1.0)
    interpreter.hold(lambda state: state.name == "END")
    interpreter.expire(3.0)
    assert (interpreter.outcome, interpreter.held.name) == (Outcome.HELD, "END")
    assert interpreter.deadline is None
    interpreter.start(4.0)
    assert interpreter.result == "orderly"
