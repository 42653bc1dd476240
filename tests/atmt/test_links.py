"""Links in memory and on loopback sockets."""

from __future__ import annotations

import select
import socket

import pytest
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from atmt import ATMT, Automaton, EnvironmentFault, TesterFault
from atmt.links.codec import IPCodec
from atmt.links.guard import PortGuard
from atmt.links.memory import Cable
from atmt.links.payload import PayloadLink
from atmt.links.udp import UdpLink, local_address


def test_a_cable_carries_objects_to_every_link_at_the_other_end():
    cable = Cable()
    near, far, too = cable.link(0), cable.link(1), cable.link(1)
    near.send(near.encode("x"))
    assert [far.receive().packet, too.receive().packet, near.receive()] == ["x", "x", None]


def test_a_link_takes_only_the_bytes_that_it_accepts():
    cable = Cable(IPCodec())
    near, far = cable.link(0), cable.link(1, lambda data: len(data) > 28)
    for content in (b"", b"x"):
        near.send(near.encode(IP(dst="127.0.0.1") / UDP() / content))
    assert far.receive().packet[Raw].load == b"x"
    assert far.receive() is None


def test_what_arrived_before_somebody_asked_is_told_at_once():
    cable, told = Cable(), []
    near, far = cable.link(0), cable.link(1)
    near.send(near.encode(1))
    far.notify(lambda: told.append(1))
    near.send(near.encode(2))
    assert told == [1, 1]


def test_an_unplugged_link_hears_nothing_more():
    cable = Cable()
    near, far = cable.link(0), cable.link(1)
    far.close()
    far.close()
    near.send(near.encode(1))
    assert far.receive() is None


@pytest.fixture
def peer():
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture
def udp():
    link = UdpLink(IPCodec(Raw), "127.0.0.1")
    yield link
    link.close()


def test_udp_leaves_from_the_port_it_names_and_comes_back_with_headers(udp, peer):
    port = peer.getsockname()[1]
    udp.send(udp.encode(IP(dst="127.0.0.1") / UDP(sport=41234, dport=port) / b"ping"))
    content, source = peer.recvfrom(100)
    assert (content, source) == (b"ping", ("127.0.0.1", 41234))
    peer.sendto(b"pong", source)
    select.select([udp], [], [], 5)
    packet = udp.receive().packet
    assert (packet[UDP].sport, packet[UDP].dport, packet[Raw].load) == (port, 41234, b"pong")
    assert udp.receive() is None


def test_a_udp_link_refuses_what_is_not_udp(udp):
    with pytest.raises(TesterFault, match="has no UDP layer"):
        udp.encode(IP(dst="127.0.0.1"))


def test_a_port_in_use_is_the_machines_fault(udp, peer):
    packet = IP(dst="127.0.0.1") / UDP(sport=peer.getsockname()[1], dport=9)
    with pytest.raises(EnvironmentFault, match="cannot be used: Address already in use"):
        udp.send(udp.encode(packet))


def test_the_address_towards_a_host_is_asked_without_sending():
    assert local_address("127.0.0.1") == "127.0.0.1"


def test_packets_wait_for_a_state_that_listens(play):
    cable = Cable()

    class Later(Automaton):
        @ATMT.state(initial=1)
        def DEAF(self): ...

        @ATMT.timeout(DEAF, 5)
        def wake(self):
            raise self.OPEN()

        @ATMT.state()
        def OPEN(self): ...

        @ATMT.receive_condition(OPEN)
        def take(self, pkt):
            raise self.END(pkt)

        @ATMT.state(final=1)
        def END(self, pkt):
            return pkt, self.clock.now()

    later, far = Later(link=cable.link(0)), cable.link(1)
    far.send(far.encode("early"))
    assert play(later).interpreter.result == ("early", 5)


def test_a_payload_link_carries_bytes_and_tells_where_they_came_from(peer):
    link = PayloadLink(peer.getsockname())
    link.send(link.encode(b"ping"))
    content, source = peer.recvfrom(100)
    peer.sendto(content.upper(), ("127.0.0.1", source[1]))
    select.select([link], [], [], 5)
    assert (link.receive().packet, link.source) == (b"PING", peer.getsockname())
    assert link.receive() is None
    link.close()


def test_a_payload_link_dissects_as_its_codec_says(peer):
    class Words:
        def encode(self, packet):
            return " ".join(packet).encode()

        def decode(self, data):
            return data.decode().split(), ""

    link = PayloadLink(peer.getsockname(), Words(), ("127.0.0.1", 0))
    link.send(link.encode(["a", "b"]))
    content, source = peer.recvfrom(100)
    peer.sendto(content, source)
    select.select([link], [], [], 5)
    assert link.receive().packet == ["a", "b"]
    link.close()


def test_a_payload_link_on_a_port_in_use_is_the_machines_fault(peer):
    with pytest.raises(EnvironmentFault, match="cannot be used: Address already in use"):
        PayloadLink(("127.0.0.1", 9), ours=peer.getsockname())


def test_a_guard_holds_the_port_of_forged_packets_and_lets_go(peer):
    guard, packet = PortGuard(), IP(src="127.0.0.1", dst="127.0.0.1") / UDP(sport=43210, dport=9)
    guard.hold(packet)
    guard.hold(packet)
    guard.hold("no packet")
    guard.hold(IP(src="192.0.2.1", dst="127.0.0.1") / UDP(sport=43211, dport=9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", 43210))
        guard.close()
        other.bind(("127.0.0.1", 43210))
