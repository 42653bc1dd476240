"""IP fragments, put together and cut, on bytes."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP, defragment, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment

from atmt.links.codec import datagram
from atmt.links.fragments import MOST_DATAGRAMS, PATIENCE, Reassembly, TooLong, fragments, is_fragment

ENDS = {4: (("192.0.2.1", 5), ("192.0.2.2", 6)), 6: (("2001:db8::1", 5), ("2001:db8::2", 6))}


def packet(version: int, size: int) -> bytes:
    return datagram(bytes(at % 251 for at in range(size)), *ENDS[version])


def content(data: bytes) -> bytes:
    return data[20:] if data[0] >> 4 == 4 else data[40:]


@given(
    version=st.sampled_from([4, 6]),
    size=st.integers(1501, 65000),
    mtu=st.integers(600, 1500),
    seed=st.integers(0, 9),
)
def test_what_is_cut_comes_together_in_any_order(version: int, size: int, mtu: int, seed: int) -> None:
    whole = packet(version, size)
    pieces = fragments(whole, mtu)
    assert max(map(len, pieces)) <= mtu
    assert all(map(is_fragment, pieces))
    random.Random(seed).shuffle(pieces)
    reassembly = Reassembly()
    delivered = list(itertools.chain(*(reassembly.take(piece, 0.0) for piece in pieces)))
    assert [(content(data), sound) for data, _, sound in delivered] == [(content(whole), True)]


def test_we_understand_scapys_pieces() -> None:
    whole, reassembly = packet(4, 5000), Reassembly()
    pieces = [bytes(piece) for piece in fragment(IP(whole), 1400)]
    delivered = list(itertools.chain(*(reassembly.take(piece, 0.0) for piece in pieces)))
    assert content(delivered[0][0]) == content(whole)
    assert delivered[0][1] == f"put together from {len(pieces)} fragments"


def test_scapy_understands_our_pieces() -> None:
    (whole,) = defragment([IP(piece) for piece in fragments(packet(4, 5000), 1500)])
    assert bytes(whole[UDP]) == content(packet(4, 5000))


@pytest.mark.parametrize("version", [4, 6])
def test_the_header_that_is_put_together_is_right(version: int) -> None:
    reassembly = Reassembly()
    (data, _, _), *_ = itertools.chain(
        *(reassembly.take(piece, 0.0) for piece in fragments(packet(version, 3000), 1500))
    )
    if version == 6:
        assert data == packet(6, 3000)
    else:
        checksum = IP(data).chksum
        clean = IP(data)
        del clean.chksum
        assert (IP(data).flags, IP(data).len, IP(bytes(clean)).chksum) == (0, len(data), checksum)


def test_what_fits_is_not_cut() -> None:
    assert fragments(packet(4, 100), 1500) == [packet(4, 100)]
    assert not is_fragment(packet(4, 100))
    assert not is_fragment(packet(6, 100))


def test_a_packet_that_forbids_fragments_is_too_long() -> None:
    with pytest.raises(TooLong, match="forbids"):
        fragments(bytes(IP(flags="DF") / UDP() / bytes(2000)), 1500)


def test_an_overlapping_fragment_is_delivered_as_it_is_and_spoils_nothing() -> None:
    first, second, *rest = fragments(packet(4, 4000), 1500)
    reassembly = Reassembly()
    assert reassembly.take(first, 0.0) == []
    assert reassembly.take(first, 0.0) == [(first, "a fragment that does not fit the others", False)]
    delivered = list(itertools.chain(*(reassembly.take(piece, 0.0) for piece in (second, *rest))))
    assert [sound for _, _, sound in delivered] == [True]


def test_a_datagram_whose_rest_does_not_come_is_delivered_in_the_end() -> None:
    first, *_ = fragments(packet(4, 4000), 1500)
    other, *_ = fragments(packet(6, 4000), 1500)
    reassembly = Reassembly()
    reassembly.take(first, 0.0)
    (data, note, sound), *_ = reassembly.take(other, PATIENCE + 1)
    assert (data, note, sound) == (
        first[:6] + data[6:8] + first[8:10] + data[10:12] + first[12:],
        note,
        False,
    )
    assert "missing" in note


def test_only_so_many_are_waited_for() -> None:
    reassembly = Reassembly()
    firsts = [fragments(bytes(IP(id=number) / UDP() / bytes(2000)), 1500)[0] for number in range(1, 100)]
    given_up = [row for piece in firsts for row in reassembly.take(piece, 0.0)]
    assert len(given_up) == len(firsts) - MOST_DATAGRAMS


def test_an_atomic_fragment_is_whole() -> None:
    data = bytes(IPv6(dst="2001:db8::1") / IPv6ExtHdrFragment(id=7) / UDP(dport=9) / b"x")
    ((whole, note, sound),) = Reassembly().take(data, 0.0)
    assert (UDP in IPv6(whole), note, sound) == (True, "put together from 1 fragment", True)


@given(st.sampled_from([4, 6]), st.binary(min_size=40, max_size=200), st.lists(st.integers(0, 3), max_size=8))
def test_no_garbage_breaks_it(version: int, garbage: bytes, times: list[int]) -> None:
    reassembly = Reassembly()
    length = len(garbage)
    header = (
        bytes([0x45, 0, length >> 8, length & 255])
        if version == 4
        else b"\x60\0\0\0" + bytes([0, length - 40])
    )
    data = header + garbage[len(header) :]
    if is_fragment(data):
        for now in (0, *times):
            reassembly.take(data, float(now))
