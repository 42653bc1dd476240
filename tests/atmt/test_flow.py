"""Flows as tests on bytes and as programs for the kernel, which the kernel itself runs here."""

from __future__ import annotations

import ctypes
import socket
import struct

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Ether

from atmt.links.flow import to_host, udp_port

V4, V6 = "10.0.0.1", "fd00::1"


@pytest.fixture
def kernel():
    """Whether the kernel lets bytes pass a BPF program, asked by sending them through a pair of sockets."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def passes(program, frame):
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *i) for i in program))
        theirs.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", len(program), ctypes.addressof(code)))
        ours.send(bytes(frame))
        try:
            return bool(theirs.recv(4096))
        except BlockingIOError:
            return False

    yield passes
    ours.close()
    theirs.close()


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        (Ether() / IP(dst=V4) / UDP(), True),
        (Ether() / IP(dst="10.0.0.2", src=V4) / UDP(), False),
        (Ether() / IPv6(dst=V6) / UDP(), True),
        (Ether() / IPv6(dst="fd00::2", src=V6) / UDP(), False),
        (Ether() / ARP(pdst=V4), False),
        (b"short", False),
    ],
    ids=["mine4", "other4", "mine6", "other6", "arp", "short"],
)
def test_the_kernel_lets_pass_what_is_for_the_host(kernel, frame, wanted):
    assert kernel(to_host(V4, V6), frame) is wanted


def test_without_an_ipv6_address_no_ipv6_passes(kernel):
    assert not kernel(to_host(V4), Ether() / IPv6(dst=V6) / UDP())
    assert kernel(to_host(V4), Ether() / IP(dst=V4) / UDP())


@pytest.mark.parametrize(
    ("packet", "wanted"),
    [
        (IP() / UDP(dport=69), True),
        (IP(options=[b"\x01\x01\x01\x01"]) / UDP(dport=69), True),
        (IP() / UDP(sport=69, dport=70), False),
        (IP() / TCP(dport=69), False),
        (IPv6() / UDP(dport=69), True),
        (IPv6() / TCP(dport=69), False),
        (b"", False),
        (b"\x45" + bytes(27), False),
        (b"\x60" + bytes(30), False),
    ],
    ids=["udp4", "options", "other-port", "tcp4", "udp6", "tcp6", "empty", "zeros", "short6"],
)
def test_a_port_is_recognised_in_bytes(packet, wanted):
    assert udp_port(69)(bytes(packet)) is wanted


def test_a_later_fragment_has_no_port():
    fragment = IP(frag=2, proto=17) / bytes(UDP(dport=69))
    assert not udp_port(69)(bytes(fragment))
