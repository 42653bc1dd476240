"""Pictures of one run that need no page around them: the automaton with the path lit, as an SVG file.

For places that show an image and nothing else.  Knows no run's packets: that is `sequence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree

from .drawing import Tree

STYLE = """
svg { background: #fff; font-family: Helvetica, Arial, "Liberation Sans", sans-serif; }
text { fill: #1f2933; } .muted { fill: #5f6c7b; }
.state path, .state polygon, .state ellipse { fill: #f7f8fa; stroke: #7b8794; stroke-width: 1.4; }
.state.error polygon { stroke: #c23b00; fill: #fbe0d8; } .state.final path { stroke: #00785a; }
.state .hollow, .edge path { fill: none; }
.edge { color: #47525e; } .edge.condition { color: #0067a5; } .edge.receive { color: #00785a; }
.edge.timeout, .edge.timer { color: #b85000; } .edge.io { color: #8a3d75; }
.edge path, .edge polygon, .edge ellipse { stroke: currentColor; stroke-width: 1.3; }
.edge polygon, .edge ellipse { fill: currentColor; } .edge .hollow { fill: none; }
.node > ellipse { fill: #1f2933; }
.off { opacity: 0.25; } .on > path { stroke-width: 2.6; } .last > polygon, .last > path { stroke-width: 4; }
.badge rect { fill: #fff; stroke: #0067a5; } .badge text { fill: #0067a5; font-weight: bold; }
"""
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg_file(viewbox: Sequence[float], parts: Sequence[str], style: str) -> str:
    """An SVG document of these parts, each already markup."""
    _, _, wide, high = viewbox
    box = " ".join(f"{n:g}" for n in viewbox)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{wide:g}" height="{high:g}">'
    return "".join((head, "<style>", style, "</style>", *parts, "</svg>"))


def text(value: str) -> str:
    """`value` as it may stand in XML."""
    return escape(_XML.sub("\N{REPLACEMENT CHARACTER}", value), quote=False).replace('"', "&quot;")


def lit(drawing: Tree, edges: Sequence[Sequence[str]], steps: Sequence[Sequence[Any]]) -> str:
    """The drawing as an SVG file: what the steps went through in full, numbered; the rest faded."""
    taken = [tuple(step[1:4]) for step in steps if step[1]]
    numbers: dict[int, list[int]] = {}
    for n, edge in enumerate(taken, 1):
        found = next((i for i, e in enumerate(edges) if tuple(e) == edge), None)
        if found is not None:
            numbers.setdefault(found, []).append(n)
    states = {step[3] for step in steps}
    root = _tree(drawing)
    ends = {i: tuple(edges[i])[::2] for i in numbers}
    _mark(root, states, steps[-1][3] if steps else "", numbers, set(ends.values()), edges)
    group = root[0]
    for badge in _badges(root, numbers, ends):
        group.append(badge)
    parts = [ElementTree.tostring(child, "unicode") for child in root]
    return svg_file([float(n) for n in root.attrib["viewBox"].split()], parts, STYLE)


def _tree(drawing: Tree) -> ElementTree.Element:
    tag, attributes, inside = drawing
    element = ElementTree.Element(tag, dict(attributes))
    if isinstance(inside, str):
        element.text = _XML.sub("\N{REPLACEMENT CHARACTER}", inside)
    else:
        element.extend(_tree(child) for child in inside)
    return element


def _mark(
    root: ElementTree.Element,
    states: set[str],
    last: str,
    numbers: Mapping[int, Any],
    pairs: set[tuple[str, ...]],
    edges: Sequence[Sequence[str]],
) -> None:
    for element in root.iter("g"):
        name = element.get("id", "")
        which = name.rpartition("edge-" if "edge-" in name else "-")[2]
        if name.startswith("state-"):
            on = which in states
            extra = "last" if which == last else ""
        elif name.startswith("bundle-"):
            on, extra = tuple(edges[int(which)])[::2] in pairs, ""
        elif which.isdigit():
            on, extra = int(which) in numbers, ""
        else:
            continue
        element.set("class", " ".join(filter(None, (element.get("class"), "on" if on else "off", extra))))


def _badges(
    root: ElementTree.Element, numbers: Mapping[int, list[int]], ends: Mapping[int, tuple[str, ...]]
) -> Iterator[ElementTree.Element]:
    by_id = {element.get("id"): element for element in root.iter("g")}
    for edge, steps in numbers.items():
        line = by_id.get(f"edge-{edge}")
        path = line.find("path") if line is not None else None
        if path is None:
            continue
        points = [float(n) for n in _NUMBERS.findall(path.get("d", ""))]
        at = len(points) // 6 * 2  # a third of the way along the curve's points
        said = ", ".join(map(str, steps)) if len(steps) < 4 else f"{steps[0]}, {steps[1]} … {steps[-1]}"
        wide = 9 + 6.3 * len(said)
        x, y = points[at : at + 2]
        badge = ElementTree.Element("g", {"class": "badge", "transform": f"translate({x:g} {y:g})"})
        box = {"x": f"{-wide / 2:g}", "y": "-8", "width": f"{wide:g}", "height": "16", "rx": "8"}
        badge.append(ElementTree.Element("rect", box))
        words = ElementTree.Element("text", {"y": "4", "font-size": "10.5", "text-anchor": "middle"})
        words.text = said
        badge.append(words)
        yield badge
