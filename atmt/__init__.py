"""Automata that test protocols: Scapy's declaration syntax on a deterministic runtime.

Knows nothing of pytest; `pytest_atmt` does.  Loads no Scapy layer: links that need them do.
"""

from .automaton import Automaton
from .declaration import ATMT, Transition
from .errors import (
    AtmtError,
    DeadlineExceeded,
    DeclarationError,
    EnvironmentFault,
    ErrorState,
    LostTransition,
    PeerClosed,
    RunEnd,
    Stopped,
    Stuck,
    TesterFault,
    UnknownState,
    UnknownTimer,
)
from .timers import Timer

__all__ = [
    "ATMT",
    "AtmtError",
    "Automaton",
    "DeadlineExceeded",
    "DeclarationError",
    "EnvironmentFault",
    "ErrorState",
    "LostTransition",
    "PeerClosed",
    "RunEnd",
    "Stopped",
    "Stuck",
    "TesterFault",
    "Timer",
    "Transition",
    "UnknownState",
    "UnknownTimer",
]
