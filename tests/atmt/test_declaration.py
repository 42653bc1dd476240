"""Declarations that are not well formed are refused when the class body closes, with the remedy."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, DeclarationError, Transition


def test_two_initial_states_are_refused_by_name():
    with pytest.raises(DeclarationError, match=r"Bad declares 2 initial states \(A, B\); keep one"):

        class Bad(Automaton):
            @ATMT.state(initial=1)
            def A(self): ...

            @ATMT.state(initial=1)
            def B(self): ...


def test_two_stop_states_are_refused_by_name():
    with pytest.raises(DeclarationError, match=r"2 stop states \(A, B\)"):

        class Bad(Automaton):
            @ATMT.state(stop=1)
            def A(self): ...

            @ATMT.state(stop=1)
            def B(self): ...


def test_a_state_cannot_be_both_final_and_error():
    with pytest.raises(DeclarationError, match="both final and error"):

        class Bad(Automaton):
            @ATMT.state(final=1, error=1)
            def A(self): ...


def test_a_condition_on_another_classes_state_is_refused():
    class Other(Automaton):
        @ATMT.state()
        def ELSEWHERE(self): ...

    with pytest.raises(DeclarationError, match="neither declares nor inherits; it has A"):

        class Bad(Automaton):
            @ATMT.state()
            def A(self): ...

            @ATMT.condition(Other.ELSEWHERE)
            def go(self): ...


def test_a_condition_on_a_namesake_of_another_class_is_refused():
    class Other(Automaton):
        @ATMT.state()
        def A(self): ...

    with pytest.raises(DeclarationError, match="another class's state of that name; name Bad's own A"):

        class Bad(Automaton):
            @ATMT.state()
            def A(self): ...

            @ATMT.condition(Other.A)
            def go(self): ...


def test_a_condition_on_what_is_no_state_is_refused():
    with pytest.raises(DeclarationError, match="condition on helper, which is not a state; declare it with"):

        class Bad(Automaton):
            def helper(self): ...

            @ATMT.condition(helper)
            def go(self): ...


@pytest.mark.parametrize("target", ["A", "helper"])
def test_an_action_of_what_is_no_transition_is_refused(target):
    with pytest.raises(DeclarationError, match=rf"@ATMT.action\({target}\)"):

        class Bad(Automaton):
            @ATMT.state()
            def A(self): ...

            def helper(self): ...

            @ATMT.action(A if target == "A" else helper)
            def act(self): ...


def test_overriding_a_state_without_decorating_it_is_refused():
    class Base(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

    with pytest.raises(
        DeclarationError, match=r"Bad.A overrides the state Base.A without being one; decorate"
    ):

        class Bad(Base):
            def A(self): ...


def test_two_eof_conditions_on_one_state_are_refused():
    with pytest.raises(DeclarationError, match=r"2 eof conditions \(one, two\)"):

        class Bad(Automaton):
            @ATMT.state()
            def A(self): ...

            @ATMT.eof(A)
            def one(self): ...

            @ATMT.eof(A)
            def two(self): ...


@pytest.mark.parametrize("delay", [-1, float("nan")])
def test_a_delay_that_is_no_delay_is_refused(delay):
    with pytest.raises(DeclarationError, match="not negative"):

        class Bad(Automaton):
            @ATMT.state()
            def A(self): ...

            @ATMT.timeout(A, delay)
            def late(self): ...


def test_what_hangs_on_a_final_state_is_warned_about():
    with pytest.warns(UserWarning, match=r"A ends the run, so never is never called"):

        class Odd(Automaton):
            @ATMT.state(final=1)
            def A(self): ...

            @ATMT.condition(A)
            def never(self): ...


def test_a_request_knows_its_state_and_carries_action_parameters():
    class Fine(Automaton):
        @ATMT.state(initial=1, final=1)
        def A(self, n=0):
            return n

    request = Fine().A(3).action_parameters(1, two=2)
    assert (request.state, request.action_args, request.action_kwargs) == ("A", (1,), {"two": 2})
    assert isinstance(request, Transition)
    assert repr(request) == "Transition(A)"
    assert request.run() == 3


def test_a_parents_state_can_be_called_from_the_childs():
    class Base(Automaton):
        @ATMT.state(initial=1, final=1)
        def A(self):
            return ["base"]

    class Child(Base):
        @ATMT.state(initial=1, final=1)
        def A(self):
            return [*Base.A(self).run(), *super().A().run(), "child"]

    assert Child().run() == ["base", "base", "child"]


def test_a_state_keeps_its_name_and_documentation():
    class Fine(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            """Where it begins."""

    assert (Fine.A.__name__, Fine.A.__doc__) == ("A", "Where it begins.")
    assert Fine.A.__qualname__.endswith("Fine.A")
