"""A client as the peer: a test asks it to do something, and an automaton is the server that it talks to.

Each run of an automaton is one errand: the client begins when the automaton listens, and when it has ended
the automaton's link is at its end (`EOFError`, an eof condition).  Knows no protocol but that files are
fetched and stored.
"""

from __future__ import annotations

import select
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from atmt import Automaton
from atmt.errors import TesterFault
from atmt.frame import Frame
from atmt.links.base import Link

from ..errand import GET, LOCAL, PUT, ClientEnd, Errand
from ..verdicts import NotApplicable
from .base import Peer
from .commands import lines


class ClientPeer(Peer):
    """Base of the adapters for clients.  An automaton that is driven against one has an `errand`.

    `end` is how the client of the last errand ended.
    """

    end = ClientEnd()
    mortal = False  # each errand starts it anew

    def drive(self, automaton: Automaton) -> None:
        errand = getattr(automaton, "errand", None)
        if not isinstance(errand, Errand):
            raise TesterFault(
                f"{type(automaton).__name__} serves a client, but nothing says what that is to do; give it "
                "client.get(...) or client.put(...) and let parse_args keep it as self.errand"
            )
        if reason := self.refuses(errand):
            raise NotApplicable(f"{self.statement.name} {reason}")
        self.end = ClientEnd()
        self.serve(automaton, errand)

    @abstractmethod
    def refuses(self, errand: Errand) -> str:
        """Why the client cannot be asked to do this, as it can be put behind its name ("": it can)."""

    @abstractmethod
    def serve(self, automaton: Automaton, errand: Errand) -> None:
        """Begin `errand` once `automaton` listens, run that to its end, and note the client's `end`."""


class Client:
    """What tests hold as the fixture ``client``: it says what can be asked, and refuses what cannot."""

    def __init__(self, peer: ClientPeer) -> None:
        self._peer = peer

    @property
    def headstrong(self) -> bool:
        """Whether its command is fixed: what it is told of modes and options it does not hear."""
        return bool(self._peer.statement.settings.get("headstrong"))

    @property
    def by_uri(self) -> bool:
        """Whether it is told by a URI what to fetch and what to store."""
        return any("{url}" in line for line in lines(self._peer.statement.settings))

    def get(self, name: str = LOCAL, mode: str = "octet", **options: str) -> Errand:
        """Have it fetch a file.  Raises `NotApplicable` for a client that cannot be told so.

        An option of value "" is one that the client shall ask for with a value of its own choice.
        """
        return self._asked(Errand(GET, name, b"", mode, options))

    def put(self, content: bytes = b"", name: str = LOCAL, mode: str = "octet", **options: str) -> Errand:
        """Have it store a file of this `content`; options and exceptions as in `get`."""
        return self._asked(Errand(PUT, name, content, mode, options))

    def _asked(self, errand: Errand) -> Errand:
        if reason := self._peer.refuses(errand):
            raise NotApplicable(f"{self._peer.statement.name} {reason}")
        return errand


def client_of(peer: Peer) -> Client:
    """What `peer` can be asked to do.  Raises `TesterFault` if it is no client."""
    if not isinstance(peer, ClientPeer):
        raise TesterFault(
            f"{peer.statement.name} is no client; a test that uses the fixture client judges clients"
        )
    return Client(peer)


class AttendedLink:
    """`link` to a client: it is at its end when the client has `ended` and nothing of it is under way.

    `descriptor` gives something that becomes readable when it ends (-1: there is no such thing).
    """

    def __init__(
        self, link: Link, ended: Callable[[], bool], descriptor: Callable[[], int] = lambda: -1
    ) -> None:
        self._link, self._ended, self._descriptor = link, ended, descriptor
        self._both: select.epoll | None = None

    def receive(self) -> Frame | None:
        over = self._ended()  # asked first: what the client said before its end has arrived by then
        frame = self._link.receive()
        if frame is None and over and self._link.deadline is None:
            raise EOFError
        return frame

    def fileno(self) -> int:
        own, end = self._link.fileno(), self._descriptor()
        if own < 0 or end < 0:
            return own
        if self._both is None:
            self._both = select.epoll()
            for descriptor in (own, end):
                self._both.register(descriptor, select.EPOLLIN)
        return self._both.fileno()

    def close(self) -> None:
        if self._both is not None:
            self._both.close()
        self._link.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)
