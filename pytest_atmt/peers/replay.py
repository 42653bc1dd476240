"""A peer that says again what another said: the packets of a record, at their times, in virtual time.

The same automata on the same packets take the same paths and come to the same verdicts, without a network.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atmt import Automaton
from atmt.clock import Clock
from atmt.errors import TesterFault
from atmt.frame import Frame
from atmt.links.base import Codec, Link
from atmt.links.impairment import Impairment

from ..suite import Suite
from ..verdicts import CouldNotRun, Inconclusive, Verdict
from .base import Health
from .files import Kind
from .simulated import SimulatedPeer
from .statement import Statement

_NEVER_BEGAN = {Verdict.INCONCLUSIVE: Inconclusive, Verdict.COULD_NOT_RUN: CouldNotRun}


class ReplayError(TesterFault):
    """A record does not fit the test that is replayed from it."""


class ReplayPeer(SimulatedPeer):
    """The peer of one recorded `test` (its entry in ``report.json``)."""

    def __init__(self, statement: Statement, suite: Suite, test: Mapping[str, Any]) -> None:
        super().__init__(statement)
        self.files = ReplayedFiles(test.get("files", ())) if test.get("files_in_reach", True) else None
        self._runs = deque(test["runs"])
        self._health = deque(test.get("health", ()))
        self.mortal = bool(self._health)
        self._codec = suite.codec
        self._test = test["nodeid"]
        self._run: Mapping[str, Any] = {}  # the one that is being replayed
        if not self._runs and (judgement := _NEVER_BEGAN.get(test["verdict"])):
            raise judgement(f"when this was recorded: {test['reason']}")
        if self._runs:  # a test that asked for such an address and got none ran nothing
            self.second_host, self.second_address = "192.0.2.77", "192.0.2.78"
            self.broadcasts = ("192.0.2.255", "255.255.255.255")

    def arguments(self) -> dict[str, Any]:
        if not self._runs:
            raise ReplayError(f"{self._test} runs more automata than its record holds; record it anew")
        return dict(self._runs[0]["arguments"])

    def link(self, impair: Sequence[Impairment]) -> Link:
        """What the record holds was received after the impairments; they are not applied twice."""
        run = self._run = self._runs.popleft()
        self.clock_kind = run["clock"]
        if omitted := run.get("omitted"):
            raise CouldNotRun(
                f"the record leaves out {omitted} packets of {self._test}, so that it cannot be replayed; run it again"
            )
        heard = [p for p in run["packets"] if p["direction"] != "sent"]
        return ReplayLink(self._codec(_own_address(run["arguments"])), heard, self.clock, run.get("lost"))

    def drive(self, automaton: Automaton) -> None:
        """What the harness was late by then is what it is late by now: the verdict may hang on it."""
        super().drive(automaton)
        automaton.lateness = self._run["lateness"]

    def defect(self) -> str:
        return str(self._run.get("defect", ""))

    def health(self) -> Health:
        """What came then of asking the peer whether it is still there."""
        if not self._health:
            raise ReplayError(
                f"the record does not say whether the peer of {self._test} was alive; record it anew"
            )
        return Health(self._health.popleft())


def _own_address(arguments: Mapping[str, Any]) -> str:
    """Whom we speak as does not matter to a record, but the version of IP does (RFC 5737, RFC 3849)."""
    return "2001:db8::1" if ":" in str(arguments.get("server")) else "192.0.2.1"


class ReplayedFiles:
    """Files as they were found then, in the order in which they were asked for."""

    def __init__(self, contents: Sequence[str | None]) -> None:
        self._contents = deque(contents)

    def put(self, name: str, content: bytes) -> None:
        """The peer of the record had it, or had not; nothing changes that."""

    def place(self, name: str, kind: Kind) -> None:
        """As above."""

    def fill(self, room: int) -> None:
        """As above."""

    def beside(self, content: bytes) -> Sequence[str]:
        """As above; a record holds what was said, so that the names do not matter."""
        return ["", ""]

    def get(self, name: str) -> bytes | None:
        if not self._contents:
            raise ReplayError(f"the record does not say what {name!r} held; record the test anew")
        found = self._contents.popleft()
        return None if found is None else bytes.fromhex(found)


class ReplayLink:
    """Delivers recorded packets when their time has come; `lost` frames were dropped then.  What is sent is not."""

    def __init__(
        self, codec: Codec, packets: Sequence[Mapping[str, Any]], clock: Clock, lost: int | None = None
    ) -> None:
        self.lost = lost
        self._codec = codec
        self._clock = clock
        began = clock.now()
        self._due = deque((began + p["at"], bytes.fromhex(p["hex"]), p["note"]) for p in packets)

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        """The answer is in the record already."""

    def receive(self) -> Frame | None:
        if not self._due or self._due[0][0] > self._clock.now():
            return None
        at, data, note = self._due.popleft()
        frame = Frame(data, self._codec, at=at)
        frame.note = note
        return frame

    def fileno(self) -> int:
        return -1

    @property
    def deadline(self) -> float | None:
        """When the next recorded packet is due."""
        return self._due[0][0] if self._due else None

    def flush(self, now: float) -> None:
        """Nothing is held back but until its time."""

    def notify(self, arrived: Callable[[], None]) -> None:
        """Everything that arrives has its deadline."""

    def close(self) -> None:
        self._due.clear()
