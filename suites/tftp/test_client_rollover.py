"""Files of more than 65535 blocks on the client's side: the number of a block has 16 bits, and starts again."""

from __future__ import annotations

from functools import cache

import pytest
from scapy.layers.tftp import TFTP_ERROR

from pytest_atmt import NotApplicable, requirement

from .client_judging import at_most, not_taken_for_whole
from .haul import LAST
from .judging import acknowledged, blocks

pytestmark = pytest.mark.timeout(1800)  # a busy machine that is slow is no fault of the peer
WINDOW = "64"
ANYHOW = ["END", "ERROR", "SILENCE", "WRONG_BLOCK", "NONSENSE", "GONE"]
GRANT = {"windowsize": at_most(64)}  # and no block size, so that blocks are of 512 octets


@cache
def long_file():
    """Blocks 1 to 65540."""
    return b"".join(i.to_bytes(4, "big") * 128 for i in range(65539)) + b"end"


def in_windows(ask, *args):
    """The errand with windows, if the client can be told so."""
    try:
        return ask(*args, windowsize=WINDOW)
    except NotApplicable:
        return ask(*args)


def number_after_65535(run, numbers):
    """What the client says after block 65535, in words."""
    if run.state == "ERROR":
        return f"error {int(run.result[TFTP_ERROR].errorcode)}"
    before = max((place for place, number in enumerate(numbers) if number >= LAST), default=len(numbers))
    later = numbers[before + 1 :]
    return str(later[0]) if run.automaton.block >= 65535 and later else "nothing"


def keeps_its_window(run):
    """The numbers of a window may start again: that stops nobody who asked for it, and can only be refused."""
    granted = getattr(run.automaton, "granted", {})
    return "windowsize" not in granted or run.state in ("END", "ERROR")


@requirement("DEFACTO-01-C", "DEFACTO-02-C", "RFC7440-6-02-C", behaviour="inopportune")
def test_what_is_lost_at_the_wrap_spoils_nothing_that_is_fetched(client, long_serve_read, fingerprint):
    run = long_serve_read(in_windows(client.get), long_file(), grants=GRANT, lossy=True, ends=ANYHOW)
    fingerprint("acknowledges after block 65535", number_after_65535(run, acknowledged(run)))
    assert keeps_its_window(run)
    not_taken_for_whole(run, long_file())


@requirement("DEFACTO-01-CW", "DEFACTO-02-CW", "DEFACTO-04-C", "RFC7440-6-02-CW", behaviour="inopportune")
def test_what_is_lost_and_doubled_at_the_wrap_spoils_nothing_that_is_stored(
    client, long_serve_write, fingerprint
):
    run = long_serve_write(in_windows(client.put, long_file()), grants=GRANT, lossy=True, ends=ANYHOW)
    fingerprint("sends after block 65535", number_after_65535(run, blocks(run)))
    assert keeps_its_window(run)
    assert not run.client.success or run.client.complains or bytes(run.automaton.content) == long_file()
