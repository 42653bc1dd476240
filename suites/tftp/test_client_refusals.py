"""What a client may not take of an OACK: values that are wrong, options that it did not ask for, nonsense."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_RRQ

from pytest_atmt import NotApplicable, requirement

from .client_judging import ANY_END, asked, not_taken_for_whole, refused, reported
from .messages import error, oack, raw

CONTENT = b"".join(b"%03d " % i * 128 for i in range(6)) + b"the end"  # 3079 octets


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
    if offer.isdigit() or run.state not in ("GONE", "ERROR"):
        refused(run, "blksize")
    else:  # malformed: it may be ended by any error, or by none if the user is told
        asked(run, "blksize")
        assert not run.received(TFTP_ACK)
        assert run.state == "ERROR" or run.client.complains


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
