"""What is found out about a peer before it is judged: whether it answers at all, and what it really does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import ics
from .fixtures import converse
from .loaded import LoadedSuite
from .peers.base import Peer
from .peers.client import Client, ClientPeer
from .peers.files import Files
from .requirements import Requirement
from .run import Run
from .timing import measure
from .verdicts import Inconclusive, NotApplicable

Talk = Callable[..., Run]
Probe = Callable[[Talk], bool | None]


@dataclass(slots=True)
class Facts:
    """`silent` is why the peer is not judged ("" if it is), `claimed` its statement, `observed` what it did, `timing`
    what cannot be told of its times (seconds), `died` how its program ended before it was judged, `left` what went on
    running when it was stopped (None: nobody has looked), `relapses` what it did wrong only after
    other tests."""

    silent: str = ""
    died: str = ""
    left: list[str] | None = None
    relapses: list[str] = field(default_factory=list)
    claimed: dict[str, bool | None] = field(default_factory=dict)
    observed: dict[str, bool | None] = field(default_factory=dict)
    timing: dict[str, float] = field(default_factory=dict)

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
        return found + self.defects()

    def defects(self) -> list[str]:
        """What its program did wrong outside of any test."""
        stopped = [f"it was stopped and left this running: {command}" for command in self.left or ()]
        return [*([self.died] if self.died else []), *stopped, *self.relapses]


Who = tuple[str, str]  # a suite, and the name of a peer of it


class Acquaintance:
    """Remembers the facts about each peer of each suite, for one worker's session."""

    def __init__(self) -> None:
        self._facts: dict[Who, Facts] = {}

    def facts(self, who: Who) -> Facts | None:
        """What is known of a peer (None: it was not met yet)."""
        return self._facts.get(who)

    def refuse_silent(self, who: Who) -> None:
        """Raise `Inconclusive` for a peer that did not answer before."""
        if (facts := self._facts.get(who)) is not None and facts.silent:
            raise Inconclusive(facts.silent)

    def meet(self, peer: Peer, loaded: LoadedSuite) -> Facts:
        """Greet and probe a peer the first time it is seen.  Raises `Inconclusive` if it does not answer."""
        name = peer.statement.name
        who = loaded.suite.name, name
        if who not in self._facts:
            facts = self._facts[who] = Facts(claimed=ics.claims(peer.statement.claims, loaded.asked, name))
            runs: list[Run] = []
            if not answers(peer, loaded, runs):
                facts.died = peer.defect()
                why = f": {facts.died}" if facts.died else ""
                why += f" (it was tried on {peer.reduced})" if peer.reduced else ""
                facts.silent = f"{name} did not answer the greeting, so it was not judged{why}"
            else:
                facts.timing = measure(peer, runs)
                self._probe(peer, loaded, facts)
        self.refuse_silent(who)
        return self._facts[who]

    def _probe(self, peer: Peer, loaded: LoadedSuite, facts: Facts) -> None:
        """Find out what the peer really does, until it falls silent for good."""
        for claim, probe in _probes(peer, loaded):
            runs: list[Run] = []
            facts.observed[claim] = probe(talker(peer, runs))
            if runs and not any(run.received() for run in runs) and not answers(peer, loaded):
                name = peer.statement.name
                facts.silent = f"{name} answers nobody since it was tried whether it does {claim!r}"
                return

    def recall(self, who: Who, facts: Facts) -> None:
        """Take what was found out in an earlier session."""
        self._facts.setdefault(who, facts)

    def forget(self, who: Who) -> None:
        """Meet the peer anew: what was found out about it was not its own doing."""
        self._facts.pop(who, None)

    def lose(self, who: Who) -> None:
        """The peer answers nobody any more: do not wait for it again."""
        self._facts.setdefault(
            who, Facts()
        ).silent = f"{who[1]} answers nobody any more, so it was not judged"

    def relapse(self, who: Who, what: str) -> None:
        """It did wrong after other tests what it does right when it is fresh."""
        self._facts.setdefault(who, Facts()).relapses.append(what)

    def mourn(self, who: Who, how: str) -> None:
        """Its program died before a test began to judge it."""
        facts = self._facts.setdefault(who, Facts())
        facts.died = facts.died or how


def refuse_not_applicable(facts: Facts, judged: list[Requirement], name: str) -> None:
    """Raise `NotApplicable` where the peer claims nothing that a test's requirements ask for."""
    conditions = [r.applies_if for r in judged]
    if judged and all(c.holds(facts.effective()) is False for c in conditions):
        texts = ", ".join(sorted({c.text for c in conditions}))
        how = "claims" if all(c.holds(facts.claimed) is False for c in conditions) else "shows"
        raise NotApplicable(f"{name} {how} otherwise: {texts}")


def answers(peer: Peer, loaded: LoadedSuite, runs: list[Run] | None = None) -> bool:
    """Whether the peer says anything at all; the conversations are added to `runs`."""
    talk = talker(peer, [] if runs is None else runs)
    if isinstance(peer, ClientPeer) and (clients := loaded.suite.clients):
        return clients.greet(talk, Client(peer))
    return loaded.suite.greet(talk)


def _probes(peer: Peer, loaded: LoadedSuite) -> Iterator[tuple[str, Probe]]:
    """What finds out about each claim, by talking alone."""
    if isinstance(peer, ClientPeer) and (clients := loaded.suite.clients):
        for claim, ask in clients.probes.items():
            yield claim, partial(_unless_refused, ask, Client(peer))
    else:
        for claim, find in loaded.suite.probes.items():
            yield claim, partial(_with_files, find, peer)


def _unless_refused(ask: Callable[[Talk, Client], bool | None], client: Client, talk: Talk) -> bool | None:
    """What a client cannot be told to do, it does not."""
    try:
        return ask(talk, client)
    except NotApplicable:
        return False


def _with_files(find: Callable[[Talk, Files | None], bool | None], peer: Peer, talk: Talk) -> bool | None:
    return find(talk, peer.files)


def talker(peer: Peer, runs: list[Run]) -> Callable[..., Run]:
    """``talk(Automaton, *args, **kwargs) -> Run``: conversations that are no part of any test, added to `runs`."""

    def talk(cls: Any, *args: Any, **kwargs: Any) -> Run:
        return converse(cls, peer, args, kwargs, (), runs)

    return talk
