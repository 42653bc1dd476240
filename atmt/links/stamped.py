"""When the kernel took in what a socket receives: times stay true however late we read.  Knows no link."""

from __future__ import annotations

import socket
import struct
import time

_SO_TIMESTAMPNS = 35
_STAMP = struct.Struct("@qq")
ROOM = socket.CMSG_SPACE(_STAMP.size)  # that a stamp takes among what `recvmsg` returns


class Stamps:
    """Has the kernel stamp what `sock` receives, and reads the stamps."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._since_boot = time.monotonic() - time.time()

    def of(self, ancillary: list[tuple[int, int, bytes]]) -> float | None:
        """Monotonic seconds; None where there is no stamp."""
        for level, kind, content in ancillary:
            if kind == _SO_TIMESTAMPNS and level == socket.SOL_SOCKET:
                seconds, nanoseconds = _STAMP.unpack(content)
                return float(seconds + nanoseconds / 1e9 + self._since_boot)
        return None
