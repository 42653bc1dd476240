"""What a topology promises about networks beyond one peer on one cable: addresses, routes, neighbours."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from labframes import Datagram, datagram, udp_frame

from atmt.lab import Endpoint, Lab, Topology

Command = Callable[[int], list[str]]
Hear = Callable[[socket.socket], Datagram]
ARP, NEIGHBOUR_SOLICITATION = b"\x08\x06", 135


def asks(net: Topology, peer: Endpoint, to: str, version: int) -> None:
    """Have the peer's kernel send a datagram to port 9 there."""
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    net.socket(peer, family, socket.SOCK_DGRAM).sendto(b"x", (to, 9))


def question(frame: bytes) -> str:
    """ "arp" or "nd" if the frame asks for a neighbour, else ""."""
    if frame[12:14] == ARP:
        return "arp"
    return "nd" if frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 135 else ""


@pytest.mark.parametrize("version", [4, 6])
def test_a_further_address_of_the_peer_answers(lab: Lab, echo: Command, hear: Hear, version: int) -> None:
    more = ["192.0.2.77", "2001:db8::77/64"]
    with lab.topology(addresses={"peer": more}) as net:
        assert net.peer.also == ("192.0.2.77/24", "2001:db8::77/64")
        net.wait_udp(net.peer, 7, net.start(net.peer, echo(version)))
        link = net.packet_socket(net.tester)
        to = Endpoint("", "", net.peer.mac, "192.0.2.77", "2001:db8::77", "")
        link.send(udp_frame(net.tester, to, (4000, 7), b"who", version))
        assert hear(link).payload == b"ohw"


def test_a_further_address_outside_of_all_subnets_stands_alone(lab: Lab) -> None:
    with lab.topology(addresses={"peer": ["10.9.8.7"]}) as net:
        assert net.peer.also == ("10.9.8.7/32",)
        assert net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM, bind=("10.9.8.7", 7))


@pytest.mark.parametrize(("version", "address"), [(4, "192.0.2.99"), (6, "2001:db8::99")])
def test_the_peer_knows_the_testers_further_addresses(
    lab: Lab, hear: Hear, version: int, address: str
) -> None:
    with lab.topology(addresses={"tester": [address]}) as net:
        link = net.packet_socket(net.tester)
        asks(net, net.peer, address, version)
        assert hear(link).destination_port == 9


@pytest.mark.parametrize(("version", "address"), [(4, "192.0.2.1"), (6, "2001:db8::1")])
def test_an_unanswered_peer_asks_and_says_nothing_else(lab: Lab, version: int, address: str) -> None:
    with lab.topology(neighbours="unanswered") as net:
        link = net.packet_socket(net.tester)
        asks(net, net.peer, address, version)
        link.settimeout(5)
        frame = link.recv(2000)
        while not question(frame):
            assert datagram(frame) is None
            frame = link.recv(2000)
        assert question(frame) == ("arp" if version == 4 else "nd")


@pytest.mark.parametrize(("version", "address"), [(4, "192.0.2.1"), (6, "2001:db8::1"), (4, "192.0.2.99")])
def test_a_peer_that_asks_is_answered_in_the_testers_place(
    lab: Lab, hear: Hear, version: int, address: str
) -> None:
    with lab.topology(neighbours="answered", addresses={"tester": ["192.0.2.99"]}) as net:
        link = net.packet_socket(net.tester)
        asks(net, net.peer, address, version)
        assert hear(link).destination_port == 9
        answered = net.answers()
        assert [(row.asked, row.by_mac) for row in answered] == [(address, net.peer.mac)]


def test_nobody_answers_for_an_address_that_is_not_the_testers(lab: Lab) -> None:
    with lab.topology(neighbours="answered") as net:
        link = net.packet_socket(net.tester)
        asks(net, net.peer, "192.0.2.50", 4)
        link.settimeout(5)
        while question(link.recv(2000)) != "arp":  # a multicast report of the peer's kernel may come first
            pass
        asks(net, net.peer, net.tester.ipv4, 4)
        while datagram(link.recv(2000)) is None:
            pass
        assert [row.asked for row in net.answers()] == [net.tester.ipv4]


