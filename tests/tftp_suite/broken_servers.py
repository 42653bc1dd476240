"""TFTP servers that are wrong in one way each, to see what the suite says.  ``broken_servers.py NAME ROOT``"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

BLOCK = 512
Address = tuple[str, int]


def data(block: int, content: bytes) -> bytes:
    return struct.pack("!HH", 3, block) + content


def silent(request: bytes, client: Address, root: Path) -> None:
    """Never answers."""


def block_two_first(request: bytes, client: Address, root: Path) -> None:
    """Begins with block 2; refuses what is not there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
        file = root / request[2:].split(b"\0")[0].decode()
        if not file.is_file():
            transfer.sendto(struct.pack("!HH", 5, 1) + b"File not found\0", client)
        else:
            transfer.sendto(data(2, file.read_bytes()[:BLOCK]), client)


def garbage(request: bytes, client: Address, root: Path) -> None:
    """Answers with bytes that mean nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
        transfer.sendto(b"\xff\xfe\x00garbage", client)


def dies_midway(request: bytes, client: Address, root: Path) -> None:
    """Refuses what is not there; in the middle of its first real transfer it ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
        file = root / request[2:].split(b"\0")[0].decode()
        if not file.is_file():
            transfer.sendto(struct.pack("!HH", 5, 1) + b"File not found\0", client)
        else:
            transfer.sendto(data(1, file.read_bytes()[:BLOCK]), client)
            raise SystemExit


def right(request: bytes, client: Address, root: Path) -> None:
    """Sends files block by block; the one that is not broken."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
        transfer.settimeout(5)
        file = root / request[2:].split(b"\0")[0].decode()
        if not file.is_file():
            transfer.sendto(struct.pack("!HH", 5, 1) + b"File not found\0", client)
            return
        content = file.read_bytes()
        for block in range(1, len(content) // BLOCK + 2):
            answer = b""
            transfer.sendto(data(block, content[(block - 1) * BLOCK : block * BLOCK]), client)
            while answer != struct.pack("!HH", 4, block):
                answer, _ = transfer.recvfrom(65535)


SERVERS: dict[str, Callable[[bytes, Address, Path], None]] = {
    function.__name__: function for function in (silent, block_two_first, garbage, dies_midway, right)
}


def main(name: str, root: str) -> None:
    """Serve on a free port of loopback, which is printed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            request, client = listener.recvfrom(65535)
            SERVERS[name](request, client, Path(root))


if __name__ == "__main__":
    main(*sys.argv[1:])
