"""A link: IP packets over a line of bytes, as RFC 1055 frames them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Any

from atmt.frame import Frame
from atmt.links.base import Codec

END, ESC, ESC_END, ESC_ESC = b"\xc0", b"\xdb", b"\xdb\xdc", b"\xdb\xdd"


class SlipLink:
    """Reads from one descriptor, which must not block, and writes to the other; both stay the caller's."""

    deadline: float | None = None  # it holds no frame back

    def __init__(self, codec: Codec, into: int, out: int) -> None:
        self._codec, self._into, self._out = codec, into, out
        self._rest = b""
        self._frames: deque[Frame] = deque()

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        assert frame.data is not None
        escaped = frame.data.replace(ESC, ESC_ESC).replace(END, ESC_END)
        os.write(self._out, END + escaped + END)

    def receive(self) -> Frame | None:
        if not self._frames:
            self._read()
        return self._frames.popleft() if self._frames else None

    def fileno(self) -> int:
        return self._into

    def notify(self, arrived: Callable[[], None]) -> None:
        """There is a descriptor to wait on."""

    def close(self) -> None:
        """The line is the peer's."""

    def _read(self) -> None:
        try:
            data = os.read(self._into, 65536)
        except BlockingIOError:
            return
        if not data:
            raise EOFError
        *whole, self._rest = (self._rest + data).split(END)
        for part in filter(None, whole):
            unescaped = part.replace(ESC_END, END).replace(ESC_ESC, ESC)
            self._frames.append(Frame(unescaped, self._codec))
