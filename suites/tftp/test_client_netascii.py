"""Netascii on the client's side: line ends are translated, both ways, also across the blocks' borders."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ACK

from pytest_atmt import drop, requirement

from .client_judging import fetched
from .judging import blocks, parts


@requirement("RFC1350-5-08-C")
@pytest.mark.parametrize(
    ("sent", "written"),
    [
        (b"one\r\ntwo\r\n", b"one\ntwo\n"),
        (b"\r\n", b"\n"),
        (b"\r\n\r\n\r\n", b"\n\n\n"),
        (b"no line end", b"no line end"),
    ],
    ids=["lines", "empty", "several", "none"],
)
def test_cr_lf_becomes_the_local_line_end(client, serve_read, sent, written):
    fetched(serve_read(client.get(mode="netascii"), sent), written)


@requirement("RFC1350-5-09-C")
@pytest.mark.parametrize("sent", [b"a\r\0b", b"\r\0", b"\r\0\r\0x\r\n", b"x" * 100 + b"\r\0"], ids=repr)
def test_cr_nul_becomes_cr(client, serve_read, sent):
    written = sent.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
    fetched(serve_read(client.get(mode="netascii"), sent), written)


@requirement("RFC1350-5-10-C")
@pytest.mark.parametrize(("pair", "written"), [(b"\r\n", b"\n"), (b"\r\0", b"\r")], ids=["cr-lf", "cr-nul"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_pair_may_straddle_two_blocks(client, serve_read, pair, written, count):
    text = b"x" * (512 * count - 1)
    fetched(serve_read(client.get(mode="netascii"), text + pair + b"end"), text + written + b"end")


@requirement("RFC1350-5-05-CW")
@pytest.mark.parametrize("stored", [b"one\ntwo\n", b"\n", b"\n\n\n", b"no line end"], ids=repr)
def test_a_local_line_end_becomes_cr_lf(client, serve_write, stored):
    run = serve_write(client.put(stored, mode="netascii"))
    assert run.result == stored.replace(b"\n", b"\r\n")


@requirement("RFC1350-5-06-CW")
@pytest.mark.parametrize("stored", [b"a\rb", b"\r", b"\r\r\r"], ids=repr)
def test_a_bare_cr_becomes_cr_nul(client, serve_write, stored):
    run = serve_write(client.put(stored, mode="netascii"))
    assert run.result == stored.replace(b"\r", b"\r\0")


@requirement("RFC1350-5-07-CW")
@pytest.mark.parametrize("size", [510, 511, 512, 1023])
def test_blocks_stay_whole_where_a_line_end_straddles_them(client, serve_write, size):
    run = serve_write(client.put(b"x" * size + b"\n" + b"y" * 600, mode="netascii"))
    assert {len(part) for part in parts(run)[:-1]} == {512}
    assert run.result == b"x" * size + b"\r\n" + b"y" * 600


@requirement("RFC1350-5-12-CW", behaviour="timer")
def test_a_netascii_block_comes_again_exactly_as_it_was(client, serve_write):
    run = serve_write(client.put(b"x" * 511 + b"\n" * 600, mode="netascii"), impair=[drop(TFTP_ACK, block=1)])
    assert blocks(run)[:3] == [1, 1, 2]
    assert parts(run)[0] == parts(run)[1]
