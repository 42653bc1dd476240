"""Malformed variants of datagrams: the faults that real parsers stumble over, chosen by a seed.

Knows no protocol: octets in, octets out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LARGEST = 1400  # octets: what one frame of Ethernet carries, whatever the headers
_MOST = 3  # faults in one variant
_NUMBERS = (0x0000, 0x0001, 0x7FFF, 0x8000, 0xFFFF)
_LENGTHS = (64, 127, 255, 256, 512, 1024, LARGEST)
_TRAPS = (b"%n%s%n", b"../" * 8, b"\xff\xfe", b"\r\n", b"-1", b"4294967296", b"9" * 40)

Fault = Callable[[Random, bytearray], None]


def variant(seed: str, right: Sequence[bytes]) -> bytes:
    """One of the `right` datagrams with a few faults; the same for the same seed, on every machine."""
    random = Random(seed)
    octets = bytearray(random.choice(right))
    for _ in range(random.randint(1, _MOST)):
        random.choice(_FAULTS)(random, octets)
    return bytes(octets[:LARGEST])


def _place(random: Random, octets: bytearray) -> int:
    return random.randrange(len(octets) + 1)


def _flip(random: Random, octets: bytearray) -> None:
    if octets:
        octets[random.randrange(len(octets))] ^= 1 << random.randrange(8)


def _cut(random: Random, octets: bytearray) -> None:
    del octets[_place(random, octets) :]


def _leave_out(random: Random, octets: bytearray) -> None:
    at = _place(random, octets)
    del octets[at : at + random.randint(1, 8)]


def _number(random: Random, octets: bytearray) -> None:
    """Lengths, opcodes and counters stand where two octets do."""
    at = _place(random, octets) & ~1
    octets[at : at + 2] = random.choice(_NUMBERS).to_bytes(2, "big")


def _no_end(random: Random, octets: bytearray) -> None:
    """A string that does not end."""
    ends = [at for at, octet in enumerate(octets) if at > 1 and octet == 0]
    if ends:
        del octets[random.choice(ends)]


def _early_end(random: Random, octets: bytearray) -> None:
    octets.insert(_place(random, octets), 0)


def _over_long(random: Random, octets: bytearray) -> None:
    at = _place(random, octets)
    octets[at:at] = bytes([random.choice(b"A\0\xff/")]) * random.choice(_LENGTHS)


def _repeat(random: Random, octets: bytearray) -> None:
    at = _place(random, octets)
    octets[at:at] = octets[at : at + random.randint(1, 16)] * random.randint(1, 40)


def _trap(random: Random, octets: bytearray) -> None:
    at = _place(random, octets)
    octets[at:at] = random.choice(_TRAPS)


_FAULTS: tuple[Fault, ...] = (
    _flip,
    _cut,
    _leave_out,
    _number,
    _no_end,
    _early_end,
    _over_long,
    _repeat,
    _trap,
)
