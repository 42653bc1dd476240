"""From "module:Class" or "file.py:Class" on a command line to the automaton class."""

from __future__ import annotations

import importlib
import runpy
import sys
from collections.abc import Mapping
from typing import Any

from ..automaton import Automaton
from ..errors import TesterFault


def automaton_class(target: str) -> type[Automaton]:
    """The class that `target` names; one of Scapy's is adopted.

    Raises `TesterFault` if there is no such module or class, or if the class is no automaton.
    """
    where, _, name = target.rpartition(":")
    if not where or not name:
        raise TesterFault(f"{target!r} names no class; write module:Class or file.py:Class")
    names = _names(where)
    if name not in names:
        found = ", ".join(automata(where)) or "none"
        raise TesterFault(f"{where} has no class {name!r}; automata in it: {found}")
    return _ours(names[name], target)


def automata(where: str) -> list[str]:
    """The names of the automata that a module or file has.  Raises `TesterFault` if there is no such thing."""
    return sorted(name for name, value in _names(where).items() if _is_ours(value))


def _names(where: str) -> Mapping[str, Any]:
    """What the module or file defines.  Names are looked for in the working directory too, as Python does."""
    if where.endswith(".py"):
        return _run(where)
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        return vars(importlib.import_module(where))
    except ModuleNotFoundError as error:
        raise TesterFault(
            f"there is no module {error.name!r} (for {where!r}); install it, or give the path of its file"
        ) from error


def _run(path: str) -> Mapping[str, Any]:
    try:
        return runpy.run_path(path)
    except FileNotFoundError as error:
        raise TesterFault(f"there is no file {path}; give a path from the working directory") from error


def _is_ours(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Automaton) and value is not Automaton


def _ours(value: Any, target: str) -> type[Automaton]:
    if isinstance(value, type) and issubclass(value, Automaton):
        return value
    if isinstance(value, type) and any(base.__module__ == "scapy.automaton" for base in value.__mro__):
        from ..compat import adopt

        return adopt(value)
    raise TesterFault(f"{target} is no automaton; name a subclass of atmt.Automaton or of Scapy's")
