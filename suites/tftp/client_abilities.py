"""Whether a TFTP client says anything at all, and what it really asks for of what ``ics.toml`` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from scapy.layers.tftp import TFTP_RRQ, TFTP_WRQ

from pytest_atmt import NotApplicable, Run
from pytest_atmt.peers.client import Client

from .serving_transfers import ReadServer, WriteServer

Talk = Callable[..., Run]
Probe = Callable[[Talk, Client], bool | None]

_CONTENT = b"probe"
WISHES = {"blksize": "1024", "timeout": "3", "tsize": "", "windowsize": "4"}
"""What a client is told to ask for where any value will do; one that chooses it by itself takes no notice."""


def greet(talk: Talk, client: Client) -> bool:
    """A client that is there makes a request when it is told to."""
    try:
        return bool(talk(ReadServer, client.get(), _CONTENT).received())
    except NotApplicable:
        return bool(talk(WriteServer, client.put(_CONTENT)).received())


def probes() -> Mapping[str, Probe]:
    """One probe for each claim; what a client cannot be told to do, it does not."""
    asks = {name: partial(_asks, name, value) for name, value in WISHES.items()}
    return {"read": _reads, "write": _writes, "netascii": _in_netascii, **asks}


def _reads(talk: Talk, client: Client) -> bool:
    return bool(talk(ReadServer, client.get(), _CONTENT).received(TFTP_RRQ))


def _writes(talk: Talk, client: Client) -> bool:
    return bool(talk(WriteServer, client.put(_CONTENT)).received(TFTP_WRQ))


def _in_netascii(talk: Talk, client: Client) -> bool:
    run = _requested(talk, client, mode="netascii")
    requests = [heard.packet for heard in (*run.received(TFTP_RRQ), *run.received(TFTP_WRQ))]
    return any(getattr(pkt.lastlayer(), "mode", b"").lower() == b"netascii" for pkt in requests)


def _asks(name: str, value: str, talk: Talk, client: Client) -> bool:
    run = _requested(talk, client, **{name: value})
    return name in getattr(run.automaton, "asked", {})


def _requested(talk: Talk, client: Client, **wishes: str) -> Run:
    """What it is served after a wish; one that can only store is asked to store."""
    try:
        return talk(ReadServer, client.get(**wishes), _CONTENT)
    except NotApplicable:
        return talk(WriteServer, client.put(_CONTENT, **wishes))
