"""How declarations, inheritance and priorities become a graph."""

from __future__ import annotations

import dataclasses

import pytest

from atmt import ATMT, Automaton, TesterFault, UnknownState


class Base(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.state(final=1)
    def END(self): ...

    @ATMT.condition(A, prio=1)
    def second(self): ...

    @ATMT.condition(A)
    def first(self): ...

    @ATMT.condition(A)
    def first_too(self): ...


def names(conditions):
    return [condition.name for condition in conditions]


def test_conditions_are_ordered_by_priority_then_by_declaration():
    assert names(Base.atmt_graph["A"].conditions) == ["first", "first_too", "second"]


def test_a_subclasses_conditions_come_before_inherited_ones_of_equal_priority():
    class Child(Base):
        @ATMT.condition(Base.A)
        def own(self): ...

    assert names(Child.atmt_graph["A"].conditions) == ["own", "first", "first_too", "second"]


def test_timers_are_ordered_by_growing_priority_like_everything_else():
    class Timed(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timer(A, 1, prio=2)
        def late(self): ...

        @ATMT.timer(A, 1, prio=-1)
        def soon(self): ...

    assert names(Timed.atmt_graph["A"].timers) == ["soon", "late"]


def test_a_diamond_follows_the_method_resolution_order():
    class Left(Base):
        pass

    class Right(Base):
        @ATMT.state(initial=1)
        def A(self):
            return "right"

    class Both(Left, Right):
        pass

    assert Both.atmt_graph["A"].function is Right.A.__wrapped__


def test_overriding_a_state_keeps_its_conditions():
    class Child(Base):
        @ATMT.state(initial=1)
        def A(self): ...

    assert names(Child.atmt_graph["A"].conditions) == ["first", "first_too", "second"]


def test_overriding_a_condition_keeps_its_actions():
    class Acting(Base):
        @ATMT.action(Base.first)
        def act(self): ...

    class Child(Acting):
        @ATMT.condition(Base.A)
        def first(self): ...

    (condition,) = (c for c in Child.atmt_graph["A"].conditions if c.name == "first")
    assert condition.function is Child.first
    assert [action.__name__ for action in condition.actions] == ["act"]


def test_overriding_a_condition_undecorated_takes_it_out_of_the_graph():
    class Child(Base):
        def first(self): ...

    assert names(Child.atmt_graph["A"].conditions) == ["first_too", "second"]


def test_a_subclasses_initial_state_replaces_that_of_its_base():
    class Child(Base):
        @ATMT.state(initial=1)
        def B(self): ...

    assert Child.atmt_graph.initial.name == "B"


def test_a_class_without_an_initial_state_is_a_legal_base_that_does_not_run():
    class Part(Automaton):
        @ATMT.state()
        def A(self): ...

    with pytest.raises(
        TesterFault, match=r"Part has no initial state; give one of its states @ATMT.state\(initial"
    ):
        Part().run()


def test_stacked_conditions_all_hold():
    class Stacked(Base):
        @ATMT.state()
        def B(self): ...

        @ATMT.timeout(B, 2)
        @ATMT.condition(Base.A)
        def go(self): ...

    graph = Stacked.atmt_graph
    assert "go" in names(graph["A"].conditions)
    assert names(graph["B"].timers) == ["go"]


def test_actions_run_by_priority_and_one_serves_many_transitions():
    class Acting(Base):
        @ATMT.action(Base.first, prio=1)
        @ATMT.action(Base.second)
        def late(self): ...

        @ATMT.action(Base.first)
        def soon(self): ...

    actions = {c.name: [a.__name__ for a in c.actions] for c in Acting.atmt_graph["A"].conditions}
    assert actions == {"first": ["soon", "late"], "first_too": [], "second": ["late"]}


def test_a_misspelt_state_is_answered_with_those_there_are():
    with pytest.raises(UnknownState, match="Base has no state 'EDN'; it has A, END"):
        Base.atmt_graph["EDN"]


def test_a_graph_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Base.atmt_graph.initial = None
    with pytest.raises(TypeError):
        Base.atmt_graph.states["B"] = None
