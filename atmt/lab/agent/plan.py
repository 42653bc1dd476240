"""The shape of a topology as it travels from the tester to the process that builds it.

Knows no kernel and no default: whoever writes a plan decides everything in it.
"""

from __future__ import annotations

from typing import TypedDict


class NamespacePlan(TypedDict):
    """One network namespace; `bridge` names a switch inside it that joins all its interfaces."""

    name: str
    loopback: bool
    bridge: str | None
    sysctls: dict[str, int]


class EndPlan(TypedDict):
    """One end of a cable; `index` is its interface index, unlike that of the other end.

    `neighbourhood` is the number of the one whose stations it knows without asking (-1: none), `routes` are
    pairs of a destination and the next hop there, `answers` the addresses for which a responder of ours says
    that they are at `mac`.
    """

    namespace: str
    interface: str
    index: int
    mac: str
    addresses: list[str]
    neighbourhood: int
    routes: list[tuple[str, str]]
    answers: list[str]


class Plan(TypedDict):
    """A whole topology; `mtu` in bytes.  A neighbourhood is a list of stations: address, MAC address."""

    namespaces: list[NamespacePlan]
    cables: list[tuple[EndPlan, EndPlan]]
    neighbourhoods: list[list[tuple[str, str]]]
    mtu: int
