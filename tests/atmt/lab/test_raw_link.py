"""Whole IP packets through raw sockets: sent as they are, received with their headers."""

from __future__ import annotations

import select
import socket
import time

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import GRE
from scapy.packet import Packet, Raw

from atmt.errors import EnvironmentFault, TesterFault
from atmt.frame import Frame
from atmt.lab import Lab, Topology
from atmt.links.codec import IPCodec
from atmt.links.raw import RawLink, open_raw

GRE_NUMBER, VRRP_NUMBER = 47, 112


def raw(net: Topology, name: str, version: int, protocol: int) -> RawLink:
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    return RawLink(IPCodec(), net.socket(net.end(name), family, socket.SOCK_RAW, protocol))


def packet(net: Topology, version: int, **fields: object) -> Packet:
    one, other = net.end("one"), net.end("other")
    if version == 4:
        return IP(src=one.ipv4, dst=other.ipv4, **fields) / GRE(proto=0x88B5) / Raw(b"carried")
    return IPv6(src=one.ipv6, dst=other.ipv6, **fields) / GRE(proto=0x88B5) / Raw(b"carried")


def await_frame(link: RawLink) -> Frame:
    while (frame := link.receive()) is None:
        assert select.select([link.fileno()], [], [], 5)[0]
    return frame


@pytest.mark.parametrize(("version", "fields"), [(4, {"ttl": 9, "tos": 4}), (6, {"hlim": 9, "tc": 4})])
def test_a_packet_arrives_with_the_header_it_was_sent_with(lab: Lab, version: int, fields: dict) -> None:
    with lab.topology(names=["one", "other"]) as net:
        here, there = raw(net, "one", version, GRE_NUMBER), raw(net, "other", version, GRE_NUMBER)
        sent = packet(net, version, **fields)
        before = time.monotonic()
        here.send(here.encode(sent))
        got = await_frame(there)
        assert GRE in got.packet
        assert all(got.packet.fields[name] == sent.fields[name] for name in (*fields, "src", "dst"))
        assert bytes(got.packet[GRE]) == bytes(sent[GRE])
        assert got.at is not None
        assert before - 0.01 < got.at <= time.monotonic() + 0.01


def test_only_its_protocol_arrives_and_the_kernel_keeps_silent(lab: Lab) -> None:
    with lab.topology(names=["one", "other"]) as net:
        here, there = raw(net, "one", 4, socket.IPPROTO_ICMP), raw(net, "other", 4, VRRP_NUMBER)
        one, other = net.end("one").ipv4, net.end("other").ipv4
        here.send(here.encode(IP(src=one, dst=other, proto=GRE_NUMBER) / b"not mine"))
        here.send(here.encode(IP(src=one, dst=other, proto=VRRP_NUMBER) / b"mine"))
        assert bytes(await_frame(there).packet.payload) == b"mine"


def test_of_what_the_kernel_knows_it_speaks_itself(lab: Lab) -> None:
    with lab.topology(names=["one", "other"]) as net:
        here = raw(net, "one", 6, socket.IPPROTO_ICMPV6)
        one, other = net.end("one").ipv6, net.end("other").ipv6
        here.send(here.encode(IPv6(src=one, dst=other) / ICMPv6EchoRequest(data=b"are you there")))
        while b"are you there" not in (await_frame(here).data or b""):
            pass


def test_what_is_no_packet_of_its_version_is_the_testers_fault(lab: Lab) -> None:
    with lab.topology(names=["one", "other"]) as net:
        link = raw(net, "one", 4, GRE_NUMBER)
        for wrong in (b"", b"\x45", bytes(IPv6(dst=net.end("other").ipv6) / Raw(b"six"))):
            with pytest.raises(TesterFault, match="IPv4 packets"):
                link.send(Frame(wrong))


def test_without_the_privilege_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("socket.socket", refuse)
    with pytest.raises(EnvironmentFault, match=r"protocol 89 is refused.*CAP_NET_RAW"):
        open_raw(IPCodec(), 89)


def test_root_may_ping_itself(request: pytest.FixtureRequest) -> None:
    try:
        link = open_raw(IPCodec(), socket.IPPROTO_ICMP)
    except EnvironmentFault as fault:
        pytest.skip(str(fault))
    link.send(link.encode(IP(src="127.0.0.1", dst="127.0.0.1") / ICMP(id=77) / b"hello me"))
    while b"hello me" not in (await_frame(link).data or b""):
        pass
    link.close()
