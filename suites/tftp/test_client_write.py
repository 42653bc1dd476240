"""Storing: blocks in lock step, each of 512 octets but the last, and what is sent is the file."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_DATA

from pytest_atmt import requirement

from .client_judging import stored
from .judging import blocks, parts, payloads
from .messages import ack, raw

ALL_OCTETS = bytes(range(256))
CONTENT = b"".join(b"%03d " % i * 128 for i in range(4)) + b"the end"  # blocks 1 to 5


@requirement("RFC1350-5-11-CW", "RFC1350-2-03-CW")
@pytest.mark.parametrize("size", [1, 511, 512, 513, 1023, 1024, 1025, 5000])
def test_what_is_stored_is_sent(client, serve_write, size):
    content = (b"0123456789abcdef" * 320)[:size]
    stored(serve_write(client.put(content)), content)


@requirement("RFC1350-6-03-CW")
def test_an_empty_file_is_one_empty_block(client, serve_write):
    run = serve_write(client.put(b""))
    assert parts(run) == [b""]
    stored(run, b"")


@requirement("RFC1350-2-01-CW")
def test_every_block_but_the_last_has_512_octets(client, serve_write):
    run = serve_write(client.put(b"x" * 2000))
    assert [len(part) for part in parts(run)] == [512, 512, 512, 464]


@requirement("RFC1350-4-03-CW")
def test_blocks_are_numbered_from_1(client, serve_write):
    assert blocks(serve_write(client.put(b"x" * 5000))) == list(range(1, 11))


@requirement("RFC1350-4-03-CW", "RFC1350-3-01-CW")
def test_block_numbers_use_both_octets(client, serve_write):
    assert blocks(serve_write(client.put(b"x" * 512 * 257)))[-4:] == [255, 256, 257, 258]


@requirement("RFC1350-6-01-CW")
@pytest.mark.parametrize("count", [1, 2])
def test_a_file_of_whole_blocks_ends_in_an_empty_one(client, serve_write, count):
    run = serve_write(client.put(b"x" * 512 * count))
    assert [len(part) for part in parts(run)] == [512] * count + [0]


@requirement("RFC1350-1-01-CW")
def test_octet_mode_sends_every_octet_as_it_is(client, serve_write):
    content = ALL_OCTETS * 3 + ALL_OCTETS[:0:-1]
    stored(serve_write(client.put(content)), content)


@requirement("RFC1350-1-01-CW")
@pytest.mark.parametrize("run_of", [b"\r\n", b"\n", b"\r", b"\0", b"\r\0", b"\xff", b"\x1a"], ids=repr)
def test_octet_mode_sends_what_netascii_would_translate(client, serve_write, run_of):
    content = run_of * 300
    stored(serve_write(client.put(content)), content)


@requirement("RFC1350-2-02-CW", preamble="HEARING")
@pytest.mark.parametrize("turn", [0, 1, 3])
def test_the_next_block_waits_for_the_acknowledgement(client, interrupted_write, turn):
    run = interrupted_write(client.put(CONTENT), [], turn=turn)
    assert not run.received(TFTP_DATA, block=turn + 1)


@requirement("RFC1350-2-11-CW", behaviour="inopportune", preamble="HEARING")
@pytest.mark.parametrize(("turn", "number"), [(1, 0), (1, 2), (1, 65535), (2, 1), (2, 3), (3, 5), (3, 259)])
def test_the_acknowledgement_of_another_block_is_no_progress(client, interrupted_write, turn, number):
    run = interrupted_write(client.put(CONTENT), [ack(number)], turn=turn)
    assert {pkt[TFTP_DATA].block for pkt in run.result if TFTP_DATA in pkt} <= {turn}


@requirement("RFC1350-2-11-CW", behaviour="inopportune", preamble="HEARING")
@pytest.mark.parametrize("number", [1, 2, 65535])
def test_a_request_is_answered_by_ack_0_and_no_other(client, interrupted_write, number):
    run = interrupted_write(client.put(CONTENT), [ack(number)], turn=0)
    assert not run.received(TFTP_DATA)


@requirement("RFC1350-6-07-CW", "RFC1350-2-03-CW")
def test_nothing_follows_the_last_acknowledgement(client, serve_write):
    run = serve_write(client.put(CONTENT))
    assert blocks(run) == [1, 2, 3, 4, 5]
    assert len(run.received()) == 6


@requirement("RFC1350-5-16-CW", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("octets", [b"\0\4", b"\0\4\0", b"\0\4\1"], ids=repr)
def test_half_an_acknowledgement_is_none(client, interrupted_write, octets):
    run = interrupted_write(client.put(CONTENT), [raw(octets)], turn=1)
    assert not run.received(TFTP_DATA, block=2)


@requirement("RFC1350-3-01-CW")
def test_a_block_is_opcode_number_and_data(client, serve_write):
    assert payloads(serve_write(client.put(b"abc")))[1:] == [b"\0\3\0\1abc"]
