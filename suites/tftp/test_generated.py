"""Every state of a server and every kind of datagram, by one oracle each: what is said moves nothing that it may not.

A test's id names state, behaviour (ISO 9646-1) and datagram: ``read-middle/invalid/opcode-7``.  Afterwards the
server still serves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_atmt import NotApplicable, requirement

from .grammar import CONTENT, READING, WORDS, WRITING, Situation
from .judging import served
from .messages import raw
from .probes import MOMENT

Row = tuple[str, str, str]  # a word, its behaviour, the requirement that judges it ("": the situation's)

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
    *((word, "inopportune", "RFC1350-5-26") for word in ("rrq", "wrq", "data-again", "data-next", "oack")),
    *((word, "inopportune", "") for word in ("ack-long-before", "ack-before", "ack-ahead")),
    *((word, "invalid", "RFC1350-2-16") for word in (*_MALFORMED, *_TINY)),
    ("ack-cut", "invalid", "RFC1350-5-16"),
)
TO_A_WRITER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-5-26-W") for word in ("rrq", "wrq", "ack", "ack-ahead", "oack")),
    *((word, "invalid", "RFC1350-2-16-W") for word in (*_MALFORMED, *_TINY, "ack-cut")),
    ("data-again", "valid", "RFC1350-2-09"),
    ("data-before", "inopportune", "RFC1350-2-09"),
    ("data-ahead", "inopportune", ""),
)
_STRAYS = ("rrq", "wrq", "data-next", "ack", "oack", "opcode-7", "empty")
BY_STRANGERS_TO_A_READER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-4-13") for word in _STRAYS),
    ("error", "inopportune", "RFC1350-4-14"),
)
BY_STRANGERS_TO_A_WRITER: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-4-13-W") for word in _STRAYS),
    ("error", "inopportune", "RFC1350-4-14-W"),
)
TO_THE_IDLE: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-5-25") for word in ("data-next", "ack", "ack-ahead", "oack")),
    ("error", "inopportune", "RFC1350-2-13"),
    *((word, "invalid", "RFC1350-5-24") for word in ("opcode-0", "opcode-7", "opcode-65535")),
    *((word, "invalid", "RFC1350-5-25") for word in ("data-cut", "ack-cut", "error-cut", "oack-cut")),
    *((word, "invalid", "RFC1350-5-01") for word in ("rrq-cut", "wrq-cut")),
    *((word, "invalid", "RFC1350-5-27") for word in _TINY),
)
AFTER_A_READ: tuple[Row, ...] = (
    *(
        (w, "inopportune", "RFC1350-6-07")
        for w in ("rrq", "data-next", "ack-before", "ack", "ack-ahead", "oack")
    ),
    *((word, "invalid", "RFC1350-6-07") for word in ("opcode-7", "empty")),
    ("error", "inopportune", "RFC1350-2-13"),
)
AFTER_A_WRITE: tuple[Row, ...] = (
    *((word, "inopportune", "RFC1350-2-03-W") for word in ("data-next", "ack", "oack", "wrq")),
    ("error", "inopportune", "RFC1350-2-13-W"),
    *((word, "invalid", "RFC1350-2-03-W") for word in ("opcode-7", "empty")),
    ("data-again", "valid", "RFC1350-2-09"),
)


def words(state: str, rows: Iterable[Row], *before: Any) -> list[Any]:
    """One set of parameters to each row: what stands `before`, and the word."""
    return [
        pytest.param(
            *before, word, marks=requirement(id_, behaviour=behaviour), id=f"{state}/{behaviour}/{word}"
        )
        for word, behaviour, id_ in rows
    ]


def cells(situations: Iterable[Situation], rows: Iterable[Row]) -> list[Any]:
    """One set of parameters to each situation and row."""
    return [
        cell
        for situation in situations
        for cell in words(situation.name, [(w, b, id_ or situation.waiting) for w, b, id_ in rows], situation)
    ]


def _meant(situation: Situation, row: Row) -> Row:
    """What a writer's word is there: DATA 0 repeats no block, nor does the one before it, which was never sent."""
    said = situation.turn + {"data-again": 0, "data-before": -1}.get(row[0], 1)
    return row if said > 0 else (row[0], "inopportune", "" if said else "RFC1350-5-14")


def to_a_writer() -> list[Any]:
    """All that a writer may say in each situation."""
    return [cell for s in WRITING for cell in cells([s], [_meant(s, row) for row in TO_A_WRITER])]


def _reached(run, situation):
    if "INTERJECTING" not in run.path and situation.options:
        raise NotApplicable("the server grants no option, and need not (RFC 2347)")
    assert "INTERJECTING" in run.path


def _legal(word):
    """Ignored, or the transfer ended by an error; half an error may also be taken for one, in silence."""
    return ["END", "TERMINATED", "SILENCE"] if word == "error-cut" else ["END", "TERMINATED"]


