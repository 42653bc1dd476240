"""Finds out what a TFTP server offers of what ``ics.toml`` asks for, with one short transfer each.

What it offers and does wrong is for the tests to say: only a refusal, or no word at all, means that it offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scapy.layers.tftp import TFTP_ERROR, TFTP_OACK

from pytest_atmt import Run
from pytest_atmt.peers.files import Files

from .automata import ReadClient, WriteClient
from .messages import options

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
        return _offered(talk(ReadClient, _NAME, mode=mode))

    return probe


def _writes(talk: Talk, files: Files | None) -> bool | None:
    return None if files is None else _offered(talk(WriteClient, f"{_NAME}-written", b"probe"))


def _offered(run: Run) -> bool:
    """Whether the server's first word is no refusal."""
    said = run.received()
    return bool(said) and TFTP_ERROR not in said[0].packet


def _grants(name: str, value: str) -> Probe:
    def probe(talk: Talk, files: Files | None) -> bool | None:
        if files is None:
            return None
        files.put(_NAME, b"probe")
        run = talk(ReadClient, _NAME, options={name: value})
        return any(name in map(str.lower, options(e.packet)) for e in run.received(TFTP_OACK))

    return probe
