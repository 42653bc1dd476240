"""A client that says again what another said, and ends as that ended: from a record, in virtual time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from atmt import Automaton
from atmt.clock import Clock
from atmt.frame import Frame
from atmt.links.base import Link
from atmt.links.impairment import Impairment

from ..errand import ClientEnd, Errand
from ..suite import Suite
from ..verdicts import Verdict
from .client import ClientPeer
from .replay import ReplayPeer
from .statement import Statement


class ReplayClient(ClientPeer, ReplayPeer):
    """The client of one recorded `test` (its entry in ``report.json``)."""

    def __init__(self, statement: Statement, suite: Suite, test: Mapping[str, Any]) -> None:
        super().__init__(statement, suite, test)
        self._refusal = test["reason"] if test["verdict"] == Verdict.NOT_APPLICABLE else ""
        self._ended = ClientEnd()

    def link(self, impair: Sequence[Impairment]) -> Link:
        self._ended = ClientEnd.of(self._runs[0]["client"])
        return cast("Link", _Ending(super().link(impair), self.clock.now(), self._ended.at, self.clock))

    def refuses(self, errand: Errand) -> str:
        """What it refused then."""
        return "" if self._runs else self._refusal

    def serve(self, automaton: Automaton, errand: Errand) -> None:
        self._simulation.start(automaton)
        self._simulation.run(automaton, self.statement.limit)
        self.end = self._ended


class _Ending:
    """A replayed link that is at its end when the client was (`at` seconds after `began`; None: it was not)."""

    def __init__(self, link: Link, began: float, at: float | None, clock: Clock) -> None:
        self._link, self._clock = link, clock
        self._over = None if at is None else began + at

    def receive(self) -> Frame | None:
        frame = self._link.receive()
        if frame is None and self._over is not None and self._clock.now() >= self._over:
            self._over = None  # nothing more to wait for
            raise EOFError
        return frame

    @property
    def deadline(self) -> float | None:
        """When the next recorded packet is due, or the end."""
        due = [at for at in (self._link.deadline, self._over) if at is not None]
        return min(due, default=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)
