"""Malformed datagrams by seed, said in every state of a client: whatever becomes of the errand, it ends, and no crash.

``--atmt-fuzz N`` says how many in each state, ``--atmt-seed`` which.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_atmt import requirement

from .client_grammar import FETCHING, STORING, fetches, stores, tell
from .grammar import WORDS

WELL_FORMED = ("rrq", "wrq", "data-next", "ack", "error", "oack")
TURNS = {situation.name: situation.turn for situation in (*FETCHING, *STORING)}


@requirement("RFC1122-1.2.2-01-C", behaviour="invalid")
@pytest.mark.parametrize("state", [situation.name for situation in FETCHING])
@pytest.mark.usefixtures("client")
def test_malformed_datagrams_do_a_client_that_fetches_no_harm(fuzz, state):
    _fuzz(fuzz, state, fetches)


@requirement("RFC1122-1.2.2-01-CW", behaviour="invalid")
@pytest.mark.parametrize("state", [situation.name for situation in STORING])
@pytest.mark.usefixtures("client")
def test_malformed_datagrams_do_a_client_that_stores_no_harm(fuzz, state):
    _fuzz(fuzz, state, stores)


def _fuzz(fuzz, state, serves):
    right = [WORDS[word](TURNS[state]) for word in WELL_FORMED]
    fuzz(right, lambda ground, said: tell(ground, state, said), serves, lambda said: _test(state, said))


def _test(state: str, said: Sequence[bytes]) -> str:
    """A test of its own that says all of `said` in that state."""
    listed = "".join(f"    {octets!r},\n" for octets in said)
    check = "fetches" if state.startswith("get") else "stores"
    return (
        "import pytest\n\n"
        "from pytest_atmt import requirement\n"
        f"from suites.tftp.client_grammar import {check}, tell\n\n"
        f"SAID = [\n{listed}]\n\n\n"
        '@requirement("RFC1122-1.2.2-01-C", behaviour="invalid")\n'
        '@pytest.mark.usefixtures("client")\n'
        "def test_malformed_datagrams_do_no_harm(ground):\n"
        "    for said in SAID:\n"
        f"        tell(ground, {state!r}, said)\n"
        f"    {check}(ground)\n"
    )
