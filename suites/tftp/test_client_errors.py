"""Errors on the client's side: an ERROR ends the transfer, is never answered, and the user learns of it."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_DATA, TFTP_ERROR

from pytest_atmt import requirement

from .client_judging import not_taken_for_whole, reported
from .messages import ack, data, error, raw

CONTENT = b"0123456789abcdef" * 100  # blocks 1 to 4
CODES = [0, 1, 2, 3, 4, 5, 6, 7]


@requirement("RFC1350-2-13-C", "RFC1350-7-02-C", preamble="HEARING")
@pytest.mark.parametrize("code", CODES)
def test_an_error_that_refuses_a_read_ends_it_without_a_word(client, interrupted_read, code):
    assert interrupted_read(client.get(), b"", [error(code, "no")], turn=1).result == []


@requirement("RFC1350-2-13-CW", "RFC1350-7-02-CW", preamble="HEARING")
@pytest.mark.parametrize("code", CODES)
def test_an_error_that_refuses_a_write_ends_it_without_a_word(client, interrupted_write, code):
    assert interrupted_write(client.put(CONTENT), [error(code, "no")], turn=0).result == []


@requirement("RFC1350-2-13-C", "RFC1350-7-02-C", preamble="HEARING")
@pytest.mark.parametrize("turn", [2, 4])
@pytest.mark.parametrize("code", [0, 3])
def test_an_error_in_a_read_ends_it_without_a_word(client, interrupted_read, turn, code):
    assert interrupted_read(client.get(), CONTENT, [error(code, "stop")], turn=turn).result == []


@requirement("RFC1350-2-13-CW", "RFC1350-7-02-CW", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 4])
@pytest.mark.parametrize("code", [0, 3])
def test_an_error_in_a_write_ends_it_without_a_word(client, interrupted_write, turn, code):
    assert interrupted_write(client.put(CONTENT), [error(code, "stop")], turn=turn).result == []


@requirement("RFC1350-7-03", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 2, 4])
def test_a_reader_tells_its_user_of_an_error(client, interrupted_read, turn):
    reported(interrupted_read(client.get(), CONTENT, [error(2, "access denied")], turn=turn))


@requirement("RFC1350-7-03-CW", preamble="HEARING")
@pytest.mark.parametrize("turn", [0, 1, 4])
def test_a_writer_tells_its_user_of_an_error(client, interrupted_write, turn):
    reported(interrupted_write(client.put(CONTENT), [error(2, "access denied")], turn=turn))


@requirement("RFC1350-7-09", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 2, 4])
def test_the_status_of_a_reader_says_that_there_was_an_error(client, interrupted_read, turn):
    assert not interrupted_read(client.get(), CONTENT, [error(1, "no file")], turn=turn).client.success


@requirement("RFC1350-7-09-W", preamble="HEARING")
@pytest.mark.parametrize("turn", [0, 1, 4])
def test_the_status_of_a_writer_says_that_there_was_an_error(client, interrupted_write, turn):
    assert not interrupted_write(client.put(CONTENT), [error(3, "disk full")], turn=turn).client.success


@requirement("RFC1350-7-04", preamble="HEARING")
@pytest.mark.parametrize("turn", [1, 2, 4])
def test_what_an_error_broke_off_does_not_pass_for_a_whole_file(client, interrupted_read, turn):
    run = interrupted_read(client.get(), CONTENT, [error(0, "stop")], turn=turn)
    assert run.client.file is None or not run.client.success


ODD = [b"\0\5\0\1", b"\0\5\0\2no end", b"\0\5\0\1\0", b"\0\5\0\0" + b"x" * 600 + b"\0"]


@requirement("RFC1350-5-22-C", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("octets", ODD[:3], ids=repr)
def test_an_error_without_message_or_nul_ends_a_read(client, interrupted_read, octets):
    reported(interrupted_read(client.get(), CONTENT, [raw(octets)], turn=2))


@requirement("RFC1350-5-22-CW", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("octets", ODD[:3], ids=repr)
def test_an_error_without_message_or_nul_ends_a_write(client, interrupted_write, octets):
    run = interrupted_write(client.put(CONTENT), [raw(octets)], turn=1)
    assert not any(TFTP_DATA in pkt for pkt in run.result)
    reported(run)


@requirement("RFC1350-5-23-C", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("code", [8, 9, 255, 65535])
def test_an_error_of_unknown_code_ends_a_read(client, interrupted_read, code):
    reported(interrupted_read(client.get(), CONTENT, [error(code, "odd")], turn=2))


@requirement("RFC1350-5-23-CW", behaviour="invalid", preamble="HEARING")
@pytest.mark.parametrize("code", [8, 9, 255, 65535])
def test_an_error_of_unknown_code_ends_a_write(client, interrupted_write, code):
    run = interrupted_write(client.put(CONTENT), [error(code, "odd")], turn=1)
    assert not any(TFTP_DATA in pkt for pkt in run.result)
    reported(run)


@requirement("RFC1350-7-02-C", behaviour="valid", preamble="HEARING")
def test_what_follows_an_error_is_not_written(client, interrupted_read):
    run = interrupted_read(client.get(), CONTENT, [error(0, "stop"), data(2, b"late")], turn=2)
    not_taken_for_whole(run, CONTENT)


@requirement("RFC1350-7-02-CW", behaviour="valid", preamble="HEARING")
def test_what_follows_an_error_moves_a_writer_to_nothing(client, interrupted_write):
    run = interrupted_write(client.put(CONTENT), [error(0, "stop"), ack(1)], turn=1)
    assert not [heard for heard in run.result if bytes(heard)[:4] == b"\0\3\0\2"]


@requirement("RFC1350-5-19-C", "RFC1350-2-14-C", behaviour="invalid", preamble="HEARING")
def test_what_a_client_says_of_an_illegal_packet_is_one_well_formed_error(client, interrupted_read):
    run = interrupted_read(client.get(), CONTENT, [raw(b"\0\x63\0\1what")], turn=2)
    errors = [bytes(heard) for heard in run.result if bytes(heard)[:2] == b"\0\5"]
    assert len(errors) <= 1
    for octets in errors:
        assert len(octets) >= 5
        assert octets[-1:] == b"\0"
        assert octets[4:].count(b"\0") == 1


@requirement("RFC2347-ERR-01-C", behaviour="invalid", preamble="HEARING")
def test_error_8_is_not_said_of_what_is_no_option(client, interrupted_read):
    run = interrupted_read(client.get(), CONTENT, [raw(b"\0\x63\0\1what")], turn=2)
    assert not run.received(TFTP_ERROR, errorcode=8)
