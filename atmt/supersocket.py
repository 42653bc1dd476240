"""``as_supersocket``: an automaton in the background, its pipe as a Scapy socket.

Scapy is imported when the first of them is opened.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .automaton import Automaton


class Opener:
    """What stands in the class under the name given: called as ``opener(proto, *args, **kwargs)``."""

    def __init__(self, cls: type[Automaton], pipe: str) -> None:
        self._cls = cls
        self._pipe = pipe

    def __call__(self, proto: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Construct and run an automaton; `proto` (None: nothing) is called on what it sends through the pipe."""
        automaton = self._cls(*args, is_atmt_socket=True, atmt_socket=self, **kwargs)
        return _socket_class()(automaton, self._pipe, proto)


@cache
def _socket_class() -> type:
    from scapy.supersocket import SuperSocket

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
            from scapy.automaton import select_objects

            return list(select_objects(sockets, remain))

    return AutomatonSocket
