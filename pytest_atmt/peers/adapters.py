"""Adapters from outside: ways to reach a peer that other distributions, or a suite itself, bring along.

Knows none of the adapters that come with this distribution; `opening` does.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from atmt.errors import TesterFault

from ..suite import Suite
from .base import Peer
from .statement import ADAPTERS, Statement, StatementError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://")


@dataclass(frozen=True, slots=True)
class Adapter:
    """A way to reach peers, given by the hook ``pytest_atmt_adapters``.

    `name` is what statements call it (``adapter = "serial"``, with a section ``[serial]``), `keys` are the keys of that
    section with their types.  `open` brings a peer up for one test; it raises `atmt.EnvironmentFault`, with the
    remedy, where this machine cannot.  ``--peer NAME://...`` reaches a peer without a statement: its whole address is
    the setting ``address``.
    """

    name: str
    open: Callable[[Statement, Suite], Peer]
    keys: Mapping[str, type] = field(default_factory=dict)


Adapters = Mapping[str, Adapter]
NONE: Adapters = {}


def by_name(found: Iterable[Iterable[Adapter]]) -> Adapters:
    """What several plug-ins brought along, by name.  Raises `TesterFault` where two have the same one."""
    adapters: dict[str, Adapter] = {}
    for adapter in (one for several in found for one in several):
        if adapter.name in adapters or adapter.name in ADAPTERS:
            raise TesterFault(
                f"there are two adapters called {adapter.name!r}; rename one, or drop a plug-in"
            )
        adapters[adapter.name] = adapter
    return adapters


def installed() -> Adapters:
    """Those of the plug-ins in this environment, for commands that run without pytest.

    A plug-in is a pytest plugin whose distribution requires pytest-atmt.
    """
    plugins = (entry.load() for entry in _entry_points())
    return by_name(p.pytest_atmt_adapters() for p in plugins if hasattr(p, "pytest_atmt_adapters"))


def of_address(address: str, adapters: Adapters) -> Statement | None:
    """The statement that an address such as ``serial:///dev/ttyS0`` is, if one of `adapters` is called so."""
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[1] not in adapters:
        return None
    adapter = adapters[scheme[1]]
    if "address" not in adapter.keys:
        raise StatementError(
            f"--peer {address}: the adapter {adapter.name} takes no address; write a statement"
        )
    return Statement(address, adapter.name, f"the peer at {address}", {"address": address})


def _entry_points() -> Iterator[importlib.metadata.EntryPoint]:
    for distribution in importlib.metadata.distributions():
        if any(re.match(r"pytest[-_.]atmt\b", need, re.IGNORECASE) for need in distribution.requires or ()):
            yield from distribution.entry_points.select(group="pytest11")
