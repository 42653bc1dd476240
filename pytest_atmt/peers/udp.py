"""A peer that already runs somewhere and is reached by UDP: ``--peer udp://HOST[:PORT][?root=FOLDER]``."""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from atmt import Automaton
from atmt.clock import MonotonicClock
from atmt.drivers import blocking
from atmt.errors import EnvironmentFault
from atmt.links.base import Link
from atmt.links.impairment import Impairment
from atmt.links.udp import UdpLink, local_address

from ..suite import Suite
from .base import Peer, impaired
from .files import SETTLING, FolderFiles
from .statement import Statement, StatementError

_EPHEMERAL = range(32768, 60000)


class UdpPeer(Peer):
    """A server at an address, in real time.  Its files are in reach only where its folder is on this machine."""

    clock_kind = "real"

    def __init__(self, statement: Statement, suite: Suite) -> None:
        settings = statement.settings
        self.statement = statement
        self.clock = MonotonicClock()
        self.files = FolderFiles(Path(settings["root"]), SETTLING) if "root" in settings else None
        self._host = _resolve(settings["host"])
        self._port = settings.get("port", suite.port)
        self._address = local_address(self._host)
        self._codec = suite.codec(self._address)

    def arguments(self) -> dict[str, Any]:
        sport = random.choice(_EPHEMERAL)
        return {"server": self._host, "port": self._port, "sport": sport, **self.statement.arguments}

    def link(self, impair: Sequence[Impairment]) -> Link:
        return impaired(UdpLink(self._codec, self._address), impair, self.clock)

    def drive(self, automaton: Automaton) -> None:
        blocking.run(automaton, self.statement.limit)

    def close(self) -> None:
        """Nothing of ours runs there."""


def statement_of(url: str) -> Statement:
    """The statement that a ``udp://`` URL is.  Raises `StatementError`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StatementError(f"--peer {url}: {error}; write udp://HOST[:PORT][?root=FOLDER]") from None
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if not host or query.keys() - {"root"}:
        raise StatementError(f"--peer {url} is no address of a peer; write udp://HOST[:PORT][?root=FOLDER]")
    settings: dict[str, Any] = {"host": host, **query}
    if port is not None:
        settings["port"] = port
    return Statement(
        name=url.partition("?")[0], adapter="udp", title=f"the server at {host}", settings=settings
    )


def _resolve(host: str) -> str:
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][4][0])
    except socket.gaierror as error:
        raise EnvironmentFault(
            f"the peer's host {host!r} has no address: {error.strerror}",
            "Check its name, or give its address.",
        ) from error
