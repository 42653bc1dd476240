"""Options: what may be granted, what must be left alone, and how negotiation survives a loss."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .judging import blocks, granted, parts, payloads
from .messages import ErrorCode, ack, raw, rrq
from .probes import MOMENT

CONTENT = b"0123456789abcdef" * 200  # 3200 octets
ALL = {"blksize": "1024", "tsize": "0", "timeout": "2"}
FOUR = {**ALL, "windowsize": "4"}


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


@requirement("RFC2347-NP-08", "RFC2347-ERR-01")
def test_a_missing_file_is_error_1_though_options_were_asked_for(read, new):
    assert read(new(), options=ALL, ends="ERROR").result.errorcode == ErrorCode.FILE_NOT_FOUND


@requirement("RFC2347-NP-03")
def test_all_options_together_serve_the_file_whole(read, held):
    run = read(held(CONTENT), options=ALL)
    assert run.result == CONTENT
    assert run.automaton.granted.keys() <= ALL.keys()


@requirement("RFC2347-NP-03")
@pytest.mark.parametrize("first", FOUR)
def test_all_four_options_serve_the_file_whole_whichever_comes_first(windowed_read, held, first):
    asked = {first: FOUR[first]} | FOUR
    run = windowed_read(held(CONTENT), 4, asked)
    assert run.result == CONTENT
    assert run.automaton.granted.keys() <= FOUR.keys()


@requirement("RFC2347-NP-03-W")
def test_all_four_options_store_the_file_whole(windowed_write, new, files):
    name = new()
    run = windowed_write(name, CONTENT, 4, {**FOUR, "tsize": str(len(CONTENT))})
    assert run.automaton.granted.keys() <= FOUR.keys()
    assert files.get(name) == CONTENT


@requirement("RFC2347-PF-07")
@pytest.mark.parametrize("asked", ["blksize", "BlkSize"])
def test_an_option_is_granted_by_the_name_that_it_was_asked_for(read, held, asked):
    run = read(held(CONTENT), options={asked: "1024"}, ends=["END", "UNASKED_OPTION"])
    if not run.received(TFTP_OACK):
        raise NotApplicable("the server does not grant blksize, and need not (RFC 2347)")
    assert run.state == "END"


@requirement("RFC2347-NP-02", behaviour="invalid")
@pytest.mark.parametrize("values", [("1024", "900"), ("900", "900")], ids=["two values", "one value"])
def test_an_option_that_comes_twice_is_granted_once(probe, held, still_served, fingerprint, values):
    asked = b"".join(b"blksize\0" + value.encode() + b"\0" for value in values)
    answers = probe(raw(bytes(rrq(held(CONTENT))) + asked), quiet=MOMENT).result
    granted = bytes(answers[0])[2:].split(b"\0") if answers and bytes(answers[0])[:2] == b"\0\6" else []
    if values[0] != values[1]:
        fingerprint("of blksize asked for as 1024 and 900 grants", b" ".join(granted[1:2]).decode() or "none")
    assert [name.lower() for name in granted].count(b"blksize") <= 1
    still_served()


MALFORMED = {
    "a name without a value": b"blksize\0",
    "a value without its zero": b"blksize\x001024",
    "a name without its zero": b"blksize",
    "zeros": b"\0\0\0",
    "an empty name": b"\x001024\0",
    "junk": b"\xff\xfe\x01\0\x80\0",
    "a pair and half of another": b"blksize\x001024\0tsize\0",
}


@requirement("RFC2347-NP-22", behaviour="invalid")
@pytest.mark.parametrize("opcode", ["rrq", "wrq"])
@pytest.mark.parametrize("octets", MALFORMED.values(), ids=MALFORMED)
def test_malformed_options_are_survived(probe, files, still_served, octets, opcode):
    files.put("file", CONTENT)
    request = {"rrq": b"\0\1", "wrq": b"\0\2"}[opcode] + b"file\0octet\0" + octets
    answers = probe(raw(request), quiet=MOMENT).result
    assert all(bytes(answer)[:2] in (b"\0\3", b"\0\4", b"\0\5", b"\0\6") for answer in answers)
    still_served()


@requirement("RFC2347-PF-05", behaviour="invalid")
@pytest.mark.parametrize("count", [30, 60, 120])
def test_a_request_of_more_than_512_octets_is_survived(probe, held, still_served, fingerprint, count):
    unknown = {f"x-unknown-{i}": "123456" for i in range(count)}
    answers = probe(rrq(held(b"x"), options=unknown), quiet=MOMENT).result
    size = len(bytes(rrq("file", options=unknown)))
    kind = {3: "serves", 5: "refuses", 6: "grants"}.get(bytes(answers[0])[1], "?") if answers else "ignores"
    fingerprint(f"a request of about {size // 100 * 100} octets:", kind)
    still_served()


@requirement("RFC2347-NP-09")
@pytest.mark.parametrize(("name", "value"), [("blksize", "4"), ("windowsize", "0"), ("blksize", "16x")])
def test_what_was_left_out_of_the_oack_is_not_applied(read, held, name, value):
    run = read(
        held(CONTENT), options={name: value, "tsize": "0"}, ends=["END", "ERROR", "SILENCE", "WRONG_GRANT"]
    )
    if run.state != "END" or name in run.automaton.granted:
        raise NotApplicable("the server refuses or grants it")
    assert [len(part) for part in parts(run)] == [512] * 6 + [128]


@requirement("RFC2347-NP-09", "RFC1350-2-02")
def test_without_a_granted_window_blocks_come_one_by_one(aside, held):
    run = aside(rrq(held(CONTENT), options={"x-windowsize": "4"}), None, quiet=MOMENT, ends="END")
    assert set(blocks(run)) <= {1}


@requirement("RFC2347-NP-09", "RFC1350-2-02")
@pytest.mark.parametrize("size", ["4", "0", "70000"])
def test_what_grants_no_window_uses_none(aside, held, size):
    run = aside(rrq(held(CONTENT), options={"windowsize": size}), None, quiet=MOMENT, ends=["END", "REFUSED"])
    assert set(blocks(run)) <= {1}
