"""Finds out what a TFTP server really does of what ``ics.toml`` asks for, with one short transfer each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_atmt import Run
from pytest_atmt.peers.base import Files

from .automata import ReadClient, WriteClient

Talk = Callable[..., Run]
Probe = Callable[[Talk, Files | None], bool | None]

_NAME = "atmt-probe"


def probes() -> Mapping[str, Probe]:
    """One probe for each claim; a server whose files are out of reach is not asked to hold one."""
    grants = {name: _grants(name, value) for name, value in _OPTIONS.items()}
    return {"read": _reads("octet"), "write": _writes, "netascii": _reads("netascii"), **grants}


_OPTIONS = {"blksize": "256", "timeout": "3", "tsize": "0", "windowsize": "2"}


def _reads(mode: str) -> Probe:
    def probe(talk: Talk, files: Files | None) -> bool | None:
        if files is None:
            return None
        files.put(_NAME, b"probe")
        return talk(ReadClient, _NAME, mode=mode).state == "END"

    return probe


def _writes(talk: Talk, files: Files | None) -> bool | None:
    return None if files is None else talk(WriteClient, f"{_NAME}-written", b"probe").state == "END"


def _grants(name: str, value: str) -> Probe:
    def probe(talk: Talk, files: Files | None) -> bool | None:
        if files is None:
            return None
        files.put(_NAME, b"probe")
        run = talk(ReadClient, _NAME, options={name: value})
        return name in getattr(run.automaton, "granted", {})

    return probe
