"""DOT text to SVG or PNG by Graphviz, in a process of its own: a layout can take minutes, and cannot be
interrupted otherwise.

Tries pygraphviz, whose wheel brings Graphviz along, then a `dot` program.  Knows no graph.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence

from ..errors import EnvironmentFault

_PYGRAPHVIZ = (
    "import sys, pygraphviz;"
    "drawn = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode()).draw(format=sys.argv[1], prog='dot');"
    "sys.stdout.buffer.write(drawn)"
)
_INSTEAD = "Write a .dot, .mmd or .txt file instead, which need no Graphviz."


def render(dot: str, form: str, limit: float = 30.0) -> bytes:
    """`dot` drawn as `form` ("svg", "png", "pdf") within `limit` seconds.

    Raises `EnvironmentFault` if there is no Graphviz here, or if it fails or needs longer.
    """
    command = _command(form)
    try:
        done = subprocess.run(command, input=dot.encode(), capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise EnvironmentFault(f"Graphviz did not finish this drawing within {limit:g} s", _INSTEAD) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it said nothing"
        raise EnvironmentFault(f"Graphviz cannot draw {form} (exit code {done.returncode}): {said}", _INSTEAD)
    return done.stdout


def _command(form: str) -> Sequence[str]:
    if importlib.util.find_spec("pygraphviz"):
        return sys.executable, "-c", _PYGRAPHVIZ, form
    if program := shutil.which("dot"):
        return program, f"-T{form}"
    raise EnvironmentFault(
        "there is no Graphviz here to draw with", f"Install it: pip install 'pytest-atmt[graph]'. {_INSTEAD}"
    )
