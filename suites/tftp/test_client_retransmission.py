"""Losses and doubles on the client's side: what is lost is repeated, what comes twice is taken once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_RRQ, TFTP_WRQ

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .client_judging import fetched, reported, stored
from .judging import acknowledged, blocks, gaps, parts, payloads
from .messages import ack

CONTENT = b"".join(b"%03d " % i * 128 for i in range(4)) + b"the end"  # blocks 1 to 5
REACTION = 0.04  # seconds: less than the shortest time-out of a known client, which is busybox's
FOR_EVER = 4000.0  # seconds: longer than any known client goes on


@pytest.fixture
def for_ever(peer):
    """How long a client is watched that is expected to give up; only where minutes cost nothing."""
    if peer.clock_kind == "real":
        raise NotApplicable("watching a client give up takes minutes of real time")
    return FOR_EVER


@requirement("RFC1350-2-18-C", behaviour="timer")
def test_a_read_request_that_was_lost_is_made_again(client, serve_read):
    run = serve_read(client.get(), CONTENT, impair=[drop(TFTP_RRQ)])
    fetched(run, CONTENT)


@requirement("RFC1350-2-18-CW", behaviour="timer")
def test_a_write_request_that_was_lost_is_made_again(client, serve_write):
    stored(serve_write(client.put(CONTENT), impair=[drop(TFTP_WRQ)]), CONTENT)


@requirement("RFC1350-2-18-CW", behaviour="timer")
def test_a_write_request_whose_answer_was_lost_is_made_again(client, serve_write):
    stored(serve_write(client.put(CONTENT), impair=[drop(TFTP_ACK, block=0)]), CONTENT)


@requirement("RFC1350-2-07-C", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_block_that_comes_late_is_written(client, serve_read, block):
    fetched(serve_read(client.get(), CONTENT, impair=[drop(TFTP_DATA, block=block)]), CONTENT)


@requirement("RFC1350-2-08-C", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3])
def test_an_acknowledgement_that_was_lost_comes_again(client, serve_read, block):
    run = serve_read(client.get(), CONTENT, impair=[drop(TFTP_ACK, block=block)])
    assert acknowledged(run).count(block) >= 1
    fetched(run, CONTENT)


@requirement("RFC1350-2-08-C", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 3])
def test_a_block_that_comes_twice_is_acknowledged_twice(client, serve_read, block):
    run = serve_read(client.get(), CONTENT, impair=[duplicate(TFTP_DATA, block=block)])
    assert acknowledged(run).count(block) == 2


@requirement("RFC1350-2-09-C", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_block_that_comes_twice_is_written_once(client, serve_read, block):
    fetched(serve_read(client.get(), CONTENT, impair=[duplicate(TFTP_DATA, block=block)]), CONTENT)


@requirement("RFC1350-2-09-C", behaviour="inopportune")
def test_even_if_every_block_is_doubled_the_file_is_not(client, serve_read):
    fetched(serve_read(client.get(), CONTENT, impair=[duplicate(TFTP_DATA, times=99)]), CONTENT)


@requirement("RFC1350-6-05-C", behaviour="timer")
@pytest.mark.parametrize("size", [700, 512])
def test_the_last_acknowledgement_comes_again_when_it_was_lost(client, serve_read, size):
    last = size // 512 + 1
    run = serve_read(
        client.get(), b"x" * size, impair=[drop(TFTP_ACK, block=last)], ends=["END", "GONE", "SILENCE"]
    )
    assert run.state == "END", f"the client {run.client} before its last acknowledgement was heard"


@requirement("RFC1350-6-04-C", behaviour="timer")
def test_a_reader_whose_last_acknowledgement_was_lost_has_its_file(client, serve_read):
    run = serve_read(client.get(), CONTENT, impair=[drop(TFTP_ACK, block=5)], ends=["END", "GONE", "SILENCE"])
    fetched(run, CONTENT)


@requirement("RFC1350-2-04-CW", "RFC1350-2-07-CW", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3])
def test_a_block_whose_acknowledgement_was_lost_comes_again(client, serve_write, block):
    run = serve_write(client.put(CONTENT), impair=[drop(TFTP_ACK, block=block)])
    stored(run, CONTENT)
    assert blocks(run).count(block) >= 2


@requirement("RFC1350-2-04-CW", "RFC1350-2-07-CW", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_lost_block_comes_again(client, serve_write, block):
    stored(serve_write(client.put(CONTENT), impair=[drop(TFTP_DATA, block=block)]), CONTENT)


@requirement("RFC1350-6-06-CW", behaviour="timer")
@pytest.mark.parametrize("content", [CONTENT, b"", b"x" * 512], ids=["short", "empty", "whole"])
def test_the_last_block_comes_again_until_it_is_acknowledged(client, serve_write, content):
    last = len(content) // 512 + 1
    run = serve_write(client.put(content), impair=[drop(TFTP_ACK, block=last)])
    assert blocks(run).count(last) >= 2
    stored(run, content)


@requirement("RFC1350-2-05-CW", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_block_comes_again_exactly_as_it_was(client, serve_write, block):
    run = serve_write(client.put(CONTENT), impair=[drop(TFTP_ACK, block=block)])
    found = [payload for payload in payloads(run) if payload[:4] == b"\0\3\0" + bytes([block])]
    assert len(found) >= 2
    assert len(set(found)) == 1


@requirement("RFC1123-4.2.3.1-01-CW", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 2, 4])
def test_a_duplicate_ack_does_not_repeat_data(client, serve_write, block):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, block=block)])
    assert blocks(run).count(block + 1) == 1


@requirement("RFC1123-4.2.3.1-01-CW", behaviour="inopportune")
@pytest.mark.parametrize(("turn", "block"), [(3, 1), (3, 0), (4, 2)])
def test_an_ack_of_long_ago_does_not_repeat_data(client, interjected_serve_write, turn, block):
    """It comes while the acknowledgement of block `turn` is on its way; a time-out of the client's may be short."""
    ends = ["END", "TERMINATED", "PARTED"]
    run = interjected_serve_write(client.put(CONTENT), ack(block), turn=turn, ends=ends)
    said = run.sent(TFTP_ACK, block=block)[-1].at
    again = [heard.at for heard in run.received(TFTP_DATA, block=turn)][1:]
    assert not [at for at in again if said <= at < said + REACTION]


