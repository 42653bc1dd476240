"""The page's script and style, put together from their files.

The scripts are ES modules that import names from each other.  In the page each becomes a function of its
own that returns what it exports, so that a file opened from a disk needs to load nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "\./(?P<file>[\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|let|class|(?:async )?function) (?P<name>\w+))", re.MULTILINE)
_STYLES = ("tokens", "base", "parts", "overview", "tests", "graph", "ladder", "tables", "print")


def script(templates: Path) -> str:
    """All modules that ``main.js`` needs, each after those that it imports."""
    folder = templates / "js"
    return "\n".join(_module(folder, name) for name in _ordered(folder, "main", []))


def style(templates: Path) -> str:
    """All style sheets, in the order in which they build on each other."""
    return "\n".join((templates / "css" / f"{name}.css").read_text("utf-8") for name in _STYLES)


def _ordered(folder: Path, name: str, seen: list[str]) -> Iterator[str]:
    seen.append(name)
    for match in _IMPORT.finditer(_text(folder, name)):
        if match["file"] not in seen:
            yield from _ordered(folder, match["file"], seen)
    yield name


def _module(folder: Path, name: str) -> str:
    text = _text(folder, name)
    exported = ", ".join(match["name"] for match in _EXPORT.finditer(text))
    text = _EXPORT.sub("", _IMPORT.sub(lambda m: f"const {m['names']} = ${m['file']};", text))
    return f"// {name}.js\nconst ${name} = (() => {{\n{text}\nreturn {{ {exported} }};\n}})();\n"


def _text(folder: Path, name: str) -> str:
    return (folder / f"{name}.js").read_text("utf-8")
