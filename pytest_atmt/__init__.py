"""The pytest side of atmt: automata as fixtures, peers, requirements, verdicts, reports.

What a suite imports.  Everything is loaded on first use, because pytest imports this package in every run
of an environment that has it installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atmt.links.impairment import alter, corrupt, delay, drop, duplicate, reorder, truncate

    from .fixtures import automaton
    from .marks import requirement
    from .run import Run, UnexpectedEnd
    from .suite import Host, Suite
    from .verdicts import CouldNotRun, Inconclusive, NotApplicable

_HOME = {
    "CouldNotRun": "pytest_atmt.verdicts",
    "Host": "pytest_atmt.suite",
    "Inconclusive": "pytest_atmt.verdicts",
    "NotApplicable": "pytest_atmt.verdicts",
    "Run": "pytest_atmt.run",
    "Suite": "pytest_atmt.suite",
    "UnexpectedEnd": "pytest_atmt.run",
    "automaton": "pytest_atmt.fixtures",
    "alter": "atmt.links.impairment",
    "corrupt": "atmt.links.impairment",
    "reorder": "atmt.links.impairment",
    "truncate": "atmt.links.impairment",
    "delay": "atmt.links.impairment",
    "drop": "atmt.links.impairment",
    "duplicate": "atmt.links.impairment",
    "requirement": "pytest_atmt.marks",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


__all__ = [
    "CouldNotRun",
    "Host",
    "Inconclusive",
    "NotApplicable",
    "Run",
    "Suite",
    "UnexpectedEnd",
    "alter",
    "automaton",
    "corrupt",
    "delay",
    "drop",
    "duplicate",
    "reorder",
    "requirement",
    "truncate",
]
