"""Builds the namespaces and cables of one topology from its plan.

Knows no peers; belongs to the process that is to hold the namespaces for as long as it lives.
"""

from __future__ import annotations

import errno
import os
import time

from . import kernel, netlink
from .neighbours import Responder
from .plan import EndPlan, NamespacePlan, Plan
from .stage import stage

LOOPBACK_INDEX, BRIDGE_INDEX = 1, 1000
NOT_AWAITED = (
    LOOPBACK_INDEX,
    BRIDGE_INDEX,
)  # never UP; UP a second after its ports, which forward all the same
LINK_UP_LIMIT, LINK_UP_PAUSE = 3.0, 0.0001  # seconds


class Namespace:
    """A network namespace, made by leaving the one the process is in; `fd` is the way back in."""

    def __init__(self, plan: NamespacePlan) -> None:
        kernel.unshare(kernel.CLONE_NEWNET)
        self.plan = plan
        self.netlink = netlink.Netlink()
        self.fd = kernel.network_namespace_of(self.netlink.socket)
        for name, value in plan["sysctls"].items():
            _set_sysctl(name, value)

    def enter(self) -> None:
        """Whatever the process creates from now on is in this namespace."""
        kernel.setns(self.fd, kernel.CLONE_NEWNET)


class Network:
    """All namespaces of a topology, wired and ready: the first packet will arrive."""

    def __init__(self, plan: Plan) -> None:
        with stage("network namespaces"):
            self._namespaces = {planned["name"]: Namespace(planned) for planned in plan["namespaces"]}
        with stage("links"):
            for one, other in plan["cables"]:
                cable = netlink.veth(self._end(one), self._end(other), plan["mtu"])
                self[one["namespace"]].netlink.request([cable])
        ends = [end for cable in plan["cables"] for end in cable]
        with stage("addresses"):
            for namespace in self._namespaces.values():
                own = [end for end in ends if end["namespace"] == namespace.plan["name"]]
                _configure(namespace, own, plan["neighbourhoods"])
        with stage("checksum offload"):
            for end in ends:
                self._checksum_in_software(end)
        with stage("waiting for links to come up"):
            self._wait_until_up()
        with stage("answering for the tester"):
            self.responders = [self._responder(end) for end in ends if end["answers"]]

    def __getitem__(self, name: str) -> Namespace:
        return self._namespaces[name]

    def _end(self, plan: EndPlan) -> netlink.End:
        return netlink.End(plan["interface"], plan["index"], plan["mac"], self[plan["namespace"]].fd)

    def _responder(self, end: EndPlan) -> Responder:
        self[end["namespace"]].enter()
        return Responder(end["interface"], end["mac"], end["answers"])

    def _checksum_in_software(self, end: EndPlan) -> None:
        kernel.disable_tx_checksum_offload(self[end["namespace"]].netlink.socket, end["interface"])

    def _wait_until_up(self) -> None:
        """Until the kernel itself says UP it may drop packets without a word."""
        deadline = time.monotonic() + LINK_UP_LIMIT
        while down := [name for space in self._namespaces.values() for name in _not_up(space)]:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    errno.ETIMEDOUT, f"still down after {LINK_UP_LIMIT:g} s: {', '.join(down)}"
                )
            time.sleep(LINK_UP_PAUSE)


def _configure(
    namespace: Namespace, ends: list[EndPlan], neighbourhoods: list[list[tuple[str, str]]]
) -> None:
    requests: list[netlink.Request] = []
    if namespace.plan["loopback"]:
        requests.append(netlink.up(LOOPBACK_INDEX))
    if bridge := namespace.plan["bridge"]:
        requests.append(netlink.bridge(bridge, BRIDGE_INDEX))
        requests += [netlink.join(end["index"], BRIDGE_INDEX) for end in ends]
    for end in ends:
        requests.append(netlink.up(end["index"]))
        requests += [netlink.address(end["index"], cidr) for cidr in end["addresses"]]
        known = neighbourhoods[end["neighbourhood"]] if end["neighbourhood"] >= 0 else []
        requests += [netlink.neighbour(end["index"], ip, mac) for ip, mac in known if mac != end["mac"]]
    for end in ends:  # last: the next hop of a route must be within reach already
        requests += [netlink.route(end["index"], *route) for route in end["routes"]]
    namespace.netlink.request(requests)


def _not_up(namespace: Namespace) -> list[str]:
    return [
        f"{link.name} in {namespace.plan['name']}"
        for link in namespace.netlink.links()
        if link.number not in NOT_AWAITED and link.operstate != netlink.OPERSTATE_UP
    ]


def _set_sysctl(name: str, value: int) -> None:
    """A refinement that some kernels lack and containers forbid; what cannot do without it fails later."""
    try:
        fd = os.open(f"/proc/sys/{name}", os.O_WRONLY)
    except OSError:
        return
    try:
        os.write(fd, str(value).encode())
    finally:
        os.close(fd)
