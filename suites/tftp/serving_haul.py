"""Servers of files of more than 65535 blocks: the bulk of them is left to the link (`haul`)."""

from __future__ import annotations

from typing import Any

from scapy.packet import Packet

from .haul import Hauler, Taking
from .messages import BLOCK
from .serving_windows import WindowRead, WindowWrite


class Answering(Hauler):
    """One that a client asks."""

    client: str
    client_tid: int | None
    tid: int
    in_vain: int

    def flow(self) -> tuple[str, int | None, int]:
        return self.client, self.client_tid, self.tid


class LongServeRead(Answering, WindowRead):
    """Sends a file of more than 65535 blocks.  ``long_serve_read(client.get(), content, lossy=True)``"""

    def tell(self, message: Packet, *args: Any, **fields: Any) -> None:
        if not self.loses(bytes(message)):
            super().tell(message, *args, **fields)

    def haul(self, message: bytes) -> list[bytes] | None:
        """To the acknowledgement of a whole window the next one."""
        if message != b"\0\4" + (self.block % 65536).to_bytes(2, "big") or self.block not in self.bulk:
            return None
        self.acknowledged, self.repeated, self.in_vain = self.block, False, 0
        self.block += self.window
        return [
            b"\0\3" + block.to_bytes(2, "big") + self.content[(block - 1) * BLOCK : block * BLOCK]
            for block in range(self.acknowledged + 1, self.block + 1)
        ]


class LongServeWrite(Answering, Taking, WindowWrite):
    """Takes a file of more than 65535 blocks.  ``long_serve_write(client.put(content), lossy=True)``

    With `lossy`, acknowledgements at the wrap come twice, too.
    """

    def tell(self, message: Packet, *args: Any, **fields: Any) -> None:
        if not self.loses(bytes(message)):
            super().tell(message, *args, **fields)
        if self.doubles(bytes(message)):
            super().tell(message, *args, **fields)
