"""The option windowsize (RFC 7440) of a read: so many blocks are sent, and then the acknowledgement is waited for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA

from pytest_atmt import NotApplicable, drop, duplicate, reorder, requirement

from .judging import blocks, granted, left_out_or_refused, window_of
from .messages import ErrorCode
from .negotiation import number

CONTENT = b"".join(b"%03d " % i * 128 for i in range(9)) + b"the end"  # blocks 1 to 10
LONG = CONTENT[:4608] * 2
STOPPED = ["END", "ABORTED"]
LENIENT = {"4x": range(1, 5), " 4": range(1, 5), "1.5": [1]}


@requirement("RFC7440-3-02")
@pytest.mark.parametrize("asked", [1, 2, 4, 16, 65535])
def test_a_window_is_granted_no_larger_than_asked_for(windowed_read, held, asked):
    run = windowed_read(held(CONTENT), asked)
    assert 1 <= int(granted(run, "windowsize")) <= asked
    assert run.result == CONTENT


@requirement("RFC7440-3-01", behaviour="invalid")
@pytest.mark.parametrize("size", ["0", "65536", "4294967300", "-1", "abc", "", "4x", " 4", "1.5"], ids=repr)
def test_an_unlawful_window_is_not_granted(read, held, size):
    run = read(held(b"small"), options={"windowsize": size}, ends=["END", "ERROR", "WRONG_GRANT"])
    if run.state == "WRONG_GRANT":  # who reads the number before or behind what is none may grant that
        assert number(run.automaton.granted["windowsize"]) in LENIENT.get(size, ())
    elif run.state == "END" and size in ("65536", "4294967300"):
        assert int(run.automaton.granted.get("windowsize", "1")) <= 65535
    else:
        assert left_out_or_refused(run, "windowsize")


@requirement("RFC7440-4-01")
@pytest.mark.parametrize("window", [2, 3, 4])
def test_as_many_blocks_are_sent_as_were_agreed(bursts, held, window):
    run = bursts(held(LONG), [0, window, 2 * window], window=window)
    window_of(run, window)
    assert run.result == [list(range(i * window + 1, (i + 1) * window + 1)) for i in range(3)]


@requirement("RFC7440-4-01")
@pytest.mark.parametrize("window", [2, 4, 8])
def test_no_more_blocks_are_sent_than_were_granted(bursts, held, window):
    run = bursts(held(LONG), [0], window=window)
    assert run.result == [list(range(1, window_of(run, 1) + 1))]


@requirement("RFC7440-4-01")
def test_nothing_is_sent_before_the_window_is_acknowledged(windowed_read, held):
    run = windowed_read(held(CONTENT), 4)
    window_of(run)
    told = [e.packet for e in run.exchanges if TFTP_DATA in e.packet or TFTP_ACK in e.packet]
    assert [p.block for p in told if TFTP_ACK in p] == [0, 4, 8, 10]
    assert blocks(run) == list(range(1, 11))


@requirement("RFC7440-3-05")
def test_the_last_window_ends_with_the_last_block(bursts, held):
    run = bursts(held(CONTENT), [0, 4, 8, 10])
    window_of(run)
    assert run.result == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10], []]


@requirement("RFC7440-3-05")
@pytest.mark.parametrize("size", [0, 1, 512, 2047, 2048, 2049, 4096])
def test_a_file_of_any_size_is_read_in_windows(windowed_read, held, size):
    run = windowed_read(held((CONTENT * 2)[:size]), 4)
    granted(run, "windowsize")
    assert run.result == (CONTENT * 2)[:size]
    assert blocks(run) == list(range(1, size // 512 + 2))


@requirement("RFC7440-4-05", behaviour="inopportune")
def test_a_block_missing_from_the_last_window_is_sent_again(bursts, held):
    run = bursts(held(CONTENT), [0, 4, 8, 9, None, 10])  # at once is RFC7440-4-09's
    window_of(run)
    assert [heard for heard in run.result[3:] if heard][:1] == [[10]]
    assert run.result[-1] == []


@requirement("RFC7440-4-06")
def test_a_window_of_one_is_lock_step(bursts, held):
    run = bursts(held(CONTENT), [0, 1, 2], window=1)
    granted(run, "windowsize")
    assert run.result == [[1], [2], [3]]


@requirement("RFC7440-4-06")
def test_in_a_window_of_one_a_repeated_ack_does_not_repeat_data(bursts, held, glance):
    run = bursts(held(CONTENT), [0, 1, 1, 2], window=1, pause=glance)
    granted(run, "windowsize")
    assert run.result == [[1], [2], [], [3]]


@requirement("RFC7440-4-03", behaviour="timer")
def test_a_window_that_nobody_acknowledges_comes_again(bursts, held):
    run = bursts(held(CONTENT), [0, 4, None])
    window_of(run)
    assert run.result[1:] == [[5, 6, 7, 8]] * 2


@requirement("RFC7440-4-03", behaviour="timer")
def test_after_a_timeout_the_first_window_begins_with_the_first_block(bursts, held):
    run = bursts(held(CONTENT), [0, None, 4])
    window_of(run)
    assert run.result == [[1, 2, 3, 4], [1, 2, 3, 4], [5, 6, 7, 8]]


@requirement("RFC7440-4-05", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 2, 3])
def test_the_next_window_begins_behind_the_block_that_was_acknowledged(bursts, held, block):
    """It may still send what was left of that window (a window that slides), as long as what comes next is whole."""
    run = bursts(held(CONTENT), [0, block, None])
    window_of(run)
    whole, rest = list(range(block + 1, block + 5)), list(range(5, block + 5))
    heard = [blocks for blocks in run.result[1:] if blocks]
    assert heard[:1] == [whole] or heard[:2] == [rest, whole]


@requirement("RFC7440-4-09", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 2, 3])
def test_an_acknowledgement_from_within_a_window_is_answered_at_once(bursts, held, block):
    run = bursts(held(CONTENT), [0, block])
    window_of(run)
    assert run.result[1][:1] == [block + 1]


@requirement("RFC7440-4-07", behaviour="inopportune")
def test_a_repeated_acknowledgement_begins_no_other_window(bursts, held, fingerprint):
    run = bursts(held(CONTENT), [0, 4, 4, 8])
    window_of(run)
    again = "begins it anew" if run.result[2] == [5, 6, 7, 8] else "ignores it"
    fingerprint("hears the ACK of the window before again and", again)
    assert run.result[2] in ([], [5, 6, 7, 8])
    assert run.result[3] == [9, 10]


@requirement("RFC7440-4-05", behaviour="inopportune")
@pytest.mark.parametrize("block", [5, 9, 300, 40000])
def test_an_ack_from_beyond_a_window_is_no_progress(bursts, held, block):
    run = bursts(held(CONTENT), [0, block], ends=STOPPED)
    window_of(run)
    assert run.state == "ABORTED" or run.result[1] in ([], [1, 2, 3, 4])


@requirement("RFC7440-4-12", behaviour="timer")
@pytest.mark.parametrize("block", range(1, 11))
def test_whatever_block_is_lost_the_file_arrives_whole(windowed_read, held, block):
    run = windowed_read(held(CONTENT), 4, impair=[drop(TFTP_DATA, block=block)])
    granted(run, "windowsize")
    assert run.result == CONTENT


@requirement("RFC7440-4-12", behaviour="timer")
@pytest.mark.parametrize("block", [0, 4, 8, 10])
def test_whatever_acknowledgement_is_lost_the_file_arrives_whole(windowed_read, held, block):
    run = windowed_read(held(CONTENT), 4, impair=[drop(TFTP_ACK, block=block)])
    granted(run, "windowsize")
    assert run.result == CONTENT


@requirement("RFC7440-4-12", behaviour="timer")
def test_a_lost_window_comes_again_whole(windowed_read, held):
    rules = [drop(TFTP_DATA, times=4)]
    run = windowed_read(held(CONTENT), 4, impair=rules, ends=["END", "SILENCE"])
    window_of(run)
    assert run.result == CONTENT


@requirement("RFC7440-4-12")
@pytest.mark.parametrize("fault", [duplicate, reorder], ids=["doubled", "overtaken"])
def test_blocks_out_of_order_spoil_nothing(windowed_read, held, fault):
    rule = fault(TFTP_DATA, block=2) if fault is duplicate else fault(1, TFTP_DATA, block=2)
    run = windowed_read(held(CONTENT), 4, impair=[rule])
    granted(run, "windowsize")
    assert run.result == CONTENT


@requirement("RFC7440-6-01", behaviour="timer")
def test_the_time_between_repeated_windows_grows(bursts, held):
    run = bursts(held(CONTENT), [0, None, None, None], ends=STOPPED)
    window_of(run)
    times = [e.at for e in run.received(TFTP_DATA, block=1)]
    waits = [later - earlier for earlier, later in pairwise(times)]
    if len(waits) < 2:
        raise NotApplicable("it gives up too soon to tell")
    assert waits[-1] > 1.25 * waits[0]


@requirement("RFC7440-4-01")
def test_a_window_larger_than_the_file_is_the_file(bursts, held):
    run = bursts(held(CONTENT), [0, 10], window=65535)
    window_of(run, 10)
    assert run.result == [list(range(1, 11)), []]


@requirement("RFC7440-4-01", "RFC2348-05")
def test_windows_and_block_sizes_go_together(windowed_read, held):
    run = windowed_read(held(CONTENT), 3, {"blksize": "700"})
    granted(run, "windowsize")
    assert run.result == CONTENT


@requirement("RFC7440-3-01", "RFC2347-ERR-01", behaviour="invalid")
def test_a_window_of_nothing_is_refused_by_no_other_error_than_8(read, held):
    run = read(held(b"small"), options={"windowsize": "0"}, ends=["END", "ERROR"])
    assert run.state == "END" or run.result.errorcode == ErrorCode.OPTION_REFUSED
