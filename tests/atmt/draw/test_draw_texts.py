"""DOT, Mermaid and the table."""

from __future__ import annotations

import re

import pytest

from atmt.draw import Counts, dot, mermaid, table
from atmt.draw.theme import LOOKS, PLAIN, STROKES


def test_dot_names_edges_as_scapy_does(graph):
    text = dot(graph)
    assert text.startswith("digraph")
    assert '"BEGIN" -> "OPEN"' in text


def test_roles_differ_in_colour_and_in_shape_or_border():
    looks = [*LOOKS.values(), PLAIN]
    assert len({look.fill for look in looks}) == len({look.line for look in looks}) == len(looks)
    assert (
        LOOKS["error"].shape != LOOKS["stop"].shape != PLAIN.shape
    )  # final has a double border, initial a dot


def test_kinds_differ_without_colour_too():
    told = {(stroke.style, stroke.tail) for kind, stroke in STROKES.items() if kind != "direct"}
    assert len(told) == len(STROKES) - 1


def test_loops_of_one_state_are_drawn_as_one_with_a_row_each(graph):
    (loop,) = re.findall(r'"OPEN" -> "OPEN" .*', dot(graph))
    assert 'id="row-edge-' in loop
    assert "silent" in loop
    assert "beat" in loop


def test_what_was_not_taken_is_marked_as_such(graph):
    text = dot(graph, Counts({"BEGIN": 1}, {("BEGIN", "", "OPEN"): 1}))
    assert re.search(r'"BEGIN" -> "OPEN" .*class="edge direct taken"', text)
    assert re.search(r'"FAULT" .*class="state error untaken"', text)


def test_mermaid_keeps_states_apart_from_its_keywords(graph):
    text = mermaid(graph)
    assert text.startswith("stateDiagram-v2\n")
    assert 'state "END" as s_END' in text
    assert "s_OPEN --> s_OPEN : silent [after 2.5 s] / repeat" in text


def test_the_table_has_a_line_for_each_transition(graph):
    assert table(graph).splitlines()[:4] == [
        "Sample: 5 states, 8 transitions",
        "",
        "STATE            CONDITION  WHEN            GOES TO  ACTIONS",
        "BEGIN (initial)  (at once)                  OPEN",
    ]


@pytest.mark.parametrize("form", [dot, mermaid, table])
def test_every_form_tells_the_counts(graph, form):
    assert "7\u00d7" in form(graph, Counts({}, {("OPEN", "silent", "OPEN"): 7}))
