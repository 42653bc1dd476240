"""The embedded reference peer: a server of Example as an automaton, by the book."""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import IP, UDP

from atmt import ATMT, Automaton
from atmt.links.flow import udp_port
from pytest_atmt import Host

PORT = 7


class Answering(Automaton):
    """Sends every datagram back to where it came from (RFC 862)."""

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == PORT

    @ATMT.state(initial=True)
    def LISTENING(self) -> None:
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_words(self, pkt: Any) -> None:
        raise self.LISTENING().action_parameters(pkt)

    @ATMT.action(receive_words)
    def send_back(self, pkt: Any) -> None:
        back = IP(src=pkt[IP].dst, dst=pkt[IP].src) / UDP(sport=PORT, dport=pkt[UDP].sport)
        self.send(back / pkt[UDP].payload)


def serve(host: Host) -> None:
    """Bring a server to life on `host`."""
    host.start(Answering(link=host.link(udp_port(PORT))))
