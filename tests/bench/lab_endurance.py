"""A thousand tests of a real server under xdist, each with a topology of its own: how many fail, how fast.

Run as a script: ``python tests/bench/lab_endurance.py [TESTS] [WORKERS]`` (200 tests by 2 workers unless
given), as the user in question.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = """
import os
import select
import pytest
from atmt.lab import Lab
from atmt.links.codec import datagram
from atmt.links.flow import to_host
from atmt.links.packet import PacketLink


class Octets:
    encode = staticmethod(bytes)

    def decode(self, data):
        return data, ""


@pytest.fixture(scope="session")
def lab():
    with Lab(watch=[os.getppid()]) as opened:
        yield opened


@pytest.mark.parametrize("number", range({count}))
def test_a_server_sends_the_file(lab, number):
    with lab.topology() as net:
        folder = net.folder("root")
        (folder.outside / "file").write_bytes(b"%d" % number)
        command = ["in.tftpd", "-L", "-s", "-u", "nobody", "-a", net.peer.ipv4 + ":69", folder.inside]
        server = net.start(net.peer, command)
        net.wait_udp(net.peer, 69, server)
        sock = net.packet_socket(net.tester, to_host(net.tester.ipv4))
        link = PacketLink(Octets(), sock, net.tester.mac, net.peer.mac)
        request = datagram(b"\\0\\1file\\0octet\\0", (net.tester.ipv4, 4000), (net.peer.ipv4, 69))
        link.send(link.encode(request))
        assert select.select([link.fileno()], [], [], 0.9)[0], net.log.text()
        assert link.receive().data[28:] == b"\\0\\3\\0\\1%d" % number
        assert server.running()
"""


def main(count: int = 200, workers: int = 2) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_endurance.py"
        file.write_text(TESTS.format(count=count))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "-n", str(workers), "--rootdir", folder, str(file)],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        seconds = time.perf_counter() - began
    print(done.stdout[-2000:] if done.returncode else done.stdout.strip().splitlines()[-1])
    print(
        f"{count} tests of tftpd-hpa as user {os.geteuid()}, -n {workers}: exit code {done.returncode}, "
        f"{seconds:.1f} s, {seconds / count * 1e3:.1f} ms each, load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
