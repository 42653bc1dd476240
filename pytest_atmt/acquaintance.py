"""What is found out about a peer before it is judged: whether it answers at all, and what it really does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import ics
from .fixtures import converse
from .loaded import LoadedSuite
from .peers.base import Peer
from .requirements import Requirement
from .run import Run
from .verdicts import Inconclusive, NotApplicable


@dataclass(slots=True)
class Facts:
    """`silent` is why the peer is not judged ("" if it is), `claimed` its statement, `observed` what it did."""

    silent: str = ""
    claimed: dict[str, bool | None] = field(default_factory=dict)
    observed: dict[str, bool | None] = field(default_factory=dict)

    def effective(self) -> dict[str, bool | None]:
        """What conditions go by: the claim, or what was observed where nothing is claimed."""
        return {
            name: self.observed.get(name) if claim is None else claim for name, claim in self.claimed.items()
        }

    def findings(self) -> list[str]:
        """Where claim and observation part, or where only the observation speaks."""
        words = {True: "yes", False: "no", None: "cannot tell"}
        found = []
        for name, claim in self.claimed.items():
            seen = self.observed.get(name)
            if claim is None and name in self.observed:
                found.append(f"{name} is not stated; observed: {words[seen]}")
            elif claim and seen is False:
                found.append(f"{name} is claimed but does not work")
            elif claim is False and seen:
                found.append(f"{name} is denied but works")
        return found


class Acquaintance:
    """Remembers the facts about each peer, by name, for one worker's session."""

    def __init__(self) -> None:
        self._facts: dict[str, Facts] = {}

    def facts(self, name: str) -> Facts | None:
        """What is known of the peer called `name` (None: it was not met yet)."""
        return self._facts.get(name)

    def refuse_silent(self, name: str) -> None:
        """Raise `Inconclusive` for a peer that did not answer before."""
        if (facts := self._facts.get(name)) is not None and facts.silent:
            raise Inconclusive(facts.silent)

    def meet(self, peer: Peer, loaded: LoadedSuite) -> Facts:
        """Greet and probe a peer the first time it is seen.  Raises `Inconclusive` if it does not answer."""
        name = peer.statement.name
        if name not in self._facts:
            facts = self._facts[name] = Facts(claimed=ics.claims(peer.statement.claims, loaded.asked, name))
            if not answers(peer, loaded):
                facts.silent = f"{name} did not answer the greeting, so it was not judged"
            else:
                self._probe(peer, loaded, facts)
        self.refuse_silent(name)
        return self._facts[name]

    def _probe(self, peer: Peer, loaded: LoadedSuite, facts: Facts) -> None:
        """Find out what the peer really does, until it falls silent for good."""
        for claim, probe in loaded.suite.probes.items():
            runs: list[Run] = []
            facts.observed[claim] = probe(talker(peer, runs), peer.files)
            if runs and not any(run.received() for run in runs) and not answers(peer, loaded):
                name = peer.statement.name
                facts.silent = f"{name} answers nobody since it was tried whether it does {claim!r}"
                return

    def recall(self, name: str, facts: Facts) -> None:
        """Take what was found out in an earlier session."""
        self._facts.setdefault(name, facts)

    def lose(self, name: str) -> None:
        """The peer answers nobody any more: do not wait for it again."""
        self._facts.setdefault(name, Facts()).silent = f"{name} answers nobody any more, so it was not judged"


def refuse_not_applicable(facts: Facts, judged: list[Requirement], name: str) -> None:
    """Raise `NotApplicable` where the peer claims nothing that a test's requirements ask for."""
    conditions = [r.applies_if for r in judged]
    if judged and all(c.holds(facts.effective()) is False for c in conditions):
        texts = ", ".join(sorted({c.text for c in conditions}))
        how = "claims" if all(c.holds(facts.claimed) is False for c in conditions) else "shows"
        raise NotApplicable(f"{name} {how} otherwise: {texts}")


def answers(peer: Peer, loaded: LoadedSuite) -> bool:
    """Whether the peer says anything at all."""
    return loaded.suite.greet(talker(peer, []))


def talker(peer: Peer, runs: list[Run]) -> Callable[..., Run]:
    """``talk(Automaton, *args, **kwargs) -> Run``: conversations that are no part of any test, added to `runs`."""

    def talk(cls: Any, *args: Any, **kwargs: Any) -> Run:
        return converse(cls, peer, args, kwargs, (), runs)

    return talk
