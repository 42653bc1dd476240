"""Makes the plan of a topology: namespaces, cables, and what is configured at each of their ends.

Knows no kernel and starts nothing: a plan is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address, ip_network

from atmt.lab.agent.plan import EndPlan, NamespacePlan, Plan
from atmt.lab.plans import SWITCH, TESTER, Endpoint, Shape, within

FIRST_INDEX = 10
DEFAULT = {4: "0.0.0.0/0", 6: "::/0"}

# A veth with neither address nor IPv6 is one on which the kernel never says a word of its own.
SILENT = {"net/ipv6/conf/all/disable_ipv6": 1, "net/ipv6/conf/default/disable_ipv6": 1}
TALKING = {
    # Testers speak as whom they like: a source is no reason to drop a packet before the program sees it.
    "net/ipv4/conf/all/rp_filter": 0,
    "net/ipv4/conf/default/rp_filter": 0,
    # With two interfaces, each answers for itself alone.
    "net/ipv4/conf/all/arp_ignore": 1,
    "net/ipv4/conf/all/arp_announce": 2,
    # Or else 500 datagrams to a closed port give 6 errors.
    "net/ipv4/icmp_ratelimit": 0,
    "net/ipv4/icmp_msgs_per_sec": 1_000_000,
    "net/ipv4/icmp_msgs_burst": 100_000,
}
TALKING_IPV6 = {
    "net/ipv6/conf/all/disable_ipv6": 0,
    "net/ipv6/conf/default/disable_ipv6": 0,
    # No link-local address, no detection of duplicates and no router search behind our back.
    "net/ipv6/conf/default/addr_gen_mode": 1,
    "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/conf/default/router_solicitations": 0,
    "net/ipv6/conf/default/accept_ra": 0,
    "net/ipv6/icmp/ratelimit": 0,
}
FORWARDING = {"net/ipv4/ip_forward": 1, "net/ipv4/conf/all/send_redirects": 0}
FORWARDING_IPV6 = {"net/ipv6/conf/all/forwarding": 1}


def plan(shape: Shape, everyone: Sequence[Endpoint]) -> Plan:
    """Tester and peer on one cable, or tester and several peers on a switch, for each of the networks."""
    wiring = _Wiring(shape, everyone)
    cables: list[tuple[EndPlan, EndPlan]] = []
    switches: list[NamespacePlan] = []
    for network in range(len(shape.segments)):
        ends = [end for end in everyone if end.network == network]
        if len(ends) == 2:
            cables.append((wiring.end(ends[0]), wiring.end(ends[1])))
        else:
            switch = f"{SWITCH}{network or ''}"
            switches.append({"name": switch, "loopback": False, "bridge": "switch", "sysctls": {**SILENT}})
            cables += [(wiring.end(end), wiring.port(switch, number)) for number, end in enumerate(ends)]
    namespaces = [wiring.namespace(name) for name in (TESTER, *shape.names)]
    return {
        "namespaces": namespaces + switches,
        "cables": cables,
        "neighbourhoods": wiring.neighbourhoods(),
        "mtu": shape.mtu,
    }


class _Wiring:
    """Numbers interfaces, and knows who must know whom."""

    def __init__(self, shape: Shape, everyone: Sequence[Endpoint]) -> None:
        self._shape = shape
        self._everyone = everyone
        self._next = FIRST_INDEX
        self._routes = {end: list[tuple[str, str]]() for end in everyone}
        self._gateways: set[str] = set()
        for name, routes in shape.routes.items():
            for destination, via in routes.items():
                self._route(name, destination, via)

    def namespace(self, name: str) -> NamespacePlan:
        sysctls = dict(SILENT)
        if name != TESTER:
            sysctls = {**(TALKING_IPV6 if self._shape.ipv6 else SILENT), **TALKING}
            if name in self._gateways:
                sysctls |= FORWARDING | (FORWARDING_IPV6 if self._shape.ipv6 else {})
        return {"name": name, "loopback": name != TESTER, "bridge": None, "sysctls": sysctls}

    def end(self, end: Endpoint) -> EndPlan:
        """The tester's end knows nobody; a peer's end has its addresses and may know everybody else's."""
        bare = self._bare(end.namespace, end.interface, end.mac)
        if end.namespace == TESTER:
            answers = list(_bare(end.addresses)) if self._shape.neighbours == "answered" else []
            return bare | {"answers": answers}
        static = self._shape.neighbours == "static"
        return bare | {
            "addresses": end.addresses,
            "neighbourhood": (0 if self._shape.relayed else end.network) if static else -1,
            "routes": self._routes[end],
        }

    def port(self, switch: str, number: int) -> EndPlan:
        """A port of a switch."""
        return self._bare(
            switch, f"port{number}", f"02:00:00:01:{self._next >> 8:02x}:{self._next & 255:02x}"
        )

    def neighbourhoods(self) -> list[list[tuple[str, str]]]:
        """Who is on each network; a relayed one is a single one, on which the tester is but once."""
        if self._shape.relayed:
            return [_stations([end for end in self._everyone if end.namespace != TESTER or end.network == 0])]
        numbers = range(len(self._shape.segments))
        return [_stations([end for end in self._everyone if end.network == number]) for number in numbers]

    def _bare(self, namespace: str, interface: str, mac: str) -> EndPlan:
        self._next += 1
        return {
            "namespace": namespace,
            "interface": interface,
            "index": self._next - 1,
            "mac": mac,
            "addresses": [],
            "neighbourhood": -1,
            "routes": [],
            "answers": [],
        }

    def _route(self, name: str, destination: str, via: str) -> None:
        here = [end for end in self._everyone if end.namespace == name]
        there = [end for end in self._everyone if end.namespace == via]
        if there:
            here, hops = self._hops(here, there)
            self._gateways.add(via)
        else:
            hops = [via]
            here = [end for end in here if within(via, end)]
        if not here:
            raise ValueError(f"{name} is on no network with {via}, through which it is to send")
        found = [(_destination(destination, hop), hop) for hop in hops if _fits(destination, hop)]
        if not found:
            raise ValueError(f"{via} has no address by which {name} could reach {destination}")
        self._routes[here[0]] += found

    def _hops(self, here: list[Endpoint], there: list[Endpoint]) -> tuple[list[Endpoint], list[str]]:
        pairs = [(one, other) for one in here for other in there if one.network == other.network]
        hops = [ip for ip in (pairs[0][1].ipv4, pairs[0][1].ipv6) if ip] if pairs else []
        return [one for one, _ in pairs], hops


def _stations(ends: Iterable[Endpoint]) -> list[tuple[str, str]]:
    return [(ip, end.mac) for end in ends for ip in _bare(end.addresses)]


def _bare(addresses: Iterable[str]) -> Iterator[str]:
    return (address.partition("/")[0] for address in addresses)


def _destination(text: str, hop: str) -> str:
    return DEFAULT[ip_address(hop).version] if text == "default" else str(ip_network(text))


def _fits(destination: str, hop: str) -> bool:
    return destination == "default" or ip_network(destination).version == ip_address(hop).version
