"""Each module imports only what stands above it in the design, and importing atmt loads no Scapy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "atmt"

# from the top of the design downwards; modules in one row may not import each other
ROWS = [
    ["errors", "frame", "clock"],
    ["declaration"],
    ["graph"],
    ["edges", "gate"],
    ["trace", "timers", "pipes"],
    ["interpreter", "log"],
    ["links"],
    ["drivers"],
    ["running"],
    ["debug"],
    ["automatonsocket", "draw"],
    ["supersocket", "spawn"],
    ["automaton"],
]
LEVEL = {name: level for level, row in enumerate(ROWS) for name in row}
FILES = sorted(
    path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0].removesuffix(".py") in LEVEL
)


def imported(path):
    """Modules of atmt that the file imports when it is loaded or run, but for typing alone."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    depth = len(path.relative_to(ROOT).parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            yield from [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_above_it(path):
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    allowed = {name for name, level in LEVEL.items() if level < LEVEL[own]} | {own}
    assert set(imported(path)) <= allowed


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short(path):
    assert len(path.read_text().splitlines()) <= 300


def test_importing_atmt_loads_neither_scapy_nor_pytest_nor_asyncio():
    code = "import sys, atmt; print([m for m in ('scapy', 'pytest', 'asyncio') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
