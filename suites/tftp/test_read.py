"""Reading: the file arrives whole, in blocks, in order, and the transfer ends where it should."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_DATA

from pytest_atmt import requirement

from .judging import blocks, parts
from .messages import rrq
from .probes import MOMENT

ALL_OCTETS = bytes(range(256))


@requirement("RFC1350-2-03")
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
def test_a_short_block_ends_the_transfer(read, held, size):
    run = read(held(b"x" * size))
    assert run.result == b"x" * size
    assert len(run.received(TFTP_DATA)) == size // 512 + 1


@requirement("RFC1350-2-01")
def test_every_block_but_the_last_carries_512_octets(read, held):
    run = read(held(b"x" * 1500))
    assert [len(part) for part in parts(run)] == [512, 512, 476]


@requirement("RFC1350-4-01")
def test_a_read_request_is_answered_by_data_block_1(read, held):
    run = read(held(b"x" * 600))
    assert run.path == ["BEGIN", "REQUESTED", "RECEIVING", ..., "END"]
    assert blocks(run)[0] == 1


@requirement("RFC1350-4-03")
def test_blocks_are_numbered_from_one_without_gaps(read, held):
    assert blocks(read(held(b"x" * 5000))) == list(range(1, 11))


@requirement("RFC1350-4-03", "RFC1350-3-01")
def test_block_numbers_use_both_octets(read, held):
    content = b"".join(b"%03d " % i * 128 for i in range(258))
    run = read(held(content))
    assert run.result == content
    assert blocks(run)[-4:] == [256, 257, 258, 259]


@requirement("RFC1350-6-01")
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_file_of_whole_blocks_ends_with_an_empty_one(read, held, count):
    assert parts(read(held(b"x" * 512 * count))) == [b"x" * 512] * count + [b""]


@requirement("RFC1350-6-03")
def test_an_empty_file_is_one_empty_block(read, held):
    run = read(held(b""))
    assert blocks(run) == [1]
    assert parts(run) == [b""]


@requirement("RFC1350-1-01")
def test_octet_mode_changes_no_octet(read, held):
    content = ALL_OCTETS * 3 + ALL_OCTETS[:0:-1]
    assert read(held(content)).result == content


@requirement("RFC1350-1-01")
@pytest.mark.parametrize("run_of", [b"\r\n", b"\n", b"\r", b"\0", b"\r\0", b"\xff", b"\x1a"], ids=repr)
def test_octet_mode_translates_nothing_that_netascii_would(read, held, run_of):
    content = run_of * 600
    assert read(held(content)).result == content


@requirement("RFC1350-6-07")
@pytest.mark.parametrize("size", [0, 512, 700])
def test_nothing_follows_the_last_acknowledgement(read, held, size):
    run = read(held(b"x" * size), watch=True)
    assert len(run.received()) == size // 512 + 1


@requirement("RFC1350-2-02", preamble="LISTENING")
def test_no_block_is_sent_before_the_one_before_it_is_acknowledged(aside, held):
    run = aside(rrq(held(b"x" * 2000)), None, quiet=MOMENT, ends="END")
    assert set(blocks(run)) == {1}


@requirement("RFC1350-5-03")
@pytest.mark.parametrize("mode", ["OCTET", "Octet", "oCtEt"])
def test_the_mode_may_be_in_any_case(read, held, mode):
    assert read(held(b"a\nb" * 30), mode=mode).result == b"a\nb" * 30


@requirement("RFC1350-5-32")
def test_a_file_can_be_read_again_and_again(read, held):
    name = held(b"the same" * 100)
    assert [read(name).result for _ in range(3)] == [b"the same" * 100] * 3


@requirement("RFC1350-1-01")
def test_a_file_that_has_changed_is_read_as_it_is_now(read, files):
    files.put("file", b"as it was" * 100)
    first = read("file").result
    files.put("file", b"as it is")
    assert (first, read("file").result) == (b"as it was" * 100, b"as it is")
