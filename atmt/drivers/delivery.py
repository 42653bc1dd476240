"""How a frame reaches an automaton, the same for every driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frame import Frame

if TYPE_CHECKING:
    from ..automaton import Automaton


def deliver(automaton: Automaton, frame: Frame, now: float) -> None:
    """Offer `frame` to the automaton, unless its ``master_filter`` refuses the packet."""
    if automaton.master_filter(frame.packet):
        automaton.interpreter.receive(frame, now)
    else:
        automaton.interpreter.ignore(frame, now)
    frame.forget()
