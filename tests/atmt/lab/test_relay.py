"""Two real programs with the tester in the middle, who carries, spoils and tells."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from scapy.layers.inet import UDP
from scapy.utils import rdpcap

from atmt.lab import Lab, Topology
from atmt.links.impairment import Impairment, alter, corrupt, delay, drop, duplicate, reorder, truncate
from atmt.links.relay import Relay

Command = Callable[[int], list[str]]


@pytest.fixture
def net(lab: Lab) -> Iterator[Topology]:
    """A client and a server, each on a cable of its own to the tester."""
    with lab.topology(names=["client", "server"], relayed=True) as made:
        yield made


@contextmanager
def relayed(net: Topology, *rules: Impairment) -> Iterator[Relay]:
    first, second = (net.packet_socket(net.end("tester", network)) for network in (0, 1))
    with Relay(first, second, rules) as relay:
        yield relay


def ask(net: Topology, words: Sequence[bytes], count: int | None = None, timeout: float = 5.0) -> list[bytes]:
    """Send words from the client to the server's port 7, and return so many answers (all unless given)."""
    client = net.socket(net.peers["client"], socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(timeout)
    for word in words:
        client.sendto(word, (net.peers["server"].ipv4, 7))
    return [client.recv(100) for _ in range(len(words) if count is None else count)]


@pytest.fixture
def served(net: Topology, echo: Command) -> Topology:
    server = net.peers["server"]
    net.wait_udp(server, 7, net.start(server, echo(4)))
    return net


WORDS = [b"1", b"2", b"3"]


def test_without_rules_everything_passes(served: Topology) -> None:
    with relayed(served) as relay:
        assert ask(served, [b"live"]) == [b"evil"]
        assert [(row.direction, row.note) for row in relay.log] == [("sent", ""), ("received", "")]


@pytest.mark.parametrize("version", [4, 6])
def test_programs_find_each_other_through_it(lab: Lab, echo: Command, version: int) -> None:
    with lab.topology(names=["client", "server"], relayed=True, neighbours="unanswered") as net:
        server = net.peers["server"]
        net.wait_udp(server, 7, net.start(server, echo(version)))
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        client = net.socket(net.peers["client"], family, socket.SOCK_DGRAM)
        client.settimeout(5)
        with relayed(net):
            client.sendto(b"live", (server.ipv4 if version == 4 else server.ipv6, 7))
            assert client.recv(100) == b"evil"


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        (drop(UDP, direction="sent", nth=2), [b"1", b"3"]),
        (drop(UDP, dport=7, nth=2), [b"1", b"3"]),
        (drop(direction="received"), [b"2", b"3"]),
        (duplicate(direction="sent"), [b"1", b"1", b"2", b"3"]),
        (delay(0.05, direction="sent"), [b"2", b"3", b"1"]),
        (reorder(direction="sent"), [b"2", b"1", b"3"]),
        (reorder(2, direction="received"), [b"2", b"3", b"1"]),
        (truncate(20, direction="sent"), [b"2", b"3"]),
        (corrupt(at=28, direction="sent"), [b"2", b"3"]),
        (alter(lambda data: None, direction="sent", nth=3), [b"1", b"2"]),
    ],
    ids=[
        "layer",
        "field",
        "direction",
        "duplicate",
        "delay",
        "reorder",
        "reorder2",
        "truncate",
        "corrupt",
        "alter",
    ],
)
def test_a_rule_does_to_real_programs_what_it_says(
    served: Topology, rule: Impairment, answers: list[bytes]
) -> None:
    with relayed(served, rule) as relay:
        assert ask(served, WORDS, len(answers)) == answers
        assert [row.note.partition(" (")[0] for row in relay.log if row.note] in (
            [rule.name],
            [f"{rule.name}, which dropped it"],
        )


def test_the_same_seed_loses_the_same_packets(served: Topology) -> None:
    words = [b"%d" % number for number in range(40)]
    lost = []
    for seed in (1, 1, 2):
        with relayed(served, drop(direction="sent", probability=0.3, seed=seed)) as relay:
            ask(served, words, 1)
            while sum(row.direction == "sent" for row in relay.log) < len(words):
                pass
            lost.append([bool(row.note) for row in relay.log if row.direction == "sent"])
    assert lost[0] == lost[1] != lost[2]
    assert 0 < sum(lost[0]) < len(words)


def test_a_packet_that_nobody_overtakes_comes_late(served: Topology) -> None:
    with relayed(served, reorder(direction="sent")):
        assert ask(served, [b"live"]) == [b"evil"]


def test_what_came_by_can_be_read_as_a_capture(served: Topology, tmp_path: Path) -> None:
    with relayed(served, drop(direction="received")) as relay:
        ask(served, [b"1", b"2"], 1)
    relay.save(tmp_path / "relay.pcapng")
    packets = rdpcap(str(tmp_path / "relay.pcapng"))
    assert [(packet[UDP].dport == 7, packet.comment) for packet in packets].count((False, b"dropped")) == 1


def test_a_rule_that_fails_is_told_when_the_relay_ends(served: Topology) -> None:
    def fail(data: bytes) -> bytes:
        raise RuntimeError("a rule of the suite's")

    relay = relayed(served, alter(fail))
    with pytest.raises(RuntimeError, match="of the suite's"), relay, pytest.raises(TimeoutError):
        ask(served, [b"1"], timeout=0.1)


def test_a_relay_can_be_driven_by_hand(served: Topology) -> None:
    first, second = (served.packet_socket(served.end("tester", network)) for network in (0, 1))
    relay = Relay(first, second)
    client = served.socket(served.peers["client"], socket.AF_INET, socket.SOCK_DGRAM)
    client.sendto(b"live", (served.peers["server"].ipv4, 7))
    while len(relay.log) < 2:
        assert relay.carry(5)
    client.settimeout(5)
    assert client.recv(100) == b"evil"
    relay.close()
    relay.close()
