"""What cannot be done is refused, by the right error, and said by no other: folders, permissions, a full disk."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ERROR

from pytest_atmt import NotApplicable, requirement

from .judging import served
from .messages import ErrorCode, ack, raw, rrq, wrq
from .probes import MOMENT
from .provoking import serves

CONTENT = b"0123456789abcdef" * 2560  # 40960 octets
ROOM = 16384
NO_FILES = ["folder", "fifo", "device"]


@pytest.fixture
def refusals(probe, held, new):
    """Every error that a server says to what it is easily asked: situation -> the packet."""

    def collect():
        name = held(b"x")
        asked = {
            "missing file": rrq(new()),
            "missing folder": rrq(f"{new()}/{new()}"),
            "mode mail": rrq(name, "mail"),
            "unknown mode": rrq(name, "image"),
            "empty name": rrq(""),
            "unknown opcode": raw(b"\0\x09file\0octet\0"),
            "no request": ack(1),
            "name that leads upwards": rrq("../../../etc/passwd"),
        }
        answers = {what: probe(message, quiet=MOMENT).result for what, message in asked.items()}
        return {what: said[0][TFTP_ERROR] for what, said in answers.items() if said and TFTP_ERROR in said[0]}

    return collect


@requirement("RFC1350-7-01", behaviour="invalid")
def test_a_folder_is_refused(read, files):
    files.place("folder", "folder")
    read("folder", ends="ERROR")


@requirement("RFC1350-7-01-W", behaviour="invalid")
def test_a_folder_is_not_written_to(write, files):
    files.place("folder", "folder")
    write("folder", b"x", ends="ERROR")


@requirement("RFC1350-7-01-W", behaviour="invalid")
def test_a_file_in_a_missing_folder_is_not_written(write, new, fingerprint):
    run = write(f"{new()}/{new()}", b"x", ends=["END", "ERROR"])
    fingerprint("makes the folder of a file", "yes" if run.state == "END" else "no")


@requirement("RFC1350-7-01-R")
def test_a_server_that_takes_no_files_says_so(probe, new, fingerprint):
    answers = probe(wrq(new()), quiet=MOMENT).result
    assert len(answers) == 1
    assert TFTP_ERROR in answers[0]
    fingerprint("refuses to be written to with error", int(answers[0][TFTP_ERROR].errorcode))


@pytest.fixture
def placed(peer, files):
    """Have the server hold what is no plain file."""

    def place(kind):
        if kind == "fifo" and peer.clock_kind == "virtual" and peer.statement.adapter == "process":
            raise NotApplicable(
                "who opens a named pipe waits in the kernel, where no virtual clock can follow"
            )
        files.place(kind, kind)

    return place


@requirement("RFC1350-S-10", behaviour="invalid")
@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_what_is_no_plain_file_is_not_served(probe, placed, kind):
    placed(kind)
    assert not served(probe(rrq(kind), quiet=MOMENT).result)


@requirement("RFC1350-S-10", behaviour="invalid")
@pytest.mark.parametrize("kind", NO_FILES)
def test_after_a_request_for_what_is_no_plain_file_others_are_served(probe, placed, ground, kind):
    placed(kind)
    probe(rrq(kind), quiet=MOMENT)
    serves(ground)


@requirement("RFC1350-S-06", behaviour="invalid")
def test_what_only_its_owner_may_read(read, files, fingerprint):
    files.place("secret", "secret")
    run = read("secret", ends=["END", "ERROR"])
    fingerprint("serves what only its owner may read", "yes" if run.state == "END" else "no")
    assert run.state == "ERROR"


@requirement("RFC1350-A-02", behaviour="invalid")
def test_what_may_not_be_read_is_error_2(read, files):
    files.place("secret", "secret")
    run = read("secret", ends=["END", "ERROR"])
    if run.state == "END":
        raise NotApplicable("the server reads what only its owner may read")
    assert run.result.errorcode == ErrorCode.ACCESS_VIOLATION


@requirement("RFC1350-5-11", behaviour="invalid")
def test_what_does_not_fit_on_the_disk_is_not_acknowledged(write, new, files):
    name = new()
    files.fill(ROOM)
    run = write(name, CONTENT, ends=["END", "ERROR", "SILENCE"])
    assert run.state != "END" or files.get(name) == CONTENT


@requirement("RFC1350-2-18", behaviour="invalid")
def test_a_full_disk_ends_the_write_by_an_error(write, new, files):
    name = new()
    files.fill(ROOM)
    run = write(name, CONTENT, ends=["END", "ERROR", "SILENCE"])
    assert run.state == "ERROR" or files.get(name) == CONTENT


@requirement("RFC1350-A-03", behaviour="invalid")
def test_a_full_disk_is_error_3(write, new, files):
    files.fill(ROOM)
    run = write(new(), CONTENT, ends=["END", "ERROR", "SILENCE"])
    if run.state == "END":
        raise NotApplicable("the server has room for it elsewhere")
    assert run.state == "ERROR"
    assert run.result.errorcode == ErrorCode.DISK_FULL


@requirement("RFC1350-2-18")
def test_when_the_disk_is_full_files_are_read_all_the_same(write, read, held, new, files):
    name = held(b"old")
    files.fill(ROOM)
    write(new(), CONTENT, ends=["END", "ERROR", "SILENCE"])
    assert read(name).result == b"old"


@requirement("RFC1350-A-06")
def test_a_file_that_may_not_be_overwritten_is_error_6(write, held):
    run = write(held(b"old"), b"new", ends=["END", "ERROR"])
    assert run.state == "END" or run.result.errorcode in (ErrorCode.FILE_EXISTS, ErrorCode.ACCESS_VIOLATION)


@requirement("RFC1350-5-11")
@pytest.mark.parametrize("size", [0, 3, 512, 1500])
def test_a_file_that_is_overwritten_keeps_nothing_of_what_it_was(write, held, files, size):
    name, old, content = held(b"old" * 400), b"old" * 400, b"n" * size
    run = write(name, content, ends=["END", "ERROR"])
    assert files.get(name) == (content if run.state == "END" else old)


@requirement("RFC1350-7-05", behaviour="inopportune")
def test_what_is_kept_of_an_aborted_file(interjected_write, new, files, fingerprint):
    name = new()
    interjected_write(name, b"x" * 2000, b"\0\5\0\0stop\0", 2, ends=["OVER", "END", "TERMINATED"])
    kept = files.get(name)
    fingerprint("keeps of an aborted file", "nothing" if kept is None else f"{len(kept)} of 1024 octets")
    assert kept is None or len(kept) < 2000


@requirement("RFC1350-A-00")
def test_error_0_says_what_it_is(refusals):
    assert all(error.errormsg for error in refusals().values() if error.errorcode == ErrorCode.UNDEFINED)


@requirement("RFC1350-A-04", behaviour="invalid")
@pytest.mark.parametrize("message", [raw(b"\0\x09file\0octet\0"), raw(b"\0\0file\0octet\0")], ids=["9", "0"])
def test_an_illegal_operation_is_error_4(probe, message):
    said = probe(message, quiet=MOMENT).result
    codes = {int(answer[TFTP_ERROR].errorcode) for answer in said if TFTP_ERROR in answer}
    assert codes <= {ErrorCode.ILLEGAL_OPERATION, ErrorCode.UNDEFINED}


@requirement("RFC1350-A-07")
def test_nobody_is_told_that_there_is_no_such_user(refusals):
    assert all(error.errorcode != ErrorCode.NO_SUCH_USER for error in refusals().values())


@requirement("RFC2347-ERR-01")
def test_error_8_is_about_options_alone(refusals):
    assert all(error.errorcode != ErrorCode.OPTION_REFUSED for error in refusals().values())


@requirement("RFC1350-5-19")
def test_every_message_ends_with_its_only_zero(refusals):
    for error in refusals().values():
        octets = bytes(error)
        assert octets.find(b"\0", 2) == len(octets) - 1


@requirement("RFC1350-5-20")
def test_every_message_is_text(refusals):
    for error in refusals().values():
        octets = bytes(error)[2:].rstrip(b"\0")
        assert all(32 <= octet < 127 or octet in b"\a\b\t\n\v\f\r" for octet in octets)


@requirement("RFC1350-S-07")
def test_no_message_reveals_a_path(read, new):
    message = read(name := new(), ends="ERROR").result.errormsg
    assert b"/" not in message.replace(name.encode(), b"").replace(b"/" + name.encode(), b"")
