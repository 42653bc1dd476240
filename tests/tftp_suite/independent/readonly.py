"""A TFTP server written from the RFCs alone that only reads, on selectors and generators: blksize, windowsize.

usage: readonly.py IP PORT ROOT.  Options are answered in their own order; malformed requests get ERROR 4, malformed
datagrams in a transfer are dropped.  Knows nothing of the suite that judges it.
"""

from __future__ import annotations

import heapq
import itertools
import os
import selectors
import socket
import stat
import sys
import time
from collections.abc import Generator
from pathlib import Path

Address = tuple[str, int]
Steps = Generator[tuple[list[bytes], float], int | None, None]

RTT_FIRST, RETRIES = 2.0, 4


def packet(opcode: int, *rest: int | bytes) -> bytes:
    return opcode.to_bytes(2, "big") + b"".join(
        r if isinstance(r, bytes) else r.to_bytes(2, "big") for r in rest
    )


def complaint(code: int, text: bytes) -> bytes:
    return packet(5, code, text, b"\0")


def negotiate(words: list[bytes]) -> tuple[int, int, bytes]:
    """Block size, window size, and the OACK's words."""
    wanted: dict[bytes, bytes] = {}
    for name, value in zip(words[::2], words[1::2], strict=False):
        wanted.setdefault(name.lower(), value)
    size, window, said = 512, 1, b""
    if (text := wanted.get(b"windowsize", b"")).isdigit() and 1 <= int(text) <= 65535:
        window = min(int(text), 64)
        said += b"windowsize\0%d\0" % window
    if (text := wanted.get(b"blksize", b"")).isdigit() and int(text) >= 8:
        size = min(int(text), 65464)
        said += b"blksize\0%d\0" % size
    return size, window, said


def reading(content: bytes, words: list[bytes]) -> Steps:
    """What to send, and how long to wait; is told the number of an ACK, or None when time is up."""
    size, window, said = negotiate(words)
    pause = RTT_FIRST
    if said:
        acked, tries = None, 0
        while acked != 0:
            if tries > RETRIES:
                return
            acked = yield ([packet(6, said)] if acked is None else [], pause * 2**tries)
            tries += acked is None
    last = len(content) // size + 1
    done, tries, burst = 0, 0, True
    while done < last:
        end = min(done + window, last)
        blocks = range(done + 1, end + 1) if burst else ()
        datagrams = [packet(3, n & 0xFFFF, content[(n - 1) * size : n * size]) for n in blocks]
        number = yield datagrams, pause * 2**tries
        burst = number is None
        if number is None:
            tries += 1
            if tries > RETRIES:
                return
        for n in range(done + 1, end + 1):
            if n & 0xFFFF == number:
                done, tries, burst = n, 0, True
                break


class Server:
    """Sockets, deadlines and who waits for them."""

    def __init__(self, ip: str, port: int, root: Path) -> None:
        self.ip, self.root = ip, root
        self.selector = selectors.DefaultSelector()
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind((ip, port))
        self.selector.register(self.door, selectors.EVENT_READ, None)
        self.deadlines: list[tuple[float, int, Conversation]] = []
        self.count = itertools.count()

    def run(self) -> None:
        while True:
            while self.deadlines and self.deadlines[0][0] <= time.monotonic():
                at, _, conversation = heapq.heappop(self.deadlines)
                if conversation.deadline == at:
                    conversation.step(None)
            pause = self.deadlines[0][0] - time.monotonic() if self.deadlines else None
            for key, _ in self.selector.select(pause if pause is None else max(pause, 0)):
                if key.data is None:
                    self.request()
                elif key.data.open:
                    key.data.receive()

    def request(self) -> None:
        try:
            datagram, client = self.door.recvfrom(65536)
        except ConnectionError:
            return
        if datagram[:2] == b"\0\5":
            return
        try:
            content, words = self.read(datagram)
        except Refused as refused:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
                own.bind((self.ip, 0))
                own.sendto(refused.complaint, client)
            return
        Conversation(self, client, reading(content, words)).step(None)

    def read(self, datagram: bytes) -> tuple[bytes, list[bytes]]:
        """Content and options.  Raises `Refused`."""
        if datagram[:2] == b"\0\2":
            raise Refused(complaint(2, b"read only"))
        words = datagram[2:].split(b"\0")
        if datagram[:2] != b"\0\1" or len(words) < 3 or words[-1] or not words[0]:
            raise Refused(complaint(4, b"no request"))
        mode = words[1].lower()
        if mode not in (b"octet", b"netascii"):
            raise Refused(complaint(4, b"no such mode"))
        content = self.content(words[0])
        if mode == b"netascii":
            content = b"".join({10: b"\r\n", 13: b"\r\0"}.get(octet, bytes([octet])) for octet in content)
        return content, words[2:-1]

    def content(self, name: bytes) -> bytes:
        try:
            path = (self.root / os.fsdecode(name.lstrip(b"/"))).resolve()
            if not path.is_relative_to(self.root):
                raise Refused(complaint(2, b"not here"))
            about = path.stat()
        except (OSError, ValueError):
            raise Refused(complaint(1, b"no such file")) from None
        if not stat.S_ISREG(about.st_mode) or not about.st_mode & 4:
            raise Refused(complaint(2, b"not for you"))
        return path.read_bytes()


class Refused(Exception):
    def __init__(self, complaint: bytes) -> None:
        super().__init__(complaint)
        self.complaint = complaint


class Conversation:
    """One transfer: its socket, its steps, its deadline."""

    def __init__(self, server: Server, client: Address, steps: Steps) -> None:
        self.server, self.client, self.steps = server, client, steps
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((server.ip, 0))
        server.selector.register(self.sock, selectors.EVENT_READ, self)
        self.open, self.deadline = True, 0.0

    def step(self, number: int | None) -> None:
        try:
            datagrams, pause = self.steps.send(number)
        except StopIteration:
            self.close()
            return
        for datagram in datagrams:
            self.sock.sendto(datagram, self.client)
        if datagrams:
            self.deadline = time.monotonic() + pause
            heapq.heappush(self.server.deadlines, (self.deadline, next(self.server.count), self))

    def receive(self) -> None:
        try:
            datagram, sender = self.sock.recvfrom(65536)
        except ConnectionError:
            return
        if sender != self.client:
            if datagram[:2] != b"\0\5":
                self.sock.sendto(complaint(5, b"who are you"), sender)
        elif datagram[:2] == b"\0\5":
            self.close()
        elif datagram[:2] == b"\0\4" and len(datagram) >= 4:
            self.step(int.from_bytes(datagram[2:4], "big"))

    def close(self) -> None:
        self.open, self.deadline = False, -1.0
        self.server.selector.unregister(self.sock)
        self.sock.close()


if __name__ == "__main__":
    Server(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve()).run()
