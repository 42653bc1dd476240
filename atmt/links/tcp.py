"""A connected stream as a link: a framing cuts it into messages, a codec makes packets of them.

Knows no automaton.  The end of the stream is an `EOFError` of `receive`.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import Any, Protocol

from ..errors import EnvironmentFault, TesterFault
from ..frame import Frame
from .base import Codec

_LARGEST = 65536
_PATIENCE = 30.0  # seconds that a peer may take to make room for what is sent


class Framing(Protocol):
    """Where a message ends in a stream of bytes."""

    def split(self, buffer: bytes) -> tuple[bytes, int] | None:
        """(first message, how many bytes of `buffer` it took up), or None if it is not complete."""

    def wrap(self, message: bytes) -> bytes:
        """`message` as it goes into the stream."""


class Unframed:
    """No messages: whatever has arrived is one."""

    def split(self, buffer: bytes) -> tuple[bytes, int] | None:
        return (buffer, len(buffer)) if buffer else None

    def wrap(self, message: bytes) -> bytes:
        return message


class LengthPrefixed:
    """Each message follows its length, a number of `size` bytes in network order."""

    def __init__(self, size: int = 2) -> None:
        self._size = size

    def split(self, buffer: bytes) -> tuple[bytes, int] | None:
        end = self._size + int.from_bytes(buffer[: self._size], "big")
        return (buffer[self._size : end], end) if self._size <= len(buffer) and end <= len(buffer) else None

    def wrap(self, message: bytes) -> bytes:
        return len(message).to_bytes(self._size, "big") + message


class Delimited:
    """Each message ends with `mark`, which is no part of it."""

    def __init__(self, mark: bytes = b"\r\n") -> None:
        self._mark = mark

    def split(self, buffer: bytes) -> tuple[bytes, int] | None:
        at = buffer.find(self._mark)
        return None if at < 0 else (buffer[:at], at + len(self._mark))

    def wrap(self, message: bytes) -> bytes:
        return message + self._mark


class BytesCodec:
    """Messages are bytes, or what turns into bytes."""

    def encode(self, packet: Any) -> bytes:
        return bytes(packet)

    def decode(self, data: bytes) -> tuple[Any, str]:
        return data, ""


class StreamLink:
    """Messages over a connected stream socket, which it owns from here on."""

    deadline: float | None = None

    def __init__(
        self, sock: socket.socket, framing: Framing | None = None, codec: Codec | None = None
    ) -> None:
        self._sock = sock
        self._framing = framing or Unframed()
        self._codec = codec or BytesCodec()
        self._buffer = b""
        self._ended = False

    def encode(self, packet: Any) -> Frame:
        return Frame(self._codec.encode(packet), self._codec, packet)

    def send(self, frame: Frame) -> None:
        """Raises `EnvironmentFault` if the peer makes no room for 30 s, and `OSError` if it is gone."""
        data = memoryview(self._framing.wrap(frame.data or b""))
        while data:
            try:
                data = data[self._sock.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) :]
            except BlockingIOError:
                self._await_room()

    def receive(self) -> Frame | None:
        if (frame := self._next()) is not None:
            return frame
        while not self._ended:
            try:
                data = self._sock.recv(_LARGEST, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return None
            except ConnectionResetError:  # an abrupt end is an end
                data = b""
            self._ended = not data
            self._buffer += data
            if (frame := self._next()) is not None:
                return frame
        raise EOFError(f"the peer closed the stream{' within a message' if self._buffer else ''}")

    def fileno(self) -> int:
        return self._sock.fileno()

    def notify(self, arrived: Callable[[], None]) -> None:
        raise TesterFault("a TCP link lives in real time; run it with the blocking driver")

    def close(self) -> None:
        self._sock.close()

    def _next(self) -> Frame | None:
        if (found := self._framing.split(self._buffer)) is None:
            return None
        message, length = found
        self._buffer = self._buffer[length:]
        return Frame(message, self._codec)

    def _await_room(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLOUT)
        if not poll.poll(_PATIENCE * 1000):
            raise EnvironmentFault(
                f"the peer has not read from its stream for {_PATIENCE:g} s",
                "Let the automaton send less at once.",
            )


def connect(
    address: str, port: int, framing: Framing | None = None, codec: Codec | None = None
) -> StreamLink:
    """A link to a TCP server.  Raises `EnvironmentFault` if there is none."""
    try:
        return StreamLink(socket.create_connection((address, port), _PATIENCE), framing, codec)
    except OSError as error:
        raise EnvironmentFault(
            f"no TCP connection to {address} port {port}: {error.strerror or error}",
            "Start the server first.",
        ) from error
