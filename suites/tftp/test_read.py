"""What a server owes a client that reads a file."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA

from pytest_atmt import drop, requirement


@requirement("RFC1350-2-01")
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024])
def test_a_short_block_ends_the_transfer(read, files, size):
    files.put("file", b"x" * size)
    run = read("file")
    assert run.result == b"x" * size
    assert len(run.received(TFTP_DATA)) == size // 512 + 1


@requirement("RFC1350-2-01")
def test_a_block_whose_acknowledgement_was_lost_comes_again(read, files):
    files.put("file", b"x" * 513)
    run = read("file", impair=[drop(TFTP_ACK, block=1)])
    assert run.path == ["BEGIN", "REQUESTED", "RECEIVING", "WAITING", "REPEATED", ..., "END"]
