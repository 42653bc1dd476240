"""Saying octets to a server in a state chosen by name, whatever becomes of it, and asking whether it serves on.

Judges nothing but that.
"""

from __future__ import annotations

from atmt import Automaton
from pytest_atmt import NotApplicable
from pytest_atmt.fuzzing import Ground

from .automata import ReadClient, WriteClient
from .grammar import CONTENT, READING, WRITING
from .interjections import InterjectedRead, InterjectedWrite
from .messages import raw
from .probes import MOMENT, Probe

IDLE = "idle"
_READING = {situation.name: situation for situation in READING}
_WRITING = {situation.name: situation for situation in WRITING}


def tell(ground: Ground, state: str, said: bytes) -> None:
    """Say `said` to the server in that state, and go on as if nothing had been said."""
    if state == IDLE:
        ground(Probe, raw(said), quiet=MOMENT)
    elif situation := _READING.get(state):
        name = hold(ground, "file", CONTENT)
        options = situation.options
        ground(InterjectedRead, name, said, situation.turn, options=options, ends=_anyhow(InterjectedRead))
    else:
        situation, options = _WRITING[state], _WRITING[state].options
        ends = _anyhow(InterjectedWrite)
        ground(InterjectedWrite, "written", CONTENT, said, situation.turn, options=options, ends=ends)


def serves(ground: Ground) -> None:
    """The next client is served."""
    assert ground(ReadClient, hold(ground, "alive", b"alive")).result == b"alive"


def hold(ground: Ground, name: str, content: bytes) -> str:
    """Have the server hold a file: behind its back, or by TFTP where its files are out of reach."""
    if ground.files is not None:
        ground.files.put(name, content)
    elif ground(WriteClient, name, content, ends=_anyhow(WriteClient)).state == "ERROR":
        raise NotApplicable(f"the server does not take the file {name!r} that is then read")
    return name


def _anyhow(cls: type[Automaton]) -> list[str]:
    """All states in which `cls` may end."""
    return [name for name, state in cls.atmt_graph.states.items() if state.ends]
