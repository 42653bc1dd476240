"""The states of a client in which it may be told something, by one name each, and how that is said.

What is said are the words of `grammar`.  Knows no verdict.
"""

from __future__ import annotations

from atmt import Automaton
from pytest_atmt import Run
from pytest_atmt.fuzzing import Ground

from .grammar import BLOCKS, CONTENT, Situation
from .messages import raw
from .serving_asides import InterjectedRead, InterjectedWrite
from .serving_transfers import ReadServer, WriteServer

_OPTIONS = {"blksize": "1024"}  # 512 goes without saying
FETCHING = (
    Situation("get-first", 1, "RFC1350-2-10-C"),
    Situation("get-middle", 2, "RFC1350-2-10-C"),
    Situation("get-last", BLOCKS, "RFC1350-2-10-C"),
    Situation("get-oack", 1, "RFC1350-2-10-C", _OPTIONS),
)
STORING = (
    Situation("put-first", 0, "RFC1350-2-11-CW"),
    Situation("put-middle", 1, "RFC1350-2-11-CW"),
    Situation("put-last", BLOCKS, "RFC1350-2-11-CW"),
    Situation("put-oack", 1, "RFC1350-2-11-CW", _OPTIONS),
)
GRANT = {"blksize": str}
_FETCHING = {situation.name: situation for situation in FETCHING}
_STORING = {situation.name: situation for situation in STORING}


def grants(situation: Situation) -> dict[str, type[str]]:
    """What the server grants in it."""
    return GRANT if situation.options else {}


def tell(ground: Ground, state: str, said: bytes) -> Run:
    """Say `said` to the client in that state, and go on as if nothing had been said."""
    if situation := _FETCHING.get(state):
        errand = ground.client.get(**situation.options)
        return ground(
            InterjectedRead,
            errand,
            CONTENT,
            raw(said),
            situation.turn,
            grants=grants(situation),
            ends=_anyhow(InterjectedRead),
        )
    situation = _STORING[state]
    errand = ground.client.put(CONTENT, **situation.options)
    return ground(
        InterjectedWrite,
        errand,
        raw(said),
        situation.turn,
        grants=grants(situation),
        ends=_anyhow(InterjectedWrite),
    )


def fetches(ground: Ground) -> None:
    """The client still does what it is told."""
    assert ground(ReadServer, ground.client.get(), b"alive").client.file == b"alive"


def stores(ground: Ground) -> None:
    """As `fetches`, the other way."""
    assert ground(WriteServer, ground.client.put(b"alive")).result == b"alive"


def _anyhow(cls: type[Automaton]) -> list[str]:
    """All states in which `cls` may end."""
    return [name for name, state in cls.atmt_graph.states.items() if state.ends]
