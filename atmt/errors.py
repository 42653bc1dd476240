"""Everything that atmt raises on purpose, under one root.

Whose fault it is decides the branch: `TesterFault` is ours or the suite author's (a test *error*),
`RunEnd` is what a conversation with the peer came to (a test *failure* or *inconclusive*), and
`EnvironmentFault` says that this machine could not even begin (*could not run*).  Knows no verdicts.
"""

from __future__ import annotations

from typing import Any


class AtmtError(Exception):
    """Root of all errors of this package."""


class TesterFault(AtmtError):
    """The automaton, the suite or the harness is wrong; the peer is not to blame."""

    __test__ = False  # else pytest takes it for a test class wherever it is imported


class DeclarationError(TesterFault, TypeError):
    """An automaton class is not well formed; raised when its class body closes."""


class UnknownState(TesterFault, LookupError):
    """A state was named that the automaton does not declare."""


class UnknownTimer(TesterFault, LookupError):
    """A timer was named that the automaton does not declare."""


class LostTransition(TesterFault):
    """A state was requested (``self.STATE()``) but the request was not raised."""


class RunEnd(AtmtError):
    """A run ended elsewhere than in a final state.

    `state` is the name of the state in which it ended, `result` what that state returned.
    """

    def __init__(self, message: str, state: str | None = None, result: Any = None) -> None:
        super().__init__(message)
        self.state = state
        self.result = result


class ErrorState(RunEnd):
    """An error state was reached."""


class Stuck(RunEnd):
    """A state was entered that neither ends the run nor has anything left to wait for."""


class Stopped(RunEnd):
    """The run was stopped from outside."""


class Breakpoint(Stopped):
    """The run is held before a state with a breakpoint; `state` names it.  Running again goes on."""


class Singlestep(Stopped):
    """A single step was made; `state` names the state that is next.  Running again goes on."""


class InterceptionPoint(Stopped):
    """A `packet` is about to be sent from a state that intercepts; accept or reject it."""

    def __init__(self, message: str, state: str | None = None, packet: Any = None) -> None:
        super().__init__(message, state)
        self.packet = packet


class PeerClosed(RunEnd, EOFError):
    """The peer closed the stream in a state that declares no eof condition."""


class DeadlineExceeded(RunEnd):
    """The run did not end within the time allowed."""


class EnvironmentFault(AtmtError):
    """This machine cannot provide what was asked for; `remedy` says what would change that."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}. {remedy}")
        self.cause = cause
        self.remedy = remedy


class LabUnavailable(EnvironmentFault):
    """No isolated network can be made here."""


class ProgramMissing(EnvironmentFault):
    """A program that a peer needs is not installed."""


class PeerNotReady(EnvironmentFault):
    """A peer's program was started but never became ready to talk."""


class NoVirtualTime(EnvironmentFault):
    """A peer's program cannot be put under a clock that the tester moves, here or anywhere."""
