"""``as_supersocket``: an automaton in the background, its pipe as a Scapy socket.

Scapy is imported when the first of them is opened.
"""

from __future__ import annotations

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
        from .automatonsocket import AutomatonSocket

        automaton = self._cls(*args, is_atmt_socket=True, atmt_socket=self, **kwargs)
        return AutomatonSocket(automaton, self._pipe, proto)
