"""TFTP throughput from tftpd-hpa over a veth: Scapy's TFTP_read on both runtimes, ours on payloads, a plain client.

Needs root, ``ip`` and ``in.tftpd``; makes one network namespace and takes it away again.
Run as a script: ``python tests/bench/tftp.py``.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

HERE, THERE, SPACE = "10.77.7.1", "10.77.7.2", "atmt-bench"
SIZE = 1 << 20
SPORT = 40777


@contextmanager
def server():
    """tftpd-hpa in a namespace at the other end of a veth, serving one file of `SIZE` bytes."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    with open(os.path.join(folder, "f"), "wb") as file:
        file.write(os.urandom(SIZE))
    os.chmod(file.name, 0o644)
    subprocess.run(["ip", "netns", "add", SPACE], check=True)
    try:
        for line in (
            f"link add bench0 type veth peer name bench1 netns {SPACE}",
            f"addr add {HERE}/24 dev bench0",
            "link set bench0 up",
            f"-n {SPACE} addr add {THERE}/24 dev bench1",
            f"-n {SPACE} link set bench1 up",
        ):
            subprocess.run(["ip", *line.split()], check=True)
        daemon = ["in.tftpd", "-L", "-s", "-c", "-u", "nobody", "-a", f"{THERE}:69", folder]
        command = ["ip", "netns", "exec", SPACE, *daemon]
        with subprocess.Popen(command) as process:
            time.sleep(0.5)
            try:
                yield
            finally:
                process.terminate()
    finally:
        subprocess.run(["ip", "netns", "del", SPACE], check=True)
        shutil.rmtree(folder)


def plain() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(3)  # as any client that means to repeat itself
        sock.sendto(b"\0\1f\0octet\0", (THERE, 69))
        got = bytearray()
        while True:
            data, source = sock.recvfrom(2000)
            got += data[4:]
            sock.sendto(b"\0\4" + data[2:4], source)
            if len(data) < 516:
                return len(got)


def on_payloads() -> int:
    from atmt import ATMT, Automaton
    from atmt.links.payload import PayloadLink

    class Read(Automaton):
        @ATMT.state(initial=1)
        def BEGIN(self):
            self.got, self.block = bytearray(), 1
            self.last = b"\0\1f\0octet\0"
            self.send(self.last)
            raise self.WAITING()

        @ATMT.state()
        def WAITING(self):
            pass

        @ATMT.receive_condition(WAITING)
        def receive_data(self, data):
            if data[:2] == b"\0\3" and struct.unpack("!H", data[2:4])[0] == self.block & 0xFFFF:
                raise self.RECEIVED(data)

        @ATMT.action(receive_data)
        def acknowledge(self):
            self.link.peer = self.link.source
            self.last = struct.pack("!HH", 4, self.block & 0xFFFF)
            self.send(self.last)

        @ATMT.timeout(WAITING, 3)
        def timeout_waiting(self):
            raise self.WAITING()

        @ATMT.action(timeout_waiting)
        def again(self):
            self.send(self.last)

        @ATMT.state()
        def RECEIVED(self, data):
            self.got += data[4:]
            self.block += 1
            raise self.WAITING() if len(data) == 516 else self.END()

        @ATMT.state(final=1)
        def END(self):
            return len(self.got)

    with Read(link=PayloadLink((THERE, 69))) as read:
        return read.run()


def unmodified() -> int:
    from scapy.layers.tftp import TFTP_read

    from atmt.compat import adopt

    return len(adopt(TFTP_read)("f", THERE).run())


def scapys() -> int:
    import scapy.all  # noqa: F401 - its automata do not run without
    from scapy.layers.tftp import TFTP_read

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as guard:  # else its kernel refuses the answers
        guard.bind((HERE, SPORT))
        read = TFTP_read("f", THERE, sport=SPORT)
        return len(read.run())


WORKS = [
    ("plain", plain, 5),
    ("payloads", on_payloads, 5),
    ("unmodified", unmodified, 3),
    ("scapy", scapys, 1),
]


def main() -> None:
    results = {}
    with server():
        for name, work, rounds in WORKS:
            best = float("inf")
            for _ in range(rounds):
                began = time.perf_counter()
                assert work() == SIZE
                best = min(best, time.perf_counter() - began)
            results[name] = SIZE / best / 1e6
            print(f"{name:<20} {results[name]:8.2f} MB/s", flush=True)
    print(f"unmodified TFTP_read: {results['unmodified'] / results['scapy']:.1f}x Scapy's")
    print(f"a reader on payloads: {results['payloads'] / results['plain']:.2f} of a plain client")


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("tests/bench/tftp.py: needs root, to make a network namespace; run it as root")
    main()
