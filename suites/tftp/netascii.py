"""Netascii (RFC 764 as RFC 1350 uses it): line ends are CR LF, a bare CR is CR NUL."""

from __future__ import annotations


def encode(text: bytes) -> bytes:
    """Local bytes (LF line ends) as they go over the wire."""
    return text.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


def decode(wire: bytes) -> bytes:
    """Bytes of a whole transfer as they are stored locally."""
    return wire.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
