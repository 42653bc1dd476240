"""More than two hosts: the server's other addresses, broadcasts, a stranger elsewhere; and headers below TFTP."""

from __future__ import annotations

import pytest
from scapy.layers.inet import UDP

from atmt.links.checksum import internet_checksum
from pytest_atmt import NotApplicable, requirement

from .grammar import CONTENT, READING, WORDS, WRITING
from .messages import rrq, wrq
from .probes import MOMENT

STRAYS = ["ack", "data-next", "error", "opcode-7"]


@pytest.fixture
def second_host(peer):
    """An address of another host of the tester's."""
    if not peer.second_host:
        raise NotApplicable("the tester has no second address here")
    return peer.second_host


def heard(run):
    """All that came, whoever sent it."""
    return [e for e in run.exchanges if e.direction != "sent"]


@requirement("RFC1350-4-15", behaviour="inopportune")
@pytest.mark.parametrize("word", STRAYS)
@pytest.mark.parametrize("situation", READING[:2], ids=str)
def test_the_same_port_of_another_host_does_not_disturb_a_read(
    interjected_read, held, second_host, situation, word
):
    said = WORDS[word](situation.turn)
    run = interjected_read(held(CONTENT), said, situation.turn, stranger=True, host=second_host)
    assert run.result == CONTENT


@requirement("RFC1350-4-15-W", behaviour="inopportune")
@pytest.mark.parametrize("word", STRAYS)
@pytest.mark.parametrize("situation", WRITING[:2], ids=str)
def test_the_same_port_of_another_host_does_not_disturb_a_write(
    interjected_write, new, files, second_host, situation, word
):
    name, said = new(), WORDS[word](situation.turn)
    interjected_write(name, CONTENT, said, situation.turn, stranger=True, host=second_host)
    assert files.get(name) == CONTENT


@requirement("RFC1350-4-12", "RFC1350-A-05", behaviour="inopportune")
def test_another_host_is_told_error_5(interjected_read, held, second_host):
    run = interjected_read(held(CONTENT), WORDS["ack"](1), 1, stranger=True, host=second_host)
    assert {bytes(reproach[UDP].payload)[:4] for reproach in run.automaton.reproaches} == {b"\0\5\0\5"}


@requirement("RFC1123-2.3-01")
@pytest.mark.parametrize("request_for", [rrq, wrq], ids=["read", "write"])
def test_an_answer_comes_from_the_address_that_was_asked(probe, peer, held, request_for):
    if not peer.second_address:
        raise NotApplicable("the server has no second address here")
    answers = heard(probe(request_for(held(b"x" * 600)), quiet=MOMENT, server=peer.second_address))
    if not any(UDP in e.packet for e in answers):
        raise NotApplicable("the server listens at one address alone")
    assert {e.packet.src for e in answers} == {peer.second_address}


@requirement("RFC1123-4.2.3.5-01", behaviour="invalid")
@pytest.mark.parametrize("request_for", [rrq, wrq], ids=["read", "write"])
@pytest.mark.parametrize("everybody", ["network", "everywhere"])
def test_a_request_to_everybody_is_ignored(probe, peer, held, request_for, everybody):
    if not peer.broadcasts:
        raise NotApplicable("nothing can be told to everybody here")
    address = peer.broadcasts[0 if everybody == "network" else -1]
    run = probe(request_for(held(b"x" * 600)), quiet=MOMENT, server=address)
    assert not [e for e in heard(run) if UDP in e.packet]


@requirement("RFC1123-4.2.2.2-01")
def test_the_length_of_a_datagram_counts_its_header(read, peer, held):
    for data in whole_datagrams(read(held(CONTENT)), peer):
        assert int.from_bytes(data[24:26], "big") == len(data) - 20 == int.from_bytes(data[2:4], "big") - 20


@requirement("RFC1350-A-08")
def test_the_checksum_of_a_datagram_is_right(read, peer, held):
    for data in whole_datagrams(read(held(CONTENT)), peer):
        pseudo = data[12:20] + b"\0\x11" + data[24:26]
        assert data[26:28] == b"\0\0" or internet_checksum(pseudo + data[20:]) in (0, 0xFFFF)


def whole_datagrams(run, peer):
    """The bytes of what was received, from the IP header (without options) on."""
    if peer.reduced or peer.statement.adapter == "udp":
        raise NotApplicable("a kernel's socket does not show the headers of what it receives")
    return [e.data for e in run.received() if e.data[0] == 0x45]
