"""Colours and shapes, shared by the formats.

Each role and kind differs in shape or line as well as in colour, and the colours (after Okabe and Ito,
darkened until they can be read on white) stay apart for colour-blind readers.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"
INK, MUTED, FAINT = "#1f2933", "#5f6c7b", "#94a0ac"


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn."""

    fill: str
    line: str
    shape: str = "box"
    style: str = "rounded,filled"


@dataclass(frozen=True, slots=True)
class Stroke:
    """How an arrow is drawn."""

    colour: str
    style: str = "solid"
    tail: str = "none"


PLAIN = Look("#f7f8fa", "#7b8794")
LOOKS = {
    "initial": Look("#dcecfb", "#0067a5"),
    "final": Look("#d9f2e6", "#00785a"),
    "stop": Look("#fdeccf", "#b06a00", "hexagon", "filled"),
    "error": Look("#fbe0d8", "#c23b00", "octagon", "filled"),
}
STROKES = {
    "direct": Stroke(INK),
    "condition": Stroke("#0067a5"),
    "receive": Stroke("#00785a", tail="dot"),
    "io": Stroke("#8a3d75", tail="odot"),
    "eof": Stroke("#5f6c7b", "dotted", "tee"),
    "timeout": Stroke("#b85000", "dashed"),
    "timer": Stroke("#b85000", "dashed", "odot"),
}


def look(roles: tuple[str, ...]) -> Look:
    """The look of a state with these roles; the gravest decides."""
    return LOOKS[roles[-1]] if roles else PLAIN