def test_two_cables_to_one_peer_are_two_networks(lab: Lab, echo: Command, hear: Hear) -> None:
    with lab.topology(networks=[["peer"], ["peer"]]) as net:
        net.wait_udp(net.peer, 7, net.start(net.peer, echo(4)))
        for network in (0, 1):
            tester, peer = net.end("tester", network), net.end("peer", network)
            link = net.packet_socket(tester)
            link.send(udp_frame(tester, peer, (4000, 7), b"on"))
            assert hear(link).source == peer.ipv4
        assert (net.end("peer", 1).interface, net.end("peer", 1).ipv4) == ("p1", "198.51.100.2")


@pytest.mark.parametrize("version", [4, 6])
def test_peers_on_several_switches_reach_each_other_on_each(lab: Lab, echo: Command, version: int) -> None:
    with lab.topology(networks=[["a", "b"], ["a", "b"]]) as net:
        net.wait_udp(net.end("b"), 7, net.start(net.end("b"), echo(version)))
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        for network in (0, 1):
            end = net.end("b", network)
            asking = net.socket(net.end("a"), family, socket.SOCK_DGRAM)
            asking.settimeout(5)
            asking.sendto(b"live", (end.ipv4 if version == 4 else end.ipv6, 7))
            assert asking.recv(100) == b"evil"


@pytest.mark.parametrize("version", [4, 6])
def test_a_peer_that_others_route_through_forwards(lab: Lab, echo: Command, version: int) -> None:
    networks = [["client", "router"], ["router", "server"]]
    routes = {"client": {"default": "router"}, "server": {"default": "router"}}
    with lab.topology(networks=networks, routes=routes) as net:
        server = net.peers["server"]
        net.wait_udp(server, 7, net.start(server, echo(version)))
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        asking = net.socket(net.peers["client"], family, socket.SOCK_DGRAM)
        asking.settimeout(5)
        asking.sendto(b"live", (server.ipv4 if version == 4 else server.ipv6, 7))
        assert asking.recv(100) == b"evil"


def test_a_hundred_peers_know_each_other(lab: Lab, echo: Command) -> None:
    with lab.topology(peers=100) as net:
        first, last = net.peers["peer1"], net.peers["peer100"]
        net.wait_udp(last, 7, net.start(last, echo(4)))
        asking = net.socket(first, socket.AF_INET, socket.SOCK_DGRAM)
        asking.settimeout(5)
        asking.sendto(b"live", (last.ipv4, 7))
        assert asking.recv(100) == b"evil"


def test_with_the_tester_as_its_gateway_a_peer_reaches_anybody(lab: Lab, hear: Hear) -> None:
    with lab.topology(routes={"peer": {"default": "tester"}}) as net:
        link = net.packet_socket(net.tester)
        asks(net, net.peer, "198.18.7.7", 4)
        assert hear(link).destination_port == 9


def test_a_route_by_address_goes_for_its_destination_alone(lab: Lab, hear: Hear) -> None:
    with lab.topology(routes={"peer": {"203.0.113.0/24": "192.0.2.1"}}) as net:
        link = net.packet_socket(net.tester)
        with pytest.raises(OSError, match="unreachable"):
            asks(net, net.peer, "198.18.7.7", 4)
        asks(net, net.peer, "203.0.113.5", 4)
        assert hear(link).destination_port == 9


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"networks": [["a"], []]}, "members"),
        ({"networks": [["a", "a"]]}, "names"),
        ({"networks": [[f"p{n}" for n in range(100)] for _ in range(9)]}, "too much"),
        ({"networks": [["a"], ["b"]], "relayed": True}, "relayed"),
        ({"addresses": {"nobody": ["10.0.0.1"]}}, "nobody is called nobody"),
        ({"addresses": {"peer": ["10.0.0.300"]}}, "10.0.0.300"),
        ({"routes": {"peer": {"default": "nowhere"}}}, "nowhere"),
        ({"networks": [["a"], ["b"]], "routes": {"a": {"default": "b"}}}, "no network with b"),
        ({"routes": {"peer": {"2001:db8:9::/64": "192.0.2.1"}}}, "no address"),
    ],
)
def test_impossible_shapes_are_refused(lab: Lab, wish: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        lab.topology(**wish)  # type: ignore[arg-type]  # wrong on purpose
