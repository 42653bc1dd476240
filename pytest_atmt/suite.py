"""What a suite tells the plugin about itself: its folder, its protocol, its reference peer.

A suite's ``conftest.py`` returns one `Suite` from the hook ``pytest_atmt_suite``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from atmt import Automaton

if TYPE_CHECKING:
    from atmt.links.base import Codec
    from atmt.links.memory import MemoryLink

    from .peers.base import Files
    from .run import Run


@dataclass(frozen=True, slots=True)
class Host:
    """Where a reference peer lives: a host on a cable in memory.

    `files` are its own, by name; `start` brings an automaton to life; `link` gives it a link that takes the
    packets whose bytes its argument accepts (None: all).
    """

    files: dict[str, bytes]
    start: Callable[[Automaton], None]
    link: Callable[[Callable[[bytes], bool] | None], MemoryLink]


@dataclass(frozen=True, slots=True)
class Suite:
    """A conformance suite.

    `folder` holds ``requirements/*.toml`` and ``peers/*.toml``.  `codec` makes the codec of a link whose
    own end has the address given.  `reference` starts the embedded reference peer.  `greet` exchanges a
    few words with a peer and tells whether it answered at all: a peer that does not is not judged.  `probes`
    find out whether a peer does what ``ics.toml`` asks for (None: cannot tell); each is given the same means
    to talk and the peer's files, which may be out of reach.
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
