"""The Scapy socket on an automaton's pipe.  Loads Scapy, so only `supersocket` imports it, and late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapy.automaton import select_objects
from scapy.supersocket import SuperSocket

if TYPE_CHECKING:
    from .automaton import Automaton


class AutomatonSocket(SuperSocket):  # type: ignore[misc]  # Scapy is not typed here
    """`atmt` is the automaton.  `recv` raises `EOFError` when it has ended."""

    nonblocking_socket = False

    def __init__(self, automaton: Automaton, pipe: str, proto: Any) -> None:
        self.atmt = automaton
        self.proto = proto
        self._over = False
        self._end = getattr(automaton.io, pipe)
        automaton.runbg()

    def send(self, x: Any) -> int:
        return int(self._end.send(x))

    def recv(self, x: int | None = None, **kwargs: Any) -> Any:
        received = self._end.recv()
        if self.proto is not None and received is not None:
            received = self.proto(received, **kwargs)
        session = self.atmt.atmt_session
        return received if session is None else session.process(received)

    def fileno(self) -> int:
        return int(self._end.fileno())

    def close(self) -> None:
        if not self._over:
            self.closed = self._over = True
            self.atmt.stop()
            self.atmt.destroy()

    @staticmethod
    def select(sockets: list[Any], remain: float | None = None) -> list[Any]:
        return list(select_objects(sockets, remain))
