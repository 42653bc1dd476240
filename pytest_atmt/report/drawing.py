"""The drawing of an automaton, made from a record: Graphviz lays it out once, the page lights paths in it.

What comes out is a tree of plain lists, ``[tag, {attribute: value}, children or text]``, of few kinds of
elements and without colours: the page builds it element by element and colours it by classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from atmt.declaration import StateMark
from atmt.draw import Picture, render
from atmt.draw.dot import of_picture
from atmt.draw.picture import Arrow, Node
from atmt.draw.theme import FAINT, INK, MUTED, STROKES
from atmt.errors import EnvironmentFault
from atmt.graph import State

Edge = tuple[str, str, str]
Tree = list[Any]

_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = {
    "svg": ("viewBox",),
    "g": ("id", "class", "transform"),
    "path": ("d", "stroke-dasharray"),
    "polygon": ("points", "stroke-dasharray"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "text": ("x", "y", "font-size", "font-weight", "text-anchor"),
}
_KINDS = {
    "condition": "condition",
    "receive condition": "receive",
    "io event": "io",
    "eof": "eof",
    "timeout": "timeout",
    "timer": "timer",
}
_WORDS = {"receive": "packet", "io": "io", "eof": "end of stream", "timeout": "timeout", "timer": "timer"}
_CLASSES = {
    INK: "ink",
    MUTED: "muted",
    FAINT: "muted",
    **{s.colour: f"k-{kind}" for kind, s in STROKES.items() if kind != "direct"},
}
_LIMIT = 20.0  # seconds for one layout


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing, or the reason why there is none."""

    tree: Tree | None
    why: str = ""


def draw(name: str, graph: Mapping[str, Any], edges: Iterable[Edge]) -> Drawn:
    """The drawing of a recorded automaton; `edges` are all that it shows, the N-th with the id ``edge-N``."""
    try:
        svg = render(of_picture(picture(name, graph, edges)), "svg", _LIMIT)
    except EnvironmentFault as error:
        return Drawn(None, str(error))
    return Drawn(_element(ElementTree.fromstring(svg))[0])


def picture(name: str, graph: Mapping[str, Any], edges: Iterable[Edge]) -> Picture:
    """What there is to be seen of a recorded automaton."""
    edges = list(edges)
    flags = {state: graph["states"].get(state, {}) for edge in edges for state in edge[::2]}
    flags = {**graph["states"], **flags}
    conditions = {(c["state"], c["name"]): c for c in graph.get("conditions", [])}
    return Picture(
        name,
        tuple(Node(_state(state, marks), None, False) for state, marks in flags.items()),
        tuple(
            RecordedArrow(n, *edge[::2], None, None, False, edge[1], conditions.get((edge[0], edge[1]), {}))
            for n, edge in enumerate(edges)
        ),
    )


@dataclass(frozen=True, slots=True)
class RecordedArrow(Arrow):
    """A step that could be taken, known from a record: its condition is `data`, not a function."""

    via: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return _KINDS.get(self.data.get("kind", ""), "condition" if self.via else "direct")

    @property
    def title(self) -> str:
        return self.via

    @property
    def when(self) -> str:
        delay, prio = self.data.get("delay"), self.data.get("prio")
        awaited = _WORDS.get(self.kind, "")
        if delay is not None:
            awaited = f"{'every' if self.kind == 'timer' else 'after'} {delay:g} s"
        return ", ".join(filter(None, (awaited, f"prio {prio}" if prio else "")))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(self.data.get("actions", ()))


def _state(name: str, flags: Mapping[str, Any]) -> State:
    mark = StateMark(*(bool(flags.get(flag)) for flag in ("initial", "final", "stop", "error")))
    nothing: Callable[[], None] = _nothing
    return State(name, nothing, mark, (), (), (), (), None, mark.final or mark.error, False)


def _nothing() -> None:
    """Stands for the function of a state of which only a record is left."""


# -- Graphviz's SVG, reduced


def _element(element: ElementTree.Element) -> list[Tree]:
    """The element as the page builds it; the children alone of one that only wraps (links, unnamed groups)."""
    tag = element.tag.removeprefix(_SVG)
    inside = [tree for child in element for tree in _element(child)]
    if tag == "a" or (tag == "g" and _is_wrapper(element)):
        return inside
    if tag not in _KEPT:
        return []
    attributes = {name: _short(element.attrib[name]) for name in _KEPT[tag] if element.get(name)}
    if tag == "text":
        return (
            [[tag, attributes | _colour(element), element.text or ""]] if (element.text or "").strip() else []
        )
    if tag == "polygon" and element.get("stroke") in ("transparent", "none"):
        return []  # the paper
    if tag in ("path", "polygon", "ellipse") and element.get("fill") == "none":
        attributes["class"] = "hollow"
    return [[tag, attributes, inside]]


def _is_wrapper(element: ElementTree.Element) -> bool:
    name = element.get("id", "")
    return name.startswith("a_") and not name.startswith("a_row-")


def _colour(text: ElementTree.Element) -> dict[str, str]:
    return {"class": _CLASSES.get(text.get("fill", ""), "ink")}


def _short(value: str) -> str:
    return value.removeprefix("a_")
