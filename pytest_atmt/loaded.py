"""A suite with what stands in its folder: catalogue, claims asked for, peer statements; read once, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import ics, requirements, roles
from .marks import Purpose
from .peers import registry
from .peers.adapters import NONE, Adapters
from .peers.statement import Statement
from .requirements import CatalogueError, Requirement
from .suite import Suite

if TYPE_CHECKING:
    from .replays import Replay


@dataclass(frozen=True, slots=True)
class LoadedSuite:
    """`catalogue` by requirement id, `asked` the claims that peers are asked for, `statements` the peers to judge."""

    suite: Suite
    catalogue: dict[str, Requirement]
    asked: dict[str, str]
    statements: tuple[Statement, ...]

    def of_role(self, role: str) -> list[Statement]:
        """The peers to judge that are servers, or clients."""
        return [statement for statement in self.statements if statement.role == role]

    def check(self, purpose: Purpose, where: str, role: str) -> None:
        """Raise `CatalogueError` if a test of peers of this `role` judges what it cannot."""
        for requirement in self.judged_by(purpose, where):
            if not roles.concerns(requirement.peer, role):
                raise CatalogueError(
                    f"{where}: this test judges a {role}, but requirement {requirement.id} is about a "
                    f'{requirement.peer}; name its half about a {role}, or give it peer = "both"'
                )

    def judged_by(self, purpose: Purpose, where: str) -> list[Requirement]:
        """The requirements of a test.  Raises `CatalogueError` for an unknown id, or one not to be tested."""
        found = requirements.find(self.catalogue, purpose.requirements, where)
        for requirement in found:
            if requirement.category != "testable":
                raise CatalogueError(
                    f"{where}: requirement {requirement.id} is {requirement.category!r} in the catalogue "
                    f"({requirement.reason}), yet this test judges it; make it testable, or drop it here"
                )
        return found


def load(
    suite: Suite,
    peers: Sequence[str],
    replay: Replay | None = None,
    clock: str | None = None,
    adapters: Adapters = NONE,
) -> LoadedSuite:
    """Read the folder of `suite` and find the `peers` by name, or those of a record that is replayed.

    `clock` overrules the one that statements ask for; `adapters` are those from outside.
    Raises `TesterFault` for whatever is wrong.
    """
    catalogue = requirements.load(suite.folder / "requirements")
    asked = ics.proforma(suite.folder)
    for requirement in catalogue.values():
        if unasked := sorted(requirement.applies_if.names() - asked.keys()):
            raise CatalogueError(
                f"{suite.folder}: requirement {requirement.id} applies if {requirement.applies_if.text!r}, but "
                f"ics.toml asks no peer for {', '.join(unasked)}"
            )
    if replay is not None:
        statements = replay.statements(suite.name)
    else:
        statements = registry.select(peers or suite.default_peers, suite, adapters)
    if clock is not None:
        statements = [replace(s, settings={**s.settings, "clock": clock}) for s in statements]
    for statement in statements:
        if statement.role == roles.CLIENT and suite.clients is None:
            raise CatalogueError(
                f"peer {statement.name} is a client, and suite {suite.name} judges servers alone"
            )
        ics.claims(statement.claims, asked, f"peer {statement.name}")
        requirements.find(catalogue, statement.keeps, f"peer {statement.name}: keeps")
    return LoadedSuite(suite, catalogue, asked, tuple(statements))
