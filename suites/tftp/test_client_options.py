"""Options on the client's side: what is granted is used, what is not is not, and what may not be granted is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_OACK

from pytest_atmt import NotApplicable, drop, duplicate, requirement

from .client_judging import (
    ANY_END,
    asked,
    fetched,
    number_asked,
    refused,
    reported,
    stored,
)
from .judging import blocks, parts, payloads
from .messages import ErrorCode

CONTENT = b"".join(b"%03d " % i * 128 for i in range(6)) + b"the end"  # 3079 octets
GRANT = {"blksize": str}


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
