"""Decides who is in a topology, on which networks, under which addresses.

Knows no kernel and starts nothing: what it decides is data, of which `wiring` makes a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Literal

from atmt.errors import LabUnavailable

TESTER, SWITCH = "tester", "switch"
MOST_PEERS = 150  # what fits one request, and one /24
MOST_NETWORKS = 200
FIRST_SUBNETS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: nobody's; the others are of RFC 2544

SHARED = "a topology on loopback"
NEEDS_NAMESPACES = "It takes network namespaces: `atmt doctor` says what would allow them"
NEEDS_PACKETS = "Load af_packet, or look at the sandbox's seccomp profile"

Neighbours = Literal["static", "answered", "unanswered"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An end of a link: where it is, and the addresses of whoever speaks there.

    The tester's end carries no IP address; `ipv4` and `ipv6` are those it will speak as.  In a topology
    without IPv6 `ipv6` and `link_local` are empty.  `also` are further addresses, with prefix lengths;
    `network` counts the networks from 0.
    """

    namespace: str
    interface: str
    mac: str
    ipv4: str
    ipv6: str
    link_local: str
    also: tuple[str, ...] = ()
    network: int = 0

    @property
    def addresses(self) -> list[str]:
        """All of them, with the lengths of their prefixes."""
        own = [f"{self.ipv4}/24"]
        if self.ipv6:
            own += [f"{self.ipv6}/64", f"{self.link_local}/64"]
        return own + list(self.also)


@dataclass(frozen=True, slots=True)
class Shape:
    """What `Lab.topology` was asked for; the tester is on every one of `networks` without being named.

    Raises ValueError for what cannot be.
    """

    networks: Sequence[Sequence[str]]
    mtu: int = 1500
    ipv6: bool = True
    neighbours: Neighbours = "static"
    relayed: bool = False
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_names(self.names)
        if any(len(set(members)) < len(members) or not members for members in self.networks):
            raise ValueError(f"each network needs members, with names that differ: {self.networks}")
        if len(self.networks) > MOST_NETWORKS or (self.relayed and len(self.networks) > 1):
            raise ValueError(f"at most {MOST_NETWORKS} networks, and a single one where it is relayed")
        for name in {*self.addresses, *self.routes}:
            if name not in (TESTER, *self.names):
                raise ValueError(f"nobody is called {name}; there are {', '.join((TESTER, *self.names))}")

    @property
    def names(self) -> list[str]:
        """Of all peers, each once."""
        return list(dict.fromkeys(name for members in self.networks for name in members))

    @property
    def segments(self) -> list[Sequence[str]]:
        """Who shares a cable or a switch with the tester: when relayed, each peer has one of its own."""
        return [[name] for name in self.networks[0]] if self.relayed else list(self.networks)


def endpoints(shape: Shape) -> list[Endpoint]:
    """The tester's and the members' of each segment, in order; the tester's of the first comes first."""
    numbers = {name: number for number, name in enumerate((TESTER, *shape.names), 1)}
    interfaces = dict.fromkeys(numbers, 0)
    placed: list[Endpoint] = []
    for network, members in enumerate(shape.segments):
        for name in (TESTER, *members):
            interface = f"{'t' if name == TESTER else 'p'}{interfaces[name]}"
            interfaces[name] += 1
            placed.append(_endpoint(name, interface, numbers[name], network, shape))
    return _with_further_addresses(placed, shape.addresses)


def loopback(shape: Shape) -> list[Endpoint]:
    """Tester and peer, both at the machine's own loopback interface.  Raises LabUnavailable for more than that."""
    name = shape.names[0]
    if replace(shape, networks=[[*members] for members in shape.networks]) != Shape(
        [[name]], ipv6=shape.ipv6
    ):
        raise LabUnavailable(f"{SHARED} is one plain cable with one peer", NEEDS_NAMESPACES)
    v6 = "::1" if shape.ipv6 else ""
    return [Endpoint(end, "lo", "00:00:00:00:00:00", "127.0.0.1", v6, "") for end in (TESTER, name)]


def within(address: str, end: Endpoint) -> bool:
    """Whether an address is of the subnets on which `end` is."""
    one = ip_address(address)
    return any(one in ip_network(cidr, strict=False) for cidr in end.addresses[:3])


def _check_names(names: Iterable[str]) -> None:
    everyone = list(names)
    reserved = [name for name in everyone if name == TESTER or name.startswith(SWITCH)]
    if not everyone or len(everyone) > MOST_PEERS or not all(everyone) or reserved:
        raise ValueError(
            f"peers need 1 to {MOST_PEERS} names, none empty, {TESTER} or beginning with {SWITCH}: {everyone}"
        )


def _endpoint(name: str, interface: str, number: int, network: int, shape: Shape) -> Endpoint:
    subnet = 0 if shape.relayed else network
    first = FIRST_SUBNETS[subnet] if subnet < len(FIRST_SUBNETS) else f"198.18.{subnet}"
    return Endpoint(
        namespace=name,
        interface=interface,
        mac=f"02:00:00:00:{network:02x}:{number:02x}",
        ipv4=f"{first}.{number}",
        ipv6=str(ip_address(f"2001:db8:0:{subnet:x}::{number:x}")) if shape.ipv6 else "",
        link_local=str(ip_address(f"fe80::{subnet:x}:{number:x}")) if shape.ipv6 else "",
        network=network,
    )


def _with_further_addresses(
    placed: Sequence[Endpoint], wanted: Mapping[str, Sequence[str]]
) -> list[Endpoint]:
    """Each goes to the interface of whose subnet it is, or else to the first."""
    more: dict[Endpoint, list[str]] = {end: [] for end in placed}
    for name, addresses in wanted.items():
        own = [end for end in placed if end.namespace == name]
        for address in addresses:
            text, _, length = address.partition("/")
            near = [end for end in own if within(text, end)]
            whole = ip_address(text).max_prefixlen
            usual = (24 if whole == 32 else 64) if near else whole
            more[(near or own)[0]].append(f"{text}/{length or usual}")
    return [replace(end, also=tuple(more[end])) for end in placed]
