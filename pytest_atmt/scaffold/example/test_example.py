"""What a server of Example has to do, one claim a test."""

from __future__ import annotations

import pytest

from pytest_atmt import requirement


@requirement("EXAMPLE-1")
@pytest.mark.parametrize("words", [b"a", b"\0\r\n\xff", b"x" * 1000], ids=["one", "binary", "long"])
def test_what_is_sent_comes_back(ask, words):
    run = ask(words)
    assert run.result == words
    assert run.path == ["BEGIN", "ASKED", "ANSWERED"]


@requirement("EXAMPLE-2")
def test_every_datagram_is_answered(ask):
    assert [ask(bytes([n])).result for n in range(1, 4)] == [b"\1", b"\2", b"\3"]
