"""Every state of a client and every kind of datagram, by one oracle each: what is said moves nothing that it may not.

A test's id names state, behaviour (ISO 9646-1) and datagram: ``get-middle/invalid/opcode-7``.
"""

from __future__ import annotations

import pytest

from pytest_atmt import NotApplicable, requirement

from .client_grammar import FETCHING, STORING, grants
from .client_judging import fetched, not_taken_for_whole, stored
from .grammar import CONTENT, WORDS
from .messages import raw
from .test_generated import Row, cells, words

_TINY = ("empty", "one-octet")
_MALFORMED = (
    "opcode-0",
    "opcode-7",
    "opcode-65535",
    "rrq-cut",
    "wrq-cut",
    "data-cut",
    "error-cut",
    "oack-cut",
)
TO_A_READER: tuple[Row, ...] = (
    *(
        (word, "inopportune", "RFC1350-5-26-C")
        for word in ("rrq", "wrq", "ack-before", "ack", "ack-ahead", "oack")
    ),
    *((word, "inopportune", "") for word in ("data-next", "data-ahead")),
    *((word, "invalid", "RFC1350-2-16-C") for word in (*_MALFORMED, *_TINY, "ack-cut")),
)
TO_A_WRITER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-5-26-CW") for word in ("rrq", "wrq", "data-again", "data-next", "oack")),
    *((word, "inopportune", "") for word in ("ack-before", "ack-ahead")),
    *((word, "invalid", "RFC1350-2-16-CW") for word in (*_MALFORMED, *_TINY)),
    ("ack-cut", "invalid", "RFC1350-5-16-CW"),
)
_STRAYS = ("rrq", "wrq", "data-next", "ack", "oack", "opcode-7", "empty")
BY_STRANGERS_TO_A_READER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-4-13-C") for word in _STRAYS),
    ("error", "inopportune", "RFC1350-4-14-C"),
)
BY_STRANGERS_TO_A_WRITER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-4-13-CW") for word in _STRAYS),
    ("error", "inopportune", "RFC1350-4-14-CW"),
)
AFTER_A_READ: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-2-03-C") for word in ("rrq", "data-next", "ack", "oack", "error")),
    *((word, "invalid", "RFC1350-2-03-C") for word in ("opcode-7", "empty")),
)
AFTER_A_WRITE: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-6-07-CW") for word in ("rrq", "ack", "ack-ahead", "oack", "error")),
    *((word, "invalid", "RFC1350-6-07-CW") for word in ("opcode-7", "empty")),
)
KNOWN = [situation for situation in FETCHING if situation.name != "get-first"]  # the server's TID is known
KNOWN_TO_WRITERS = [situation for situation in STORING if situation.name != "put-first"]
LEGAL = ["END", "TERMINATED", "PARTED"]


def _reached(run, situation):
    if situation.options and not run.automaton.granted:
        raise NotApplicable("the client does not ask for blksize")
    assert "INTERJECTING" in run.path


def _in_its_place(run):
    """An OACK is, where options were asked for and nothing was said about them yet."""
    if run.automaton.asked:
        raise NotApplicable("the client has asked for options by itself, so that an OACK is in its place")


def _ends(word):
    """Half an error may also be taken for one, before anything else is said."""
    return [*LEGAL, "GONE", "ERROR", "SILENCE"] if word == "error-cut" else LEGAL


@pytest.mark.parametrize(("situation", "word"), cells(FETCHING, TO_A_READER))
def test_what_is_said_to_a_reader_out_of_place_is_ignored_or_ends_the_read(
    client, interjected_serve_read, situation, word
):
    errand, said = client.get(**situation.options), raw(WORDS[word](situation.turn))
    run = interjected_serve_read(
        errand, CONTENT, said, situation.turn, grants=grants(situation), ends=_ends(word)
    )
    _reached(run, situation)
    not_taken_for_whole(run, CONTENT)


@pytest.mark.parametrize(("situation", "word"), cells(STORING, TO_A_WRITER))
def test_what_is_said_to_a_writer_out_of_place_is_ignored_or_ends_the_write(
    client, interjected_serve_write, situation, word
):
    errand, said = client.put(CONTENT, **situation.options), raw(WORDS[word](situation.turn))
    surprise = ["DISTURBED"] if client.headstrong and (situation.name, word) == ("put-first", "oack") else []
    ends = [*_ends(word), *surprise]
    run = interjected_serve_write(errand, said, situation.turn, grants=grants(situation), ends=ends)
    if surprise:
        _in_its_place(run)
        assert run.state != "DISTURBED"
    _reached(run, situation)
    assert run.state != "END" or run.result == CONTENT
    assert run.state == "END" or run.client.complains or not run.client.success


@pytest.mark.parametrize(("situation", "word"), cells(KNOWN, BY_STRANGERS_TO_A_READER))
def test_what_a_stranger_says_does_not_disturb_a_reader(client, interjected_serve_read, situation, word):
    errand, said = client.get(**situation.options), raw(WORDS[word](situation.turn))
    run = interjected_serve_read(
        errand, CONTENT, said, situation.turn, stranger=True, grants=grants(situation)
    )
    _reached(run, situation)
    fetched(run, CONTENT)


@pytest.mark.parametrize(("situation", "word"), cells(KNOWN_TO_WRITERS, BY_STRANGERS_TO_A_WRITER))
def test_what_a_stranger_says_does_not_disturb_a_writer(client, interjected_serve_write, situation, word):
    errand, said = client.put(CONTENT, **situation.options), raw(WORDS[word](situation.turn))
    run = interjected_serve_write(errand, said, situation.turn, stranger=True, grants=grants(situation))
    _reached(run, situation)
    stored(run, CONTENT)


@requirement("RFC1350-4-18-C", behaviour="inopportune")
@pytest.mark.parametrize("situation", KNOWN, ids=str)
def test_a_strangers_error_is_not_answered_in_a_read(client, interjected_serve_read, situation):
    said = raw(WORDS["error"](0))
    errand = client.get(**situation.options)
    run = interjected_serve_read(
        errand, CONTENT, said, situation.turn, stranger=True, grants=grants(situation)
    )
    _reached(run, situation)
    assert not run.automaton.reproaches


@requirement("RFC1350-4-18-CW", behaviour="inopportune")
@pytest.mark.parametrize("situation", KNOWN_TO_WRITERS, ids=str)
def test_a_strangers_error_is_not_answered_in_a_write(client, interjected_serve_write, situation):
    said = raw(WORDS["error"](0))
    errand = client.put(CONTENT, **situation.options)
    run = interjected_serve_write(errand, said, situation.turn, stranger=True, grants=grants(situation))
    _reached(run, situation)
    assert not run.automaton.reproaches


@pytest.mark.parametrize("word", words("get-done", AFTER_A_READ))
def test_what_is_said_to_a_reader_after_the_end_changes_nothing(client, interjected_serve_read, word):
    run = interjected_serve_read(client.get(), CONTENT, raw(WORDS[word](3)), None)
    fetched(run, CONTENT)


@pytest.mark.parametrize("word", words("put-done", AFTER_A_WRITE))
def test_what_is_said_to_a_writer_after_the_end_changes_nothing(client, interjected_serve_write, word):
    run = interjected_serve_write(client.put(CONTENT), raw(WORDS[word](3)), None)
    stored(run, CONTENT)
