"""What a trace tells, and how paths compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmt import ATMT, Automaton, UnknownState
from atmt.trace import Path, Trace


class Letters(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        raise self.B()

    @ATMT.state()
    def B(self): ...

    @ATMT.condition(B)
    def leave(self):
        raise self.C()

    @ATMT.state(final=1)
    def C(self): ...


def path(*names):
    return Path.of(Letters.atmt_graph, names)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        (["A", "B", "C"], True),
        (["A", "B"], False),
        (["A", "B", "C", "C"], False),
        (["A", ..., "C"], True),
        (["A", ...], True),
        ([..., "C"], True),
        ([..., "B", ...], True),
        (["A", ..., "B", ..., "C"], True),
        ([..., "C", ...], True),
        ([..., "B"], False),
        ([...], True),
        ([..., ...], True),
        ([], False),
    ],
)
def test_a_path_equals_a_pattern_with_gaps(pattern, fits):
    assert (path("A", "B", "C") == pattern) is fits
    assert (path("A", "B", "C") != pattern) is not fits


def test_an_empty_path_equals_an_empty_pattern_and_a_lone_gap():
    assert path() == []
    assert path() == [...]


@pytest.mark.parametrize(
    "question",
    [lambda p: "Q" in p, lambda p: p == ["A", "Q"], lambda p: p.count("Q")],
    ids=["in", "==", "count"],
)
def test_a_misspelt_name_is_an_error_and_never_just_false(question):
    with pytest.raises(UnknownState, match="Letters has no state 'Q'; it has A, B, C"):
        question(path("A", "B"))


def test_a_path_is_a_tuple_that_hashes_and_compares_as_one():
    assert path("A", "B") == path("A", "B")
    assert hash(path("A")) == hash(("A",))
    assert repr(path("A", "B")) == "['A', 'B']"
    assert path("A") != "A"


@pytest.mark.parametrize(
    ("pattern", "at"),
    [(["A", "C"], 1), (["B"], 0), (["A", "B", "C", "A"], 3), (["A", ..., "A"], 3), (["A"], 1)],
)
def test_divergence_is_where_no_reading_goes_on(pattern, at):
    assert path("A", "B", "C").divergence(pattern) == at


@given(st.lists(st.sampled_from("ABC")), st.lists(st.sampled_from(["A", "B", "C", ...])))
def test_a_pattern_fits_exactly_when_a_regular_expression_does(names, pattern):
    import re

    expression = "".join(".*" if p is ... else p for p in pattern)
    assert path(*names).matches(pattern) == bool(re.fullmatch(expression, "".join(names)))


def test_steps_tell_time_source_cause_and_target(play):
    steps = play(Letters()).trace.steps
    assert [s.edge for s in steps] == [("", "", "A"), ("A", "", "B"), ("B", "leave", "C")]
    assert [s.at for s in steps] == [0, 0, 0]
    assert steps[2].kind.value == "condition"


def test_a_new_trace_is_empty():
    trace = Trace(Letters.atmt_graph)
    assert (trace.steps, trace.exchanges, list(trace.rows()), trace.path) == ([], [], [], [])
