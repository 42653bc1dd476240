"""Transfer identifiers: each transfer has a port of its own, and only its two ends have a say in it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ERROR

from pytest_atmt import requirement

from .judging import label, payloads, tid
from .messages import ErrorCode, ack, data, error, rrq, wrq
from .probes import MOMENT

CONTENT = b"0123456789abcdef" * 100


@requirement("RFC1350-4-05")
def test_a_read_is_served_from_a_port_of_its_own(read, held):
    run = read(held(CONTENT))
    assert tid(run) != run.automaton.port


@requirement("RFC1350-4-05-W")
def test_a_write_is_served_from_a_port_of_its_own(write, new):
    run = write(new(), CONTENT)
    assert tid(run) != run.automaton.port


@requirement("RFC1350-4-05-W")
def test_the_servers_port_is_the_same_throughout_a_transfer(read, write, new):
    name = new()
    for run in (write(name, CONTENT), read(name)):
        assert {e.packet[UDP].sport for e in run.exchanges if e.direction != "sent"} == {tid(run)}


@requirement("RFC1350-3-02")
@pytest.mark.parametrize("sport", [1024, 32767, 65535])
def test_any_port_of_the_client_is_answered_at_that_port(read, held, sport):
    run = read(held(CONTENT), sport=sport)
    assert run.result == CONTENT
    assert {e.packet[UDP].dport for e in run.received()} == {sport}


@requirement("RFC1350-4-06")
def test_successive_transfers_have_different_ports(read, held):
    name = held(b"x")
    tids = [tid(read(name)) for _ in range(5)]
    assert sum(one == next_ for one, next_ in pairwise(tids)) <= 1


@requirement("RFC1350-4-07")
@pytest.mark.parametrize("count", [2, 5, 20])
def test_concurrent_reads_do_not_disturb_each_other(crowd, held, count):
    contents = [f"{i:03}".encode() * 500 for i in range(count)]
    run = crowd([held(content) for content in contents])
    assert [content for _, content in run.result] == contents


@requirement("RFC1350-4-07")
def test_concurrent_reads_of_one_file_do_not_disturb_each_other(crowd, held):
    content = b"".join(b"%04d" % i for i in range(700))
    run = crowd([held(content)] * 5)
    assert [read for _, read in run.result] == [content] * 5


@requirement("RFC1350-4-07")
def test_concurrent_reads_have_different_ports(crowd, held):
    run = crowd([held(CONTENT)] * 8)
    ports = {port for port, _ in run.result}
    assert len(ports) == 8 or ports == {run.automaton.port}  # whether it may be that one, RFC1350-4-05 says


@requirement("RFC1350-4-12", "RFC1350-A-05", behaviour="inopportune", preamble="MEDDLING")
def test_a_stranger_in_a_read_is_told_error_5(meddled_read, held):
    run = meddled_read(held(CONTENT), ack(1), quiet=1.0)
    assert "REPROACHED" in run.path
    assert run.automaton.reproach[TFTP_ERROR].errorcode == ErrorCode.UNKNOWN_TID


@requirement("RFC1350-4-12-W", "RFC1350-A-05-W", behaviour="inopportune", preamble="MEDDLING")
def test_a_stranger_in_a_write_is_told_error_5(meddled_write, new):
    run = meddled_write(new(), CONTENT, data(1, b"not ours"), quiet=1.0)
    assert "REPROACHED" in run.path
    assert run.automaton.reproach[TFTP_ERROR].errorcode == ErrorCode.UNKNOWN_TID


@requirement("RFC1350-4-11", "RFC1350-4-13", "RFC1350-2-17", behaviour="inopportune", preamble="MEDDLING")
@pytest.mark.parametrize("stray", [ack(1), ack(0), data(1, b"x"), rrq("x"), wrq("x")], ids=label)
def test_a_strangers_packet_does_not_disturb_a_read(meddled_read, held, stray):
    assert meddled_read(held(CONTENT), stray, quiet=MOMENT).result == CONTENT


@requirement(
    "RFC1350-4-11-W", "RFC1350-4-13-W", "RFC1350-2-17-W", behaviour="inopportune", preamble="MEDDLING"
)
@pytest.mark.parametrize("stray", [data(1, b"not ours" * 64), data(1, b"end"), ack(0)], ids=label)
def test_a_strangers_packet_does_not_disturb_a_write(meddled_write, new, files, stray):
    name = new()
    meddled_write(name, CONTENT, stray, quiet=MOMENT)
    assert files.get(name) == CONTENT


@requirement("RFC1350-4-14", behaviour="inopportune", preamble="MEDDLING")
@pytest.mark.parametrize("code", [0, 5])
def test_a_strangers_error_does_not_end_a_read(meddled_read, held, code):
    assert meddled_read(held(CONTENT), error(code, "stop"), quiet=MOMENT).result == CONTENT


@requirement("RFC1350-4-14-W", behaviour="inopportune", preamble="MEDDLING")
@pytest.mark.parametrize("code", [0, 5])
def test_a_strangers_error_does_not_end_a_write(meddled_write, new, files, code):
    name = new()
    meddled_write(name, CONTENT, error(code, "stop"), quiet=MOMENT)
    assert files.get(name) == CONTENT


@requirement("RFC1350-4-18", behaviour="inopportune", preamble="MEDDLING")
def test_a_strangers_error_is_not_answered(meddled_read, held):
    run = meddled_read(held(CONTENT), error(5, "unknown transfer"), quiet=MOMENT)
    assert "IGNORED" in run.path


@requirement("RFC1350-5-32")
def test_two_reads_by_the_same_port_in_succession_are_both_served(read, held):
    first, second = held(b"first" * 200), held(b"second" * 200)
    assert read(first, sport=40123).result == b"first" * 200
    assert payloads(read(second, sport=40123))[0] == b"\0\3\0\1" + (b"second" * 200)[:512]
