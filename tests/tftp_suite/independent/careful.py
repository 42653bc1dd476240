"""A TFTP server written from the RFCs alone, one select loop: blksize, timeout, tsize; nothing is overwritten.

usage: careful.py IP PORT ROOT.  A request that comes again is the same request; what is malformed ends a transfer,
and is dropped at the well-known port.  Knows nothing of the suite that judges it.
"""

from __future__ import annotations

import os
import select
import socket
import stat
import struct
import sys
import time
from pathlib import Path

Address = tuple[str, int]
RRQ, WRQ, DATA, ACK, ERR, OACK = 1, 2, 3, 4, 5, 6
START, CAP, TRIES = 0.7, 8.0, 6
BIGGEST = 8192
QUOTA = 64 * 1024 * 1024


class Stop(Exception):
    """End of a transfer: with an ERROR (code and text), or without (None)."""

    def __init__(self, code: int | None = None, text: str = "") -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


def strings(packet: bytes) -> list[str]:
    """The strings of a request; none where it is malformed."""
    if packet[-1:] != b"\0":
        return []
    return [os.fsdecode(word) for word in packet[2:-1].split(b"\0")]


def within(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdigit() and low <= int(text) <= high


class Transfer:
    """What the two kinds of transfer share: a socket, what was said last, and when to say it again."""

    def __init__(self, server: Server, client: Address) -> None:
        self.server, self.client = server, client
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((server.ip, 0))
        self.blksize, self.interval = 512, 0.0
        self.last_said = b""
        self.tries, self.due = 0, 0.0
        self.over = False
        self.number = 0

    def fileno(self) -> int:
        return self.sock.fileno()

    def say(self, packet: bytes) -> None:
        self.last_said, self.tries = packet, 0
        self.repeat()

    def repeat(self) -> None:
        self.sock.sendto(self.last_said, self.client)
        pause = self.interval or min(START * 2**self.tries, CAP)
        self.tries += 1
        self.due = time.monotonic() + pause

    def overdue(self) -> None:
        if self.over or self.tries >= TRIES:
            self.close()
        else:
            self.repeat()

    def agree(self, options: list[str], size: int | None) -> bytes:
        """The OACK for what a request asks ("" where nothing is granted)."""
        said: list[str] = []
        seen: set[str] = set()
        for key, value in zip(options[::2], options[1::2], strict=False):
            word = key.lower()
            if word in seen:
                continue
            seen.add(word)
            if word == "blksize" and within(value, 8, 65464):
                self.blksize = min(int(value), BIGGEST)
                said += [key, str(self.blksize)]
            elif word == "timeout" and within(value, 1, 255):
                self.interval = float(value)
                said += [key, value]
            elif word == "tsize" and size is not None and within(value, 0, 1 << 62):
                said += [key, str(size)]
        return b"\0\6" + b"".join(os.fsencode(w) + b"\0" for w in said) if said else b""

    def readable(self) -> None:
        try:
            packet, sender = self.sock.recvfrom(65536)
        except ConnectionError:
            return
        if sender != self.client:
            if packet[:2] != b"\0\5":
                self.sock.sendto(b"\0\5\0\5Not your transfer\0", sender)
            return
        try:
            self.digest(packet)
        except Stop as stop:
            self.stop(stop)

    def digest(self, packet: bytes) -> None:
        if len(packet) < 4:
            raise Stop(4, "Too short")
        opcode, number = struct.unpack("!HH", packet[:4])
        if opcode == ERR:
            raise Stop
        self.hear(opcode, number, packet[4:])

    def hear(self, opcode: int, number: int, body: bytes) -> None:
        raise NotImplementedError

    def stop(self, why: Stop) -> None:
        if why.code is not None:
            self.sock.sendto(struct.pack("!HH", ERR, why.code) + why.text.encode() + b"\0", self.client)
        self.close()

    def close(self) -> None:
        self.sock.close()
        self.server.transfers.pop(self.client, None)


class Reading(Transfer):
    """The client reads."""

    def begin(self, path: Path, netascii: bool, options: list[str]) -> None:
        try:
            about = os.stat(path)
        except OSError:
            raise Stop(1, "File not found") from None
        if not stat.S_ISREG(about.st_mode) or not about.st_mode & stat.S_IROTH:
            raise Stop(2, "Access violation")
        self.content = path.read_bytes()
        if netascii:
            self.content = self.content.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")
        oack = self.agree(options, None if netascii else len(self.content))
        if oack:
            self.say(oack)
        else:
            self.advance()

    def advance(self) -> None:
        start = self.number * self.blksize
        self.number += 1
        piece = self.content[start : start + self.blksize]
        self.final = len(piece) < self.blksize
        self.say(struct.pack("!HH", DATA, self.number & 0xFFFF) + piece)

    def hear(self, opcode: int, number: int, body: bytes) -> None:
        if opcode != ACK:
            raise Stop(4, "Only ACKs are expected")
        if number != self.number & 0xFFFF:
            return
        if self.number and self.final:
            raise Stop
        self.advance()


class Writing(Transfer):
    """The client writes."""

    file = None

    def begin(self, path: Path, netascii: bool, options: list[str]) -> None:
        if path.exists() or path.is_symlink():
            raise Stop(6, "File already exists")
        self.path, self.netascii, self.pending = path, netascii, b""
        self.part = path.with_name(f".incoming-{self.client[0]}-{self.client[1]}")
        sizes = [v for k, v in zip(options[::2], options[1::2], strict=False) if k.lower() == "tsize"]
        size = int(sizes[0]) if sizes and within(sizes[0], 0, 1 << 62) else None
        if size is not None and size > QUOTA:
            raise Stop(3, "More than there is room for")
        try:
            self.file = self.part.open("wb", buffering=0)
        except OSError:
            raise Stop(2, "Access violation") from None
        self.say(self.agree(options, size) or b"\0\4\0\0")

    def hear(self, opcode: int, number: int, body: bytes) -> None:
        if opcode != DATA:
            raise Stop(4, "Only DATA is expected")
        if number == self.number & 0xFFFF and (self.number or self.over):
            self.sock.sendto(struct.pack("!HH", ACK, number), self.client)
        if self.over or number != (self.number + 1) & 0xFFFF:
            return
        if len(body) > self.blksize:
            raise Stop(4, "Block too long")
        self.write(body, last=len(body) < self.blksize)
        self.number += 1
        self.say(struct.pack("!HH", ACK, number))
        if len(body) < self.blksize:
            self.over, self.due = True, time.monotonic() + 2 * (self.interval or 2.0)

    def write(self, octets: bytes, last: bool) -> None:
        if self.netascii:
            octets = self.pending + octets
            self.pending = b"\r" if octets.endswith(b"\r") and not last else b""
            octets = octets[: len(octets) - len(self.pending)]
            octets = octets.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
        assert self.file is not None
        try:
            while octets:
                octets = octets[self.file.write(octets) :]
            if last:
                self.file.close()
                os.chmod(self.part, 0o644)
                os.link(self.part, self.path)
                os.unlink(self.part)
        except FileExistsError:
            raise Stop(6, "File already exists") from None
        except OSError:
            raise Stop(3, "Disk full") from None

    def close(self) -> None:
        super().close()
        if self.file is not None:
            self.file.close()
            self.part.unlink(missing_ok=True)


class Server:
    """The well-known port and all transfers."""

    def __init__(self, ip: str, port: int, root: Path) -> None:
        self.ip, self.root = ip, root
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind((ip, port))
        self.transfers: dict[Address, Transfer] = {}

    def path(self, name: str) -> Path:
        if any(part == ".." for part in name.split("/")) or name.endswith("/"):
            raise Stop(2, "Access violation")
        path = self.root / name.lstrip("/")
        if not path.resolve().is_relative_to(self.root):
            raise Stop(2, "Access violation")
        return path

    def knock(self) -> None:
        try:
            packet, client = self.door.recvfrom(65536)
        except ConnectionError:
            return
        words = strings(packet)
        if packet[:2] not in (b"\0\1", b"\0\2") or len(words) < 2 or not words[0] or client in self.transfers:
            return
        transfer = Reading(self, client) if packet[1] == RRQ else Writing(self, client)
        self.transfers[client] = transfer
        try:
            if words[1].lower() not in ("octet", "netascii"):
                raise Stop(4, "Unknown mode")
            transfer.begin(self.path(words[0]), words[1].lower() == "netascii", words[2:])
        except Stop as stop:
            transfer.stop(stop)
        except (OSError, ValueError):
            transfer.stop(Stop(0, "Failed"))

    def run(self) -> None:
        while True:
            now = time.monotonic()
            for transfer in [t for t in self.transfers.values() if t.due <= now]:
                transfer.overdue()
            dues = [t.due for t in self.transfers.values()]
            pause = max(min(dues) - time.monotonic(), 0) if dues else None
            sources: list[socket.socket | Transfer] = [self.door, *self.transfers.values()]
            for ready in select.select(sources, [], [], pause)[0]:
                if isinstance(ready, Transfer):
                    if ready.fileno() >= 0:
                        ready.readable()
                else:
                    self.knock()


if __name__ == "__main__":
    Server(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve()).run()
