"""What `debug` tells: a run's rows as messages of the logger ``atmt``, whose configuration is the user's.

Levels are those of Scapy: 1 states, 2 transitions, 3 packets, 4 packets that ``master_filter`` refused.
"""

from __future__ import annotations

import logging
from typing import Any

from .trace import Exchange, Row

_logger = logging.getLogger("atmt")


def show(automaton: Any, message: str) -> None:
    """Log `message` of `automaton`."""
    _logger.debug("%s: %s", type(automaton).__name__, message)


def show_row(automaton: Any, row: Row) -> None:
    """Log a row of the trace of `automaton`, as far as its ``debug_level`` goes."""
    _, what, state = row
    if isinstance(what, Exchange):
        if automaton.debug_level >= (4 if what.direction == "ignored" else 3):
            show(automaton, f"{what.direction} in {state.name}: {what.frame.describe()[0]}")
        return
    if what is not None and automaton.debug_level >= 2:
        actions = f", with {', '.join(a.__name__ for a in what.actions)}" if what.actions else ""
        show(automaton, f"{what.kind.value} {what.name} leads to {state.name}{actions}")
    show(automaton, f"state {state.name}")
