"""Fetching: each block is acknowledged by its number, and what is written is what was sent."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA

from pytest_atmt import requirement

from .client_judging import fetched, not_taken_for_whole
from .judging import acknowledged, payloads
from .messages import data

ALL_OCTETS = bytes(range(256))


@requirement("RFC1350-5-11-C", "RFC1350-2-03-C")
@pytest.mark.parametrize("size", [1, 511, 512, 513, 1023, 1024, 1025, 5000])
def test_what_is_fetched_is_written(client, serve_read, size):
    content = (b"0123456789abcdef" * 320)[:size]
    fetched(serve_read(client.get(), content), content)


@requirement("RFC1350-6-03-C")
def test_an_empty_file_is_written_empty(client, serve_read):
    run = serve_read(client.get(), b"")
    assert acknowledged(run) == [1]
    assert len(run.sent(TFTP_DATA)) == 1
    fetched(run, b"")


@requirement("RFC1350-5-15-C")
def test_each_block_is_acknowledged_by_its_number(client, serve_read):
    run = serve_read(client.get(), b"x" * 5000)
    assert acknowledged(run) == list(range(1, 11))


@requirement("RFC1350-5-15-C", "RFC1350-3-01-C")
def test_block_numbers_of_acknowledgements_use_both_octets(client, serve_read):
    run = serve_read(client.get(), b"x" * 512 * 257)
    assert acknowledged(run)[-4:] == [255, 256, 257, 258]


@requirement("RFC1350-5-15-C")
def test_an_acknowledgement_has_four_octets(client, serve_read):
    run = serve_read(client.get(), b"x" * 600)
    assert payloads(run)[1:] == [b"\0\4\0\1", b"\0\4\0\2"]


@requirement("RFC1350-6-02-C")
@pytest.mark.parametrize("count", [1, 2])
def test_an_empty_last_block_is_acknowledged_and_ends_the_file(client, serve_read, count):
    run = serve_read(client.get(), b"x" * 512 * count)
    assert acknowledged(run) == list(range(1, count + 2))
    fetched(run, b"x" * 512 * count)


@requirement("RFC1350-6-04-C", "RFC1350-2-03-C")
def test_the_last_block_is_acknowledged_like_any_other(client, serve_read):
    run = serve_read(client.get(), b"x" * 1100)
    assert acknowledged(run)[-1] == 3
    assert len(run.sent(TFTP_DATA)) == 3, "a block had to be sent again before it was acknowledged"
    assert run.client.ended


@requirement("RFC1350-1-01-C")
def test_octet_mode_writes_every_octet_as_it_is(client, serve_read):
    content = ALL_OCTETS * 3 + ALL_OCTETS[:0:-1]
    fetched(serve_read(client.get(), content), content)


@requirement("RFC1350-1-01-C")
@pytest.mark.parametrize("run_of", [b"\r\n", b"\n", b"\r", b"\0", b"\r\0", b"\xff", b"\x1a"], ids=repr)
def test_octet_mode_writes_what_netascii_would_translate(client, serve_read, run_of):
    content = run_of * 300
    fetched(serve_read(client.get(), content), content)


@requirement("RFC1350-5-15-C", behaviour="inopportune", preamble="HEARING")
def test_no_block_is_acknowledged_before_it_came(client, interrupted_read):
    run = interrupted_read(client.get(), b"x" * 2000, [], turn=2)
    assert not run.received(TFTP_ACK, block=2)


@requirement("RFC1350-2-10-C", behaviour="inopportune", preamble="HEARING")
@pytest.mark.parametrize(("turn", "block"), [(1, 2), (1, 9), (2, 3), (2, 4), (3, 65535)])
def test_a_block_ahead_is_not_acknowledged(client, interrupted_read, turn, block):
    run = interrupted_read(client.get(), b"x" * 2000, [data(block, b"x" * 512)], turn=turn)
    assert not run.received(TFTP_ACK, block=block)


@requirement("RFC1350-2-10-C", behaviour="inopportune", preamble="INTERJECTING")
@pytest.mark.parametrize(("turn", "block"), [(1, 2), (2, 3), (3, 5)])
def test_a_block_ahead_is_not_written(client, interjected_serve_read, turn, block):
    content = b"x" * 2000
    ends = ["END", "TERMINATED", "PARTED"]
    run = interjected_serve_read(client.get(), content, data(block, b"not this" * 64), turn=turn, ends=ends)
    not_taken_for_whole(run, content)


@requirement("RFC1350-5-14-C", behaviour="inopportune", preamble="HEARING")
def test_block_0_is_no_data(client, interrupted_read):
    run = interrupted_read(client.get(), b"", [data(0, b"not this")], turn=1)
    not_taken_for_whole(run, b"the file")


@requirement("RFC1350-5-13-C", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("size", [513, 600, 1024])
def test_a_block_of_more_than_512_octets_is_not_taken_for_the_last(client, interrupted_read, size):
    run = interrupted_read(client.get(), b"x" * 2000, [data(2, b"y" * size)], turn=2)
    assert not run.received(TFTP_ACK, block=2)
    not_taken_for_whole(run, b"x" * 2000)
