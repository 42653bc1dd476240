"""A picture as a table of plain text: one line per step that can be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..graph import Graph
from .picture import Arrow, Counts, Key, Node, Picture, times

_HEAD = ("STATE", "CONDITION", "WHEN", "GOES TO", "ACTIONS")


def table(graph: Graph, counts: Counts | None = None, path: Sequence[Key] | None = None) -> str:
    """`graph` as text.  Raises `UnknownState` if `path` names a state that the graph has not."""
    picture = Picture.of(graph, counts, path)
    title = f"{picture.name}: {_many(picture.nodes, 'state')}, {_many(picture.arrows, 'transition')}"
    head = _HEAD if counts is None else (*_HEAD, "TAKEN")
    return "\n".join((title, "", *_aligned([head, *_rows(picture)]))) + "\n"


def _rows(picture: Picture) -> Iterator[tuple[str, ...]]:
    for node in picture.nodes:
        mine = [arrow for arrow in picture.arrows if arrow.source == node.name]
        first = _name(node)
        for arrow in mine:
            yield (first, *_cells(arrow))
            first = ""
        if not mine:
            yield (first, "", "", "", "") if node.count is None else (first, "", "", "", "", "")


def _name(node: Node) -> str:
    roles = f" ({', '.join(node.roles)})" if node.roles else ""
    return ("» " if node.lit else "") + f"{node.name}{roles} {times(node.count)}".rstrip()


def _cells(arrow: Arrow) -> tuple[str, ...]:
    condition = arrow.title or "(at once)"
    cells = (condition, arrow.when, ("» " if arrow.lit else "") + arrow.target, ", ".join(arrow.actions))
    return cells if arrow.count is None else (*cells, times(arrow.count))


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _many(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}" + ("" if len(things) == 1 else "s")
