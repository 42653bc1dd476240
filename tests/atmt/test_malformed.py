"""Malformed and truncated packets: delivered as raw bytes with the reason, and no run ends by one."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dhcp6 import DHCP6_Solicit, DHCP6OptClientId, DHCP6OptIA_NA
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_NS, IPv6, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop
from scapy.layers.l2 import ARP, Ether
from scapy.layers.ntp import NTPHeader
from scapy.layers.snmp import SNMP, SNMPget
from scapy.layers.tftp import TFTP, TFTP_ACK, TFTP_DATA, TFTP_RRQ
from scapy.packet import Packet, Raw

from atmt import ATMT, Automaton
from atmt.clock import MonotonicClock
from atmt.drivers import blocking
from atmt.frame import Frame
from atmt.links.capture import write_pcapng
from atmt.links.codec import IPCodec, datagram
from atmt.links.impairment import ImpairedLink, corrupt, drop, truncate
from atmt.links.packet import EtherCodec, FrameLink, PacketLink
from atmt.links.tcp import LengthPrefixed, StreamLink

MACS = "02:00:00:00:00:01", "02:00:00:00:00:02"
ENDS = ("192.0.2.2", 69), ("192.0.2.1", 4000)
END = b"the end of it"
PAYLOADS: dict[type[Packet], Packet] = {
    TFTP: TFTP() / TFTP_DATA(block=7) / Raw(b"x" * 40),
    DNS: DNS(qr=1, qd=DNSQR(qname="a.example"), an=[DNSRR(rrname="a.example", rdata="192.0.2.9")]),
    BOOTP: BOOTP(op=2) / DHCP(options=[("message-type", "offer"), ("lease_time", 60), "end"]),
    NTPHeader: NTPHeader(),
    SNMP: SNMP(PDU=SNMPget()),
    DHCP6_Solicit: DHCP6_Solicit() / DHCP6OptClientId() / DHCP6OptIA_NA(),
}
UDP4 = IP(src="192.0.2.2", dst="192.0.2.1") / UDP(sport=69, dport=4000)
SOUND = [
    *(bytes(UDP4 / content) for content in PAYLOADS.values()),
    *(bytes(IPv6(src="fd00::2", dst="fd00::1") / UDP(sport=69, dport=4000) / c) for c in PAYLOADS.values()),
    bytes(IP() / TCP(options=[("MSS", 1460), ("Timestamp", (1, 2)), ("SAckOK", b"")]) / b"data"),
    bytes(IP(options=b"\x94\x04\0\0") / ICMP(type=3) / IP() / UDP() / b"quoted"),
    bytes(IP(flags="MF", frag=3) / UDP() / bytes(64)),
    bytes(IPv6() / IPv6ExtHdrHopByHop() / IPv6ExtHdrFragment(m=1, offset=2) / UDP() / bytes(64)),
    bytes(IPv6() / ICMPv6ND_NS(tgt="fd00::9")),
]


@st.composite
def spoilt(draw: st.DrawFn, sound: list[bytes]) -> bytes:
    """A sound packet with some bytes changed, some cut out, the end cut off, or more behind it."""
    data = bytearray(draw(st.sampled_from(sound)))
    for place in draw(st.lists(st.integers(0, len(data) - 1), max_size=4)):
        data[place] = draw(st.integers(0, 255))
    begin = draw(st.integers(0, len(data)))
    del data[begin : begin + draw(st.integers(0, 8))]
    return bytes(data[: draw(st.integers(0, len(data)))] + draw(st.binary(max_size=4)))


class Hearer(Automaton):
    """Takes whatever comes, looks at it as careful testers do, and ends at the mark."""

    def master_filter(self, pkt: Packet) -> bool:
        return UDP not in pkt or pkt[UDP].dport != 1

    @ATMT.state(initial=True)
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def hear(self, pkt: Packet) -> None:
        if END in bytes(pkt):
            raise self.DONE()

    @ATMT.state(final=True)
    def DONE(self) -> None: ...


def told(hearer: Hearer, file: Path) -> None:
    """Read its trace in every way that there is: none may fail."""
    for exchange in hearer.trace.exchanges:
        line, fault = exchange.frame.describe()
        assert line
        assert bool(fault) == bool(exchange.frame.fault)
        if exchange.frame.fault:
            assert isinstance(exchange.packet.lastlayer(), Raw)
        repr(exchange)
    write_pcapng(file, hearer.trace)


many = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(st.sampled_from(list(PAYLOADS)), st.lists(spoilt(SOUND), min_size=1, max_size=6))
def test_no_packet_ends_a_run(tmp_path: Path, payload: type[Packet], packets: list[bytes]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    link = PacketLink(IPCodec(payload), ours, *MACS)
    with theirs:
        for data in packets:
            theirs.send(bytes(12) + (b"\x86\xdd" if data[:1] >= b"\x60" else b"\x08\x00") + data)
        theirs.send(bytes(12) + b"\x08\x00" + datagram(END, *ENDS))
        hearer = Hearer(link=link)
        blocking.run(hearer, 5)
    assert hearer.trace.path[-1] == "DONE"
    told(hearer, tmp_path / "run.pcapng")
    link.close()


@many
@given(st.lists(spoilt([bytes(12) + b"\x08\x00" + p for p in SOUND] + [bytes(Ether() / ARP())]), max_size=6))
def test_no_frame_ends_a_run(tmp_path: Path, frames: list[bytes]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    link = FrameLink(ours)
    with theirs:
        for frame in frames:
            theirs.send(frame)
        theirs.send(bytes(12) + b"\x88\xb5" + END)
        hearer = Hearer(link=link)
        blocking.run(hearer, 5)
    assert hearer.trace.path[-1] == "DONE"
    told(hearer, tmp_path / "run.pcapng")
    link.close()


@many
@given(st.lists(spoilt(SOUND), max_size=6), st.integers(0, 2**32))
def test_no_packet_ends_a_run_on_a_link_with_faults(packets: list[bytes], seed: int) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    rules = [
        corrupt(3, TFTP, probability=0.5, seed=seed),
        truncate(9, UDP, every=2),
        drop(TFTP_DATA, block=8),
    ]
    link = ImpairedLink(PacketLink(IPCodec(TFTP), ours, *MACS), rules, MonotonicClock())
    with theirs:
        for data in packets:
            theirs.send(bytes(12) + b"\x08\x00" + data)
        theirs.send(bytes(12) + b"\x08\x00" + bytes(IP() / ICMP() / END))
        hearer = Hearer(link=link)
        blocking.run(hearer, 5)
    assert hearer.trace.path[-1] == "DONE"
    link.close()


@many
@given(st.lists(spoilt([bytes(p) for p in PAYLOADS.values()]), max_size=6))
def test_no_message_of_a_stream_ends_a_run(messages: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        for message in (*messages, END):
            theirs.send(LengthPrefixed().wrap(message))
        hearer = Hearer(link=StreamLink(ours, LengthPrefixed(), Payload(DNS)))
        blocking.run(hearer, 5)
    assert hearer.trace.path[-1] == "DONE"
    hearer.link.close()


class Payload:
    """Messages dissected as one class."""

    def __init__(self, layer: type[Packet]) -> None:
        self._layer = layer

    def encode(self, packet: Any) -> bytes:
        return bytes(packet)

    def decode(self, data: bytes) -> tuple[Any, str]:
        try:
            return self._layer(data), ""
        except Exception as error:
            return Raw(data), str(error)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\0\3\0", "TFTP opcode: what it carries cannot be dissected"),  # as atftpd sends it
        (b"\0\4", ""),  # a TFTP without its ACK: Scapy sees no harm in what is missing
        (b"\0", "cannot be dissected"),
        (bytes(TFTP() / TFTP_ACK(block=1)), ""),
        (bytes(TFTP() / TFTP_DATA(block=1) / b"sound"), ""),
        (bytes(TFTP() / TFTP_RRQ(filename="a")), ""),
    ],
)
def test_a_layer_that_scapy_gave_up_in_silence_has_a_reason(payload: bytes, reason: str) -> None:
    frame = Frame(datagram(payload, *ENDS), IPCodec(TFTP))
    assert (frame.fault[: len(reason)], bool(frame.fault)) == (reason, bool(reason))
    assert frame.describe()[1] == frame.fault
    assert not frame.fault or bytes(frame.packet.lastlayer()) in payload


def test_so_has_one_in_a_frame() -> None:
    packet, fault = EtherCodec().decode(bytes(Ether() / IP() / UDP(dport=53) / Raw(b"\1\2\3")))
    assert bytes(packet.lastlayer()) == b"\1\2\3"
    assert "UDP: what it carries cannot be dissected" in fault


def test_a_packet_that_cannot_be_told_is_told_all_the_same() -> None:
    class Unspeakable(Packet):
        def mysummary(self) -> str:
            raise ValueError("no words")

    line, _ = Frame(None, None, Unspeakable()).describe()
    assert "no words" in line
