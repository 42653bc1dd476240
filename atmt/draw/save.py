"""Drawings into files, by the ending of their name; and onto the screen, as Scapy's `graph()` does."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault, TesterFault
from ..graph import Graph
from .dot import dot
from .engine import render
from .mermaid import mermaid
from .picture import Counts, Key
from .table import table

_TEXTS: dict[str, Callable[..., str]] = {"dot": dot, "gv": dot, "mmd": mermaid, "txt": table}
_ID = re.compile(rb'\bid="[^"]*"')
FORMATS = ("svg", "png", "pdf", *_TEXTS)


def drawing(
    graph: Graph, form: str, counts: Counts | None = None, path: Sequence[Key] | None = None
) -> bytes:
    """`graph` drawn as `form`, one of `FORMATS`.

    Raises `TesterFault` for another form, `EnvironmentFault` if it takes Graphviz and that cannot draw it.
    """
    if form not in FORMATS:
        raise TesterFault(f"no drawing can be made as {form!r}; choose one of {', '.join(FORMATS)}")
    if form in _TEXTS:
        return _TEXTS[form](graph, counts, path).encode()
    drawn = render(dot(graph, counts, path), form)
    return _ID.sub(_plain, drawn) if form == "svg" else drawn


def svg(graph: Graph, counts: Counts | None = None, path: Sequence[Key] | None = None) -> str:
    """`graph` as an ``<svg>`` element, to stand in a page.  Raises as `drawing` does."""
    text = drawing(graph, "svg", counts, path).decode()
    return text[text.index("<svg") :].rstrip()


def save(graph: Graph, target: str | Path, **options: Any) -> Path:
    """Draw `graph` into the file `target`, whose ending names the format; returns its path.

    `options` are those of `drawing`.  Raises as it does.
    """
    file = Path(target)
    file.write_bytes(drawing(graph, file.suffix.removeprefix("."), **options))
    return file


def show(graph: Graph, target: str | Path | None = None, type: str = "svg", string: bool = False) -> str:
    """What ``Class.graph()`` does, with the names of Scapy's options: draw into `target`, or on the screen.

    `string` asks for the DOT text instead.  Returns that text, or the name of the file.  Raises
    `EnvironmentFault` if there is neither a target nor a screen.
    """
    if string:
        return dot(graph)
    if target is not None:  # Scapy writes a file's name like a redirection of the shell: "> file"
        return str(save(graph, str(target).removeprefix(">").strip()))
    viewer = shutil.which("xdg-open") or shutil.which("open")
    if viewer is None:
        raise EnvironmentFault(
            f"there is no program here that shows the drawing of {graph.name}",
            f'Write it to a file: {graph.name}.graph("{graph.name}.svg").',
        )
    with tempfile.NamedTemporaryFile(prefix=f"{graph.name}-", suffix=f".{type}", delete=False) as file:
        file.write(drawing(graph, type))
    subprocess.Popen([viewer, file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return file.name


def _plain(identifier: re.Match[bytes]) -> bytes:
    """Ids as we gave them: Graphviz escapes hyphens, and puts a prefix before those of cells (a bundle's rows)."""
    return identifier[0].replace(b"&#45;", b"-").replace(b'"a_row-', b'"')
