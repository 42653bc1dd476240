"""What servers do where the RFCs leave them free: noted as values for comparison; only what is demanded is judged."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK, TFTP_RRQ

from pytest_atmt import duplicate, requirement

from .grammar import CONTENT
from .judging import gaps, served, tid
from .messages import ack, data, options, raw, rrq
from .probes import MOMENT

WATCHED = 55.0  # seconds: less than a run may take
SILENT = "silence"


def words(answers):
    """The first of `answers` in words."""
    for answer in answers:
        if TFTP_ERROR in answer:
            text = answer[TFTP_ERROR].errormsg.decode("latin-1")
            return f"error {int(answer[TFTP_ERROR].errorcode)}: {text}"
        if TFTP_OACK in answer:
            return "OACK " + " ".join(f"{name}={value}" for name, value in options(answer).items())
        if TFTP_DATA in answer or TFTP_ACK in answer:
            return "DATA" if TFTP_DATA in answer else "ACK"
        return f"0x{bytes(answer).hex()}"
    return SILENT


def granting(run, name):
    """What became of an option that was asked for, in words."""
    if run.state == "ERROR":
        return words([run.result])
    return run.automaton.granted.get(name, "left out")


@requirement("RFC1350-2-04", behaviour="timer")
@pytest.mark.usefixtures("in_virtual_time")
def test_how_a_server_repeats_itself_and_gives_up(aside, held, fingerprint):
    run = aside(rrq(held(CONTENT)), quiet=WATCHED, ends=["END", "TERMINATED"])
    times = gaps(run)
    repeats = run.result if run.state == "END" else len(times) - 1
    waits = times[:repeats]
    fingerprint("repeats an unacknowledged block", f"{repeats} times in {WATCHED:g} s")
    if waits:
        fingerprint("repeats itself first after (s)", waits[0])
    if len(waits) > 1:
        factors = sorted({round(later / earlier, 2) for earlier, later in pairwise(waits)})
        fingerprint("waits longer each time by a factor of", " or ".join(f"{factor:g}" for factor in factors))
    last = run.received()[-1].at - run.received()[0].at
    fingerprint("says its last word after (s)", last)
    fingerprint("gives up with", words([run.result]) if run.state == "TERMINATED" else SILENT)
    assert repeats


@requirement("RFC1350-4-17", behaviour="inopportune")
def test_what_a_server_makes_of_a_doubled_request(probe, held, fingerprint):
    run = probe(rrq(held(CONTENT)), quiet=MOMENT, impair=[duplicate(TFTP_RRQ)])
    heard = [e.packet for e in run.exchanges if e.direction != "sent"]
    answered = [packet for packet in heard if TFTP_DATA in packet]
    ports = {packet[UDP].sport for packet in answered}
    kinds = {0: "nothing", 1: "one transfer", 2: "two transfers"}
    fingerprint("makes of a doubled request", kinds.get(len(ports), f"{len(ports)} transfers"))
    assert answered


@requirement("RFC1350-4-05")
def test_which_ports_a_server_uses(read, held, fingerprint):
    name = held(b"x")
    tids = [tid(read(name)) for _ in range(4)]
    port = read(name).automaton.port
    steps = {later - earlier for earlier, later in pairwise(tids)}
    kind = "random" if len(set(tids)) == 4 else "some again"
    if len(steps) == 1:
        kind = f"steps of {steps.pop()}"
    fingerprint("ports of its transfers", "the request's" if set(tids) == {port} else kind)
    assert port not in tids


@requirement("RFC1350-4-12", behaviour="inopportune", preamble="MEDDLING")
def test_what_a_stranger_is_told(meddled_read, held, fingerprint):
    run = meddled_read(held(CONTENT), ack(1), quiet=MOMENT)
    reproach = run.automaton.reproach
    fingerprint("tells a stranger", SILENT if reproach is None else _without_ports(words([reproach]), run))
    assert reproach is not None


def _without_ports(text, run):
    for port in (run.automaton.stranger, run.automaton.sport):
        text = text.replace(str(port), "PORT")
    return text


@requirement("RFC1350-7-01", "RFC1350-A-01")
def test_how_a_missing_file_is_refused(read, new, fingerprint):
    error = read(name := new(), ends="ERROR").result
    fingerprint("says of a missing file", words([error]).replace(name, "NAME"))
    assert error.errorcode == 1


@requirement("RFC1350-7-01", behaviour="invalid")
def test_how_a_missing_folder_is_refused(read, new, fingerprint):
    error = read(name := f"{new()}/file", ends="ERROR").result
    fingerprint("says of a missing folder", words([error]).replace(name, "NAME"))


@requirement("RFC1350-1-02", behaviour="invalid")
def test_how_mail_is_refused(probe, held, fingerprint):
    answers = probe(rrq(held(b"x"), "mail"), quiet=MOMENT).result
    fingerprint("says to mode mail", words(answers))
    assert not served(answers)


@requirement("RFC1350-5-04", behaviour="invalid")
def test_how_an_unknown_mode_is_refused(probe, held, fingerprint):
    answers = probe(rrq(held(b"x"), "image"), quiet=MOMENT).result
    fingerprint("says to an unknown mode", words(answers))
    assert not served(answers)


@requirement("RFC1350-5-24", behaviour="invalid")
def test_how_an_unknown_opcode_is_refused(probe, fingerprint):
    answers = probe(raw(b"\0\x09file\0octet\0"), quiet=MOMENT).result
    fingerprint("says to an unknown opcode", words(answers))
    assert not served(answers)


@requirement("RFC1350-5-25", behaviour="inopportune")
@pytest.mark.parametrize(("name", "message"), [("ACK", ack(1)), ("DATA", data(1, b"x"))], ids=["ack", "data"])
def test_how_a_message_without_transfer_is_refused(probe, fingerprint, name, message):
    answers = probe(message, quiet=MOMENT).result
    fingerprint(f"says to {name} without a transfer", words(answers))
    assert not served(answers)


@requirement("RFC1350-5-29", behaviour="invalid")
def test_how_an_empty_name_is_refused(probe, fingerprint):
    answers = probe(rrq(""), quiet=MOMENT).result
    fingerprint("says to an empty name", words(answers))
    assert not served(answers)


@requirement("RFC1350-4-02")
def test_what_becomes_of_a_file_that_is_written_again(write, new, files, fingerprint):
    name = new()
    write(name, b"old")
    run = write(name, b"new", ends=["END", "ERROR"])
    fingerprint("writes over a file", "yes" if run.state == "END" else words([run.result]))
    assert files.get(name) == (b"new" if run.state == "END" else b"old")


@requirement("RFC1350-5-03")
def test_whether_modes_may_be_written_in_capitals(read, held, fingerprint):
    run = read(held(CONTENT), mode="OCTET", ends=["END", "ERROR"])
    fingerprint("serves mode OCTET", "yes" if run.state == "END" else words([run.result]))
    assert run.result == CONTENT


@requirement("RFC2347-NP-05", behaviour="invalid")
def test_what_becomes_of_an_unknown_option(read, held, fingerprint):
    run = read(held(b"x"), options={"atmt": "1", "tsize": "0"}, ends=["END", "ERROR", "UNASKED_OPTION"])
    fingerprint("does with an unknown option", granting(run, "atmt"))
    assert run.state == "END"


@requirement("RFC2347-PF-03")
def test_in_which_order_options_are_granted(read, held, fingerprint):
    asked = {"tsize": "0", "timeout": "3", "blksize": "1024"}
    run = read(held(b"x"), options=asked)
    granted = list(run.automaton.granted)
    order = "as asked" if granted == [name for name in asked if name in granted] else " ".join(granted)
    fingerprint("grants options in the order", order if granted else "grants none")
    assert run.result == b"x"


LIMITS = [
    ("blksize", "65464", "RFC2348-02", "block size asked for as 65464"),
    ("blksize", "7", "RFC2348-02", "block size asked for as 7"),
    ("blksize", "100000", "RFC2348-02", "block size asked for as 100000"),
    ("timeout", "255", "RFC2349-TO-01", "timeout asked for as 255"),
    ("timeout", "0", "RFC2349-TO-03", "timeout asked for as 0"),
    ("windowsize", "65535", "RFC2347-NP-03", "windowsize asked for as 65535"),
    ("windowsize", "0", "RFC2347-NP-03", "windowsize asked for as 0"),
]


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [pytest.param(o, v, n, marks=requirement(i), id=f"{o}-{v}") for o, v, i, n in LIMITS],
)
def test_which_values_are_granted(read, held, fingerprint, option, value, name):
    run = read(held(b"small"), options={option: value}, ends=["END", "ERROR", "WRONG_GRANT"])
    fingerprint(f"makes of a {name}", granting(run, option))
    assert run.state != "WRONG_GRANT"


@requirement("RFC1350-2-16", behaviour="invalid")
@pytest.mark.parametrize(("name", "said"), [("an unknown opcode", b"\0\7\0\1"), ("an empty datagram", b"")])
def test_what_malformed_datagrams_do_to_a_read(interjected_read, held, fingerprint, name, said):
    run = interjected_read(held(CONTENT), said, 1, ends=["END", "TERMINATED", "SILENCE"])
    ended = "goes on" if run.state == "END" else "ends in silence"
    if run.state == "TERMINATED":
        ended = words([run.received()[-1].packet[UDP].payload])
    fingerprint(f"meets {name} in a read with", ended)
    assert run.state != "SILENCE"


@requirement("RFC1350-6-05", behaviour="timer")
@pytest.mark.usefixtures("in_virtual_time")
def test_for_how_long_the_last_acknowledgement_is_said_again(dallier, new, fingerprint):
    run = dallier(new(), b"the last block")
    fingerprint("says the last ACK again for (s)", run.result)
    assert run.result
