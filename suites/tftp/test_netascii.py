"""Netascii: line ends are CR LF and a bare CR is CR NUL on the wire, whatever a block's end cuts apart."""

from __future__ import annotations

import pytest

from pytest_atmt import requirement

from . import netascii
from .judging import parts

LINES = b"one\ntwo\n\nfour\n"


@requirement("RFC1350-1-03")
def test_netascii_is_served(read, held):
    assert read(held(b"text"), mode="netascii").result == b"text"


@requirement("RFC1350-5-05")
def test_a_line_end_is_read_as_cr_lf(read, held):
    assert read(held(LINES), mode="netascii").result == b"one\r\ntwo\r\n\r\nfour\r\n"


@requirement("RFC1350-5-06")
@pytest.mark.parametrize("local", [b"a\rb", b"\r", b"a\r\rb", b"end\r", b"a\0b\rc"], ids=repr)
def test_a_bare_cr_is_read_as_cr_nul(read, held, local):
    assert read(held(local), mode="netascii").result == local.replace(b"\r", b"\r\0")


@requirement("RFC1350-5-07")
def test_a_line_end_may_be_read_across_two_blocks(read, held):
    run = read(held(b"x" * 511 + b"\n" + b"y" * 10), mode="netascii")
    assert parts(run) == [b"x" * 511 + b"\r", b"\n" + b"y" * 10]


@requirement("RFC1350-5-07")
def test_what_is_cut_apart_in_several_reads_at_once_is_not_mixed_up(crowd, held):
    texts = [(b"x" * 510 + end) * 10 for end in (b"\n", b"\r", b"\n\r", b"y")]
    run = crowd([held(text) for text in texts], mode="netascii")
    assert [content for _, content in run.result] == [netascii.encode(text) for text in texts]


@requirement("RFC1350-5-07")
def test_a_bare_cr_may_be_read_across_two_blocks(read, held):
    run = read(held(b"x" * 511 + b"\r" + b"y" * 10), mode="netascii")
    assert parts(run) == [b"x" * 511 + b"\r", b"\0" + b"y" * 10]


@requirement("RFC1350-5-07")
def test_text_that_grows_on_the_wire_still_fills_its_blocks(read, held):
    run = read(held(b"\n" * 600), mode="netascii")
    assert [len(part) for part in parts(run)] == [512, 512, 176]


@requirement("RFC1350-5-07")
def test_text_that_fills_its_last_block_by_growing_ends_with_an_empty_one(read, held):
    run = read(held(b"\n" * 256), mode="netascii")
    assert parts(run) == [b"\r\n" * 256, b""]


@requirement("RFC1350-5-08")
def test_a_written_cr_lf_is_stored_as_a_line_end(write, new, files):
    name = new()
    write(name, b"one\r\ntwo\r\n\r\nfour\r\n", mode="netascii")
    assert files.get(name) == LINES


@requirement("RFC1350-5-09")
@pytest.mark.parametrize("local", [b"a\rb", b"\r", b"a\r\rb", b"end\r"], ids=repr)
def test_a_written_cr_nul_is_stored_as_cr(write, new, files, local):
    name = new()
    write(name, local.replace(b"\r", b"\r\0"), mode="netascii")
    assert files.get(name) == local


@requirement("RFC1350-5-10")
@pytest.mark.parametrize("local", [b"\n", b"\r"], ids=repr)
def test_a_pair_that_a_block_cuts_apart_is_stored_as_one_octet(write, new, files, local):
    name, content = new(), b"x" * 511 + local + b"y" * 10
    write(name, netascii.encode(content), mode="netascii")
    assert files.get(name) == content


@requirement("RFC1350-5-10")
def test_a_pair_cut_apart_by_the_empty_end_is_stored_as_one_octet(write, new, files):
    name, content = new(), b"x" * 510 + b"\n"
    write(name, netascii.encode(content), mode="netascii")
    assert files.get(name) == content


@requirement("RFC1350-5-05")
@pytest.mark.parametrize("mode", ["NETASCII", "NetAscii"])
def test_netascii_may_be_asked_for_in_any_case(read, held, mode):
    assert read(held(LINES), mode=mode).result == netascii.encode(LINES)


@requirement("RFC1350-5-08")
def test_text_written_is_read_back_the_same(write, read, new):
    name, wire = new(), netascii.encode(b"lines\nand\n\nmore lines\n" * 60)
    write(name, wire, mode="netascii")
    assert read(name, mode="netascii").result == wire


@requirement("RFC1350-5-07")
@pytest.mark.parametrize("size", ["8", "9", "100", "1000"])
def test_text_fills_blocks_of_a_granted_size(read, held, size):
    text = b"one\ntwo three\n\n" * 70
    run = read(held(text), mode="netascii", options={"blksize": size})
    assert run.result == netascii.encode(text)


@requirement("RFC1350-5-10")
@pytest.mark.parametrize("size", ["8", "9", "100", "1000"])
def test_text_is_stored_from_blocks_of_a_granted_size(write, new, files, size):
    name, text = new(), b"one\ntwo three\n\n" * 70
    write(name, netascii.encode(text), mode="netascii", options={"blksize": size})
    assert files.get(name) == text
