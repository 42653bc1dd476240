"""Packets per second through a receive condition: pre-dissected from memory, and dissected from a socket pair.

The limits are a loop that calls the same functions, and a plain select, recv and dissect loop.
Run as a script: ``python tests/bench/packets.py``.
"""

from __future__ import annotations

import select
import socket
import time

from common import best, report

N = 4_000


def counter(ATMT, Automaton):
    class Counter(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.left = N

        @ATMT.receive_condition(A)
        def take(self, pkt):
            self.left -= 1
            if not self.left:
                raise self.END()

        @ATMT.state(final=1)
        def END(self):
            pass

    return Counter


class Source:
    """A Scapy-like socket that always has the packet it was given."""

    def __init__(self, packet) -> None:
        self.packet = packet
        self.reader, self.writer = socket.socketpair()
        self.writer.send(b"x")

    def recv(self, _size=None):
        return self.packet

    def send(self, packet):
        pass

    def fileno(self):
        return self.reader.fileno()

    @staticmethod
    def select(sockets, remain=None):
        return sockets

    def close(self):
        self.reader.close()
        self.writer.close()


class ScapySource(Source):
    @staticmethod
    def select(sockets, remain=None):
        return [s for s in sockets if isinstance(s, Source)]


def from_memory(ATMT, Automaton, source, packet):
    def work() -> int:
        counter(ATMT, Automaton)(sock=source(packet)).run()
        return N

    return work


def from_memory_cable(ATMT, Automaton, packet):
    from atmt.drivers.virtual import Simulation
    from atmt.links.memory import Cable

    def work() -> int:
        world, cable = Simulation(), Cable()
        automaton, far = counter(ATMT, Automaton)(link=cable.link(0)), cable.link(1)
        for _ in range(N):
            far.send(far.encode(packet))
        world.start(automaton)
        world.run(automaton, 1)
        return N

    return work


def pair_of(make_link, raw: bytes, ATMT, Automaton):
    def work() -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        automaton = counter(ATMT, Automaton)(**make_link(ours))
        automaton.runbg()
        for _ in range(N):
            theirs.send(raw)
        getattr(automaton, "wait", automaton.run)()
        ours.close()
        theirs.close()
        return N

    return work


def plain_pair(raw: bytes, dissect):
    from threading import Thread

    def work() -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        left = N

        def receive() -> None:
            nonlocal left
            while left:
                select.select([ours], [], [])
                dissect(ours.recv(65535))
                left -= 1

        thread = Thread(target=receive)
        thread.start()
        for _ in range(N):
            theirs.send(raw)
        thread.join()
        ours.close()
        theirs.close()
        return N

    return work


def main() -> None:
    import scapy.all  # noqa: F401 - its automata do not run without
    from scapy.automaton import ATMT as SA
    from scapy.automaton import Automaton as SAutomaton
    from scapy.layers.inet import IP, UDP
    from scapy.supersocket import SuperSocket

    from atmt import ATMT, Automaton

    packet = IP(dst="127.0.0.1") / UDP(sport=1, dport=2) / b"content"
    raw = bytes(packet)
    packet = IP(raw)
    report(
        "pre-dissected packet, from a Scapy socket",
        "packet",
        best(from_memory(ATMT, Automaton, Source, packet)),
        best(from_memory(SA, SAutomaton, ScapySource, packet), 3),
    )
    report("pre-dissected packet, from a cable", "packet", best(from_memory_cable(ATMT, Automaton, packet)))

    class Pair(SuperSocket):
        def __init__(self, sock):
            self.ins = self.outs = sock

        def recv(self, x=65535, **kwargs):
            return IP(self.ins.recv(x))

    def scapys(ours):
        return {"sock": Pair(ours)}

    report(
        "dissected packet, from a socket pair",
        "packet",
        best(pair_of(scapys, raw, ATMT, Automaton), 5, time.perf_counter),
        best(pair_of(scapys, raw, SA, SAutomaton), 3, time.perf_counter),
        best(plain_pair(raw, IP), 5, time.perf_counter),
    )


if __name__ == "__main__":
    main()
