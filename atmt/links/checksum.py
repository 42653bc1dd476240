"""The Internet checksum (RFC 1071)."""

from __future__ import annotations


def internet_checksum(data: bytes) -> int:
    """One's complement of the one's complement sum of 16-bit words; odd data are padded with a zero."""
    if len(data) % 2:
        data += b"\0"
    # 2**16 = 1 (mod 2**16 - 1): the sum of the words is the whole number taken modulo 65535
    total = int.from_bytes(data, "big")
    folded = total % 0xFFFF
    return 0xFFFF - (folded if folded or not total else 0xFFFF)
