"""The option windowsize (RFC 7440) when a server is written to: a window is acknowledged by its last block."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK

from pytest_atmt import drop, duplicate, reorder, requirement

from .judging import granted, window_of

CONTENT = b"".join(b"%03d " % i * 128 for i in range(9)) + b"the end"  # blocks 1 to 10


@requirement("RFC7440-4-02")
def test_a_window_is_acknowledged_once_by_its_last_block(volleys, new):
    run = volleys(new(), CONTENT, [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]])
    window_of(run)
    assert run.result == [[4], [8], [10]]


@requirement("RFC7440-4-02")
def test_half_a_window_is_not_acknowledged(volleys, new):
    run = volleys(new(), CONTENT, [[1, 2], [3, 4]])
    window_of(run)
    assert run.result == [[], [4]]


@requirement("RFC7440-3-05-W")
@pytest.mark.parametrize("size", [0, 1, 512, 2047, 2048, 2049, 4096])
def test_a_file_of_any_size_is_written_in_windows(windowed_write, new, files, size):
    name, content = new(), (CONTENT * 2)[:size]
    granted(windowed_write(name, content), "windowsize")
    assert files.get(name) == content


@requirement("RFC7440-3-05-W")
def test_a_short_last_window_is_acknowledged_without_delay(volleys, new):
    run = volleys(new(), CONTENT[:700], [[1, 2]])
    granted(run, "windowsize")
    assert run.result[0][-1] == 2


@requirement("RFC7440-4-06-W")
def test_each_block_of_a_window_of_one_is_acknowledged(volleys, new):
    run = volleys(new(), CONTENT, [[1], [2], [3]], window=1)
    granted(run, "windowsize")
    assert run.result == [[1], [2], [3]]


@requirement("RFC7440-4-04", behaviour="inopportune")
@pytest.mark.parametrize("missing", [2, 3])
def test_a_gap_is_told_at_once(volleys, new, missing):
    run = volleys(new(), CONTENT, [[block for block in (1, 2, 3, 4) if block != missing]])
    window_of(run)
    assert run.result[0][:1] == [missing - 1]


@requirement("RFC7440-4-08", behaviour="inopportune")
def test_how_often_a_gap_is_told(volleys, new, fingerprint):
    run = volleys(new(), CONTENT, [[1, 3, 4]])
    window_of(run)
    fingerprint("tells a gap with two blocks behind it", f"{len(run.result[0])} times")
    assert set(run.result[0]) <= {1}


@requirement("RFC7440-4-10", behaviour="inopportune")
@pytest.mark.parametrize("missing", [1, 2, 3])
def test_what_comes_behind_a_gap_is_not_acknowledged(volleys, new, missing):
    volley = [block for block in (1, 2, 3, 4) if block != missing]
    run = volleys(new(), CONTENT, [volley], ends=["END", "ABORTED"])
    window_of(run)
    assert run.state == "ABORTED" or all(block < missing for block in run.result[0])


@requirement("RFC7440-4-10", "RFC7440-4-12-W", behaviour="timer")
@pytest.mark.parametrize("block", range(1, 11))
def test_whatever_block_is_lost_the_file_is_stored_whole(windowed_write, new, files, block):
    name = new()
    granted(windowed_write(name, CONTENT, impair=[drop(TFTP_DATA, block=block)]), "windowsize")
    assert files.get(name) == CONTENT


@requirement("RFC7440-4-11", "RFC7440-4-12-W", behaviour="timer")
@pytest.mark.parametrize("block", [4, 8, 10])
def test_whatever_acknowledgement_is_lost_the_file_is_stored_whole(windowed_write, new, files, block):
    name = new()
    # after the last block who dallies is right, and so is who does not
    ends = ["END", "SILENCE", "ERROR"] if block == 10 else None
    granted(windowed_write(name, CONTENT, impair=[drop(TFTP_ACK, block=block)], ends=ends), "windowsize")
    assert files.get(name) == CONTENT


@requirement("RFC7440-4-11", behaviour="inopportune")
def test_a_window_that_comes_again_is_acknowledged_again_and_stored_once(volleys, new, files):
    name = new()
    run = volleys(name, CONTENT, [[1, 2, 3, 4], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10]])
    window_of(run)
    assert files.get(name) == CONTENT
    if 4 not in run.result[1]:  # one that repeats its acknowledgement by a clock of its own may do it then
        later = volleys(new(), CONTENT, [[1, 2, 3, 4], [1, 2, 3, 4], None, [5, 6, 7, 8], [9, 10]])
        assert 4 in later.result[2]


@requirement("RFC7440-4-12-W")
@pytest.mark.parametrize("fault", [duplicate, reorder], ids=["doubled", "overtaken"])
def test_blocks_out_of_order_spoil_nothing_that_is_stored(windowed_write, new, files, fault):
    name = new()
    rule = fault(TFTP_DATA, block=2) if fault is duplicate else fault(1, TFTP_DATA, block=2)
    granted(windowed_write(name, CONTENT, impair=[rule]), "windowsize")
    assert files.get(name) == CONTENT


@requirement("RFC7440-4-12-W", behaviour="timer")
def test_a_lost_oack_of_windows_spoils_nothing(windowed_write, new, files):
    name = new()
    windowed_write(name, CONTENT, impair=[drop(TFTP_OACK)])
    assert files.get(name) == CONTENT
