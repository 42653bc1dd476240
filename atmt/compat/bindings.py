"""Scapy's functions that bind layers for the whole process, as adopted automata see them: noted, so that
they are undone when the automaton is destroyed.

Knows no automaton's class, only that the caller's `self` may keep a list called `undo`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from scapy import packet

_OPPOSITES = {
    packet.bind_bottom_up: packet.split_bottom_up,
    packet.bind_top_down: packet.split_top_down,
    packet.bind_layers: packet.split_layers,
}


def _noting(bind: Callable[..., None], split: Callable[..., None]) -> Callable[..., None]:
    def bind_and_note(*args: Any, **fields: Any) -> None:
        bind(*args, **fields)
        # Scapy's functions are not told who binds; their caller's frame knows
        caller = sys._getframe(1).f_locals.get("self")
        undo = getattr(caller, "undo", None)
        if isinstance(undo, list):
            undo.append(partial(split, *args, **fields))

    return bind_and_note


NOTED: Mapping[Any, Callable[..., None]] = {bind: _noting(bind, split) for bind, split in _OPPOSITES.items()}
