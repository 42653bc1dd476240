"""Servers with a fault in their transfer identifiers, or in whom they listen to."""

from __future__ import annotations

from .mutant import Mutant

_OF_CLIENT = "return (pkt.src, pkt.sport) == (self.client, self.client_tid)"
_STRANGER = "if not self.from_client(pkt) and opcode(pkt.payload) != Opcode.ERROR:"
_REPROACH = 'self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt.src, pkt.sport))'

_ADMITS = "        tid = next(tids)\n"


def _at_most(number: int) -> str:
    """A server that has no more transfers at a time, and is silent to others."""
    return (
        f"{_ADMITS}        busy = serve.__dict__.setdefault(id(host), [])\n"
        f"        if sum(one.isrunning() for one in busy) >= {number}:\n            return\n"
        "        begun = service(request)(request, host.files, tid, link=host.link(udp_port(tid), codec))\n"
        "        busy.append(begun)\n        host.start(begun)\n        return\n"
    )


def _ever(number: int) -> str:
    """A server that has no more transfers in its life."""
    return f"{_ADMITS}        if tid >= {40000 + number}:\n            return\n"


TRANSFER_IDS = (
    Mutant(
        "answers from port 69",
        "service",
        "self.send(Datagram(self.asked.dst, self.tid, host",
        "self.send(Datagram(self.asked.dst, 69, host",
        ("RFC1350-4-05", "RFC1350-4-05-W"),
    ),
    Mutant(
        "changes its port after the first packet",
        "service",
        "self.send(Datagram(self.asked.dst, self.tid, host",
        "self.said = getattr(self, 'said', 0) + 1\n"
        "        self.send(Datagram(self.asked.dst, self.tid + (self.said > 1), host",
        ("RFC1350-4-05", "RFC1350-4-05-W"),
    ),
    Mutant(
        "uses one port for all transfers",
        "reference",
        "tid = next(tids)",
        "tid = 40000",
        ("RFC1350-4-06", "RFC1350-4-07"),
    ),
    Mutant(
        "answers to an even port always",
        "service",
        "self.client, self.client_tid = asked.src, asked.sport",
        "self.client, self.client_tid = asked.src, asked.sport & 0xFFFE",
        ("RFC1350-3-02",),
    ),
    Mutant(
        "answers to ports below 60000 only",
        "service",
        "self.client, self.client_tid = asked.src, asked.sport",
        "self.client, self.client_tid = asked.src, min(asked.sport, 60000)",
        ("RFC1350-3-02",),
    ),
    Mutant(
        "ends on a stranger's error",
        "service",
        "if self.from_client(pkt) and opcode(pkt.payload) == Opcode.ERROR:",
        "if opcode(pkt.payload) == Opcode.ERROR:",
        ("RFC1350-4-14", "RFC1350-4-14-W"),
    ),
    Mutant(
        "answers a stranger with nothing",
        "service",
        _REPROACH,
        "pass",
        ("RFC1350-4-12", "RFC1350-4-12-W", "RFC1350-A-05"),
    ),
    Mutant(
        "tells a stranger another error",
        "service",
        "ErrorCode.UNKNOWN_TID,",
        "ErrorCode.UNDEFINED,",
        ("RFC1350-A-05", "RFC1350-A-05-W"),
    ),
    Mutant(
        "answers a stranger's error",
        "service",
        _STRANGER,
        "if not self.from_client(pkt):",
        ("RFC1350-4-18", "RFC1350-4-18-W"),
    ),
    Mutant(
        "takes whoever speaks for the client",
        "service",
        _OF_CLIENT,
        "return True",
        ("RFC1350-4-13", "RFC1350-4-13-W"),
    ),
    Mutant(
        "knows its client by the port alone",
        "service",
        _OF_CLIENT,
        "return pkt.sport == self.client_tid",
        ("RFC1350-4-15", "RFC1350-4-15-W"),
    ),
    Mutant(
        "knows its client by the host alone",
        "service",
        _OF_CLIENT,
        "return pkt.src == self.client",
        ("RFC1350-4-13", "RFC1350-4-13-W"),
    ),
    Mutant(
        "tells the client of the stranger",
        "service",
        _REPROACH,
        _REPROACH.replace(", (pkt.src, pkt.sport)", ""),
        ("RFC1350-4-13", "RFC1350-2-17"),
    ),
    Mutant(
        "ends when a stranger speaks",
        "service",
        _REPROACH,
        f"{_REPROACH}\n            raise self.ABANDONED()",
        ("RFC1350-2-17", "RFC1350-2-17-W", "RFC1350-4-13"),
    ),
    Mutant(
        "goes on with whoever spoke last",
        "service",
        _STRANGER,
        "if not self.from_client(pkt) and opcode(pkt.payload) == Opcode.ACK:\n"
        "            self.client, self.client_tid = pkt.src, pkt.sport\n"
        f"        {_STRANGER}",
        ("RFC1350-4-13", "RFC1350-4-13-W"),
    ),
    Mutant(
        "answers from its first address",
        "service",
        "self.send(Datagram(self.asked.dst, self.tid, host",
        "self.send(Datagram('192.0.2.2', self.tid, host",
        ("RFC1123-2.3-01",),
    ),
    Mutant(
        "answers what everybody is told",
        "reference",
        ' and not pkt.dst.endswith(".255")',
        "",
        ("RFC1123-4.2.3.5-01",),
    ),
    Mutant("serves three at a time", "reference", _ADMITS, _at_most(3), ("RFC1350-4-07",)),
    Mutant("forgets no transfer, and serves forty", "reference", _ADMITS, _ever(40), ("RFC1350-S-08",)),
    Mutant(
        "miscounts the checksum",
        "wire",
        "return datagram(packet.payload, packet[:2], packet[2:4])",
        "sound = datagram(packet.payload, packet[:2], packet[2:4])\n        return sound[:26] + b'\\1\\1' + sound[28:]",
        ("RFC1350-A-08",),
    ),
    Mutant(
        "counts the length of a datagram without its header",
        "wire",
        "return datagram(packet.payload, packet[:2], packet[2:4])",
        "sound = datagram(packet.payload, packet[:2], packet[2:4])\n"
        "        return sound[:24] + len(packet.payload).to_bytes(2, 'big') + sound[26:]",
        ("RFC1123-4.2.2.2-01",),
    ),
)
