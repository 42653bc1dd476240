"""Options: what may be granted, what must be left alone, and how negotiation survives a loss."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .judging import blocks, granted, parts, payloads
from .messages import ErrorCode, ack, rrq
from .probes import MOMENT

CONTENT = b"0123456789abcdef" * 200  # 3200 octets
ALL = {"blksize": "1024", "tsize": "0", "timeout": "2"}


@requirement("RFC2347-NP-07")
def test_a_read_without_options_gets_no_oack(read, held):
    assert not read(held(CONTENT)).received(TFTP_OACK)


@requirement("RFC2347-NP-07-W")
def test_a_write_without_options_gets_no_oack(write, new):
    assert not write(new(), CONTENT).received(TFTP_OACK)


@requirement("RFC2347-NP-03")
@pytest.mark.parametrize("name", ALL)
def test_of_a_read_only_what_was_asked_for_is_granted(read, held, name):
    run = read(held(CONTENT), options={name: ALL[name]})
    assert run.automaton.granted.keys() <= {name}


@requirement("RFC2347-NP-03-W")
@pytest.mark.parametrize("name", ALL)
def test_of_a_write_only_what_was_asked_for_is_granted(write, new, name):
    run = write(new(), CONTENT, options={name: {**ALL, "tsize": "3200"}[name]})
    assert run.automaton.granted.keys() <= {name}


@requirement("RFC2347-NP-05", "RFC2347-NP-06")
def test_an_unknown_option_alone_is_ignored_in_a_read(read, held):
    run = read(held(CONTENT), options={"x-unknown": "1"})
    assert run.result == CONTENT
    assert not run.received(TFTP_OACK)


@requirement("RFC2347-NP-05-W", "RFC2347-NP-06-W")
def test_an_unknown_option_alone_is_ignored_in_a_write(write, new, files):
    name = new()
    run = write(name, CONTENT, options={"x-unknown": "1"})
    assert files.get(name) == CONTENT
    assert not run.received(TFTP_OACK)


@requirement("RFC2347-NP-04")
def test_an_unknown_option_is_left_out_among_known_ones(read, held):
    run = read(held(CONTENT), options={"x-unknown": "1", "blksize": "1024", "x-other": "2"})
    assert run.result == CONTENT
    assert run.automaton.granted.keys() <= {"blksize"}


@requirement("RFC2347-NP-05")
def test_many_unknown_options_are_ignored(read, held):
    unknown = {f"x-{i}": "1" for i in range(40)}
    assert read(held(CONTENT), options=unknown).result == CONTENT


@requirement("RFC2347-PF-02")
@pytest.mark.parametrize("name", ["BLKSIZE", "BlkSize", "tSize", "TIMEOUT"])
def test_the_name_of_an_option_may_be_in_any_case(read, held, name):
    lower = name.lower()
    granted(read(held(CONTENT), options={lower: ALL[lower]}), lower)
    assert lower in read(held(CONTENT), options={name: ALL[lower]}).automaton.granted


@requirement("RFC2347-PF-03")
def test_the_order_of_options_changes_nothing(read, held):
    name = held(CONTENT)
    one = read(name, options=ALL).automaton.granted
    other = read(name, options=dict(reversed(ALL.items()))).automaton.granted
    assert one == other


@requirement("RFC2347-PF-06")
def test_an_oack_is_pairs_of_strings_and_nothing_else(read, held):
    run = read(held(CONTENT), options=ALL)
    granted(run, "blksize")
    fields = payloads(run)[0][2:].split(b"\0")
    assert fields.pop() == b""
    assert len(fields) == 2 * len(run.automaton.granted)
    assert all(fields)


@requirement("RFC2347-NP-09")
def test_what_is_not_granted_is_not_applied(read, held):
    run = read(held(CONTENT), options={"x-blksize": "1024"})
    assert [len(part) for part in parts(run)] == [512] * 6 + [128]


@requirement("RFC2347-NP-12", preamble="LISTENING")
def test_no_data_follows_an_oack_before_it_is_acknowledged(aside, held):
    run = aside(rrq(held(CONTENT), options={"tsize": "0"}), None, quiet=MOMENT, ends="END")
    assert not (run.received(TFTP_OACK) and run.received(TFTP_DATA))


@requirement("RFC2347-NP-12", preamble="LISTENING")
def test_an_ack_of_data_does_not_acknowledge_an_oack(aside, held):
    ends = ["END", "TERMINATED", "WENT_ON"]
    run = aside(rrq(held(CONTENT), options={"tsize": "0"}), ack(1), quiet=MOMENT, ends=ends)
    if not run.received(TFTP_OACK):
        raise NotApplicable("the server does not grant tsize, and need not (RFC 2347)")
    assert run.state != "WENT_ON"


@requirement("RFC2347-NP-18", behaviour="timer")
def test_a_lost_oack_comes_again(read, held):
    run = read(held(CONTENT), options={"blksize": "1024"}, impair=[drop(TFTP_OACK)])
    granted(run, "blksize")
    assert run.result == CONTENT


@requirement("RFC2347-NP-18", behaviour="timer")
def test_an_oack_whose_acknowledgement_was_lost_comes_again_as_it_was(read, held):
    run = read(held(CONTENT), options={"blksize": "1024"}, impair=[drop(TFTP_ACK, block=0)])
    granted(run, "blksize")
    assert run.result == CONTENT
    assert payloads(run)[0] == payloads(run)[1]


@requirement("RFC1123-4.2.3.1-03")
def test_a_duplicate_acknowledgement_of_an_oack_does_not_repeat_block_1(read, held):
    run = read(held(CONTENT), options={"blksize": "1024"}, impair=[duplicate(TFTP_ACK, block=0)])
    granted(run, "blksize")
    assert blocks(run).count(1) == 1


@requirement("RFC2347-NP-14")
def test_an_oack_of_a_write_takes_the_place_of_ack_0(write, new, files):
    name = new()
    run = write(name, CONTENT, options={"blksize": "1024"})
    granted(run, "blksize")
    assert not run.received(TFTP_ACK, block=0)
    assert files.get(name) == CONTENT


@requirement("RFC2347-NP-08")
def test_a_missing_file_is_error_1_though_options_were_asked_for(read, new):
    assert read(new(), options=ALL, ends="ERROR").result.errorcode == ErrorCode.FILE_NOT_FOUND


@requirement("RFC2347-NP-03")
def test_all_options_together_serve_the_file_whole(read, held):
    run = read(held(CONTENT), options=ALL)
    assert run.result == CONTENT
    assert run.automaton.granted.keys() <= ALL.keys()
