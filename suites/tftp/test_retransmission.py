"""What is lost is repeated, what comes twice is taken once, and nothing multiplies."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_RRQ, TFTP_WRQ

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .judging import acknowledged, blocks, gaps, parts, payloads
from .messages import rrq
from .transfer import PATIENCE

CONTENT = b"".join(b"%03d " % i * 128 for i in range(4)) + b"the end"  # blocks 1 to 5


@requirement("RFC1350-2-04", "RFC1350-2-07", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3])
def test_a_block_whose_acknowledgement_was_lost_comes_again(read, held, block):
    run = read(held(CONTENT), impair=[drop(TFTP_ACK, block=block)])
    assert run.result == CONTENT
    assert blocks(run).count(block) == 2


@requirement("RFC1350-2-04", "RFC1350-2-07", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_lost_block_comes_again(read, held, block):
    run = read(held(CONTENT), impair=[drop(TFTP_DATA, block=block)])
    assert run.result == CONTENT
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1350-6-06", behaviour="timer")
def test_the_last_block_comes_again_until_it_is_acknowledged(read, held):
    run = read(held(CONTENT), impair=[drop(TFTP_ACK, block=5)], watch=True, quiet=PATIENCE)
    assert blocks(run) == [1, 2, 3, 4, 5, 5]


@requirement("RFC1350-6-06", behaviour="timer")
def test_the_only_block_comes_again_until_it_is_acknowledged(read, held):
    run = read(held(b""), impair=[drop(TFTP_ACK, block=1)], watch=True, quiet=PATIENCE)
    assert payloads(run) == [b"\0\3\0\1", b"\0\3\0\1"]


@requirement("RFC1350-2-05", behaviour="timer", preamble="LISTENING")
def test_a_block_comes_again_exactly_as_it_was(mute, held):
    run = mute(rrq(held(CONTENT)))
    assert payloads(run) == [b"\0\3\0\1" + CONTENT[:512]] * 2


@requirement("RFC1123-4.2.3.2-01", "RFC1123-4.2.3.2-02", behaviour="timer", preamble="LISTENING")
def test_the_time_between_repetitions_grows(mute, held):
    run = mute(rrq(held(CONTENT)), times=4, patience=45.0)
    times = gaps(run)[: run.automaton.heard - 1]
    if len(times) < 2:
        raise NotApplicable("it gives up after one repetition, which does not tell")
    if run.automaton.heard < 4 and times[-1] < 1.25 * times[0]:
        raise NotApplicable("it gives up after two repetitions, which do not tell")
    assert times[-1] >= 1.25 * times[0]
    assert all(later >= earlier - 0.1 for earlier, later in pairwise(times))


@requirement("RFC1123-4.2.3.1-01", "RFC1350-5-18", behaviour="inopportune")
@pytest.mark.parametrize("block", [1, 2, 4])
def test_a_duplicate_ack_does_not_repeat_data(read, held, block):
    run = read(held(CONTENT), impair=[duplicate(TFTP_ACK, block=block)])
    assert blocks(run).count(block + 1) == 1


@requirement("RFC1123-4.2.3.1-02", behaviour="inopportune")
def test_a_duplicate_ack_doubles_nothing_for_the_rest_of_the_transfer(read, held):
    run = read(held(CONTENT), impair=[duplicate(TFTP_ACK, block=1)])
    assert run.result == CONTENT
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1123-4.2.3.1-02")
def test_even_if_every_ack_is_doubled_no_block_is(read, held):
    run = read(held(CONTENT), impair=[duplicate(TFTP_ACK, times=99)])
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1350-5-18", behaviour="inopportune")
def test_a_duplicate_of_the_last_ack_is_not_answered(read, held):
    run = read(held(CONTENT), impair=[duplicate(TFTP_ACK, block=5)], watch=True)
    assert blocks(run) == [1, 2, 3, 4, 5]


@requirement("RFC1123-4.2.3.1-04", behaviour="inopportune")
def test_after_a_duplicate_ack_a_lost_block_still_comes_again(read, held):
    run = read(held(CONTENT), impair=[duplicate(TFTP_ACK, block=1), drop(TFTP_DATA, block=2)])
    assert run.result == CONTENT


@requirement("RFC1123-4.2.3.1-01")
def test_a_block_doubled_on_the_way_makes_the_server_double_nothing(read, held):
    run = read(held(CONTENT), impair=[duplicate(TFTP_DATA, block=2)])
    assert blocks(run).count(3) == 1


@requirement("RFC1350-2-08")
@pytest.mark.parametrize("block", [1, 3])
def test_a_block_that_comes_twice_is_acknowledged_twice(write, new, block):
    run = write(new(), CONTENT, impair=[duplicate(TFTP_DATA, block=block)])
    assert acknowledged(run).count(block) == 2


@requirement("RFC1350-2-09")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_block_that_comes_twice_is_stored_once(write, new, files, block):
    name = new()
    write(name, CONTENT, impair=[duplicate(TFTP_DATA, block=block)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-2-09")
def test_even_if_every_block_comes_twice_each_is_stored_once(write, new, files):
    name = new()
    write(name, CONTENT, impair=[duplicate(TFTP_DATA, times=99)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-2-08", "RFC1350-2-09", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3])
def test_a_lost_acknowledgement_is_said_again_when_the_block_comes_again(insistent_write, new, files, block):
    name = new()
    insistent_write(name, CONTENT, impair=[drop(TFTP_ACK, block=block)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-2-07-W", behaviour="timer")
@pytest.mark.parametrize("block", [1, 3, 5])
def test_a_block_lost_on_its_way_to_the_server_is_taken_when_it_comes_again(
    insistent_write, new, files, block
):
    name = new()
    insistent_write(name, CONTENT, impair=[drop(TFTP_DATA, block=block)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-6-05", behaviour="timer")
def test_the_last_acknowledgement_is_said_again_when_the_last_block_comes_again(insistent_write, new):
    run = insistent_write(new(), CONTENT, impair=[drop(TFTP_ACK, block=5)])
    assert run.path[-4:] == ("WAITING", "ACKNOWLEDGED", "COMPLETE", "END")


@requirement("RFC1350-4-17")
def test_a_read_request_that_comes_twice_is_served_whole(read, held):
    assert read(held(CONTENT), impair=[duplicate(TFTP_RRQ)]).result == CONTENT


@requirement("RFC1350-4-17-W")
def test_a_write_request_that_comes_twice_spoils_nothing(write, new, files):
    name = new()
    write(name, CONTENT, impair=[duplicate(TFTP_WRQ)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-5-12", behaviour="timer")
@pytest.mark.parametrize("block", [1, 2])
def test_a_netascii_block_comes_again_exactly_as_it_was(read, held, block):
    text = b"x" * 511 + b"\n" * 600
    run = read(held(text), mode="netascii", impair=[drop(TFTP_ACK, block=block)])
    assert parts(run)[block - 1] == parts(run)[block]
    assert blocks(run)[:3] == sorted([1, 2, block])


@requirement("RFC1350-2-07", behaviour="timer")
def test_a_file_arrives_though_each_of_many_blocks_is_lost_once(read, held):
    content = b"".join(
        b"%03d " % i * 128 for i in range(13)
    )  # 14 blocks: more losses than any block is repeated
    lost = set()

    def first_time(pkt):
        return pkt[TFTP_DATA].block not in lost and not lost.add(pkt[TFTP_DATA].block)

    run = read(held(content), impair=[drop(TFTP_DATA, where=first_time, times=None)])
    assert run.result == content


@requirement("RFC1350-2-07-W", behaviour="timer")
def test_a_file_is_stored_though_each_of_many_blocks_is_lost_once(insistent_write, new, files):
    name, content = new(), bytes(range(256)) * 17  # 9 blocks
    lost = set()

    def first_time(pkt):
        return pkt[TFTP_DATA].block not in lost and not lost.add(pkt[TFTP_DATA].block)

    insistent_write(name, content, impair=[drop(TFTP_DATA, where=first_time, times=None)])
    assert files.get(name) == content


@requirement("RFC1350-2-07", "RFC2347-NP-18", behaviour="timer")
@pytest.mark.parametrize("layer", [TFTP_DATA, TFTP_ACK], ids=["block 1", "its ACK"])
def test_after_an_oack_what_is_lost_comes_again(read, held, layer):
    run = read(held(CONTENT), options={"tsize": "0"}, impair=[drop(layer, block=1)])
    assert run.result == CONTENT


@requirement("RFC1123-4.2.3.1-01", behaviour="inopportune")
@pytest.mark.parametrize("late", [1, 2])
def test_an_ack_that_comes_late_repeats_nothing(bursts, held, glance, late):
    run = bursts(held(CONTENT), [1, 2, late, 3], window=None, pause=glance)
    assert run.result == [[2], [3], [], [4]]
