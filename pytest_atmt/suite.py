"""What a suite tells the plugin about itself: its folder, its protocol, its reference peer.

A suite's ``conftest.py`` returns one `Suite` from the hook ``pytest_atmt_suite``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from atmt import Automaton
from atmt.errors import TesterFault

if TYPE_CHECKING:
    from atmt.links.base import Codec
    from atmt.links.memory import MemoryLink

    from .errand import Errand, Exit
    from .peers.client import Client
    from .peers.files import Files, Store
    from .run import Run


class SuiteError(TesterFault):
    """A suite cannot be run as it is; says what to change."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a reference peer lives: a host on a cable in memory.

    `files` are its own, by name; `start` brings an automaton to life; `link` gives it a link that takes the
    packets whose bytes its first argument accepts (None: all), and which the second, a codec, makes of them
    (None: as at the tester's end).
    """

    files: Store
    start: Callable[[Automaton], None]
    link: Callable[..., MemoryLink]


@dataclass(frozen=True, slots=True)
class ClientHost(Host):
    """Where a reference client lives: its own `address`, and the `server` and `port` that it has to ask.

    `serial` counts its errands, from 1.
    """

    address: str
    server: str
    port: int
    serial: int


@dataclass(frozen=True, slots=True)
class Clients:
    """What a suite says of the clients that it judges, where it judges any.

    `reference` begins an errand of the embedded reference client, which tells its end to the last argument.
    `greet` and `probes` are as those of `Suite`, but are given a `Client` instead of files: what they ask of it
    may be refused with `NotApplicable`.
    """

    reference: Callable[[ClientHost, Errand, Exit], None]
    greet: Callable[[Callable[..., Run], Client], bool]
    probes: Mapping[str, Callable[[Callable[..., Run], Client], bool | None]] = field(default_factory=dict)
    default_peer: str = "reference-client"


@dataclass(frozen=True, slots=True)
class Suite:
    """A conformance suite.

    `folder` holds ``requirements/*.toml`` and ``peers/*.toml``.  `codec` makes the codec of a link whose
    own end has the address given.  `reference` starts the embedded reference peer.  `greet` exchanges a
    few words with a peer and tells whether it answered at all: a peer that does not is not judged.  `probes`
    find out whether a peer does what ``ics.toml`` asks for (None: cannot tell); each is given the same means
    to talk and the peer's files, which may be out of reach.  `clients` is the like for peers that are clients (None:
    the suite judges servers alone).
    """

    name: str
    folder: Path
    codec: Callable[[str], Codec]
    reference: Callable[[Host], None]
    greet: Callable[[Callable[..., Run]], bool]
    port: int = 0
    default_peer: str = "reference"
    probes: Mapping[str, Callable[[Callable[..., Run], Files | None], bool | None]] = field(
        default_factory=dict
    )
    clients: Clients | None = None

    @property
    def default_peers(self) -> tuple[str, ...]:
        """Whom the suite judges unless told: the reference of each role."""
        return (self.default_peer, *((self.clients.default_peer,) if self.clients else ()))
