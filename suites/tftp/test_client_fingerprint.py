"""What clients do where the RFCs leave them free: noted as values for comparison; only what is demanded is judged."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_RRQ, TFTP_WRQ

from pytest_atmt import NotApplicable, drop, requirement

from .client_judging import reported
from .grammar import CONTENT
from .judging import payloads
from .messages import error, oack, raw
from .test_client_retransmission import FOR_EVER
from .test_fingerprint import words as in_words


@pytest.fixture
def for_ever(peer):
    """How long a client is watched that repeats itself; only where minutes cost nothing."""
    if peer.clock_kind == "real":
        raise NotApplicable("watching a client give up takes minutes of real time")
    return FOR_EVER


def note_repetitions(fingerprint, what, times, run):
    """When it said the same again, and when it gave up."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    fingerprint(f"says {what}", f"{len(times)} times")
    if gaps:
        fingerprint(f"says {what} again first after (s)", gaps[0])
    if len(gaps) > 1:
        factors = sorted({round(later / earlier, 1) for earlier, later in pairwise(gaps) if earlier})
        fingerprint(f"waits with {what} longer each time by", " or ".join(f"{f:g}" for f in factors[:4]))
    end = run.client.at
    fingerprint(f"gives up {what} after (s)", "never, as long as was watched" if end is None else end)


@requirement("RFC1350-2-15-C", behaviour="timer")
def test_how_a_client_repeats_its_request(client, interrupted_read, for_ever, fingerprint):
    run = interrupted_read(client.get(), CONTENT, [], turn=1, quiet=for_ever)
    note_repetitions(fingerprint, "its read request", [e.at for e in run.received(TFTP_RRQ)], run)
    fingerprint("ends when nobody answers", run.client.how or "it does not")
    reported(run)


@requirement("RFC1350-2-15-CW", behaviour="timer")
def test_how_a_client_repeats_a_write_request(client, interrupted_write, for_ever, fingerprint):
    run = interrupted_write(client.put(CONTENT), [], turn=0, quiet=for_ever)
    note_repetitions(fingerprint, "its write request", [e.at for e in run.received(TFTP_WRQ)], run)
    reported(run)


@requirement("RFC1350-2-15-C", behaviour="timer")
def test_how_a_client_repeats_an_acknowledgement(client, interrupted_read, for_ever, fingerprint):
    run = interrupted_read(client.get(), CONTENT, [], turn=2, quiet=for_ever)
    note_repetitions(fingerprint, "an acknowledgement", [e.at for e in run.received(TFTP_ACK, block=1)], run)
    file = run.client.file
    fingerprint(
        "leaves of a file that was broken off",
        "nothing" if file is None else f"{len(file)} of {len(CONTENT)}",
    )
    reported(run)


@requirement("RFC1350-2-15-CW", behaviour="timer")
def test_how_a_client_repeats_a_block(client, interrupted_write, for_ever, fingerprint):
    run = interrupted_write(client.put(CONTENT), [], turn=1, quiet=for_ever)
    note_repetitions(fingerprint, "a block", [e.at for e in run.received(TFTP_DATA, block=1)], run)
    reported(run)


@requirement("RFC1350-5-31")
def test_what_a_client_asks_for(client, serve_read, fingerprint):
    run = serve_read(client.get(), CONTENT)
    _, mode, *options = payloads(run)[0][2:-1].split(b"\0")
    pairs = [b"=".join(pair).decode("latin-1") for pair in zip(options[::2], options[1::2], strict=False)]
    fingerprint("writes its mode", mode.decode("latin-1"))
    fingerprint("asks for, told nothing", " ".join(pairs) or "nothing")


@requirement("RFC1350-5-31-CW")
def test_what_a_client_asks_for_when_it_stores(client, serve_write, fingerprint):
    run = serve_write(client.put(CONTENT))
    options = payloads(run)[0][2:-1].split(b"\0")[2:]
    pairs = [b"=".join(pair).decode("latin-1") for pair in zip(options[::2], options[1::2], strict=False)]
    fingerprint("asks for when it stores, told nothing", " ".join(pairs) or "nothing")


@requirement("RFC1350-7-03")
def test_how_a_client_ends_on_an_error(client, interrupted_read, fingerprint):
    run = interrupted_read(client.get(), CONTENT, [error(1, "no such file")], turn=1)
    fingerprint("ends on an error", run.client.how or "it does not")
    fingerprint("says of an error", in_words(run.result))
    reported(run)


@requirement("RFC1350-6-05-C", behaviour="timer")
def test_how_long_a_client_dallies(client, serve_read, fingerprint):
    run = serve_read(client.get(), CONTENT, impair=[drop(TFTP_ACK, block=3)], ends=["END", "GONE", "SILENCE"])
    fingerprint("repeats its last acknowledgement", run.state == "END")
    last = run.received()[-1].at - run.began
    if run.client.at is not None:
        fingerprint("dallies for (s)", run.client.at - last)
    assert run.state == "END"


@requirement("RFC2347-NP-16", behaviour="inopportune", preamble="HEARING")
def test_what_a_client_says_to_an_oack_that_it_did_not_ask_for(client, interrupted_read, fingerprint):
    run = interrupted_read(client.get(), CONTENT, [oack({"x-atmt": "1"})], turn=1, quiet=2.0)
    fingerprint("says to an OACK that it did not ask for", in_words(run.result))
    assert in_words(run.result).startswith("error 8")


@requirement("RFC1350-2-16-C", behaviour="invalid", preamble="HEARING")
def test_what_a_client_says_to_an_unknown_opcode(client, interrupted_read, fingerprint):
    run = interrupted_read(client.get(), CONTENT, [raw(b"\0\7\0\2")], turn=2, quiet=0.05)
    fingerprint("says to an unknown opcode", in_words(run.result))
    assert not run.received(TFTP_ACK, block=2)
