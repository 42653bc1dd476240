"""Options on the client's side: what is granted is used, what is not is not, and what may not be granted is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK, TFTP_RRQ

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .client_judging import asked, fetched, not_taken_for_whole, number_asked, reported, stored
from .judging import blocks, parts, payloads
from .messages import ErrorCode, error, oack, raw

CONTENT = b"".join(b"%03d " % i * 128 for i in range(6)) + b"the end"  # 3079 octets
ANY_END = ["END", "ERROR", "GONE", "SILENCE", "WRONG_BLOCK", "NONSENSE"]
GRANT = {"blksize": str}


def refused(run, option):
    """The client refuses what it is offered, with ERROR 8."""
    asked(run, option)
    assert run.state == "ERROR", f"it ended in {run.state}; the client {run.client}"
    assert run.result.errorcode == ErrorCode.OPTION_REFUSED


@requirement("RFC2347-NP-11")
def test_an_oack_to_a_read_is_confirmed_by_ack_0(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT, grants=GRANT)
    asked(run, "blksize")
    assert payloads(run)[1] == b"\0\4\0\0"
    assert len(run.sent(TFTP_OACK)) == 1, "the OACK had to be sent again before it was confirmed"


@requirement("RFC2347-NP-13")
def test_an_oack_to_a_write_is_confirmed_by_block_1(client, serve_write):
    run = serve_write(client.put(CONTENT, blksize="1024"), grants=GRANT)
    asked(run, "blksize")
    assert payloads(run)[1][:4] == b"\0\3\0\1"


@requirement("RFC2347-NP-10", "RFC2348-05-C", "RFC2348-06-C")
@pytest.mark.parametrize("size", [1023, 1024, 1025, 2048, 3079])
def test_the_block_size_granted_is_read_by(client, serve_read, size):
    run = serve_read(client.get(blksize="1024"), CONTENT[:size], grants=GRANT)
    asked(run, "blksize")
    fetched(run, CONTENT[:size])


@requirement("RFC2348-10-CW", "RFC2348-06-CW")
@pytest.mark.parametrize("size", [1023, 1024, 1025, 2048, 3079])
def test_the_block_size_granted_is_written_by(client, serve_write, size):
    run = serve_write(client.put(CONTENT[:size], blksize="1024"), grants=GRANT)
    assert {len(part) for part in parts(run)[:-1]} <= {number_asked(run, "blksize")}
    stored(run, CONTENT[:size])


@requirement("RFC2347-NP-10", "RFC2348-05-C")
@pytest.mark.parametrize("blksize", ["8", "511", "1428", "1468"])
def test_other_block_sizes_are_read_by_as_well(client, serve_read, blksize):
    run = serve_read(client.get(blksize=blksize), CONTENT[:100] * 3, grants=GRANT, ends=["END", "GONE"])
    if not run.received():
        raise NotApplicable(f"the client makes no request with a block size of {blksize}, and need not")
    asked(run, "blksize")
    fetched(run, CONTENT[:100] * 3)


@requirement("RFC2348-11-C")
def test_a_file_smaller_than_the_block_size_is_one_block(client, serve_read):
    run = serve_read(client.get(blksize="1024"), b"x" * 600, grants=GRANT)
    asked(run, "blksize")
    fetched(run, b"x" * 600)


@requirement("RFC2347-NP-09-C", behaviour="valid")
def test_a_block_size_that_is_not_granted_is_not_read_by(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT)
    asked(run, "blksize")
    fetched(run, CONTENT)


@requirement("RFC2347-NP-09-CW", behaviour="valid")
def test_a_block_size_that_is_not_granted_is_not_written_by(client, serve_write):
    run = serve_write(client.put(CONTENT, blksize="1024"))
    asked(run, "blksize")
    assert {len(part) for part in parts(run)[:-1]} == {512}
    stored(run, CONTENT)


@requirement("RFC2348-07")
@pytest.mark.parametrize("offer", ["512", "700", "8"])
def test_a_smaller_offer_is_read_by_or_refused(client, serve_read, offer):
    content = CONTENT[:300] if offer == "8" else CONTENT
    run = serve_read(client.get(blksize="1024"), content, grants={"blksize": lambda _: offer}, ends=ANY_END)
    asked(run, "blksize")
    if run.state == "END":
        fetched(run, content)
    else:
        refused(run, "blksize")


@requirement("RFC2348-07-CW")
@pytest.mark.parametrize("offer", ["512", "700", "8"])
def test_a_smaller_offer_is_written_by_or_refused(client, serve_write, offer):
    content = CONTENT[:300] if offer == "8" else CONTENT
    run = serve_write(client.put(content, blksize="1024"), grants={"blksize": lambda _: offer}, ends=ANY_END)
    asked(run, "blksize")
    if run.state == "END":
        stored(run, content)
    else:
        refused(run, "blksize")


def larger(value):
    return str(2 * int(value)) if value.isdigit() else value


@requirement("RFC2348-08", behaviour="invalid", preamble="OFFERING")
def test_a_larger_offer_to_a_read_is_refused(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT, grants={"blksize": larger}, ends=ANY_END)
    refused(run, "blksize")


@requirement("RFC2348-08-CW", behaviour="invalid", preamble="OFFERING")
def test_a_larger_offer_to_a_write_is_refused(client, serve_write):
    run = serve_write(client.put(CONTENT, blksize="1024"), grants={"blksize": larger}, ends=ANY_END)
    refused(run, "blksize")


@requirement("RFC2348-09", behaviour="invalid", preamble="OFFERING")
@pytest.mark.parametrize("offer", ["0", "7", "65465", "99999999999", "-1", "abc", ""])
def test_a_block_size_that_is_none_is_refused(client, serve_read, offer):
    run = serve_read(
        client.get(blksize="1024"), CONTENT, grants={"blksize": lambda _: offer}, ends=ANY_END, quiet=3.0
    )
    if run.state == "GONE" and not offer.isdigit():  # a malformed OACK may also end it without a word
        assert run.client.complains
        assert not run.received(TFTP_ACK)
    else:
        refused(run, "blksize")


@requirement("RFC2349-TO-04", behaviour="invalid", preamble="OFFERING")
@pytest.mark.parametrize("change", [1, 7])
def test_another_timeout_than_asked_for_is_refused(client, serve_read, change):
    run = serve_read(
        client.get(timeout="3"),
        CONTENT,
        grants={"timeout": lambda value: str(int(value) + change) if value.isdigit() else value},
        ends=ANY_END,
    )
    refused(run, "timeout")


@requirement("RFC7440-3-04", behaviour="invalid", preamble="OFFERING")
def test_a_larger_window_than_asked_for_is_refused(client, window_read):
    run = window_read(client.get(windowsize="4"), CONTENT, grants={"windowsize": larger}, ends=ANY_END)
    refused(run, "windowsize")


def rejections(run):
    """The codes of the errors that a client says to a larger block size; not applicable to one that takes it."""
    asked(run, "blksize")
    if run.result and bytes(run.result[0])[:4] in (b"\0\4\0\0", b"\0\3\0\1"):
        raise NotApplicable("the client does not reject this OACK; whether it may take it is RFC2348-08's")
    return [int(heard[TFTP_ERROR].errorcode) for heard in run.result if TFTP_ERROR in heard]


@requirement("RFC2347-NP-15", behaviour="invalid", preamble="HEARING")
def test_a_reader_that_refuses_an_oack_says_so_and_ends(client, interrupted_read):
    run = interrupted_read(client.get(blksize="1024"), CONTENT, [oack({"blksize": "65464"})], turn=1)
    assert rejections(run) == [8]
    assert len(run.result) == 1
    reported(run)


@requirement("RFC1350-5-19-C", behaviour="invalid", preamble="HEARING")
def test_the_error_that_refuses_an_oack_is_well_formed(client, interrupted_read):
    run = interrupted_read(client.get(blksize="1024"), CONTENT, [oack({"blksize": "65464"})], turn=1)
    asked(run, "blksize")
    for octets in (bytes(heard) for heard in run.result if bytes(heard)[:2] == b"\0\5"):
        assert len(octets) >= 5
        assert octets[4:].find(b"\0") == len(octets) - 5


@requirement("RFC2347-NP-15-CW", behaviour="invalid", preamble="HEARING")
def test_a_writer_that_refuses_an_oack_says_so_and_ends(client, interrupted_write):
    run = interrupted_write(client.put(CONTENT, blksize="1024"), [oack({"blksize": "65464"})], turn=0)
    assert rejections(run) == [8]
    assert len(run.result) == 1
    reported(run)


@requirement("RFC2347-NP-16", behaviour="inopportune", preamble="HEARING")
@pytest.mark.parametrize("option", ["x-atmt", "multicast"])
def test_a_reader_refuses_an_option_that_it_did_not_ask_for(client, interrupted_read, option):
    run = interrupted_read(client.get(), CONTENT, [oack({option: "1"})], turn=1)
    assert [int(heard[TFTP_ERROR].errorcode) for heard in run.result if TFTP_ERROR in heard] == [8]
    reported(run)


@requirement("RFC2347-NP-16-CW", behaviour="inopportune", preamble="HEARING")
@pytest.mark.parametrize("option", ["x-atmt", "multicast"])
def test_a_writer_refuses_an_option_that_it_did_not_ask_for(client, interrupted_write, option):
    run = interrupted_write(client.put(CONTENT), [oack({option: "1"})], turn=0)
    assert [int(heard[TFTP_ERROR].errorcode) for heard in run.result if TFTP_ERROR in heard] == [8]
    reported(run)


@requirement("RFC2347-NP-16", behaviour="inopportune", preamble="HEARING")
def test_an_option_is_refused_that_comes_beside_one_asked_for(client, interrupted_read):
    run = interrupted_read(
        client.get(blksize="1024"), CONTENT, [oack({"blksize": "1024", "x-atmt": "1"})], turn=1
    )
    asked(run, "blksize")
    assert [int(heard[TFTP_ERROR].errorcode) for heard in run.result if TFTP_ERROR in heard] == [8]


@requirement("RFC2347-NP-19", behaviour="timer")
def test_an_oack_that_comes_again_is_confirmed_again(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT, grants=GRANT, impair=[drop(TFTP_ACK, block=0)])
    asked(run, "blksize")
    fetched(run, CONTENT)


@requirement("RFC2347-NP-19", behaviour="inopportune")
def test_a_doubled_oack_does_a_read_no_harm(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT, grants=GRANT, impair=[duplicate(TFTP_OACK)])
    asked(run, "blksize")
    fetched(run, CONTENT)


@requirement("RFC1123-4.2.3.1-03-CW", behaviour="inopportune")
def test_a_doubled_oack_does_not_repeat_block_1(client, serve_write):
    run = serve_write(client.put(CONTENT, blksize="1024"), grants=GRANT, impair=[duplicate(TFTP_OACK)])
    asked(run, "blksize")
    assert blocks(run).count(1) == 1


@requirement("RFC1350-2-18-C", behaviour="timer")
def test_a_request_with_options_is_made_again_when_its_oack_was_lost(client, serve_read):
    run = serve_read(client.get(blksize="1024"), CONTENT, grants=GRANT, impair=[drop(TFTP_OACK)])
    asked(run, "blksize")
    fetched(run, CONTENT)


@requirement("RFC2347-PF-03-C")
def test_options_may_be_granted_in_any_order(client, serve_read):
    offer = {"tsize": str(len(CONTENT)), "blksize": "1024"}
    run = serve_read(client.get(blksize="1024", tsize=""), CONTENT, offer=offer, ends=ANY_END)
    if [name for name in run.automaton.asked if name in offer] != ["blksize", "tsize"]:
        raise NotApplicable("the client does not ask for blksize and then for tsize")
    fetched(run, CONTENT)


@requirement("RFC2347-NP-10")
def test_a_size_that_is_granted_is_no_obstacle(client, serve_read):
    run = serve_read(client.get(tsize=""), CONTENT, grants={"tsize": lambda _: str(len(CONTENT))})
    asked(run, "tsize")
    fetched(run, CONTENT)


@requirement("RFC2349-TS-10", behaviour="invalid")
@pytest.mark.parametrize("size", [1, 100000])
def test_a_file_of_another_size_than_announced_is_reported(client, serve_read, size):
    run = serve_read(client.get(tsize=""), CONTENT, grants={"tsize": lambda _: str(size)}, ends=ANY_END)
    asked(run, "tsize")
    reported(run)


@requirement("RFC2349-TS-06", behaviour="invalid")
def test_a_size_for_which_there_is_no_room_may_be_refused(client, serve_read, fingerprint):
    run = serve_read(client.get(tsize=""), CONTENT, grants={"tsize": lambda _: str(1 << 50)}, ends=ANY_END)
    asked(run, "tsize")
    code = int(run.result.errorcode) if run.state == "ERROR" else None
    fingerprint("says to a size of a petabyte", "nothing" if code is None else f"error {code}")
    assert code in (None, ErrorCode.DISK_FULL, ErrorCode.OPTION_REFUSED, ErrorCode.UNDEFINED)


@requirement("RFC2349-TO-06-C", behaviour="timer", preamble="HEARING")
def test_the_timeout_granted_is_kept(client, interrupted_read):
    run = interrupted_read(client.get(timeout="3"), CONTENT, [], turn=1, grants={"timeout": str}, quiet=60.0)
    seconds = number_asked(run, "timeout")
    times = [later.at - earlier.at for earlier, later in pairwise(run.received(TFTP_ACK, block=0))]
    if not times:
        raise NotApplicable("the client does not repeat its acknowledgement, and need not")
    assert 0.9 * seconds <= times[0] <= 1.5 * seconds


@requirement("RFC2347-NP-20", behaviour="inopportune", preamble="HEARING")
def test_what_a_client_does_when_its_options_are_refused(client, interrupted_read, fingerprint):
    run = interrupted_read(client.get(blksize="1024"), CONTENT, [error(8, "no options here")], turn=1)
    asked(run, "blksize")
    again = [heard for heard in run.result if TFTP_RRQ in heard]
    fingerprint("when its options are refused", "asks again without" if again else "ends")
    assert again or run.client.complains


MALFORMED = [
    b"\0\6",
    b"\0\6blksize",
    b"\0\6blksize\0",
    b"\0\6\0\0",
    b"\0\6" + b"A" * 600 + b"\x001\0",
    b"\0\6blksize\0" + b"9" * 600 + b"\0",
    b"\0\6" + b"x\x001\0" * 200,
]
NAMES = ["empty", "name", "no-value", "nuls", "long-name", "long-value", "many"]


@requirement("RFC2347-NP-23", behaviour="invalid", preamble="INTERJECTING")
@pytest.mark.parametrize("octets", MALFORMED, ids=NAMES)
def test_a_malformed_oack_does_a_reader_no_harm(client, interjected_serve_read, octets):
    ends = ["END", "TERMINATED", "PARTED", *ANY_END]
    run = interjected_serve_read(client.get(blksize="1024"), CONTENT, raw(octets), turn=1, ends=ends)
    not_taken_for_whole(run, CONTENT)


@requirement("RFC2347-NP-23-CW", behaviour="invalid", preamble="INTERJECTING")
@pytest.mark.parametrize("octets", MALFORMED, ids=NAMES)
def test_a_malformed_oack_does_a_writer_no_harm(client, interjected_serve_write, octets):
    ends = ["END", "TERMINATED", "PARTED", "DISTURBED", *ANY_END]
    run = interjected_serve_write(client.put(CONTENT, blksize="1024"), raw(octets), turn=0, ends=ends)
    assert not run.client.success or run.state == "END"
    assert run.state != "END" or run.received(TFTP_DATA)
