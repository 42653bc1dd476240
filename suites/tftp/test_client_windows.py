"""Windows on the client's side (RFC 7440): one acknowledgement or one pause for each, and what is lost within one."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA

from pytest_atmt import drop, requirement

from .client_judging import asked, at_most, fetched, stored
from .judging import acknowledged, blocks
from .probes import MOMENT

CONTENT = b"".join(b"%03d " % i * 128 for i in range(9)) + b"the end"  # blocks 1 to 10


GRANT = {
    "windowsize": at_most(4)
}  # who chooses a window by itself may want a larger one than this file has blocks


def numbers(run):
    """What was acknowledged, but for the OACK."""
    return [number for number in acknowledged(run) if number]


@requirement("RFC7440-4-02-C", "RFC7440-3-03", "RFC7440-3-05-C")
def test_each_window_is_acknowledged_once_at_its_end(client, window_read):
    run = window_read(client.get(windowsize="4"), CONTENT, grants=GRANT)
    asked(run, "windowsize")
    window = int(run.automaton.granted["windowsize"])
    assert numbers(run) == [*range(window, 10, window), 10]
    fetched(run, CONTENT)


@requirement("RFC7440-3-05-C")
@pytest.mark.parametrize("size", [0, 500, 512, 1100, 2047, 2048])
def test_a_short_window_is_acknowledged_at_its_last_block(client, window_read, size):
    run = window_read(client.get(windowsize="4"), CONTENT[:size], grants=GRANT)
    asked(run, "windowsize")
    assert numbers(run)[-1] == size // 512 + 1
    fetched(run, CONTENT[:size])


@requirement("RFC7440-3-03", "RFC7440-4-06-C")
@pytest.mark.parametrize("window", ["1", "2", "3"])
def test_a_smaller_window_is_kept(client, window_read, window):
    run = window_read(client.get(windowsize="4"), CONTENT, grants={"windowsize": lambda _: window})
    asked(run, "windowsize")
    assert numbers(run) == [*range(int(window), 10, int(window)), 10]
    fetched(run, CONTENT)


@requirement("RFC2347-NP-09-C")
@pytest.mark.parametrize("granted", ["blksize", "nothing"])
def test_a_window_that_is_not_granted_is_not_kept(client, serve_read, granted):
    grants = {"blksize": str} if granted == "blksize" else {}
    run = serve_read(client.get(windowsize="4", blksize="512"), CONTENT, grants=grants)
    asked(run, "windowsize")
    last = len(CONTENT) // run.automaton.block_size + 1
    assert numbers(run) == list(range(1, last + 1))
    assert len(run.sent(TFTP_DATA)) == last


@requirement("RFC7440-4-04-C", behaviour="timer")
@pytest.mark.parametrize("block", [2, 3, 6])
def test_a_gap_is_told_by_the_last_block_before_it(client, window_read, block):
    run = window_read(
        client.get(windowsize="4"), CONTENT, grants=GRANT, impair=[drop(TFTP_DATA, block=block)]
    )
    asked(run, "windowsize")
    assert block - 1 in numbers(run)
    told, lost = run.received(TFTP_ACK, block=block - 1)[0].at, run.sent(TFTP_DATA, block=block)[0].at
    assert told - lost < MOMENT
    fetched(run, CONTENT)


@requirement("RFC7440-4-08-C", behaviour="timer")
def test_a_gap_is_told_once(client, window_read):
    run = window_read(client.get(windowsize="4"), CONTENT, grants=GRANT, impair=[drop(TFTP_DATA, block=2)])
    asked(run, "windowsize")
    assert numbers(run).count(1) == 1


@requirement("RFC7440-4-02-C", behaviour="timer")
@pytest.mark.parametrize("block", [4, 8])
def test_a_window_whose_acknowledgement_was_lost_is_acknowledged_again(client, window_read, block):
    run = window_read(client.get(windowsize="4"), CONTENT, grants=GRANT, impair=[drop(TFTP_ACK, block=block)])
    asked(run, "windowsize")
    fetched(run, CONTENT)


@requirement("RFC7440-4-01-CW")
def test_a_writer_sends_one_window_and_waits(client, window_write):
    run = window_write(client.put(CONTENT, windowsize="4"), grants=GRANT)
    asked(run, "windowsize")
    assert blocks(run) == list(range(1, 11))
    stored(run, CONTENT)


@requirement("RFC7440-4-01-CW", behaviour="timer", preamble="HEARING")
def test_a_writer_sends_no_more_than_a_window_unacknowledged(client, interrupted_write):
    run = interrupted_write(client.put(CONTENT, windowsize="4"), [], turn=1, grants=GRANT, quiet=0.05)
    asked(run, "windowsize")
    window = int(run.automaton.granted["windowsize"])
    assert blocks(run) == list(range(1, window + 1))


@requirement("RFC7440-4-03-CW", behaviour="timer")
@pytest.mark.parametrize("block", [4, 8])
def test_a_window_whose_acknowledgement_was_lost_is_sent_again(client, window_write, block):
    run = window_write(
        client.put(CONTENT, windowsize="4"), grants=GRANT, impair=[drop(TFTP_ACK, block=block)]
    )
    asked(run, "windowsize")
    stored(run, CONTENT)
    assert blocks(run).count(block) == 2


@requirement("RFC7440-4-05-CW", behaviour="inopportune")
def test_the_next_window_begins_behind_what_was_acknowledged(client, window_write):
    """Blocks 3 and 4 may be on their way when block 2 is acknowledged, so only a lost one must come again."""
    lost = drop(TFTP_DATA, block=3)
    run = window_write(client.put(CONTENT, windowsize="4"), acks=[2, 6], grants=GRANT, impair=[lost])
    asked(run, "windowsize")
    stored(run, CONTENT)


@requirement("RFC7440-4-01-CW")
@pytest.mark.parametrize("window", ["1", "2", "3"])
def test_a_smaller_window_is_sent(client, window_write, window):
    run = window_write(client.put(CONTENT, windowsize="4"), grants={"windowsize": lambda _: window})
    asked(run, "windowsize")
    assert blocks(run) == list(range(1, 11))
    stored(run, CONTENT)
