"""Bytes to packets and back, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.tftp import TFTP, TFTP_ACK, TFTP_DATA
from scapy.packet import Packet, Raw

from atmt.frame import Frame
from atmt.links.checksum import internet_checksum
from atmt.links.codec import IPCodec, datagram

CODEC = IPCodec(TFTP)
DATA = bytes(TFTP() / TFTP_DATA(block=7) / Raw(b"x" * 20))
V4 = datagram(DATA, ("10.0.0.1", 1234), ("10.0.0.2", 4321))
V6 = datagram(DATA, ("fd00::1", 1234), ("fd00::2", 4321))


@pytest.mark.parametrize("data", [V4, V6], ids=["IPv4", "IPv6"])
def test_a_payload_is_dissected_as_the_link_says_whatever_the_port(data):
    packet, fault = CODEC.decode(data)
    assert fault == ""
    assert (packet[TFTP_DATA].block, packet[UDP].dport) == (7, 4321)


@pytest.mark.parametrize("data", [V4, V6], ids=["IPv4", "IPv6"])
def test_datagrams_have_the_checksums_that_scapy_would_give_them(data):
    packet, _ = IPCodec().decode(data)
    rebuilt = packet.copy()
    del rebuilt[UDP].chksum, rebuilt[UDP].len
    if IP in rebuilt:
        del rebuilt[IP].chksum, rebuilt[IP].len
    assert bytes(rebuilt) == data


def test_the_padding_of_a_short_frame_is_no_part_of_the_payload():
    packet, _ = IPCodec(Raw).decode(datagram(b"ab", ("10.0.0.1", 1), ("10.0.0.2", 2)) + bytes(18))
    assert packet[Raw].load == b"ab"


def test_a_payload_that_cannot_be_dissected_is_raw_with_a_reason():
    class Refusing(Packet):
        def do_dissect(self, s):
            raise ValueError("no")

    packet, fault = IPCodec(Refusing).decode(V4)
    assert packet[Raw].load == DATA
    assert "ValueError: no" in fault


def test_other_protocols_are_left_alone():
    packet, fault = CODEC.decode(bytes(IP(src="10.0.0.1", dst="10.0.0.2") / ICMP()))
    assert ICMP in packet
    assert fault == ""


def test_a_datagram_without_content_keeps_its_headers():
    packet, fault = CODEC.decode(datagram(b"", ("10.0.0.1", 1), ("10.0.0.2", 2)))
    assert (packet[UDP].dport, fault) == (2, "")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_at_all_make_the_codec_raise(data):
    packet, _ = CODEC.decode(data)
    assert isinstance(packet, Packet)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([V4, V6]), st.integers(0, 80), st.integers(0, 255), st.integers(0, 80))
def test_no_damage_to_a_datagram_makes_the_codec_raise(data, at, value, length):
    damaged = bytearray(data)
    damaged[at % len(data)] = value
    packet, fault = CODEC.decode(bytes(damaged[:length]))
    assert isinstance(packet, Packet)
    assert isinstance(fault, str)


def test_packets_leave_from_the_links_address_unless_they_name_another():
    codec = IPCodec(None, "10.9.9.9")
    assert IP(codec.encode(IP(dst="10.0.0.2") / UDP())).src == "10.9.9.9"
    assert IP(codec.encode(IP(src="10.1.1.1", dst="10.0.0.2") / UDP())).src == "10.1.1.1"
    assert IPv6(codec.encode(IPv6(src="fd00::5", dst="fd00::2") / UDP())).src == "fd00::5"


def test_encoding_leaves_the_packet_as_it_was():
    packet = IP(dst="10.0.0.2") / UDP()
    IPCodec(None, "10.9.9.9").encode(packet)
    assert "src" not in packet.fields


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xff", b"\x45\x00\x01", b"\xff" * 7])
def test_a_checksum_over_data_and_itself_is_zero(data):
    even = data + b"\0" * (len(data) % 2)
    assert internet_checksum(even + internet_checksum(data).to_bytes(2, "big")) == 0


def test_a_frame_is_dissected_when_somebody_looks_and_again_after_forgetting():
    calls = []

    class Counting:
        def decode(self, data):
            calls.append(data)
            return Raw(data), "odd"

    frame = Frame(b"ab", Counting())
    assert not calls
    assert frame.packet is frame.packet
    assert len(calls) == 1
    frame.forget()
    assert (frame.packet.load, frame.fault, len(calls)) == (b"ab", "odd", 2)


def test_a_frame_of_objects_does_not_forget_them():
    frame = Frame(None, None, "object")
    frame.forget()
    assert frame.packet == "object"


@pytest.mark.parametrize(
    ("network", "ends"),
    [
        (IP(src="192.0.2.1", dst="192.0.2.2"), "192.0.2.1:5 > 192.0.2.2:69"),
        (IPv6(src="2001:db8::1", dst="2001:db8::2"), "[2001:db8::1]:5 > [2001:db8::2]:69"),
    ],
)
def test_a_datagram_is_told_by_its_ends_and_its_payload(network, ends):
    codec = IPCodec(TFTP)
    data = codec.encode(network / UDP(sport=5, dport=69) / TFTP() / TFTP_ACK(block=3))
    assert codec.describe(data) == (f"IP / UDP {ends} / TFTP / ACK 3", "")


@given(st.binary(max_size=80))
def test_telling_any_bytes_never_raises(data):
    line, _ = IPCodec(TFTP).describe(data)
    assert isinstance(line, str)
