"""Our runtime in the place of ``scapy.automaton``, for scripts and layers that are imported afterwards.

Pipes, `select_objects` and the other names that Scapy's modules take from there stay Scapy's own.
"""

from __future__ import annotations

import sys
from types import ModuleType

from ..declaration import ATMT
from ..errors import TesterFault
from .dialect import ScapyAutomaton

_NAME = "scapy.automaton"


def install() -> None:
    """Let whatever imports ``scapy.automaton`` from now on find our `ATMT` and `Automaton` there.

    Asking twice is harmless.  Raises `TesterFault` if automata that
    run on Scapy's runtime have been imported already: those cannot be changed any more.
    """
    import scapy
    import scapy.automaton as theirs

    if theirs.Automaton is ScapyAutomaton:
        return
    if early := theirs.Automaton.__subclasses__():
        names = ", ".join(sorted(f"{c.__module__}.{c.__name__}" for c in early))
        raise TesterFault(
            f"atmt.compat.install() comes too late: {names} already run on Scapy's runtime; call it before "
            "the first import of a Scapy layer, or take them over one by one with atmt.compat.adopt()"
        )
    standin = ModuleType(_NAME, "Scapy's automaton module, on atmt's runtime.")
    vars(standin).update({name: value for name, value in vars(theirs).items() if name != "__doc__"})
    vars(standin).update(ATMT=ATMT, Automaton=ScapyAutomaton, Automaton_metaclass=type(ScapyAutomaton))
    sys.modules[_NAME] = standin
    scapy.automaton = standin
