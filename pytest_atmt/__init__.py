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
    from .peers.adapters import Adapter
    from .peers.base import Peer
    from .peers.statement import Statement
    from .run import Run, UnexpectedEnd
    from .suite import ClientHost, Clients, Host, Suite
    from .verdicts import CouldNotRun, Inconclusive, NotApplicable

_HOME = {
    "Adapter": "pytest_atmt.peers.adapters",
    "ClientHost": "pytest_atmt.suite",
    "Clients": "pytest_atmt.suite",
    "CouldNotRun": "pytest_atmt.verdicts",
    "Host": "pytest_atmt.suite",
    "Inconclusive": "pytest_atmt.verdicts",
    "NotApplicable": "pytest_atmt.verdicts",
    "Peer": "pytest_atmt.peers.base",
    "Run": "pytest_atmt.run",
    "Statement": "pytest_atmt.peers.statement",
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
    "Adapter",
    "ClientHost",
    "Clients",
    "CouldNotRun",
    "Host",
    "Inconclusive",
    "NotApplicable",
    "Peer",
    "Run",
    "Statement",
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
