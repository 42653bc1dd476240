"""Packets told by their layers and fields."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.tftp import TFTP, TFTP_DATA
from scapy.packet import Packet, Raw

from atmt.links.codec import IPCodec
from pytest_atmt.dissection import layers


def told(packet: Packet) -> list[tuple[str, int, int]]:
    decoded, _ = IPCodec(TFTP).decode(bytes(packet))
    return [(name, start, end) for name, start, end, _ in layers(decoded)]


def test_each_layer_has_its_octets() -> None:
    packet = IP() / UDP(sport=4000, dport=69) / TFTP() / TFTP_DATA(block=7) / Raw(b"abc")
    assert told(packet) == [
        ("IP", 0, 20),
        ("UDP", 20, 28),
        ("TFTP opcode", 28, 30),
        ("TFTP Data", 30, 32),
        ("Raw", 32, 35),
    ]


def test_what_an_icmp_error_quotes_keeps_its_place() -> None:
    quoted = IP() / UDP(sport=1, dport=2) / Raw(b"abcd")
    assert told(IP() / ICMP(type=3) / quoted)[:3] == [("IP", 0, 20), ("ICMP", 20, 28), ("IP in ICMP", 28, 48)]


def test_fields_are_words() -> None:
    decoded, _ = IPCodec(TFTP).decode(bytes(IP() / UDP(dport=69) / TFTP() / TFTP_DATA(block=7)))
    assert ["block", "7"] in layers(decoded)[3][3]


@pytest.mark.parametrize("nothing", [None, b"", "text"])
def test_what_is_no_packet_has_no_layers(nothing: object) -> None:
    assert layers(nothing) == []


def test_a_long_value_is_cut_and_says_how_long_it_was() -> None:
    [[*_, fields]] = layers(Raw(b"x" * 5000))
    assert fields[0][1].endswith("… (5003 characters)")
    assert len(fields[0][1]) < 300
