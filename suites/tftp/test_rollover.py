"""Files of more than 65535 blocks: the number of a block has 16 bits, and starts again."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import TFTP_ERROR

from pytest_atmt import requirement

from .judging import blocks

SMALL = {"blksize": "8"}
WINDOW = 64  # where it is granted; else each block is acknowledged
pytestmark = pytest.mark.timeout(1800)  # a busy machine that is slow is no fault of the peer
CONTENT = b"".join(i.to_bytes(4, "big") * 2 for i in range(65539)) + b"end"  # blocks 1 to 65540
ANYHOW = ["END", "ERROR", "SILENCE", "WRONG_BLOCK", "NONSENSE"]


def number_after_65535(run):
    """What a reader was sent after block 65535, in words."""
    if run.state == "ERROR":
        return f"error {int(run.result[TFTP_ERROR].errorcode)}"
    later = [number for number in blocks(run) if number < 60000][3:]
    return str(later[0]) if run.automaton.block >= 65535 and later else "nothing"


@requirement(
    "RFC1350-4-03", "DEFACTO-01", "DEFACTO-02", "DEFACTO-04", "RFC7440-6-02", behaviour="inopportune"
)
def test_what_is_lost_and_doubled_at_the_wrap_spoils_nothing_that_is_read(long_read, held, fingerprint):
    run = long_read(held(CONTENT), WINDOW, SMALL, lossy=True, ends=ANYHOW)
    fingerprint("sends after block 65535", number_after_65535(run))
    if "windowsize" in run.automaton.granted:
        assert run.state in ("END", "ERROR")
    assert run.state == "ERROR" or run.automaton.block >= 65535 or run.automaton.block_size > 8
    assert run.state != "END" or run.result == CONTENT


@requirement("RFC1350-5-15", "DEFACTO-01-W", "DEFACTO-02-W", "RFC7440-6-02-W", behaviour="inopportune")
def test_what_is_lost_at_the_wrap_spoils_nothing_that_is_written(long_write, new, files, fingerprint):
    name = new()
    run = long_write(name, CONTENT, WINDOW, SMALL, lossy=True, ends=ANYHOW)
    fingerprint("takes more than 65535 blocks", "yes" if run.state == "END" else "no")
    if "windowsize" in run.automaton.granted:
        assert run.state in ("END", "ERROR")
    assert run.state == "ERROR" or run.automaton.block >= 65535 or run.automaton.block_size > 8
    assert run.state != "END" or files.get(name) == CONTENT
