"""The interpreter, fed by hand: no clock, no driver."""

from __future__ import annotations

import weakref
from types import SimpleNamespace

import pytest

from atmt import (
    ATMT,
    Automaton,
    LostTransition,
    PeerClosed,
    Stopped,
    TesterFault,
    UnknownState,
)
from atmt.frame import Frame
from atmt.interpreter import Outcome


class Two(Automaton):
    @ATMT.state(initial=1)
    def WAIT(self):
        return ["first", "second"]

    @ATMT.receive_condition(WAIT)
    def take(self, pkt, first, second):
        if pkt == "good":
            raise self.END(pkt, first, second)

    @ATMT.state(final=1)
    def END(self, *args):
        return args


def single(output):
    """An automaton whose first state returns `output`; its run gives what the condition was called with."""

    class Single(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            return output

        @ATMT.condition(A)
        def go(self, *args):
            raise self.END(args)

        @ATMT.state(final=1)
        def END(self, args):
            return args

    return Single


@pytest.mark.parametrize(
    ("output", "arguments"),
    [(None, ()), ([1, 2], (1, 2)), ([], ()), ((1, 2), ((1, 2),)), (0, (0,)), ("", ("",))],
)
def test_a_states_result_becomes_the_arguments_of_its_conditions(started, output, arguments):
    assert started(single(output)).result == arguments


def test_a_packet_that_no_condition_takes_changes_nothing(started):
    interpreter = started(Two)
    interpreter.receive(Frame(None, None, "bad"), 1.0)
    assert interpreter.outcome is Outcome.RUNNING
    interpreter.receive(Frame(None, None, "good"), 2.0)
    assert interpreter.result == ("good", "first", "second")


def test_a_reception_is_noted_before_what_it_causes(started):
    interpreter = started(Two)
    interpreter.receive(Frame(None, None, "good"), 2.0)
    kinds = [getattr(what, "direction", "step") for _, what, _ in interpreter.trace.rows()]
    assert kinds == ["step", "received", "step"]
    assert interpreter.trace.exchanges[0].via == "take"


def test_an_event_after_the_end_is_the_drivers_fault(started):
    interpreter = started(Two)
    interpreter.receive(Frame(None, None, "good"), 2.0)
    with pytest.raises(TesterFault, match="Two is final; only a running automaton takes events"):
        interpreter.receive(Frame(None, None, "good"), 3.0)


def returning(where):
    """An automaton that forgets a raise in the kind of function that `where` names."""

    class Forgetful(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            return self.END() if where == "A" else None

        @ATMT.condition(A)
        def condition(self):
            if where == "condition":
                return self.END()
            if where == "action":
                raise self.END()
            return None

        @ATMT.action(condition)
        def action(self):
            return self.END()

        @ATMT.receive_condition(A)
        def receive(self, pkt):
            return self.END()

        @ATMT.timeout(A, 1)
        def timeout(self):
            return self.END()

        @ATMT.state(final=1)
        def END(self): ...

    return Forgetful


@pytest.mark.parametrize("where", ["A", "condition", "action"])
def test_a_state_that_is_returned_on_the_way_in_is_an_error(started, where):
    with pytest.raises(
        LostTransition, match=rf"Forgetful.{where} returned Transition\(END\).*write: raise self.END"
    ):
        started(returning(where))


def test_a_state_that_is_returned_by_a_receive_condition_is_an_error(started):
    interpreter = started(returning("receive"))
    with pytest.raises(LostTransition, match=r"Forgetful\.receive"):
        interpreter.receive(Frame(None, None, "x"), 0.5)


def test_a_state_that_is_returned_by_a_timeout_is_an_error(started):
    interpreter = started(returning("timeout"))
    with pytest.raises(LostTransition, match=r"Forgetful\.timeout"):
        interpreter.expire(1.0)


def test_an_action_may_redirect_its_transition_and_ends_the_actions(started):
    class Redirected(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.condition(A)
        def go(self):
            raise self.WRONG()

        @ATMT.action(go)
        def first(self):
            raise self.RIGHT(5)

        @ATMT.action(go, prio=1)
        def never(self):
            raise AssertionError

        @ATMT.state(final=1)
        def WRONG(self): ...

        @ATMT.state(final=1)
        def RIGHT(self, n):
            return n

    interpreter = started(Redirected)
    assert interpreter.trace.path == ["A", "RIGHT"]
    assert interpreter.result == 5


def test_actions_get_their_parameters_by_position_and_name(started):
    class Acting(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.condition(A)
        def go(self):
            raise self.END().action_parameters(1, b=2)

        @ATMT.action(go)
        def note(self, a, b):
            self.noted = a, b

        @ATMT.state(final=1)
        def END(self):
            return self.noted

    assert started(Acting).result == (1, 2)


def test_states_take_keyword_arguments(started):
    class Named(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            raise self.END(n=3)

        @ATMT.state(final=1)
        def END(self, n):
            return n

    assert started(Named).result == 3


def test_an_eof_that_nobody_declared_ends_the_run(started):
    interpreter = started(Two)
    interpreter.eof(1.0)
    assert isinstance(interpreter.error, PeerClosed)
    assert isinstance(interpreter.error, EOFError)


def test_another_classes_state_is_refused_by_name(started):
    class Lost(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            raise Two.WAIT(self)

    with pytest.raises(UnknownState, match=r"Lost was sent to Two.WAIT, which is not one of its states: A"):
        started(Lost)


def test_stop_without_a_stop_state_ends_at_once(started):
    interpreter = started(Two)
    interpreter.stop(1.0)
    assert isinstance(interpreter.error, Stopped)
    assert interpreter.error.state == "WAIT"


def test_a_transition_taken_keeps_no_packet_alive(started):
    class Packet:
        pass

    class Watching(Two):
        @ATMT.receive_condition(Two.WAIT)
        def take(self, pkt, first, second):
            self.watch = weakref.ref(pkt)
            raise self.END()

    interpreter = started(Watching)
    frame = Frame(b"", SimpleNamespace(decode=lambda _: (Packet(), "")))
    interpreter.receive(frame, 1.0)
    frame.forget()
    assert interpreter._automaton.watch() is None


def test_an_exception_in_an_action_is_told_without_the_transition():
    class Acting(Automaton):
        @ATMT.state(initial=True)
        def A(self):
            pass

        @ATMT.condition(A)
        def go(self):
            raise self.END()

        @ATMT.action(go)
        def fail(self):
            try:
                raise KeyError("first")
            except KeyError:
                raise ValueError("then") from None

        @ATMT.state(final=True)
        def END(self):
            pass

    with pytest.raises(ValueError, match="then") as caught:
        Acting().run()
    assert isinstance(caught.value.__context__, KeyError)
    assert caught.value.__context__.__context__ is None
