"""Clients that die, dawdle or come in crowds: what was given up is given up, and others are served meanwhile."""

from __future__ import annotations

import pytest
from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR

from pytest_atmt import delay, requirement

from .messages import data, rrq, wrq

CONTENT = b"".join(b"%03d " % i * 128 for i in range(4)) + b"the end"  # blocks 1 to 5
LONG = 1800.0  # seconds: longer than any server has a reason to mind a client that is silent
CROWD = 64
DESERTERS = 50  # as many processes as a virtual clock has room for


@requirement("RFC1350-2-15", behaviour="timer", preamble="LISTENING")
@pytest.mark.usefixtures("in_virtual_time")
@pytest.mark.parametrize("options", [{}, {"blksize": "512"}], ids=["block", "oack"])
def test_a_silent_reader_is_given_up(aside, held, options):
    run = aside(rrq(held(CONTENT), options=options), quiet=2 * LONG, ends=["END", "TERMINATED"])
    assert run.received()[-1].at < run.received()[0].at + LONG


@requirement("RFC1350-2-15-W", behaviour="timer")
@pytest.mark.usefixtures("in_virtual_time")
def test_a_silent_writer_is_given_up(aside, new):
    run = aside(wrq(new()), quiet=2 * LONG, ends=["END", "TERMINATED"])
    assert run.received()[-1].at < run.received()[0].at + LONG


@requirement("RFC1350-2-06", "RFC1350-5-15", behaviour="timer")
@pytest.mark.usefixtures("in_virtual_time")
def test_a_receiver_that_waits_in_vain_repeats_its_last_acknowledgement_or_nothing(aside, new, fingerprint):
    run = aside(wrq(new()), quiet=60.0, ends=["END", "TERMINATED"])
    again = len(run.received(TFTP_ACK)) - 1
    fingerprint("repeats ACK 0 unasked", f"{again} times in 60 s")
    assert {e.packet[TFTP_ACK].block for e in run.received(TFTP_ACK)} == {0}


@requirement("RFC1350-5-15", behaviour="timer")
@pytest.mark.usefixtures("in_virtual_time")
def test_a_receiver_that_waits_for_block_2_acknowledges_no_other_than_block_1(volleys, new):
    run = volleys(new(), CONTENT, [[1], None, None], window=None)
    assert {block for heard in run.result for block in heard} == {1}


@requirement("RFC1350-4-07")
def test_sixty_four_clients_are_served_at_once(crowd, held):
    contents = [f"{i:03}".encode() * 1000 for i in range(CROWD)]  # long enough that all of them overlap
    run = crowd([held(content) for content in contents])
    assert [content for _, content in run.result] == contents


@requirement("RFC1350-S-08")  # RFC 1350 lets a server do one thing after the other
@pytest.mark.parametrize("count", [1, 20])
def test_others_are_served_while_a_client_is_silent(deserters, still_served, held, count):
    deserters(rrq(held(CONTENT)), count, quiet=0.1)
    still_served()


@requirement("RFC1350-S-08", behaviour="inopportune")
@pytest.mark.usefixtures("in_virtual_time")
def test_abandoned_transfers_make_room_for_others(deserters, read, held, still_served, fingerprint):
    name = held(CONTENT)
    answered = deserters(rrq(name), DESERTERS, quiet=0.1).result
    fingerprint(f"begins at once, of {DESERTERS} transfers asked for", answered)
    run = read(name, ends=["END", "ERROR", "SILENCE"])
    fingerprint(f"serves another while {DESERTERS} are abandoned", "yes" if run.state == "END" else "no")
    if run.state != "END":
        deserters(rrq("nothing"), 1, quiet=LONG)
    still_served()


@requirement("RFC1350-2-07")
def test_a_slow_reader_is_waited_for(read, held):
    run = read(held(CONTENT), impair=[delay(0.8, TFTP_ACK, times=None)])
    assert run.result == CONTENT


@requirement("RFC1350-2-07-W")
def test_a_slow_writer_is_waited_for(write, new, files):
    name = new()
    write(name, CONTENT, impair=[delay(0.8, TFTP_DATA, times=None)])
    assert files.get(name) == CONTENT


@requirement("RFC1350-2-15-W", behaviour="inopportune")
@pytest.mark.usefixtures("in_virtual_time")
def test_a_writer_that_was_given_up_is_not_taken_up_again(aside, probe, new, files):
    name = new()
    run = aside(wrq(name), quiet=LONG, ends=["END", "TERMINATED"])
    late = probe(data(1, b"late"), port=run.received()[0].packet[UDP].sport, sport=run.automaton.sport)
    assert not [answer for answer in late.result if TFTP_ERROR not in answer]
    assert files.get(name) in (None, b"")
