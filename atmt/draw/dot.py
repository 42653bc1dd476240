"""A picture as Graphviz DOT text.  Knows no renderer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..graph import Graph
from . import labels
from .picture import Arrow, Counts, Key, Node, Picture, times
from .theme import FAINT, FONT, INK, MUTED, STROKES, look

_LARGE = 60  # arrows beyond which labels keep to their names: Graphviz's time grows fast with their size
_BUNDLE = 3  # arrows from one state to another that are drawn as one, with a row of words for each
_LOOPS = 2  # the same for arrows back to their own state: a second loop would run through the first's words

Attributes = dict[str, str]


def dot(graph: Graph, counts: Counts | None = None, path: Sequence[Key] | None = None) -> str:
    """`graph` as DOT text; `counts` widens what was taken and greys what was not, `path` lights its steps.

    Raises `UnknownState` if the path names a state that the graph has not.
    """
    return of_picture(Picture.of(graph, counts, path))


def of_picture(picture: Picture) -> str:
    """A picture as DOT text, wherever it comes from: a graph, or what a record keeps of one."""
    return "\n".join((f"digraph {_quoted(picture.name)} {{", *_lines(picture), "}\n"))


def _lines(picture: Picture) -> Iterator[str]:
    font = _quoted(FONT)
    yield f'  graph [rankdir=TB, bgcolor="transparent", fontname={font}, nodesep=0.4, ranksep=0.5, pad=0.2];'
    yield f"  node [fontname={font}, fontsize=13, fontcolor={_quoted(INK)}, penwidth=1.5, height=0.45];"
    yield f"  edge [fontname={font}, fontsize=11, arrowsize=0.75, penwidth=1.3];"
    for node in picture.nodes:
        yield from _node(node, picture.lit)
    for bundle in _bundles(picture):
        yield from _arrows(bundle, picture)


def _node(node: Node, path: bool) -> Iterator[str]:
    style = look(node.roles)
    faded = node.count == 0 or (path and not node.lit)
    yield f"  {_quoted(node.name)} " + _attributes(
        {
            "id": node.id,
            "class": " ".join(("state", *node.roles, *_marks(node.count, node.lit))),
            "label": labels.of_node(node),
            "shape": style.shape,
            "style": style.style + (",dashed" if node.count == 0 else ""),
            "fillcolor": style.fill,
            "color": FAINT if faded else style.line,
            "fontcolor": MUTED if faded else INK,
            "penwidth": "2.8" if node.lit else "1.5",
            "peripheries": "2" if "final" in node.roles else "1",
            "margin": "0.2,0.09" if style.shape == "box" else "0.08,0.02",
            "tooltip": " ".join(filter(None, (node.name, *node.roles, times(node.count)))),
        }
    )
    if "initial" in node.roles:  # the dot that an arrow comes from, as state charts have it
        yield f'  "" [id="start", shape=point, width=0.13, color={_quoted(INK)}, tooltip="start"];'
        yield f'  "" -> {_quoted(node.name)} [id="edge-start", color={_quoted(INK)}, tooltip="start"];'


def _bundles(picture: Picture) -> list[list[Arrow]]:
    """Arrows by the states that they join, in the order of their first."""
    found: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in picture.arrows:
        found.setdefault((arrow.source, arrow.target), []).append(arrow)
    return list(found.values())


def _arrows(bundle: list[Arrow], picture: Picture) -> Iterator[str]:
    large = len(picture.arrows) > _LARGE
    faded = [arrow.count == 0 or (picture.lit and not arrow.lit) for arrow in bundle]
    if len(bundle) >= (_LOOPS if bundle[0].source == bundle[0].target else _BUNDLE):
        foremost = max(bundle, key=lambda arrow: (arrow.lit, arrow.count or 0))
        words = {"id": f"bundle-{bundle[0].number}", "label": labels.of_bundle(bundle, faded, large)}
        kinds = {arrow.kind for arrow in bundle}
        yield _arrow(foremost, all(faded), words, foremost.kind if len(kinds) == 1 else "direct")
        return
    for arrow, fades in zip(bundle, faded, strict=True):
        label = (labels.brief if large else labels.of_arrow)(arrow, fades)
        yield _arrow(arrow, fades, {"label": label}, arrow.kind)


def _arrow(arrow: Arrow, faded: bool, more: Attributes, kind: str) -> str:
    stroke = STROKES[kind]
    attributes = {
        "id": arrow.id,
        "class": " ".join(("edge", kind, *_marks(arrow.count, arrow.lit))),
        "color": FAINT if faded else stroke.colour,
        "style": stroke.style,
        "penwidth": f"{_width(arrow):.2f}",
        "dir": "forward" if stroke.tail == "none" else "both",
        "arrowtail": stroke.tail,
        "tooltip": labels.tooltip(arrow),
    }
    return f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)} " + _attributes(attributes | more)


def _width(arrow: Arrow) -> float:
    return (2.8 if arrow.lit else 1.3) + (0.6 * math.log10(1 + arrow.count) if arrow.count else 0)


def _marks(count: int | None, lit: bool) -> Iterator[str]:
    if count is not None:
        yield "taken" if count else "untaken"
    if lit:
        yield "lit"


def _attributes(attributes: Attributes) -> str:
    shown = (
        f"{name}={text if text[:1] == '<' else _quoted(text)}" for name, text in attributes.items() if text
    )
    return f"[{', '.join(shown)}];"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
