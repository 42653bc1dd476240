"""What capturing costs a packet, beside Scapy's writer, and what a flow filtered in the kernel saves.

Run as a script: ``python tests/bench/lab_capture.py``.  The file is written where temporary files are.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from common import best
from scapy.layers.inet import UDP
from scapy.layers.l2 import Ether
from scapy.layers.tftp import TFTP, TFTP_DATA
from scapy.packet import Raw
from scapy.utils import PcapNgWriter

from atmt import ATMT, Automaton
from atmt.drivers import blocking
from atmt.drivers.virtual import Simulation
from atmt.lab import Lab, Topology
from atmt.links.capture import PcapngWriter, write_pcapng
from atmt.links.codec import IPCodec, datagram
from atmt.links.memory import Cable
from atmt.links.packet import PacketLink
from atmt.trace import Trace

PACKETS = 20_000
FOREIGN = 40_400
CONTENT = bytes(TFTP() / TFTP_DATA(block=7) / Raw(bytes(512)))
FRAME = bytes(Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:02")) + bytes(530)
PACKET = datagram(CONTENT, ("192.0.2.2", 69), ("192.0.2.1", 4000))
# a pause now and then, so that the socket's buffer can take them all; the last one comes until it is heard
SENDER = """
import socket, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for number in range({count}):
    sock.sendto({content!r}, ("192.0.2.1", 4001))
    if number % 1000 == 999:
        time.sleep(0.01)
while True:
    sock.sendto({content!r}, ("192.0.2.1", 4000))
    time.sleep(0.05)
"""


class Collector(Automaton):
    """Hears so many packets."""

    def parse_args(self, count: int) -> None:
        self.left = count

    @ATMT.state(initial=True)
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def hear(self, pkt: object) -> None:
        self.left -= 1
        if not self.left:
            raise self.DONE()

    @ATMT.state(final=True)
    def DONE(self) -> None: ...


class Ours(Collector):
    """Only what is for port 4000."""

    def master_filter(self, pkt: object) -> bool:
        return UDP in pkt and pkt[UDP].dport == 4000  # type: ignore[operator, index]  # as Scapy has it


class Filtered(Ours):
    """... and the kernel knows it."""

    def kernel_filter(self) -> str:
        return "udp dst port 4000"


def trace_of(packets: int) -> Trace:
    cable, simulation = Cable(IPCodec(TFTP)), Simulation()
    collector, sender = Collector(packets, link=cable.link(0)), cable.link(1)
    simulation.start(collector)
    for _ in range(packets):
        sender.send(sender.encode(Raw(PACKET)))
    simulation.run(collector, 1)
    simulation.close()
    return collector.trace


def writing(file: Path) -> None:
    trace = trace_of(PACKETS)

    def alone() -> int:
        with PcapngWriter(file) as writer:
            for number in range(PACKETS):
                writer.packet(PACKET, number, "Collector.LISTENING (hear); RFC1350-2-04", "received")
        return PACKETS

    def scapys() -> int:
        with PcapNgWriter(str(file)) as writer:
            for _ in range(PACKETS // 10):
                packet = Ether(FRAME)
                packet.comment = b"Collector.LISTENING (hear); RFC1350-2-04"
                writer.write(packet)
        return PACKETS // 10

    ours, run, theirs = best(alone), best(lambda: write_pcapng(file, trace)), best(scapys)
    print(
        f"capture, {len(PACKET)} bytes with a comment: ours {ours * 1e6:.2f} µs a packet, of a run's trace "
        f"{run * 1e6:.2f} µs; Scapy's, of a frame that it dissects, {theirs * 1e6:.2f} µs ({theirs / ours:.1f} x)",
        flush=True,
    )


def foreign(net: Topology, collector: type[Collector]) -> tuple[float, int]:
    """Seconds of processor time until what it wants has come, and how many packets it refused until then."""
    tester, peer = net.tester, net.peer
    link = PacketLink(IPCodec(TFTP, tester.ipv4), net.packet_socket(tester, "udp"), tester.mac, peer.mac)
    automaton = collector(1, link=link)
    sender = net.start(
        peer, [sys.executable, "-I", "-S", "-c", SENDER.format(count=FOREIGN, content=CONTENT)]
    )
    began = time.process_time()
    blocking.run(automaton, 120)
    taken = time.process_time() - began
    sender.stop()
    return taken, len(automaton.trace.exchanges) - 1


def flows() -> None:
    with Lab() as lab, lab.topology() as net:
        refused, seen = foreign(net, Ours)
        filtered, left = foreign(net, Filtered)
    print(
        f"{seen} foreign packets refused by master_filter: {refused:.3f} s of CPU, {refused / seen * 1e6:.0f} µs each; "
        f"{FOREIGN} by kernel_filter ({left} came through): {filtered:.4f} s ({refused / filtered:.0f} x less)",
        flush=True,
    )


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder) / "file.pcapng")
    flows()


if __name__ == "__main__":
    main()
