"""Holds UDP ports that raw sockets use, so that this machine's kernel sends no ICMP port unreachable.

Receives nothing itself: a one-instruction filter drops all that arrives.  Knows no automaton.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from typing import Any

_SO_ATTACH_FILTER = 26
_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))


class PortGuard:
    """The ports held, until `close`."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], socket.socket | None] = {}

    def hold(self, packet: Any) -> None:
        """Hold the source port of `packet`, if it is UDP over IP and the port is this machine's and free."""
        from scapy.layers.inet import UDP

        if not hasattr(packet, "haslayer") or UDP not in packet or not hasattr(packet, "src"):
            return
        key = str(packet.src), int(packet[UDP].sport)
        if key not in self._held:
            self._held[key] = _bound(*key)

    def close(self) -> None:
        for sock in self._held.values():
            if sock is not None:
                sock.close()
        self._held.clear()


def _bound(address: str, port: int) -> socket.socket | None:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        program = struct.pack("HP", 1, ctypes.addressof(_NOTHING))
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
        sock.bind((address, port))
    except OSError:  # somebody else's port or address: then there is nothing to hold
        sock.close()
        return None
    return sock
