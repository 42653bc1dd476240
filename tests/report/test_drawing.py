"""Pictures made from a record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import synthetic

from atmt.errors import EnvironmentFault
from pytest_atmt.report import drawing
from pytest_atmt.report.sequence import ladder
from pytest_atmt.report.stills import lit

EDGES: list[Any] = [tuple(edge) for edge in synthetic.GRAPH["edges"]]


def drawn() -> Any:
    found = drawing.draw("Reader", synthetic.GRAPH, EDGES)
    if found.tree is None:
        pytest.skip(found.why)
    return found.tree


def elements(tree: Any) -> Iterator[Any]:
    yield tree
    for child in tree[2] if isinstance(tree[2], list) else []:
        yield from elements(child)


def test_every_state_and_edge_has_its_id() -> None:
    ids = {element[1].get("id") for element in elements(drawn())}
    assert {f"state-{name}" for name in synthetic.GRAPH["states"]} <= ids
    assert {f"edge-{n}" for n in range(len(EDGES))} <= ids


def test_a_drawing_has_no_colour_of_its_own_and_no_script() -> None:
    for tag, attributes, _ in elements(drawn()):
        assert tag in ("svg", "g", "path", "polygon", "ellipse", "text")
        assert not {"fill", "stroke", "style", "onload", "href"} & attributes.keys()


def test_without_graphviz_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise EnvironmentFault("there is no Graphviz here", "install it")

    monkeypatch.setattr(drawing, "render", refuse)
    found = drawing.draw("Reader", synthetic.GRAPH, EDGES)
    assert found.tree is None
    assert "no Graphviz" in found.why


def test_a_still_picture_lights_what_was_taken() -> None:
    run = synthetic.conversation(random.Random(1), 1, True)
    root = ElementTree.fromstring(lit(drawn(), EDGES, run["steps"]))
    by_id = {e.get("id"): e.get("class", "").split() for e in root.iter() if e.get("id")}
    assert "on" in by_id["edge-0"]
    assert "on" in by_id["state-END"]
    assert "off" in by_id["state-WRONG"]


def test_a_sequence_diagram_is_xml_whatever_the_peer_says() -> None:
    run = synthetic.conversation(random.Random(1), 6, False, '<script>\x00\x1b\u202e"&\ud800')
    root = ElementTree.fromstring(ladder(run, synthetic.GRAPH["states"]))
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert "<script>" in "".join(root.itertext())
