"""Looks at a suite's peers outside of any test: whether each starts, answers, and does what it claims.

Judges nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atmt.errors import EnvironmentFault

from . import loaded, shipped
from .acquaintance import Acquaintance, answers
from .peers import adapters as _adapters
from .peers import program
from .peers.opening import open_peer
from .verdicts import Inconclusive

if TYPE_CHECKING:
    from atmt.lab import Lab

    from .loaded import LoadedSuite
    from .peers.adapters import Adapters
    from .peers.base import Peer
    from .peers.statement import Statement


@dataclass(frozen=True, slots=True)
class Portrait:
    """What was seen of one peer.

    `lacking` is what is not installed of it, `problem` why it does not serve ("": it does), `seconds` how long it took
    to be ready and answer, in real time; `claimed` and `observed` are claims by name, `findings` where they part.
    """

    name: str
    lacking: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""
    seconds: float = 0.0
    clock: str = ""
    claimed: dict[str, bool | None] = field(default_factory=dict)
    observed: dict[str, bool | None] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def statements(folder: Path, names: Sequence[str]) -> LoadedSuite:
    """The suite in `folder`, with the peers called `names`, or all that it knows.  Raises `TesterFault`."""
    from .peers import registry

    wanted = list(names) or list(registry.known(folder / "peers"))
    return loaded.load(shipped.load(folder), wanted, adapters=_adapters.installed())


def look(suite: LoadedSuite, probing: bool) -> Iterator[Portrait]:
    """A portrait of each peer of `suite`; with `probing`, also of what it does of that which is asked for."""
    with ExitStack() as stack:
        labs: list[Lab] = []

        def lab() -> Lab:
            from atmt.lab import Lab

            if not labs:
                labs.append(Lab.at_best())
                stack.callback(labs[0].close)
            return labs[0]

        known = _adapters.installed()
        for statement in suite.statements:
            if lacking := program.missing(statement):
                yield Portrait(
                    statement.name, tuple(lacking), "not installed", program.remedy(statement, lacking[0])
                )
            else:
                yield _portrait(statement, suite, lab, known, probing)


def _portrait(statement: Statement, suite: LoadedSuite, lab: Any, known: Adapters, probing: bool) -> Portrait:
    began = time.monotonic()
    try:
        peer = open_peer(statement, suite.suite, lab, known)
    except EnvironmentFault as fault:
        return Portrait(statement.name, problem=fault.cause, remedy=fault.remedy)
    try:
        return _probed(peer, suite) if probing else _greeted(peer, suite, began)
    finally:
        peer.close()


def _greeted(peer: Peer, suite: LoadedSuite, began: float) -> Portrait:
    name, there = peer.statement.name, answers(peer, suite)
    problem = "" if there else peer.defect() or "it does not answer the greeting"
    return Portrait(name, problem=problem, seconds=time.monotonic() - began, clock=peer.clock_kind)


def _probed(peer: Peer, suite: LoadedSuite) -> Portrait:
    began, name = time.monotonic(), peer.statement.name
    try:
        facts = Acquaintance().meet(peer, suite)
    except Inconclusive as silence:
        return Portrait(name, problem=str(silence), clock=peer.clock_kind)
    return Portrait(
        name,
        seconds=time.monotonic() - began,
        clock=peer.clock_kind,
        claimed=facts.claimed,
        observed=facts.observed,
        findings=tuple(facts.findings()),
    )
