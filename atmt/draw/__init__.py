"""Drawings of a graph: DOT, Mermaid, a table of text, SVG and PNG.

Knows graphs, and counts of what was taken; knows no run and no report.
"""

from __future__ import annotations

from .dot import dot
from .engine import render
from .mermaid import mermaid
from .picture import Counts, Picture
from .save import FORMATS, drawing, save, show, svg
from .table import table

__all__ = [
    "FORMATS",
    "Counts",
    "Picture",
    "dot",
    "drawing",
    "mermaid",
    "render",
    "save",
    "show",
    "svg",
    "table",
]
