"""What every peer can do for a test, whatever it is and wherever it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum
from typing import Any

from atmt import Automaton
from atmt.clock import Clock
from atmt.errors import EnvironmentFault
from atmt.links.base import Link
from atmt.links.impairment import ImpairedLink, Impairment

from ..errand import ClientEnd
from .files import Files
from .statement import Statement

SERVED = "its peer had served other tests"
"""Why a test that did not pass with a peer that is kept is run again."""

Said = tuple[float, str, str]
"""What a peer wrote about itself: when on its clock, "stdout", "stderr" or "syslog", the line."""


def impaired(link: Link, rules: Sequence[Impairment], clock: Clock) -> Link:
    """`link` with the faults that `rules` are; itself where there are none."""
    return ImpairedLink(link, rules, clock) if rules else link


VIRTUAL = 100.0  # as long as in real time may a run be in virtual time, which costs nothing


class Health(Enum):
    """How a peer is that said nothing in a run: it answers others, it answers nobody though one like it that was
    started anew does, or no such one does either."""

    WELL = "well"
    SILENCED = "silenced"
    LOST = "lost"


class Peer(ABC):
    """One peer, up for one test; base of all adapters.

    `end` is how the program ended that had to do with the last run, where the peer is a client (None: it is none).
    `clock` is the one that its conversations keep, `clock_kind` ("virtual", "scaled" or "real") what it is, `files`
    what it serves (None: out of reach), `reduced` why it has to live in less than was meant for it ("": it has not),
    `mortal` whether it may be gone, so that its silence has to be looked into.
    `second_host` is an address as which the tester can speak, too, `second_address` another one of the peer's own, on
    whose network `broadcasts` reach everybody ("", none: there is no such thing here).
    """

    statement: Statement
    clock: Clock
    clock_kind: str
    files: Files | None = None
    reduced: str = ""
    end: ClientEnd | None = None
    mortal: bool = True
    second_host: str = ""
    second_address: str = ""
    broadcasts: Sequence[str] = ()

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Arguments for an automaton that talks to this peer: ``server``, ``port``, ``sport`` and IXIT."""

    @abstractmethod
    def link(self, impair: Sequence[Impairment]) -> Link:
        """A new link to the peer, with these faults."""

    @abstractmethod
    def drive(self, automaton: Automaton) -> None:
        """Run `automaton` to its end.  Raises what user code raises."""

    @abstractmethod
    def close(self) -> None:
        """Take the peer down and leave nothing behind."""

    def defect(self) -> str:
        """What is wrong with the peer itself, such as that its program died ("": nothing)."""
        return ""

    def said(self) -> Sequence[Said]:
        """What the peer wrote about itself, oldest first."""
        return ()

    def leftovers(self) -> Sequence[str]:
        """Stop the peer; what it leaves running all the same, as command lines."""
        return ()

    def renew(self) -> None:
        """Make a peer that outlives its test fit for another one.  Raises `EnvironmentFault` if it cannot be."""
        raise EnvironmentFault(
            f"{self.statement.name} cannot be kept from test to test", "Leave out restart in its statement."
        )

    def doubt(self, silent: bool) -> str:
        """Why a test that did not pass with this peer is run again with a fresh one ("": it need not be).

        `silent` says that it never answered anybody.
        """
        return ""

    def provenance(self) -> dict[str, str]:
        """Where it comes from: program, hash, version."""
        return {}

    def shell(self) -> None:
        """Let a person look around where the peer lives.  Raises `EnvironmentFault` where it is nowhere."""
        raise EnvironmentFault(
            f"there is no shell where {self.statement.name} lives",
            "It is for peers that are started in the lab.",
        )
