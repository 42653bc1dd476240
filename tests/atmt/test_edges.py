"""Which transitions can be seen in the code of an automaton."""

from __future__ import annotations

from atmt import ATMT, Automaton
from atmt.edges import edges, unreachable


def found(cls):
    return [str(edge) for edge in edges(cls.atmt_graph)]


class Plain(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        self.name = "END"
        raise self.B()

    @ATMT.state()
    def B(self): ...

    @ATMT.condition(B)
    def leave(self):
        raise self.END() if self.name else self.A()

    @ATMT.state(final=1)
    def END(self): ...


def test_states_and_conditions_that_raise_make_edges():
    assert found(Plain) == ["A -at once-> B", "B -leave-> END", "B -leave-> A"]


def test_a_string_that_equals_a_states_name_makes_no_edge():
    assert "A -at once-> END" not in found(Plain)


def test_inherited_and_recursive_helpers_are_followed_to_an_end():
    class Helped(Automaton):
        def helper(self, depth):
            if depth:
                return self.other(depth - 1)
            raise self.END()

        def other(self, depth):
            return self.helper(depth)

        @ATMT.state(final=1)
        def END(self): ...

    class Child(Helped):
        @ATMT.state(initial=1)
        def A(self):
            self.helper(3)

    assert found(Child) == ["A -at once-> END"]


def test_nested_functions_and_comprehensions_are_looked_into():
    class Nested(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            def leave():
                raise self.END()

            return [self.A for _ in "x"], leave

        @ATMT.state(final=1)
        def END(self): ...

    assert sorted(found(Nested)) == ["A -at once-> A", "A -at once-> END"]


def test_a_state_that_an_action_redirects_to_is_an_edge_of_its_condition():
    class Redirecting(Plain):
        @ATMT.action(Plain.leave)
        def elsewhere(self):
            raise self.B()

    assert "B -leave-> B" in found(Redirecting)


def test_states_that_nothing_leads_to_are_told():
    class Lonely(Plain):
        @ATMT.state()
        def NOWHERE(self): ...

        @ATMT.state(stop=1)
        def STOP(self): ...

    assert unreachable(Lonely.atmt_graph) == ("NOWHERE",)
