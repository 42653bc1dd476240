"""A TFTP server that only reads, is right, and ends when the mode of a request is longer than its buffer."""

from __future__ import annotations

import socket
import struct
import sys
from pathlib import Path

_BUFFER = 40  # octets, for the mode


def transfer(name: bytes, client: tuple[str, int], root: Path, address: str) -> None:
    """Send a file block by block; a client that says anything but what is waited for is left alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((address, 0))
        own.settimeout(1)
        file = root / name.decode("latin-1")
        if b"/" in name or not file.is_file():
            own.sendto(struct.pack("!HH", 5, 1) + b"not found\0", client)
            return
        content = file.read_bytes()
        for block in range(1, len(content) // 512 + 2):
            own.sendto(struct.pack("!HH", 3, block) + content[(block - 1) * 512 : block * 512], client)
            try:
                answer, _ = own.recvfrom(2000)
            except TimeoutError:
                return
            if answer != struct.pack("!HH", 4, block):
                return


def main(address: str, port: str, root: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((address, int(port)))
        while True:
            request, client = listener.recvfrom(2000)
            fields = request[2:].split(b"\0")
            if request[:2] == b"\0\1" and len(fields) > 2 and fields[0]:
                if len(fields[1]) > _BUFFER:
                    raise SystemExit(f"buffer overflow: a mode of {len(fields[1])} octets")
                transfer(fields[0], client, Path(root), address)


if __name__ == "__main__":
    main(*sys.argv[1:])
