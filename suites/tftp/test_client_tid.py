"""Transfer identifiers on the client's side: it answers whoever answered first, and nobody else has a say."""

from __future__ import annotations

import pytest
from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ERROR

from pytest_atmt import requirement

from .client_judging import fetched, stored
from .judging import label
from .messages import ErrorCode, ack, data, error, oack

CONTENT = b"0123456789abcdef" * 100  # blocks 1 to 4


@requirement("RFC1350-4-09")
def test_a_reader_answers_the_port_that_answered_it(client, serve_read):
    run = serve_read(client.get(), CONTENT)
    assert {e.packet[UDP].dport for e in run.received()[1:]} == {run.automaton.tid}


@requirement("RFC1350-4-09-CW")
def test_a_writer_answers_the_port_that_answered_it(client, serve_write):
    run = serve_write(client.put(CONTENT))
    assert {e.packet[UDP].dport for e in run.received()[1:]} == {run.automaton.tid}


@requirement("RFC1350-4-09")
@pytest.mark.parametrize("tid", [1024, 32767, 65535])
def test_any_port_of_the_server_is_answered_there(client, serve_read, tid):
    fetched(serve_read(client.get(), CONTENT, tid=tid), CONTENT)


@requirement("RFC1350-4-09")
def test_a_reader_keeps_its_own_port(client, serve_read):
    run = serve_read(client.get(), CONTENT)
    assert len({e.packet[UDP].sport for e in run.received()}) == 1


@requirement("RFC1350-4-09-CW")
def test_a_writer_keeps_its_own_port(client, serve_write):
    run = serve_write(client.put(CONTENT))
    assert len({e.packet[UDP].sport for e in run.received()}) == 1


def _codes(run):
    return [
        int(reproach[TFTP_ERROR].errorcode) for reproach in run.automaton.reproaches if TFTP_ERROR in reproach
    ]


@requirement("RFC1350-4-12-C", "RFC1350-A-05-C", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("turn", [2, 3])
def test_a_stranger_is_told_error_5_by_a_reader(client, interjected_serve_read, turn):
    stray = data(turn, b"not ours" * 64)
    run = interjected_serve_read(client.get(), CONTENT, stray, turn=turn, stranger=True)
    assert set(_codes(run)) == {ErrorCode.UNKNOWN_TID}


@requirement("RFC1350-4-12-CW", "RFC1350-A-05-CW", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("turn", [1, 3])
def test_a_stranger_is_told_error_5_by_a_writer(client, interjected_serve_write, turn):
    run = interjected_serve_write(client.put(CONTENT), ack(turn), turn=turn, stranger=True)
    assert set(_codes(run)) == {ErrorCode.UNKNOWN_TID}


@requirement("RFC1350-4-16", behaviour="inopportune", preamble="INTERJECTING")
def test_the_second_of_two_answers_to_a_read_request_is_rejected(client, interjected_serve_read):
    """As if the request had been doubled: another TID sends block 1, too."""
    run = interjected_serve_read(client.get(), CONTENT, data(1, CONTENT[:512]), turn=2, stranger=True)
    assert set(_codes(run)) == {ErrorCode.UNKNOWN_TID}


@requirement("RFC1350-4-16-CW", behaviour="inopportune", preamble="INTERJECTING")
def test_the_second_of_two_answers_to_a_write_request_is_rejected(client, interjected_serve_write):
    run = interjected_serve_write(client.put(CONTENT), ack(0), turn=1, stranger=True)
    assert set(_codes(run)) == {ErrorCode.UNKNOWN_TID}


STRAYS = [data(2, b"not ours" * 64), data(2, b"end"), data(1, b"x" * 512), ack(1), oack({"blksize": "8"})]


@requirement(
    "RFC1350-4-11-C", "RFC1350-4-13-C", "RFC1350-2-17-C", behaviour="inopportune", preamble="INTERJECTING"
)
@pytest.mark.parametrize("stray", STRAYS, ids=label)
def test_a_strangers_packet_does_not_disturb_a_reader(client, interjected_serve_read, stray):
    fetched(interjected_serve_read(client.get(), CONTENT, stray, turn=2, stranger=True), CONTENT)


@requirement(
    "RFC1350-4-11-CW", "RFC1350-4-13-CW", "RFC1350-2-17-CW", behaviour="inopportune", preamble="INTERJECTING"
)
@pytest.mark.parametrize("stray", [ack(1), ack(2), data(1, b"x"), oack({"blksize": "8"})], ids=label)
def test_a_strangers_packet_does_not_disturb_a_writer(client, interjected_serve_write, stray):
    stored(interjected_serve_write(client.put(CONTENT), stray, turn=1, stranger=True), CONTENT)


@requirement("RFC1350-4-14-C", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("code", [0, 5])
def test_a_strangers_error_does_not_end_a_read(client, interjected_serve_read, code):
    stray = error(code, "stop")
    fetched(interjected_serve_read(client.get(), CONTENT, stray, turn=2, stranger=True), CONTENT)


@requirement("RFC1350-4-14-CW", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("code", [0, 5])
def test_a_strangers_error_does_not_end_a_write(client, interjected_serve_write, code):
    stored(interjected_serve_write(client.put(CONTENT), error(code, "stop"), turn=1, stranger=True), CONTENT)


@requirement("RFC1350-4-18-C", behaviour="inopportune", preamble="INTERJECTING")
def test_a_strangers_error_is_not_answered_by_a_reader(client, interjected_serve_read):
    run = interjected_serve_read(client.get(), CONTENT, error(5, "unknown transfer"), turn=2, stranger=True)
    assert not run.automaton.reproaches


@requirement("RFC1350-4-18-CW", behaviour="inopportune", preamble="INTERJECTING")
def test_a_strangers_error_is_not_answered_by_a_writer(client, interjected_serve_write):
    run = interjected_serve_write(client.put(CONTENT), error(5, "unknown"), turn=1, stranger=True)
    assert not run.automaton.reproaches


@requirement("RFC1350-4-15-C", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("stray", [data(2, b"not ours" * 64), error(0, "stop")], ids=label)
def test_another_hosts_packet_does_not_disturb_a_reader(client, interjected_serve_read, stray):
    fetched(interjected_serve_read(client.get(), CONTENT, stray, turn=2, elsewhere=True), CONTENT)


@requirement("RFC1350-4-15-CW", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize("stray", [ack(1), error(0, "stop")], ids=label)
def test_another_hosts_packet_does_not_disturb_a_writer(client, interjected_serve_write, stray):
    stored(interjected_serve_write(client.put(CONTENT), stray, turn=1, elsewhere=True), CONTENT)
