"""Writing: each block is acknowledged by its number, and what is stored is what was sent."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK

from pytest_atmt import requirement

from .judging import acknowledged, payloads
from .messages import wrq
from .probes import MOMENT

ALL_OCTETS = bytes(range(256))


@requirement("RFC1350-4-02")
def test_a_write_request_is_answered_by_ack_0(write, new):
    run = write(new(), b"x" * 600)
    assert run.path == ["BEGIN", "REQUESTED", "ACKNOWLEDGED", ..., "END"]
    assert payloads(run)[0] == b"\0\4\0\0"


@requirement("RFC1350-6-02", "RFC1350-5-11")
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
def test_what_is_written_is_stored(write, new, files, size):
    name, content = new(), (b"0123456789abcdef" * 320)[:size]
    write(name, content)
    assert files.get(name) == content


@requirement("RFC1350-5-15")
def test_each_block_is_acknowledged_by_its_number(write, new):
    run = write(new(), b"x" * 5000)
    assert acknowledged(run) == list(range(11))


@requirement("RFC1350-5-15", "RFC1350-3-01-W")
def test_block_numbers_of_acknowledgements_use_both_octets(write, new):
    run = write(new(), b"x" * 512 * 257)
    assert acknowledged(run)[-4:] == [255, 256, 257, 258]


@requirement("RFC1350-5-15")
def test_an_acknowledgement_has_four_octets(write, new):
    run = write(new(), b"x" * 600)
    assert [len(payload) for payload in payloads(run)] == [4, 4, 4]


@requirement("RFC1350-6-03-W")
def test_an_empty_file_is_stored_empty(write, new, files):
    name = new()
    run = write(name, b"")
    assert acknowledged(run) == [0, 1]
    assert files.get(name) == b""


@requirement("RFC1350-6-02")
@pytest.mark.parametrize("count", [1, 2])
def test_an_empty_last_block_is_acknowledged_and_ends_the_file(write, new, files, count):
    name = new()
    assert acknowledged(write(name, b"x" * 512 * count)) == list(range(count + 2))
    assert files.get(name) == b"x" * 512 * count


@requirement("RFC1350-6-04")
def test_the_last_block_is_acknowledged_like_any_other(write, new):
    assert acknowledged(write(new(), b"x" * 100))[-1] == 1


@requirement("RFC1350-1-01-W")
def test_octet_mode_stores_every_octet_as_it_is(write, new, files):
    name, content = new(), ALL_OCTETS * 3 + ALL_OCTETS[:0:-1]
    write(name, content)
    assert files.get(name) == content


@requirement("RFC1350-1-01-W")
@pytest.mark.parametrize("run_of", [b"\r\n", b"\n", b"\r", b"\0", b"\r\0", b"\xff", b"\x1a"], ids=repr)
def test_octet_mode_stores_what_netascii_would_translate(write, new, files, run_of):
    name, content = new(), run_of * 300
    write(name, content)
    assert files.get(name) == content


@requirement("RFC1350-5-11")
def test_what_was_written_is_read_back_the_same(write, read, new):
    name, content = new(), ALL_OCTETS * 5
    write(name, content)
    assert read(name).result == content


@requirement("RFC1350-2-03-W")
def test_nothing_follows_the_acknowledgement_of_the_last_block(write, new):
    run = write(new(), b"x" * 700, watch=True)
    assert acknowledged(run)[:3] == [0, 1, 2]
    assert {bytes(said) for said in payloads(run)[3:]} <= {b"\0\4\0\2"}


@requirement("RFC1350-5-15", preamble="LISTENING")
def test_no_block_is_acknowledged_before_it_was_sent(aside, new):
    run = aside(wrq(new()), None, quiet=MOMENT, ends="END")
    assert not run.received(TFTP_ACK, block=1)


@requirement("RFC1350-5-03-W")
@pytest.mark.parametrize("mode", ["OCTET", "Octet", "oCtEt"])
def test_the_mode_of_a_write_may_be_in_any_case(write, new, files, mode):
    name = new()
    write(name, ALL_OCTETS, mode=mode)
    assert files.get(name) == ALL_OCTETS
