"""The suite Example: its automata as fixtures, its reference peer, its greeting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scapy.packet import Raw

from atmt.links.codec import IPCodec
from pytest_atmt import Run, Suite, automaton

from .automata import Asking
from .reference import PORT, serve

ask = automaton(Asking)


def greet(converse: Callable[..., Run]) -> bool:
    """Whether anybody answers at all: a peer that does not is not judged."""
    return bool(converse(Asking, b"hello").received())


def pytest_atmt_suite() -> Suite:
    return Suite(
        name="example",
        folder=Path(__file__).parent,
        codec=lambda address: IPCodec(Raw, address),
        reference=serve,
        greet=greet,
        port=PORT,
    )