@pytest.mark.parametrize(("situation", "word"), cells(READING, TO_A_READER))
def test_what_a_reader_says_out_of_place_is_ignored_or_ends_the_read(
    interjected_read, held, still_served, situation, word
):
    said = WORDS[word](situation.turn)
    run = interjected_read(held(CONTENT), said, situation.turn, options=situation.options, ends=_legal(word))
    _reached(run, situation)
    assert run.state != "END" or run.result == CONTENT
    still_served()


@pytest.mark.parametrize(("situation", "word"), to_a_writer())
def test_what_a_writer_says_out_of_place_is_ignored_or_ends_the_write(
    interjected_write, new, files, still_served, situation, word
):
    name, said = new(), WORDS[word](situation.turn)
    run = interjected_write(name, CONTENT, said, situation.turn, options=situation.options, ends=_legal(word))
    _reached(run, situation)
    assert run.state != "END" or files.get(name) == CONTENT
    still_served()


@requirement("RFC1350-7-02", "RFC1350-2-13", behaviour="valid")
@pytest.mark.parametrize("situation", READING, ids=str)
def test_an_error_of_the_reader_ends_the_read(interjected_read, held, still_served, situation):
    run = interjected_read(
        held(CONTENT), WORDS["error"](0), situation.turn, options=situation.options, ends=["OVER", "END"]
    )
    _reached(run, situation)
    still_served()


@requirement("RFC1350-7-02-W", "RFC1350-2-13-W", behaviour="valid")
@pytest.mark.parametrize("situation", WRITING, ids=str)
def test_an_error_of_the_writer_ends_the_write(interjected_write, new, still_served, situation):
    run = interjected_write(
        new(), CONTENT, WORDS["error"](0), situation.turn, options=situation.options, ends=["OVER", "END"]
    )
    _reached(run, situation)
    still_served()


@pytest.mark.parametrize(("situation", "word"), cells(READING, BY_STRANGERS_TO_A_READER))
def test_what_a_stranger_says_does_not_disturb_a_read(interjected_read, held, still_served, situation, word):
    said = WORDS[word](situation.turn)
    run = interjected_read(held(CONTENT), said, situation.turn, stranger=True, options=situation.options)
    _reached(run, situation)
    assert run.result == CONTENT
    still_served()


@pytest.mark.parametrize(("situation", "word"), cells(WRITING, BY_STRANGERS_TO_A_WRITER))
def test_what_a_stranger_says_does_not_disturb_a_write(
    interjected_write, new, files, still_served, situation, word
):
    name, said = new(), WORDS[word](situation.turn)
    run = interjected_write(name, CONTENT, said, situation.turn, stranger=True, options=situation.options)
    _reached(run, situation)
    assert files.get(name) == CONTENT
    still_served()


@requirement("RFC1350-4-18", behaviour="inopportune")
@pytest.mark.parametrize("situation", READING, ids=str)
def test_a_strangers_error_is_not_answered_in_a_read(interjected_read, held, situation):
    said = WORDS["error"](0)
    run = interjected_read(held(CONTENT), said, situation.turn, stranger=True, options=situation.options)
    _reached(run, situation)
    assert not run.automaton.reproaches


@requirement("RFC1350-4-18-W", behaviour="inopportune")
@pytest.mark.parametrize("situation", WRITING, ids=str)
def test_a_strangers_error_is_not_answered_in_a_write(interjected_write, new, situation):
    said = WORDS["error"](0)
    run = interjected_write(new(), CONTENT, said, situation.turn, stranger=True, options=situation.options)
    _reached(run, situation)
    assert not run.automaton.reproaches


@pytest.mark.parametrize("word", words("idle", TO_THE_IDLE))
def test_what_is_no_request_is_not_served(probe, still_served, word):
    answers = probe(raw(WORDS[word](0)), quiet=MOMENT).result
    assert not (answers if word == "error" else served(answers))
    still_served()


@requirement("RFC1350-4-01")
def test_an_idle_server_takes_a_read_request(probe, files, still_served):
    files.put("file", CONTENT)
    answers = served(probe(raw(WORDS["rrq"](0)), quiet=MOMENT).result)
    assert [bytes(answer) for answer in answers] == [b"\0\3\0\1" + CONTENT[:512]]
    still_served()


@requirement("RFC1350-4-02")
def test_an_idle_server_takes_a_write_request(probe, still_served):
    answers = served(probe(raw(WORDS["wrq"](0)), quiet=MOMENT).result)
    assert [bytes(answer) for answer in answers] == [b"\0\4\0\0"]
    still_served()


@pytest.mark.parametrize("word", words("read-done", AFTER_A_READ))
def test_what_a_reader_says_after_the_end_brings_nothing_back(interjected_read, held, still_served, word):
    run = interjected_read(held(CONTENT), WORDS[word](3))
    assert run.result == CONTENT
    still_served()


@pytest.mark.parametrize("word", words("write-done", AFTER_A_WRITE))
def test_what_a_writer_says_after_the_end_changes_nothing(interjected_write, new, files, still_served, word):
    name = new()
    interjected_write(name, CONTENT, WORDS[word](3))
    assert files.get(name) == CONTENT
    still_served()
