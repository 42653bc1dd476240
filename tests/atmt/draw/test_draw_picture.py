"""What is to be seen, whatever the format."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, UnknownState
from atmt.draw import Counts, Picture

SILENT = ("OPEN", "silent", "OPEN")


def arrow(picture, condition, target):
    return next(a for a in picture.arrows if a.title == condition and a.target == target)


def test_arrows_tell_what_they_wait_for(graph):
    picture = Picture.of(graph)
    said = {a.title: a.when for a in picture.arrows}
    assert said == {
        "": "",
        "answered": "packet, prio 2",
        "silent": "after 2.5 s",
        "beat": "every 0.5 s",
        "closed": "end of stream",
        "typed": "io stdin",
    }


def test_an_arrow_shows_the_actions_that_then_run(graph):
    assert arrow(Picture.of(graph), "silent", "OPEN").actions == ("repeat",)


def test_ids_are_the_same_with_and_without_counts(graph):
    plain = Picture.of(graph)
    counted = Picture.of(graph, Counts({}, {SILENT: 3}), [SILENT])
    assert [a.id for a in plain.arrows] == [a.id for a in counted.arrows]
    assert [n.id for n in plain.nodes] == [f"state-{name}" for name in graph.states]


def test_counts_add_up_over_runs():
    class Twice(Automaton):
        @ATMT.state(initial=True)
        def BEGIN(self) -> None:
            raise self.END()

        @ATMT.state(final=True)
        def END(self) -> None: ...

    automata = [Twice(), Twice()]
    for automaton in automata:
        automaton.run()
    counts = Counts.of(automaton.trace for automaton in automata)
    assert counts.states == {"BEGIN": 2, "END": 2}
    assert counts.edges["BEGIN", "", "END"] == 2


def test_a_step_that_was_taken_is_drawn_even_if_no_function_is_seen_to_take_it(graph):
    stopped = ("OPEN", "", "STOP")
    picture = Picture.of(graph, Counts({"STOP": 1}, {stopped: 1}))
    assert [a.count for a in picture.arrows if (a.source, a.target) == ("OPEN", "STOP")] == [1]


def test_a_state_raised_by_its_bare_name_in_a_helper_is_an_arrow_as_in_scapys_drawings():
    class Bare(Automaton):
        @ATMT.state(initial=True)
        def BEGIN(self) -> None: ...

        @ATMT.condition(BEGIN)
        def leave(self) -> None:
            self.helper()

        def helper(self) -> None:
            raise END  # noqa: F821 - it is never run

        @ATMT.state(final=True)
        def END(self) -> None: ...

    assert [(a.source, a.target) for a in Picture.of(Bare.atmt_graph).arrows] == [("BEGIN", "END")]


def test_a_path_lights_its_states_and_steps_alone(graph):
    picture = Picture.of(graph, path=[SILENT])
    assert [n.name for n in picture.nodes if n.lit] == ["OPEN"]
    assert [a.title for a in picture.arrows if a.lit] == ["silent"]


def test_a_path_through_a_state_that_is_none_is_refused(graph):
    with pytest.raises(UnknownState, match="OPNE"):
        Picture.of(graph, path=[("OPEN", "silent", "OPNE")])
