"""The life of an automaton: run, run again, stop from anywhere, wait."""

from __future__ import annotations

import threading
import time

import pytest

from atmt import ATMT, Automaton, ErrorState, Stopped, TesterFault
from atmt.interpreter import Outcome


class Hello(Automaton):
    @ATMT.state(initial=1)
    def BEGIN(self): ...

    @ATMT.condition(BEGIN)
    def wait_for_nothing(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return "done"


class Idle(Automaton):
    """Waits for ever; `entered` tells when it does."""

    def parse_args(self, n=0, **kwargs):
        super().parse_args(**kwargs)
        self.n = n
        self.entered = threading.Event()

    @ATMT.state(initial=1)
    def A(self):
        self.entered.set()

    @ATMT.timeout(A, 3600)
    def never(self): ...


class Orderly(Idle):
    @ATMT.state(stop=1)
    def STOP(self): ...

    @ATMT.timeout(STOP, 0.001)
    def bye(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return "orderly"


class Busy(Automaton):
    """Never waits."""

    def parse_args(self, **kwargs):
        super().parse_args(**kwargs)
        self.entered = threading.Event()

    @ATMT.state(initial=1)
    def A(self):
        self.entered.set()
        raise self.A()


def test_the_documented_example_runs_and_runs_again_and_is_destroyed():
    automaton = Hello()
    assert automaton.run() == "done"
    assert automaton.run() == "done"
    automaton.destroy()
    automaton.destroy()


def test_a_run_after_another_begins_with_a_new_trace():
    automaton = Hello()
    automaton.run()
    automaton.run()
    assert automaton.trace.path == ["BEGIN", "END"]


def test_arguments_of_run_and_start_replace_those_of_construction_from_the_left():
    class Arguments(Hello):
        def parse_args(self, a, b=2, c=3):
            self.given = a, b, c

    automaton = Arguments(1, 2, c=4)
    assert automaton.given == (1, 2, 4)
    automaton.run(9)
    assert automaton.given == (9, 2, 4)
    automaton.restart(c=5)
    assert automaton.given == (9, 2, 5)


def test_an_exception_in_parse_args_reaches_the_caller():
    class Demanding(Hello):
        def parse_args(self, n):
            self.n = int(n)

    with pytest.raises(ValueError, match="'x'"):
        Demanding("x")


def test_unknown_positional_arguments_are_refused():
    with pytest.raises(
        TypeError, match=r"Hello.parse_args takes no positional arguments; it was given \(7,\)"
    ):
        Hello(7)


@pytest.mark.parametrize(
    "error", [RuntimeError, StopIteration, NotImplementedError, KeyboardInterrupt, RecursionError]
)
@pytest.mark.parametrize("background", [False, True])
def test_an_exception_of_user_code_comes_through_untouched(error, background):
    raised = error("boom")

    class Broken(Hello):
        @ATMT.state(initial=1)
        def BEGIN(self):
            raise raised

    automaton = Broken()
    with pytest.raises(error) as caught:
        automaton.runbg() or automaton.wait(5) if background else automaton.run()
    assert caught.value is raised
    assert caught.traceback[-1].name == "BEGIN"
    assert not automaton.isrunning()
    assert automaton.interpreter.outcome is Outcome.FAILED


def test_after_a_failed_run_the_next_one_does_not_give_an_old_result():
    class Moody(Hello):
        def parse_args(self, fail=False, **kwargs):
            super().parse_args(**kwargs)
            self.fail = fail

        @ATMT.state(final=1)
        def END(self):
            if self.fail:
                raise RuntimeError("boom")
            return "fine"

    automaton = Moody()
    assert automaton.run() == "fine"
    with pytest.raises(RuntimeError, match="boom"):
        automaton.run(fail=True)
    assert automaton.interpreter.result is None


def test_what_a_background_run_came_to_is_collected_later():
    automaton = Hello()
    automaton.runbg()
    assert automaton.wait(5) == "done"
    automaton.runbg()
    assert automaton.run() == "done"


def test_waiting_has_a_limit_and_the_run_goes_on():
    automaton = Idle()
    automaton.runbg()
    with pytest.raises(TimeoutError, match=r"Idle has not ended after 0.01 s"):
        automaton.wait(0.01)
    assert automaton.isrunning()
    automaton.stop()


def test_waiting_for_what_does_not_run_is_an_error():
    with pytest.raises(TesterFault, match=r"call runbg\(\) first"):
        Hello().wait()


@pytest.mark.parametrize("how", ["stop", "forcestop"])
@pytest.mark.parametrize("cls", [Idle, Busy])
def test_stop_wakes_a_run_that_another_thread_is_blocked_in(cls, how):
    automaton, caught = cls(), []

    def blocked():
        with pytest.raises(Stopped) as error:
            automaton.run()
        caught.append(error.value.state)

    thread = threading.Thread(target=blocked)
    thread.start()
    automaton.entered.wait(5)
    getattr(automaton, how)()
    assert not automaton.isrunning()
    thread.join(5)
    assert caught == ["A"]


def test_stop_goes_through_the_stop_state_and_forcestop_does_not():
    automaton = Orderly()
    automaton.runbg()
    automaton.entered.wait(5)
    automaton.stop()
    assert automaton.trace.path == ["A", "STOP", "END"]
    assert automaton.verdict() == "orderly"
    automaton.restart()
    automaton.runbg()
    automaton.entered.wait(5)
    automaton.forcestop()
    assert automaton.trace.path == ["A"]


def test_stop_at_once_after_runbg_is_not_lost():
    for _ in range(20):
        automaton = Idle()
        automaton.runbg()
        automaton.stop()
        assert not automaton.isrunning()


@pytest.mark.parametrize("cls", [Idle, Orderly])
@pytest.mark.parametrize("how", ["stop", "forcestop", "destroy", "restart"])
def test_stopping_what_never_ran_is_harmless(cls, how):
    automaton = cls()
    getattr(automaton, how)()
    assert not automaton.isrunning()


@pytest.mark.parametrize("base", [Idle, Orderly])
def test_an_automaton_may_stop_itself(base):
    class Suicidal(base):
        @ATMT.state(initial=1)
        def A(self):
            self.stop()

    automaton = Suicidal()
    if base is Orderly:
        assert automaton.run() == "orderly"
    else:
        with pytest.raises(Stopped):
            automaton.run()


def test_an_automaton_may_stop_another_in_a_simulation(simulation):
    victim = Idle()

    class Killer(Hello):
        @ATMT.state(final=1)
        def END(self):
            victim.stop()

    simulation.start(victim)
    simulation.start(Killer())
    simulation.run(victim, 1)
    assert isinstance(victim.interpreter.error, Stopped)


def test_a_running_automaton_refuses_to_be_started():
    automaton = Idle()
    automaton.runbg()
    with pytest.raises(TesterFault, match="is running; stop it before"):
        automaton.start()
    with pytest.raises(TesterFault, match="it takes no arguments now"):
        automaton.run(3)
    automaton.stop()


def test_restart_stops_what_runs():
    automaton = Idle()
    automaton.runbg()
    automaton.restart(n=4)
    assert (automaton.n, automaton.isrunning()) == (4, False)


def test_a_context_manager_destroys():
    with Idle() as automaton:
        automaton.runbg()
    assert not automaton.isrunning()


def test_an_error_state_is_raised_with_its_result():
    class Failing(Hello):
        @ATMT.state(error=1)
        def END(self):
            return "why"

    with pytest.raises(ErrorState) as error:
        Failing().run()
    assert (error.value.state, error.value.result) == ("END", "why")


def test_a_limit_ends_a_run_that_takes_too_long():
    from atmt import DeadlineExceeded
    from atmt.drivers import blocking

    automaton = Idle()
    began = time.monotonic()
    blocking.run(automaton, limit=0.01)
    assert isinstance(automaton.interpreter.error, DeadlineExceeded)
    assert time.monotonic() - began < 5
