"""What code written for Scapy expects of an automaton, where ours chose otherwise.

The base of adopted classes, and `Automaton` to scripts under `install`.  Changes no semantics: only names,
words and None where ours would raise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..automaton import Automaton
from ..errors import ErrorState, UnknownTimer
from ..frame import Frame
from ..graph import State
from ..links.supersocket import SuperSocketLink
from ..timers import Timer


class ScapyAutomaton(Automaton):
    """An `Automaton` that speaks as Scapy's does.

    `undo` holds what gives Scapy's global bindings back that the automaton has made; `destroy` calls it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.undo: list[Callable[[], None]] = []
        super().__init__(*args, **kwargs)

    @property
    def state(self) -> Any:
        """The state it is in, under the names of Scapy's attributes (None before the first)."""
        entered = self.interpreter.state
        return None if entered is None else EnteredState(entered)

    def my_send(self, pkt: Any, **kwargs: Any) -> Frame | None:
        """As `Automaton.my_send`; a Scapy socket's ``send`` gets the other arguments of `send`."""
        link = (self.link or self.open_link(pkt)) if kwargs else None
        if not isinstance(link, SuperSocketLink):
            return super().my_send(pkt)
        frame = link.encode(pkt)
        link.send(frame, **kwargs)
        return frame

    def timer_by_name(self, name: str) -> Any:
        """The timer of that name; None if there is none."""
        try:
            timer = super().timer_by_name(name)
        except UnknownTimer:
            return None
        return NamedTimer(timer)

    def debug(self, lvl: int, msg: str) -> None:
        """As `Automaton.debug`, under Scapy's names of its arguments."""
        super().debug(lvl, msg)

    def verdict(self, stepping: bool = False) -> Any:
        """The result, or raises the error; that of an error state is worded as Scapy words it."""
        error = self.interpreter.error
        if isinstance(error, ErrorState):
            raise ErrorState(
                f"Reached {error.state}: [{error.result!r}]", error.state, error.result
            ) from error
        return super().verdict(stepping)

    def destroy(self, force: bool = True) -> None:
        """As `Automaton.destroy`, and undo global bindings."""
        super().destroy(force)
        while self.undo:
            self.undo.pop()()


class EnteredState:
    """A state as Scapy's code reads it: `.state` is its name."""

    def __init__(self, state: State) -> None:
        self.state = self.name = state.name
        mark = state.mark
        self.initial, self.final, self.stop, self.error = mark.initial, mark.final, mark.stop, mark.error

    def __repr__(self) -> str:
        return f"State({self.name})"


class NamedTimer:
    """A timer of one automaton; `_timeout` is another name for its delay."""

    def __init__(self, timer: Timer) -> None:
        self.get, self.set = timer.get, timer.set

    @property
    def _timeout(self) -> float:
        return self.get()
