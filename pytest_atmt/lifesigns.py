"""Whether a peer that said nothing is still there: its silence counts only if it is.

Talks to the peer; weighs no failure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import judge
from .acquaintance import answers
from .fixtures import PeerDied, PeerSilenced
from .loaded import LoadedSuite
from .peers.base import Health, Peer
from .peers.keeping import Keeper
from .peers.replay import ReplayPeer
from .run import Run
from .verdicts import Inconclusive

_STARTED = ("reference", "process")  # adapters whose peers are made for a test


def health(peer: Peer, loaded: LoadedSuite, keeper: Keeper) -> Health:
    """Of a peer that said nothing: a fresh one tells whether it was this test that silenced it."""
    if isinstance(peer, ReplayPeer):
        return peer.health()
    if answers(peer, loaded):
        return Health.WELL
    if peer.statement.adapter in _STARTED:
        another = keeper.another(peer.statement, loaded)
        try:
            if answers(another, loaded):
                return Health.SILENCED
        finally:
            another.close()
    return Health.LOST


def last_look(peer: Peer, runs: Sequence[Run], pulse: Callable[[], Health]) -> None:
    """Raise what keeps a test that raised nothing from having passed: it hung on the silence of a peer that is gone."""
    if not runs:
        return
    if defect := peer.defect():
        raise PeerDied(defect)
    if not peer.mortal or not judge.hinges_on_silence(runs):
        return
    found, name = pulse(), peer.statement.name
    if found is Health.SILENCED:
        raise PeerSilenced(f"{name} answers nobody since this test, though a fresh one does")
    if found is Health.LOST:
        raise Inconclusive(f"{name} answers nobody any more, so its silence proves nothing")
