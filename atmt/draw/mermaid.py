"""A picture as a Mermaid state diagram, which GitHub draws in any Markdown file.  Knows no renderer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..graph import Graph
from .picture import Arrow, Counts, Key, Picture, times
from .theme import LOOKS


def mermaid(graph: Graph, counts: Counts | None = None, path: Sequence[Key] | None = None) -> str:
    """`graph` as Mermaid text.  Raises `UnknownState` if `path` names a state that the graph has not."""
    return "\n".join(("stateDiagram-v2", *_lines(Picture.of(graph, counts, path)))) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "  direction TB"
    # a prefix keeps states that are called like Mermaid's keywords (END, STATE) apart from these
    for node in picture.nodes:
        title = f"{node.name} {times(node.count)}".rstrip()
        yield f'  state "{title}" as s_{node.name}'
    for node in picture.nodes:
        if "initial" in node.roles:
            yield f"  [*] --> s_{node.name}"
    for arrow in picture.arrows:
        label = _label(arrow)
        yield f"  s_{arrow.source} --> s_{arrow.target}" + (f" : {label}" if label else "")
    for node in picture.nodes:
        if "final" in node.roles:
            yield f"  s_{node.name} --> [*]"
    for role, style in LOOKS.items():
        yield f"  classDef {role} fill:{style.fill},stroke:{style.line},color:#1f2933"
        if names := [f"s_{n.name}" for n in picture.nodes if n.roles[-1:] == (role,)]:
            yield f"  class {','.join(names)} {role}"
    if lit := [f"s_{n.name}" for n in picture.nodes if n.lit]:
        yield "  classDef lit stroke-width:4px"
        yield f"  class {','.join(lit)} lit"


def _label(arrow: Arrow) -> str:
    when = f"[{arrow.when}]" if arrow.when else ""
    actions = "/ " + ", ".join(arrow.actions) if arrow.actions else ""
    return " ".join(filter(None, (arrow.title, when, actions, times(arrow.count))))
