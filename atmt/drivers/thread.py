"""A thread that runs one automaton in the background, and asks about the packets it intercepts.

Knows no more of the automaton's run than whether it is over; how it ended stands in the interpreter.
"""

from __future__ import annotations

from threading import Condition, Thread, get_ident
from typing import TYPE_CHECKING, Any

from ..errors import InterceptionPoint, TesterFault
from . import blocking

if TYPE_CHECKING:
    from ..running import Running

_ACCEPT, _REJECT = object(), object()


class Background:
    """The background run of `automaton`.  `over` once it has ended, been held or failed."""

    def __init__(self, automaton: Running) -> None:
        self.over = False
        self._automaton = automaton
        self._changed = Condition()
        self._asking: tuple[str, Any] | None = None
        self._abandoned = False
        self._verdict: Any = None
        self._thread = Thread(target=self._drive, name=f"atmt {type(automaton).__name__}", daemon=True)

    def start(self) -> None:
        """Begin; the automaton must know of this background run before it can ask anything of it."""
        self._thread.start()

    # -- the thread that controls

    def wait(self, timeout: float | None = None) -> bool:
        """Until the run is over or asks about a packet; False if neither came within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.over or self._asking is not None, timeout)

    def join(self) -> bool:
        """Wait until the run is over, whatever it asks; False in the run's own thread, which cannot wait."""
        if get_ident() == self._thread.ident:
            return False
        self._thread.join()
        return True

    def raise_interception(self) -> None:
        """Raise `InterceptionPoint` if the run asks about a packet."""
        if self._asking is not None:
            state, packet = self._asking
            raise InterceptionPoint(f"packet intercepted in {state}", state, packet)

    def decide(self, accept: bool, packet: Any = None) -> None:
        """Answer the question: send the packet (or `packet` instead), or don't."""
        with self._changed:
            if self._asking is None:
                raise TesterFault("no packet is intercepted, so there is nothing to accept or reject")
            self._answer((_ACCEPT if packet is None else packet) if accept else _REJECT)

    def abandon(self) -> None:
        """Reject what is intercepted, now and later: the run is to end."""
        with self._changed:
            self._abandoned = True
            if self._asking is not None:
                self._answer(_REJECT)

    # -- the automaton's thread

    def ask(self, state: str, packet: Any) -> Any:
        """What to send instead of `packet` from `state`: itself, another one, or None."""
        if get_ident() != self._thread.ident:
            raise TesterFault(f"a packet was sent from {state} by a thread that is not the automaton's")
        with self._changed:
            if self._abandoned:
                return None
            self._asking = state, packet
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._verdict is not None)
            verdict, self._verdict = self._verdict, None
        if verdict is _REJECT:
            return None
        return packet if verdict is _ACCEPT else verdict

    def _answer(self, verdict: Any) -> None:
        self._asking, self._verdict = None, verdict
        self._changed.notify_all()

    def _drive(self) -> None:
        try:
            blocking.run(self._automaton)
        except BaseException:
            pass  # kept as the interpreter's error, for whoever collects the result
        finally:
            with self._changed:
                self.over = True
                self._changed.notify_all()
