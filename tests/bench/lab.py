"""Topologies, real-server tests and links of the lab, beside `ip` commands and pyroute2 in the same run.

Run as a script: ``python tests/bench/lab.py``, as root for the comparisons (pyroute2 only if installed).
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scapy.layers.inet import ICMP, IP

from atmt.lab import Lab, Process, Topology
from atmt.links.codec import IPCodec, datagram
from atmt.links.flow import to_host
from atmt.links.packet import PacketLink

ROUNDS = 60
FLOOD = 300_000
BURSTS, BURST = 20, 2500
NAMES = ("atmt-bench-a", "atmt-bench-b")
IP_COMMANDS = """
netns add {0}
netns add {1}
-n {0} link add t0 index 10 type veth peer name p0 netns {1} index 11
-n {1} addr add 192.0.2.2/24 dev p0
-n {1} addr add 2001:db8::2/64 dev p0 nodad
-n {0} link set t0 up
-n {1} link set p0 up
-n {1} link set lo up
-n {1} neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev p0 nud permanent
""".format(*NAMES)
ECHO = """
#include <sys/socket.h>
#include <netinet/in.h>
int main(void) {
    struct sockaddr_in here = {AF_INET, htons(7)}, from;
    char data[2048];
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    bind(sock, (void *)&here, sizeof here);
    for (;;) {
        socklen_t size = sizeof from;
        long length = recvfrom(sock, data, sizeof data, 0, (void *)&from, &size);
        sendto(sock, data, length, 0, (void *)&from, size);
    }
}
"""
SENDER = """
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("192.0.2.1", 9))
for _ in range({count}):
    sock.send(bytes(512))
