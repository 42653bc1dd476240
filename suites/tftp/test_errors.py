"""Requests that must not be served, what an error packet looks like, and that it ends things for good."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_DATA, TFTP_ERROR

from pytest_atmt import requirement

from .judging import label, payloads, served
from .messages import ErrorCode, ack, data, error, oack, raw, rrq, wrq
from .probes import MOMENT

MALFORMED = {
    "no name": b"",
    "name without end": b"file",
    "no mode": b"file\0",
    "empty mode": b"file\0\0",
    "nothing but zeros": b"\0\0",
}


@requirement("RFC1350-7-01")
def test_a_missing_file_is_refused(read, new):
    read(new(), ends="ERROR")


@requirement("RFC1350-A-01")
def test_a_missing_file_is_error_1(read, new):
    assert read(new(), ends="ERROR").result.errorcode == ErrorCode.FILE_NOT_FOUND


@requirement("RFC1350-7-01")
def test_a_file_in_a_missing_folder_is_refused(read, new):
    read(f"{new()}/{new()}", ends="ERROR")


@requirement("RFC1350-4-04", "RFC1350-2-14")
def test_a_refusal_is_said_once_and_nothing_follows(probe, new):
    run = probe(rrq(new()))
    assert len(run.received(TFTP_ERROR)) == len(run.received()) == 1


@requirement("RFC1350-5-19")
def test_the_message_of_an_error_ends_with_its_only_zero(read, new):
    message = payloads(read(new(), ends="ERROR"))[0][4:]
    assert message.find(b"\0") == len(message) - 1


@requirement("RFC1350-5-20")
def test_the_message_of_an_error_is_netascii(read, new):
    message = read(new(), ends="ERROR").result.errormsg
    assert all(32 <= octet < 127 or octet in b"\a\b\t\n\v\f\r" for octet in message)


@requirement("RFC1350-5-29", behaviour="invalid")
@pytest.mark.parametrize("request_for", [rrq, wrq])
def test_an_empty_file_name_is_not_served(probe, request_for):
    assert not served(probe(request_for(""), quiet=MOMENT).result)


@requirement("RFC1350-5-04", behaviour="invalid")
@pytest.mark.parametrize("mode", ["foobar", "octe", "octets", "image", "oct et"])
def test_an_unknown_mode_is_not_served(probe, held, mode):
    assert not served(probe(rrq(held(b"x"), mode), quiet=MOMENT).result)


@requirement("RFC1350-5-04", behaviour="invalid")
def test_an_unknown_mode_is_not_taken_for_a_write(probe, new):
    assert not served(probe(wrq(new(), "foobar"), quiet=MOMENT).result)


@requirement("RFC1350-1-02", "RFC1123-4.2.2.1-01", behaviour="invalid")
@pytest.mark.parametrize("mode", ["mail", "MAIL"])
def test_mail_mode_is_not_served(probe, held, new, mode):
    assert not served(probe(rrq(held(b"x"), mode), quiet=MOMENT).result)
    assert not served(probe(wrq(new(), mode), quiet=MOMENT).result)


@requirement("RFC1350-5-01", behaviour="invalid")
@pytest.mark.parametrize("fields", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("opcode", [b"\0\1", b"\0\2"], ids=["rrq", "wrq"])
def test_a_malformed_request_is_not_served(probe, files, opcode, fields):
    files.put("file", b"x")
    assert not served(probe(raw(opcode + fields), quiet=MOMENT).result)


@requirement("RFC1350-5-02", behaviour="invalid")
@pytest.mark.parametrize("opcode", [b"\0\1", b"\0\2"], ids=["rrq", "wrq"])
def test_a_mode_without_its_zero_is_survived(probe, files, still_served, fingerprint, opcode):
    files.put("file", b"x")
    answers = probe(raw(opcode + b"file\0octet"), quiet=MOMENT).result
    fingerprint("serves a mode without its zero", "yes" if served(answers) else "no")
    assert not served(answers) or bytes(answers[0]) in (b"\0\3\0\1x", b"\0\4\0\0")
    still_served()


@requirement("RFC1350-5-24", "RFC1350-3-01", behaviour="invalid")
@pytest.mark.parametrize("opcode", [0x0000, 0x0007, 0x0009, 0x0100, 0x0101, 0x0201, 0xFFFF], ids=hex)
def test_an_unknown_opcode_is_no_request(probe, held, still_served, opcode):
    name = held(b"alive")
    message = raw(opcode.to_bytes(2, "big") + name.encode() + b"\0octet\0")
    assert not served(probe(message, quiet=MOMENT).result)
    still_served()


@requirement("RFC1350-5-27", behaviour="invalid")
@pytest.mark.parametrize("runt", [b"", b"\0", b"\1", b"\0\1", b"\0\2", b"\0\3\0", b"\0\4\0"], ids=repr)
def test_a_tiny_datagram_is_survived(probe, still_served, runt):
    assert not served(probe(raw(runt), quiet=MOMENT).result)
    still_served()


@requirement("RFC1350-5-25", behaviour="inopportune")
@pytest.mark.parametrize("message", [data(1, b"x"), ack(0), ack(1), oack({"blksize": "512"})], ids=label)
def test_what_belongs_into_a_transfer_begins_none(probe, still_served, message):
    assert not served(probe(message, quiet=MOMENT).result)
    still_served()


@requirement("RFC1350-2-13", behaviour="inopportune")
@pytest.mark.parametrize("message", [error(code, "no") for code in (0, 1, 4, 5, 8, 99)], ids=label)
def test_an_error_at_the_servers_port_is_not_answered(probe, still_served, message):
    assert probe(message, quiet=MOMENT).result == []
    still_served()


@requirement("RFC1350-2-13", behaviour="inopportune")
def test_an_error_of_an_empty_message_is_not_answered_either(probe, still_served):
    assert probe(raw(b"\0\5\0\0\0"), quiet=MOMENT).result == []
    still_served()


@requirement("RFC1350-5-28", behaviour="invalid")
@pytest.mark.parametrize("length", [255, 256, 300, 500, 512, 1400, 9000])
def test_an_over_long_name_is_refused_and_survived(probe, still_served, length):
    assert not served(probe(rrq("n" * length), quiet=MOMENT).result)
    still_served()


@requirement("RFC1350-5-28", behaviour="invalid")
def test_an_over_long_mode_is_refused_and_survived(probe, held, still_served):
    name = held(b"alive")
    assert not served(probe(rrq(name, "m" * 400), quiet=MOMENT).result)
    still_served()


@requirement("RFC1350-5-30")
@pytest.mark.parametrize(
    "name", [b"%s%n%x%s", b"\xff\xfe", b"\x01\x1b[2J", "\u00e4\u20ac".encode()], ids=repr
)
def test_an_odd_name_of_no_file_is_refused_and_survived(read, still_served, name):
    read(name, ends="ERROR")
    still_served()


@requirement("RFC1350-S-01", "RFC1350-S-03", "RFC1123-4.2.3.4-01", behaviour="invalid")
@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../../../../../../etc/passwd", "x/../../../../../etc/passwd", "..\\..\\..\\etc\\passwd"],
)
def test_what_lies_outside_the_served_tree_is_not_read(read, name):
    run = read(name, ends=["END", "ERROR"])
    assert not run.received(TFTP_DATA) or b"root:" not in run.result
