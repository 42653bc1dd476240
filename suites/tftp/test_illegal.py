"""What does not fit into a running transfer moves it nowhere: it is ignored, or ends the transfer by an error."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK

from pytest_atmt import requirement

from .judging import blocks, label
from .messages import ack, data, oack, raw, rrq, wrq
from .probes import MOMENT

EITHER = ["END", "TERMINATED"]  # ignored, or answered by an error


@requirement("RFC1350-2-11", behaviour="inopportune", preamble="LISTENING")
@pytest.mark.parametrize("block", [2, 7, 256, 65535])
def test_an_ack_of_a_block_not_yet_sent_is_no_progress(aside, held, block):
    aside(rrq(held(b"x" * 2000)), ack(block), quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-2-11", behaviour="inopportune", preamble="LISTENING")
def test_ack_0_does_not_acknowledge_block_1(aside, held):
    aside(rrq(held(b"x" * 2000)), ack(0), quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-5-16", behaviour="invalid", preamble="LISTENING")
@pytest.mark.parametrize("stump", [b"\0\4", b"\0\4\0"], ids=repr)
def test_an_ack_too_short_for_a_block_number_is_none(aside, held, stump):
    aside(rrq(held(b"x" * 2000)), raw(stump), quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-5-26", behaviour="inopportune", preamble="LISTENING")
@pytest.mark.parametrize("message", [data(1, b"x"), data(1, b"x" * 512), oack({"blksize": "512"})], ids=label)
def test_a_reader_that_says_what_only_a_server_says_gets_nothing_for_it(aside, held, message):
    aside(rrq(held(b"x" * 2000)), message, quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-5-26-W", behaviour="inopportune", preamble="LISTENING")
@pytest.mark.parametrize("message", [ack(0), ack(1), oack({"blksize": "512"})], ids=label)
def test_a_writer_that_says_what_only_a_server_says_gets_nothing_for_it(aside, new, message):
    aside(wrq(new()), message, quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-2-16", "RFC1350-3-01", behaviour="invalid", preamble="LISTENING")
@pytest.mark.parametrize("opcode", [0x0000, 0x0009, 0x0400, 0x0104], ids=hex)
def test_an_unknown_opcode_in_a_read_is_no_acknowledgement(aside, held, opcode):
    message = raw(opcode.to_bytes(2, "big") + b"\0\1")
    aside(rrq(held(b"x" * 2000)), message, quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-2-16-W", "RFC1350-3-01-W", behaviour="invalid", preamble="LISTENING")
@pytest.mark.parametrize("opcode", [0x0000, 0x0009, 0x0300, 0x0103], ids=hex)
def test_an_unknown_opcode_in_a_write_is_no_data(aside, new, opcode):
    message = raw(opcode.to_bytes(2, "big") + b"\0\1" + b"x" * 512)
    aside(wrq(new()), message, quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-5-27", behaviour="invalid", preamble="LISTENING")
@pytest.mark.parametrize("runt", [b"", b"\0"], ids=repr)
def test_a_tiny_datagram_in_a_transfer_is_no_progress(aside, held, runt):
    aside(rrq(held(b"x" * 2000)), raw(runt), quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-2-10", behaviour="inopportune", preamble="LISTENING")
@pytest.mark.parametrize("block", [2, 3, 257, 65535])
def test_a_block_ahead_of_its_turn_is_not_acknowledged(aside, new, block):
    run = aside(wrq(new()), data(block, b"x" * 512), quiet=MOMENT, ends=EITHER)
    assert not run.received(TFTP_ACK, block=block)


@requirement("RFC1350-5-14", behaviour="inopportune", preamble="LISTENING")
def test_block_0_is_no_data_block(aside, new):
    aside(wrq(new()), data(0, b"x" * 512), quiet=MOMENT, ends=EITHER)


@requirement("RFC1350-5-13", behaviour="invalid", preamble="LISTENING")
@pytest.mark.parametrize("size", [513, 600, 1400])
def test_a_block_of_more_octets_than_agreed_is_not_acknowledged(aside, new, size):
    run = aside(wrq(new()), data(1, b"x" * size), quiet=MOMENT, ends=EITHER)
    assert not run.received(TFTP_ACK, block=1)


@requirement("RFC1350-5-13", behaviour="invalid", preamble="LISTENING")
def test_a_block_larger_than_the_one_granted_is_not_acknowledged(aside, new):
    run = aside(wrq(new(), options={"blksize": "100"}), data(1, b"x" * 600), quiet=MOMENT, ends=EITHER)
    assert not run.received(TFTP_ACK, block=1)


@requirement("RFC1350-5-17", behaviour="invalid", preamble="LISTENING")
def test_what_becomes_of_an_ack_with_more_behind_it(aside, held, fingerprint):
    ends = [*EITHER, "WENT_ON"]
    run = aside(rrq(held(b"x" * 2000)), raw(b"\0\4\0\1junk"), quiet=MOMENT, ends=ends)
    words = {"WENT_ON": "takes it", "END": "ignores it", "TERMINATED": "ends the transfer by an error"}
    fingerprint("hears an ACK with junk behind it and", words[run.state])
    assert run.state == "TERMINATED" or not [number for number in blocks(run) if number > 2]


@requirement("RFC1350-5-14", behaviour="inopportune")
def test_block_0_is_not_stored(interjected_write, new, files):
    name, content = new(), b"the first block." * 40
    run = interjected_write(name, content, bytes(data(0, b"x" * 512)), 0, ends=EITHER)
    assert run.state == "TERMINATED" or files.get(name) == content