sock.send(b"end")
"""


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def by_commands() -> None:
    for line in IP_COMMANDS.strip().splitlines():
        subprocess.run(["ip", *line.split()], check=True, stdout=subprocess.DEVNULL)
    for name in NAMES:
        subprocess.run(["ip", "netns", "del", name], check=True)


def by_pyroute2() -> None:
    from pyroute2 import NetNS

    with NetNS(NAMES[0]) as one, NetNS(NAMES[1]) as other:
        one.link("add", ifname="t0", kind="veth", peer={"ifname": "p0", "net_ns_fd": NAMES[1]})
        index = other.link_lookup(ifname="p0")[0]
        other.addr("add", index=index, address="192.0.2.2", prefixlen=24)
        other.addr("add", index=index, address="2001:db8::2", prefixlen=64)
        one.link("set", index=one.link_lookup(ifname="t0")[0], state="up")
        other.link("set", index=index, state="up")
        other.link("set", index=1, state="up")
        other.neigh("add", dst="192.0.2.1", lladdr="02:00:00:00:00:01", ifindex=index, state=0x80)
        one.remove()
        other.remove()


def topologies(lab: Lab) -> None:
    """Create and destroy, in turns, so that all ways have the same company on the machine."""
    ways: dict[str, Callable[[], object]] = {"ours": lambda: lab.topology().close()}
    if lab.mode == "root" and shutil.which("ip"):
        ways["ip commands"] = by_commands
        try:
            import pyroute2  # noqa: F401 - whether it is there

            ways["pyroute2"] = by_pyroute2
        except ImportError:
            pass
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            taken[name].append(milliseconds(work))
    ours = statistics.median(taken["ours"])
    for name, values in taken.items():
        middle = statistics.median(values)
        print(
            f"topology, create and destroy: {name:<12} median {middle:7.2f} ms, least {min(values):7.2f}"
            f"   ({middle / ours:.1f} x ours)",
            flush=True,
        )


def server_test(lab: Lab) -> None:
    """What one test of a real server costs from nothing to the first packet of data and back to nothing."""
    server = shutil.which("in.tftpd", path=os.environ["PATH"] + ":/usr/sbin")
    if server is None:
        print("in.tftpd is not installed")
        return

    def work() -> None:
        with lab.topology() as net:
            folder = net.folder("root")
            (folder.outside / "file").write_bytes(b"x" * 512)
            command = [server, "-L", "-s", "-u", "nobody", "-a", f"{net.peer.ipv4}:69", folder.inside]
            net.wait_udp(net.peer, 69, net.start(net.peer, command))
            link = link_to(net)
            link.send(
                link.encode(datagram(b"\0\1file\0octet\0", (net.tester.ipv4, 4000), (net.peer.ipv4, 69)))
            )
            await_frame(link)

    taken = [milliseconds(work) for _ in range(ROUNDS)]
    print(f"topology, tftpd-hpa, RRQ, DATA: median {statistics.median(taken):.1f} ms, least {min(taken):.1f}")


class Octets:
    """Packets that are bytes already."""

    encode = staticmethod(bytes)

    def decode(self, data: bytes) -> tuple[bytes, str]:
        return data, ""


def link_to(net: Topology) -> PacketLink:
    sock = net.packet_socket(net.tester, to_host(net.tester.ipv4))
    return PacketLink(Octets(), sock, net.tester.mac, net.peer.mac)


def await_frame(link: PacketLink) -> bytes:
    poll = select.poll()
    poll.register(link.fileno(), select.POLLIN)
    while (frame := link.receive()) is None:
        if not poll.poll(5000):
            raise TimeoutError("no answer")
    return frame.data or b""


@contextmanager
def echoing(net: Topology) -> Iterator[Process | None]:
    """A server in C, as Python's own time would be measured instead of the link's."""
    compiler = shutil.which("cc")
    if compiler is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [compiler, "-O2", "-x", "c", "-", "-o", f"{folder}/echo"]
        subprocess.run(command, input=ECHO.encode(), check=True)
        process = net.start(net.peer, [f"{folder}/echo"])
        net.wait_udp(net.peer, 7, process)
        yield process


def round_trips(net: Topology) -> None:
    ping = bytes(IPCodec().encode(IP(src=net.tester.ipv4, dst=net.peer.ipv4) / ICMP() / bytes(36)))
    asking = {"the peer's kernel (ping)": ping}
    with echoing(net) as server:
        if server is not None:
            asking["a program in C (UDP)"] = datagram(bytes(64), (net.tester.ipv4, 4000), (net.peer.ipv4, 7))
        for who, packet in asking.items():
            _round_trips(net, who, packet)


def _round_trips(net: Topology, who: str, packet: bytes) -> None:
    link = link_to(net)
    sock = net.packet_socket(net.tester, to_host(net.tester.ipv4))
    whole = bytes.fromhex((net.peer.mac + net.tester.mac).replace(":", "")) + b"\x08\x00" + packet
    frame, buffer = link.encode(packet), bytearray(2048)

    def through_link() -> None:
        link.send(frame)
        await_frame(link)

    def bare() -> None:
        sock.send(whole)
        sock.recv_into(buffer)

    for name, work in (("bare socket", bare), ("PacketLink with poll", through_link)):
        while link.receive() is not None:
            pass
        drain(sock)
        taken = sorted(milliseconds(work) * 1e3 for _ in range(5000))
        print(
            f"round trip to {who}, {name:<20} median {taken[2500]:6.1f} µs, least {taken[0]:5.1f}", flush=True
        )


def drain(sock: socket.socket) -> None:
    sock.setblocking(False)
    try:
        while sock.recv(2048):
            pass
    except BlockingIOError:
        sock.setblocking(True)


def flood(net: Topology) -> None:
    link = link_to(net)
    program = net.start(net.peer, [sys.executable, "-I", "-S", "-c", SENDER.format(count=FLOOD)])
    received, began, busy = 1, time.perf_counter(), time.process_time()
    first = await_frame(link)
    while True:
        frame = link.receive()
        if frame is not None:
            received += 1
        elif not select.select([link.fileno()], [], [], 0.3)[0]:
            break
    wall, cpu = time.perf_counter() - began - 0.3, time.process_time() - busy
    program.wait()
    offered = struct.unpack("!H", first[2:4])[0]
    print(
        f"received undissected, {offered} bytes: {received / wall:,.0f} packets/s of {FLOOD / wall:,.0f} sent; "
        f"{cpu / received * 1e6:.2f} µs of CPU each, which allows {received / cpu:,.0f}/s"
    )


def bursts(net: Topology) -> None:
    """What reading a frame costs when they are there: the best of several bursts, whatever else the machine does."""
    link, costs = link_to(net), []
    sender = net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(BURSTS):
        for _ in range(BURST):
            sender.sendto(bytes(512), (net.tester.ipv4, 9))
        received, began = 0, time.process_time()
        while link.receive() is not None:
            received += 1
        costs.append((time.process_time() - began) / received)
    print(
        f"received undissected in bursts of {BURST}: best {min(costs) * 1e6:.2f} µs of CPU each "
        f"({1 / min(costs):,.0f}/s), median {statistics.median(costs) * 1e6:.2f}"
    )


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
    with Lab() as lab:
        print(f"lab mode: {lab.mode}")
        topologies(lab)
        server_test(lab)
        with lab.topology() as net:
            round_trips(net)
            bursts(net)
            flood(net)


if __name__ == "__main__":
    main()
