"""What the links promise on a real network: filters, fragments, and that no frame ends a run."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labframes import udp_frame
from scapy.layers.dns import DNS
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet, Raw

from atmt import ATMT, Automaton
from atmt.clock import MonotonicClock
from atmt.drivers import blocking
from atmt.errors import TesterFault
from atmt.frame import Frame
from atmt.lab import Lab, Topology
from atmt.links.base import lost
from atmt.links.codec import IPCodec
from atmt.links.filters import FilterError
from atmt.links.flow import to_host
from atmt.links.impairment import ImpairedLink, Impairment, drop
from atmt.links.packet import EtherCodec, FrameLink, PacketLink

Command = Callable[[int], list[str]]
END = b"the end of it"


@pytest.fixture(scope="module")
def wire(lab: Lab) -> Iterator[Topology]:
    """One topology for many examples."""
    with lab.topology() as made:
        yield made


def link_of(net: Topology, filter: str | None = None) -> PacketLink:
    codec = IPCodec(DNS, net.tester.ipv4)
    return PacketLink(codec, net.packet_socket(net.tester, filter), net.tester.mac, net.peer.mac)


def await_frame(link: FrameLink) -> Frame:
    while (frame := link.receive()) is None:
        assert select.select([link.fileno()], [], [], 5)[0]
    return frame


class Hearer(Automaton):
    """Takes whatever comes until the end mark."""

    @ATMT.state(initial=True)
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def hear(self, pkt: Packet) -> None:
        if END in bytes(pkt):
            raise self.DONE()

    @ATMT.state(final=True)
    def DONE(self) -> None: ...


ethernet = st.one_of(
    st.sampled_from([b"\x08\x00", b"\x86\xdd", b"\x08\x06"]), st.binary(min_size=2, max_size=2)
)
first_byte = st.sampled_from([b"\x45", b"\x4f", b"\x46", b"\x60", b"\x00", b""])
garbage = st.tuples(ethernet, first_byte, st.binary(max_size=120)).map(b"".join)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(garbage, min_size=1, max_size=8))
def test_no_garbage_ends_a_run(wire: Topology, frames: list[bytes]) -> None:
    peer = wire.packet_socket(wire.peer)
    hearer = Hearer(link=link_of(wire))
    for frame in frames:
        peer.send(bytes.fromhex((wire.tester.mac + wire.peer.mac).replace(":", "")) + frame)
    peer.send(udp_frame(wire.peer, wire.tester, (53, 4000), END))
    blocking.run(hearer, 5)
    assert hearer.interpreter.trace.path[-1] == "DONE"
    assert all(
        isinstance(e.packet, Raw)
        for e in hearer.interpreter.trace.exchanges
        if e.frame.fault and e.frame.data
    )
    wire.clean()


def ip(*, length: int, header: int = 0x45, rest: bytes = bytes(16)) -> bytes:
    return bytes([header, 0, length >> 8, length & 255]) + rest


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"\x08\x00" + ip(length=60), "truncated: 20 of 60 bytes arrived"),
        (b"\x08\x00" + ip(length=20, header=0x4F), "an IPv4 header of 60 bytes in a packet of 20"),
        (b"\x08\x00" + ip(length=10), "an IPv4 header of 20 bytes in a packet of 10"),
        (b"\x08\x00" + b"\x45", "no IPv4 header in 1 bytes"),
        (b"\x08\x00" + b"\x60" + bytes(50), "no IPv4 header in 51 bytes"),
        (b"\x86\xdd" + b"\x60\0\0\0\0\x09" + bytes(34), "truncated: 40 of 49 bytes arrived"),
        (b"\x86\xdd" + b"\x60", "no IPv6 header in 1 bytes"),
        (b"\x08\x06" + bytes(28), "not IP: Ethernet type 0x0806"),
    ],
)
def test_what_is_no_sound_packet_is_delivered_raw_with_the_reason(
    lab: Lab, frame: bytes, reason: str
) -> None:
    with lab.topology(ipv6=False) as net:  # where the peer's kernel has no reports of its own to send
        link = link_of(net)
        header = bytes.fromhex((net.tester.mac + net.peer.mac).replace(":", ""))
        net.packet_socket(net.peer).send(header + frame)
        got = await_frame(link)
        assert (bytes(got.packet), got.fault) == (frame[2:], reason)


def test_an_expression_is_a_filter(net: Topology) -> None:
    link = link_of(net, "udp dst port 4000")
    peer = net.packet_socket(net.peer)
    for port, content in ((4001, b"other"), (4000, b"mine")):
        peer.send(udp_frame(net.peer, net.tester, (53, port), content))
    assert await_frame(link).data.endswith(b"mine")  # type: ignore[union-attr]  # None fails, too


class Picky(Hearer):
    """Declares by its arguments what it wants to hear."""

    def parse_args(self, port: int) -> None:
        self.port = port

    def kernel_filter(self) -> str:
        return f"udp dst port {self.port}"


@pytest.mark.parametrize("rules", [[], [drop(ARP)]])
def test_what_an_automaton_does_not_want_never_leaves_the_kernel(
    net: Topology, rules: list[Impairment]
) -> None:
    link = link_of(net)
    picky = Picky(4000, link=ImpairedLink(link, rules, MonotonicClock()) if rules else link)
    peer = net.packet_socket(net.peer)
    for port, content in ((4001, b"other"), (4000, b"mine"), (4001, END), (4000, END)):
        peer.send(udp_frame(net.peer, net.tester, (53, port), content))
    blocking.run(picky, 5)
    assert [exchange.packet[UDP].dport for exchange in picky.trace.exchanges] == [4000, 4000]


def test_what_an_automaton_declares_wrongly_is_told_when_it_is_made(net: Topology) -> None:
    with pytest.raises(FilterError, match="sixty-nine"):
        Picky("sixty-nine", link=link_of(net))


def test_what_is_no_expression_is_refused_before_there_is_a_socket(net: Topology) -> None:
    with pytest.raises(FilterError, match="udp prt"):
        net.packet_socket(net.tester, "udp prt 69")


@pytest.mark.parametrize("version", [4, 6])
def test_a_datagram_in_many_fragments_crosses_both_ways(net: Topology, echo: Command, version: int) -> None:
    net.wait_udp(net.peer, 7, net.start(net.peer, echo(version)))
    sock = net.packet_socket(net.tester, to_host(net.tester.ipv4, net.tester.ipv6))
    link = PacketLink(IPCodec(), sock, net.tester.mac, net.peer.mac)
    content = bytes(range(256)) * 255
    layer = IP(src=net.tester.ipv4, dst=net.peer.ipv4)
    if version == 6:
        layer = IPv6(src=net.tester.ipv6, dst=net.peer.ipv6)
    sent = link.encode(layer / UDP(sport=4000, dport=7) / content)
    link.send(sent)
    answer = await_frame(link)
    assert (bytes(answer.packet[UDP].payload), answer.fault) == (content[::-1], "")
    assert answer.note == "put together from 45 fragments" if version == 4 else "fragments" in answer.note
    assert sent.note.startswith("sent in 4")


def test_the_link_cuts_for_the_mtu_that_it_is_told(lab: Lab, echo: Command) -> None:
    with lab.topology(mtu=9000) as net:
        net.wait_udp(net.peer, 7, net.start(net.peer, echo(4)))
        sock = net.packet_socket(net.tester, to_host(net.tester.ipv4))
        link = PacketLink(IPCodec(), sock, net.tester.mac, net.peer.mac, mtu=net.mtu)
        link.send(link.encode(IP(src=net.tester.ipv4, dst=net.peer.ipv4) / UDP(dport=7) / bytes(8000)))
        assert await_frame(link).note == ""


def test_what_forbids_fragments_and_is_too_long_is_the_testers_fault(net: Topology) -> None:
    link = link_of(net)
    with pytest.raises(TesterFault, match="mtu="):
        link.send(link.encode(IP(dst=net.peer.ipv4, flags="DF") / UDP() / bytes(2000)))


def test_a_frame_link_speaks_ethernet(lab: Lab) -> None:
    with lab.topology(neighbours="unanswered") as net:
        link = FrameLink(net.packet_socket(net.tester, "arp"))
        request = Ether(src=net.tester.mac, dst="ff:ff:ff:ff:ff:ff") / ARP(
            hwsrc=net.tester.mac, psrc=net.tester.ipv4, pdst=net.peer.ipv4
        )
        link.send(link.encode(request))
        assert await_frame(link).packet[ARP].hwsrc == net.peer.mac


def test_a_frame_too_short_for_ethernet_is_raw(net: Topology) -> None:
    packet, fault = EtherCodec().decode(b"short")
    assert (bytes(packet), "too few" in fault) == (b"short", True)


def test_a_burst_longer_than_the_buffer_is_sent_whole(net: Topology) -> None:
    sink = net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM, bind=("0.0.0.0", 9))
    sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    link = link_of(net)
    frame = link.encode(IP(src=net.tester.ipv4, dst=net.peer.ipv4) / UDP(dport=9) / bytes(1000))
    for _ in range(2000):
        link.send(frame)


def test_frames_that_found_no_room_are_counted(net: Topology) -> None:
    sock = net.packet_socket(net.tester)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link = ImpairedLink(PacketLink(IPCodec(DNS), sock, net.tester.mac, net.peer.mac), [], MonotonicClock())
    sender = net.packet_socket(net.peer)
    for _ in range(200):
        sender.send(udp_frame(net.peer, net.tester, (53, 4000), bytes(100)))
    heard = 0
    while link.receive() is not None:
        heard += 1
    assert heard < 200
    assert lost(link) >= 200 - heard
    assert lost(link) == 0
    link.close()
    assert lost(link) is None
