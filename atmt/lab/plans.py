"""Decides names, addresses and wiring of a topology.

Knows no kernel and starts nothing: a plan is data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from atmt.lab.agent.plan import EndPlan, NamespacePlan, Plan

TESTER, SWITCH = "tester", "switch"
FIRST_INDEX = 10
MOST_PEERS = 200  # addresses of one /24

# A veth with neither address nor IPv6 is one on which the kernel never says a word of its own.
SILENT = {"net/ipv6/conf/all/disable_ipv6": 1, "net/ipv6/conf/default/disable_ipv6": 1}
TALKING = {
    "net/ipv6/conf/all/disable_ipv6": 0,
    "net/ipv6/conf/default/disable_ipv6": 0,
    # No link-local address, no detection of duplicates and no router search behind our back.
    "net/ipv6/conf/default/addr_gen_mode": 1,
    "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/conf/default/router_solicitations": 0,
    "net/ipv6/conf/default/accept_ra": 0,
    # Or else 500 datagrams to a closed port give 6 errors.
    "net/ipv4/icmp_ratelimit": 0,
    "net/ipv4/icmp_msgs_per_sec": 1_000_000,
    "net/ipv4/icmp_msgs_burst": 100_000,
    "net/ipv6/icmp/ratelimit": 0,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An end of a link: where it is, and the addresses of whoever speaks there.

    The tester's end carries no IP address; `ipv4` and `ipv6` are those it will speak as.  In a topology
    without IPv6 `ipv6` and `link_local` are empty.
    """

    namespace: str
    interface: str
    mac: str
    ipv4: str
    ipv6: str
    link_local: str


def endpoints(names: Sequence[str], ipv6: bool) -> list[Endpoint]:
    """The tester's endpoint and one for each peer, in order.

    Raises ValueError for names that are none, double, reserved or too many.
    """
    everyone = [TESTER, *names]
    if not names or len(names) > MOST_PEERS or not all(names) or len({*everyone, SWITCH}) < len(names) + 2:
        raise ValueError(
            f"peers need 1 to {MOST_PEERS} names, all different and not {TESTER} or {SWITCH}: {names}"
        )
    return [_endpoint(name, number, ipv6) for number, name in enumerate(everyone, 1)]


def plan(everyone: Sequence[Endpoint], mtu: int) -> Plan:
    """Tester and peer on one cable, or tester and several peers on a switch; `mtu` in bytes."""
    namespaces = [_namespace(end) for end in everyone]
    if len(everyone) == 2:
        cables = [(_end(everyone[0], FIRST_INDEX, everyone), _end(everyone[1], FIRST_INDEX + 1, everyone))]
    else:
        namespaces.append({"name": SWITCH, "loopback": False, "bridge": "switch", "sysctls": {**SILENT}})
        cables = [_to_switch(end, number, everyone) for number, end in enumerate(everyone)]
    return {"namespaces": namespaces, "cables": cables, "mtu": mtu}


def _endpoint(name: str, number: int, ipv6: bool) -> Endpoint:
    return Endpoint(
        namespace=name,
        interface="t0" if name == TESTER else "p0",
        mac=f"02:00:00:00:00:{number:02x}",
        ipv4=f"192.0.2.{number}",
        ipv6=f"2001:db8::{number:x}" if ipv6 else "",
        link_local=f"fe80::{number:x}" if ipv6 else "",
    )


def _namespace(end: Endpoint) -> NamespacePlan:
    tester = end.namespace == TESTER
    sysctls: Mapping[str, int] = SILENT if tester or not end.ipv6 else TALKING
    return {"name": end.namespace, "loopback": not tester, "bridge": None, "sysctls": {**sysctls}}


def _end(end: Endpoint, index: int, everyone: Sequence[Endpoint]) -> EndPlan:
    """The tester's end knows nobody; a peer's end has its addresses and knows everybody else's."""
    own = [] if end.namespace == TESTER else [f"{end.ipv4}/24"]
    if own and end.ipv6:
        own += [f"{end.ipv6}/64", f"{end.link_local}/64"]
    known = [(ip, other.mac) for other in everyone if own and other != end for ip in _addresses(other)]
    return _bare_end(end.namespace, end.interface, index, end.mac) | {"addresses": own, "neighbours": known}


def _to_switch(end: Endpoint, number: int, everyone: Sequence[Endpoint]) -> tuple[EndPlan, EndPlan]:
    index = FIRST_INDEX + 2 * number
    port = _bare_end(SWITCH, f"port{number}", index + 1, f"02:00:00:00:01:{number:02x}")
    return _end(end, index, everyone), port


def _bare_end(namespace: str, interface: str, index: int, mac: str) -> EndPlan:
    return {
        "namespace": namespace,
        "interface": interface,
        "index": index,
        "mac": mac,
        "addresses": [],
        "neighbours": [],
    }


def _addresses(end: Endpoint) -> list[str]:
    return [ip for ip in (end.ipv4, end.ipv6, end.link_local) if ip]
