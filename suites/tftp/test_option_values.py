"""blksize, timeout and tsize: the values that may be granted, and what they then mean."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK

from pytest_atmt import NotApplicable, drop, requirement

from . import netascii
from .judging import blocks, gaps, granted, left_out_or_refused, not_granted, parts
from .messages import ErrorCode, options, rrq
from .negotiation import number

CONTENT = b"0123456789abcdef" * 200  # 3200 octets
FITTING = CONTENT[:1400]  # one frame of Ethernet carries it
NO_NUMBERS = ["abc", "", "1024x", " 1024", "+1024", "-1", "0x400", "1e3"]


@requirement("RFC2348-01")
@pytest.mark.parametrize("size", ["512", "700", "1024", "1428"])
def test_a_block_size_is_granted_no_larger_than_asked_for(read, held, size):
    run = read(held(CONTENT), options={"blksize": size})
    assert 8 <= int(granted(run, "blksize")) <= int(size)
    assert run.result == CONTENT


@requirement("RFC2348-03")
@pytest.mark.parametrize("size", ["8", "9"])
def test_the_smallest_block_sizes_work(read, held, size):
    run = read(held(CONTENT[:100]), options={"blksize": size})
    assert run.result == CONTENT[:100]
    assert 8 <= int(granted(run, "blksize")) <= int(size)


@requirement("RFC2348-04")
def test_the_largest_block_size_works_or_is_lowered(read, held):
    run = read(held(FITTING), options={"blksize": "65464"})
    assert run.result == FITTING


@requirement("RFC2348-05")
def test_a_block_size_counts_data_alone(read, held):
    run = read(held(CONTENT), options={"blksize": "1000"})
    size = int(granted(run, "blksize"))
    assert len(parts(run)[0]) == size


@requirement("RFC2348-06")
@pytest.mark.parametrize("length", [512, 799, 801, 1024, 1599, 2400])
def test_a_file_of_any_length_ends_with_a_block_smaller_than_the_granted_size(read, held, length):
    run = read(held(CONTENT[:length]), options={"blksize": "800"})
    size = int(granted(run, "blksize"))
    assert [len(part) for part in parts(run)] == [size] * (length // size) + [length % size]


@requirement("RFC2348-06")
def test_blocks_of_the_largest_size_are_as_large_as_was_granted(read, held):
    content = CONTENT * 22
    run = read(held(content), options={"blksize": "65464"})
    size = int(granted(run, "blksize"))
    assert [len(part) for part in parts(run)] == [size] * (len(content) // size) + [len(content) % size]
    assert run.result == content


@requirement("RFC2348-06")
def test_a_file_of_whole_granted_blocks_ends_with_an_empty_one(read, held):
    run = read(held(CONTENT), options={"blksize": "800"})
    size = int(granted(run, "blksize"))
    if len(CONTENT) % size:
        raise NotApplicable("the server grants a smaller block size, and may (RFC 2348)")
    assert [len(part) for part in parts(run)] == [size] * (len(CONTENT) // size) + [0]


@requirement("RFC2348-11")
def test_a_file_smaller_than_a_granted_block_is_one_block(read, held):
    run = read(held(b"small"), options={"blksize": "1024"})
    granted(run, "blksize")
    assert parts(run) == [b"small"]


@requirement("RFC2348-10")
@pytest.mark.parametrize(("size", "length"), [("8", 100), ("1024", 3200), ("1428", 3200)])
def test_a_block_size_holds_for_writing_too(write, new, files, size, length):
    name = new()
    granted(write(name, CONTENT[:length], options={"blksize": size}), "blksize")
    assert files.get(name) == CONTENT[:length]


@requirement("RFC2348-10")
def test_a_written_file_of_whole_granted_blocks_ends_with_an_empty_one(write, new, files):
    name = new()
    granted(write(name, CONTENT, options={"blksize": "800"}), "blksize")
    assert files.get(name) == CONTENT


@requirement("RFC2348-02", behaviour="invalid")
@pytest.mark.parametrize("size", ["0", "1", "7"])
def test_too_small_a_block_size_is_not_granted(read, held, size):
    run = read(held(CONTENT), options={"blksize": size}, ends=["END", "ERROR"])
    assert left_out_or_refused(run, "blksize")


@requirement("RFC2348-02", behaviour="invalid")
@pytest.mark.parametrize("size", ["65465", "99999", "4294967808"])
def test_too_large_a_block_size_is_lowered_left_out_or_refused(read, held, size):
    run = read(held(FITTING), options={"blksize": size}, ends=["END", "ERROR"])
    if run.state == "ERROR":
        assert run.result.errorcode == ErrorCode.OPTION_REFUSED
    assert int(run.automaton.granted.get("blksize", "512")) <= 65464


@requirement("RFC2348-12", behaviour="invalid")
@pytest.mark.parametrize("size", NO_NUMBERS, ids=repr)
def test_a_block_size_that_is_no_number_is_not_granted(read, held, size):
    run = read(held(FITTING), options={"blksize": size}, ends=["END", "ERROR", "SILENCE"])
    assert not_granted(run, "blksize")


@requirement("RFC2349-TO-01")
@pytest.mark.parametrize("seconds", ["1", "4", "255"])
def test_a_timeout_is_granted_as_asked_for(read, held, seconds):
    run = read(held(CONTENT), options={"timeout": seconds})
    assert granted(run, "timeout") == seconds


@requirement("RFC2349-TO-02", behaviour="timer", preamble="LISTENING")
def test_a_granted_timeout_is_the_time_before_a_repetition(mute, held, about):
    run = mute(rrq(held(CONTENT), options={"timeout": "2"}))
    if not run.received(TFTP_OACK):
        raise NotApplicable("the server does not grant timeout, and need not (RFC 2347)")
    assert gaps(run)[0] == about(2.0, early=0.5, late=0.5)


@requirement("RFC2349-TO-02", behaviour="timer")
def test_a_granted_timeout_is_the_time_before_a_lost_block_comes_again(read, held, about):
    run = read(held(CONTENT), options={"timeout": "2"}, impair=[drop(TFTP_ACK, block=1)])
    granted(run, "timeout")
    times = [e.at for e in run.received(TFTP_DATA, block=1)]
    assert len(times) > 1
    assert times[1] - times[0] == about(2.0, early=0.5, late=0.5)


@requirement("RFC2349-TO-02", behaviour="timer", preamble="LISTENING")
@pytest.mark.usefixtures("in_virtual_time")
@pytest.mark.parametrize("seconds", [1, 3, 10, 30, 127, 128, 255])
def test_a_granted_timeout_is_waited_for_exactly(mute, held, about, seconds):
    """Another one that is granted is wrong, and judged where that is asked for; here it is what has to be kept."""
    run = mute(rrq(held(CONTENT), options={"timeout": str(seconds)}), patience=2.0 * seconds + 5)
    kept = [options(e.packet).get("timeout") for e in run.received(TFTP_OACK)[:1]]
    if not kept or (period := number(kept[0] or "")) is None:
        raise NotApplicable("the server does not grant timeout, and need not (RFC 2347)")
    assert gaps(run)[0] == about(period, early=0.5, late=max(0.5, period / 10))


@requirement("RFC2349-TS-05", behaviour="invalid")
@pytest.mark.parametrize("size", ["100000000000000", "4294967296"])
def test_a_file_that_is_announced_as_enormous(write, new, fingerprint, size):
    run = write(new(), CONTENT, options={"tsize": size}, ends=["END", "ERROR"])
    words = f"error {int(run.result.errorcode)}" if run.state == "ERROR" else "takes it"
    fingerprint(f"hears that a file has {size} octets:", words)
    assert run.state == "END" or run.result.errorcode in (ErrorCode.DISK_FULL, ErrorCode.UNDEFINED)


@requirement("RFC2349-TS-04")
@pytest.mark.parametrize("size", ["65536", "99999999", "2147483648", "4294967296", "100000000000000"])
def test_a_size_of_many_digits_is_echoed_as_it_is(write, new, size):
    run = write(new(), CONTENT, options={"tsize": size}, ends=["END", "ERROR"])
    assert run.state == "ERROR" or granted(run, "tsize") == size


@requirement("RFC2347-NP-08", behaviour="invalid")
@pytest.mark.parametrize(
    ("option", "value"),
    [("blksize", "7"), ("blksize", "abc"), ("timeout", "0"), ("timeout", "abc"), ("windowsize", "0")],
)
def test_an_unlawful_value_is_left_out_or_refused_by_error_8(read, held, option, value):
    run = read(held(FITTING), options={option: value}, ends=["END", "ERROR"])
    assert left_out_or_refused(run, option)


@requirement("RFC2349-TO-03", behaviour="invalid")
@pytest.mark.parametrize("seconds", ["0", "256", "-1", "abc", ""], ids=repr)
def test_an_unlawful_timeout_is_not_granted(read, held, seconds):
    run = read(held(CONTENT), options={"timeout": seconds}, ends=["END", "ERROR", "SILENCE"])
    assert not_granted(run, "timeout")


@requirement("RFC2349-TS-02")
@pytest.mark.parametrize("size", [0, 1, 511, 512, 700, 3200, 70000])
def test_the_size_of_a_file_is_told_exactly(read, held, size):
    content = (CONTENT * 22)[:size]
    run = read(held(content), options={"tsize": "0"})
    assert granted(run, "tsize") == str(size)
    assert run.result == content


@requirement("RFC2349-TS-04")
@pytest.mark.parametrize("size", [0, 1, 3200])
def test_the_size_of_a_file_to_be_written_is_echoed(write, new, files, size):
    name = new()
    run = write(name, CONTENT[:size], options={"tsize": str(size)})
    assert granted(run, "tsize") == str(size)
    assert files.get(name) == CONTENT[:size]


@requirement("RFC2349-TS-07")
def test_the_size_of_text_is_what_goes_over_the_wire_or_is_not_told(read, held):
    text = b"line\n" * 100
    run = read(held(text), mode="netascii", options={"tsize": "0"}, ends=["END", "ERROR"])
    if run.state == "ERROR":
        assert run.result.errorcode == ErrorCode.OPTION_REFUSED
    assert run.automaton.granted.get("tsize", "600") == str(len(netascii.encode(text)))


@requirement("RFC2349-TS-08")
def test_a_missing_file_has_no_size_but_error_1(read, new):
    run = read(new(), options={"tsize": "0"}, ends="ERROR")
    assert run.result.errorcode == ErrorCode.FILE_NOT_FOUND
    assert not run.received(TFTP_OACK)


@requirement("RFC2349-TS-09", behaviour="invalid")
@pytest.mark.parametrize("size", ["abc", "", "-1"], ids=repr)
def test_a_size_that_is_no_number_is_not_echoed(write, new, size):
    run = write(new(), CONTENT, options={"tsize": size}, ends=["END", "ERROR"])
    assert not_granted(run, "tsize")


@requirement("RFC2348-06")
def test_blocks_of_a_granted_size_are_numbered_from_one(read, held):
    run = read(held(CONTENT), options={"blksize": "512"})
    granted(run, "blksize")
    assert blocks(run) == [1, 2, 3, 4, 5, 6, 7]


@requirement("RFC2349-TS-04", "RFC1350-5-11")
@pytest.mark.parametrize("size", ["0", "1", "512", "5000"])
def test_a_file_is_stored_whole_whatever_size_was_announced(write, new, files, size):
    name = new()
    run = write(name, CONTENT, options={"tsize": size}, ends=["END", "ERROR"])
    assert run.state == "ERROR" or files.get(name) == CONTENT


@requirement("RFC2349-TS-02")
@pytest.mark.parametrize("asked", ["1", "100", "99999"])
def test_a_reader_is_told_the_size_whatever_it_says_itself(read, held, asked):
    """In a read request it has to be 0, so that another may be refused as an unlawful value is."""
    run = read(held(CONTENT), options={"tsize": asked}, ends=["END", "ERROR"])
    if run.state == "ERROR":
        assert run.result.errorcode == ErrorCode.OPTION_REFUSED
        return
    assert run.automaton.granted.get("tsize", str(len(CONTENT))) in (str(len(CONTENT)), asked)
    assert run.result == CONTENT