@requirement("RFC1123-4.2.3.1-03-CW", behaviour="inopportune")
def test_a_duplicate_answer_to_the_request_does_not_repeat_block_1(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, block=0)])
    assert blocks(run).count(1) == 1


@requirement("RFC1123-4.2.3.1-02-CW", behaviour="inopportune")
def test_even_if_every_ack_is_doubled_no_block_is(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, times=99)])
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1123-4.2.3.1-02-CW", behaviour="inopportune")
def test_a_duplicate_ack_doubles_nothing_for_the_rest_of_the_transfer(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, block=1)])
    stored(run, CONTENT)
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1123-4.2.3.1-04-CW", behaviour="timer")
def test_after_a_duplicate_ack_a_lost_block_still_comes_again(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, block=1), drop(TFTP_DATA, block=2)])
    stored(run, CONTENT)


@requirement("RFC1350-5-18-CW", behaviour="inopportune")
def test_a_duplicate_of_the_last_ack_is_not_answered(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_ACK, block=5)])
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1123-4.2.3.1-01-CW", behaviour="inopportune")
def test_a_block_doubled_on_the_way_makes_the_client_double_nothing(client, serve_write):
    run = serve_write(client.put(CONTENT), impair=[duplicate(TFTP_DATA, block=2)])
    assert blocks(run).count(3) == 1


def grows(times):
    """RFC 1123 section 4.2.3.2, with room for a random part."""
    assert times[-1] >= 1.25 * times[0]
    assert all(later >= 0.6 * earlier for earlier, later in pairwise(times))


def repeats(run):
    """The seconds between what the client said and said again; not applicable where it said nothing three times."""
    times = gaps(run)
    if len(times) < 2:
        raise NotApplicable(f"the client repeats itself {len(times)} times: no growth can be seen")
    return times


@requirement("RFC1123-4.2.3.2-02-C", behaviour="timer", preamble="HEARING")
def test_the_time_between_two_read_requests_grows(client, interrupted_read, for_ever):
    grows(repeats(interrupted_read(client.get(), CONTENT, [], turn=1, quiet=for_ever)))


@requirement("RFC1123-4.2.3.2-02-CW", behaviour="timer", preamble="HEARING")
def test_the_time_between_two_write_requests_grows(client, interrupted_write, for_ever):
    grows(repeats(interrupted_write(client.put(CONTENT), [], turn=0, quiet=for_ever)))


@requirement("RFC1123-4.2.3.2-02-CW", behaviour="timer", preamble="HEARING")
def test_the_time_between_repetitions_of_a_block_grows(client, interrupted_write, for_ever):
    run = interrupted_write(client.put(CONTENT), [], turn=1, quiet=for_ever)
    sent = [e.at for e in run.received(TFTP_DATA, block=1)]
    times = [later - earlier for earlier, later in pairwise(sent)]
    if len(times) < 2:
        raise NotApplicable(f"the client repeats itself {len(times)} times: no growth can be seen")
    grows(times)


@requirement("RFC1350-2-15-C", "RFC1350-7-03", behaviour="timer", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 2, 5])
def test_a_reader_gives_up_on_a_dead_server(client, interrupted_read, for_ever, turn):
    run = interrupted_read(client.get(), CONTENT, [], turn=turn, quiet=for_ever)
    reported(run)


@requirement("RFC1350-2-15-CW", "RFC1350-7-03-CW", behaviour="timer", preamble="HEARING")
@pytest.mark.parametrize("turn", [0, 1, 4])
def test_a_writer_gives_up_on_a_dead_server(client, interrupted_write, for_ever, turn):
    run = interrupted_write(client.put(CONTENT), [], turn=turn, quiet=for_ever)
    reported(run)


@requirement("RFC1350-7-09", behaviour="timer", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 3])
def test_the_status_of_a_reader_that_gave_up_says_so(client, interrupted_read, for_ever, turn):
    assert not interrupted_read(client.get(), CONTENT, [], turn=turn, quiet=for_ever).client.success


@requirement("RFC1350-7-09-W", behaviour="timer", preamble="HEARING")
@pytest.mark.parametrize("turn", [0, 3])
def test_the_status_of_a_writer_that_gave_up_says_so(client, interrupted_write, for_ever, turn):
    assert not interrupted_write(client.put(CONTENT), [], turn=turn, quiet=for_ever).client.success


@requirement("RFC1350-7-04", behaviour="timer", preamble="HEARING")
@pytest.mark.parametrize("turn", [2, 4])
def test_half_a_file_does_not_pass_for_a_whole_one(client, interrupted_read, for_ever, turn):
    run = interrupted_read(client.get(), CONTENT, [], turn=turn, quiet=for_ever)
    assert run.client.file is None or not run.client.success


@requirement("RFC1350-2-02-CW", behaviour="timer", preamble="HEARING")
def test_a_writer_repeats_no_block_but_the_last_that_it_sent(client, interrupted_write, for_ever):
    run = interrupted_write(client.put(CONTENT), [], turn=2, quiet=for_ever)
    assert blocks(run)[:2] == [1, 2]
    assert set(blocks(run)[2:]) <= {2}
    assert len(set(parts(run)[1:])) == 1
