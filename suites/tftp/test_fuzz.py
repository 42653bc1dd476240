"""Malformed datagrams by seed, said in every state of a server: whatever becomes of the transfer, it serves the next.

``--atmt-fuzz N`` says how many in each state, ``--atmt-seed`` which.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_atmt import requirement

from .grammar import READING, WORDS, WRITING
from .provoking import IDLE, serves, tell

WELL_FORMED = ("rrq", "wrq", "data-next", "ack", "error", "oack")
WITH_OPTIONS = b"\0\1file\0octet\0blksize\x001024\0timeout\x005\0tsize\x000\0"
TURNS = {IDLE: 0, **{situation.name: situation.turn for situation in (*READING, *WRITING)}}


@requirement("RFC1122-1.2.2-01", behaviour="invalid")
@pytest.mark.parametrize("state", [IDLE, *(situation.name for situation in READING)])
def test_malformed_datagrams_do_a_server_no_harm(fuzz, state):
    _fuzz(fuzz, state)


@requirement("RFC1122-1.2.2-01-W", behaviour="invalid")
@pytest.mark.parametrize("state", [situation.name for situation in WRITING])
def test_malformed_datagrams_do_a_server_that_is_written_to_no_harm(fuzz, state):
    _fuzz(fuzz, state)


def _fuzz(fuzz, state):
    right = [*(WORDS[word](TURNS[state]) for word in WELL_FORMED), WITH_OPTIONS]
    fuzz(right, lambda ground, said: tell(ground, state, said), serves, lambda said: _test(state, said))


def _test(state: str, said: Sequence[bytes]) -> str:
    """A test of its own that says all of `said` in that state."""
    listed = "".join(f"    {octets!r},\n" for octets in said)
    return (
        "from pytest_atmt import requirement\n"
        "from suites.tftp.provoking import serves, tell\n\n"
        f"SAID = [\n{listed}]\n\n\n"
        '@requirement("RFC1122-1.2.2-01", behaviour="invalid")\n'
        "def test_malformed_datagrams_do_no_harm(ground):\n"
        "    for said in SAID:\n"
        f"        tell(ground, {state!r}, said)\n"
        "    serves(ground)\n"
    )
