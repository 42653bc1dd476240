"""An error ends a transfer: it is not acknowledged, not answered, and nothing of the transfer follows."""

from __future__ import annotations

import pytest

from pytest_atmt import requirement

from .messages import error, raw, rrq, wrq

CODES = [0, 4]
ASKED = {"tsize": "0", "blksize": "1024"}


@requirement("RFC1350-7-02", "RFC1350-2-13", preamble="LISTENING")
@pytest.mark.parametrize("code", CODES)
def test_an_error_ends_a_read(aside, held, code):
    assert aside(rrq(held(b"x" * 2000)), error(code, "stop"), ends="END").result == 0


@requirement("RFC1350-7-02-W", "RFC1350-2-13-W", preamble="LISTENING")
@pytest.mark.parametrize("code", CODES)
def test_an_error_ends_a_write(aside, new, code):
    assert aside(wrq(new()), error(code, "stop"), ends="END").result == 0


@requirement("RFC1350-5-23", preamble="LISTENING")
@pytest.mark.parametrize("code", [99, 65535])
def test_an_unknown_code_ends_a_transfer_too(aside, held, code):
    assert aside(rrq(held(b"x" * 2000)), error(code, "stop"), ends="END").result == 0


@requirement("RFC1350-5-22", preamble="LISTENING")
def test_an_error_without_message_ends_a_transfer_too(aside, held):
    """Without its zero it is malformed, so that it may be answered by an error (RFC 1350 section 2)."""
    run = aside(rrq(held(b"x" * 2000)), raw(b"\0\5\0\0"), ends=["END", "TERMINATED"])
    assert run.state == "TERMINATED" or run.result == 0


@requirement("RFC2347-NP-17", preamble="LISTENING")
@pytest.mark.parametrize("code", [0, 8])
def test_an_error_ends_a_read_that_is_being_negotiated(aside, held, code):
    assert aside(rrq(held(b"x" * 2000), options=ASKED), error(code, "stop"), ends="END").result == 0


@requirement("RFC2347-NP-17-W", preamble="LISTENING")
def test_error_8_ends_a_write_that_is_being_negotiated(aside, new):
    assert aside(wrq(new(), options=ASKED), error(8, "stop"), ends="END").result == 0


@requirement("RFC1350-7-02", preamble="LISTENING")
def test_after_an_aborted_read_the_file_can_be_read(aside, read, held):
    name = held(b"x" * 600)
    aside(rrq(name), error(0, "stop"), ends="END", quiet=0.0)
    assert read(name).result == b"x" * 600
