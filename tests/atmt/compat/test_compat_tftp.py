"""Scapy's four TFTP automata against each other, in virtual time."""

from __future__ import annotations

import pytest
from scapy.layers.inet import UDP
from scapy.layers.tftp import (
    TFTP,
    TFTP_ACK,
    TFTP_DATA,
    TFTP_read,
    TFTP_RRQ_server,
    TFTP_write,
    TFTP_WRQ_server,
)

from atmt import ErrorState
from atmt.compat import adopt
from atmt.drivers.virtual import Simulation
from atmt.links.codec import IPCodec
from atmt.links.impairment import ImpairedLink, drop
from atmt.links.memory import Cable

LOOPBACK = {"iface": "lo"}


@pytest.fixture
def worlds():
    """Makes worlds, and ends them."""
    made = []

    def make():
        made.append(Simulation())
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def read(worlds):
    """Fetch a file of `content` by TFTP_read from TFTP_RRQ_server; the client, after its end."""

    def run(content, *faults, name="f"):
        world, cable = worlds(), Cable(IPCodec(TFTP))
        server = adopt(TFTP_RRQ_server)(
            {"f": content}, ip="127.0.0.1", sport=6969, link=cable.link(1), **LOOPBACK
        )
        link = ImpairedLink(cable.link(0), faults, world.clock)
        client = adopt(TFTP_read)(name, "127.0.0.1", sport=4000, port=6969, link=link, **LOOPBACK)
        world.start(server)
        world.start(client)
        world.run(client, limit=60)
        return client

    return run


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
def test_a_file_is_read_whole(read, size):
    content = bytes(i % 251 for i in range(size))
    assert read(content).verdict() == content


def test_nothing_lost_means_no_time_passes(read):
    assert read(b"x" * 5000).clock.now() == 0


def test_a_lost_ack_is_repeated_after_three_seconds_exactly(read):
    client = read(b"x" * 513, drop(TFTP_ACK, block=1))
    assert client.verdict() == b"x" * 513
    assert [step.at for step in client.trace.steps if step.via == "timeout_waiting"] == [3.0]
    assert [e.at for e in client.trace.received(TFTP_DATA, block=2)] == [3.0]


def test_a_file_that_is_missing_ends_in_the_error_state(read):
    client = read(b"", name="nothing")
    assert client.trace.path == ["BEGIN", "WAITING", "ERROR"]
    with pytest.raises(ErrorState, match="Reached ERROR"):
        client.verdict()


def test_every_repetition_takes_the_same_steps_at_the_same_times(read):
    runs = [read(b"x" * 2000, drop(TFTP_DATA, block=2, direction="received")) for _ in range(3)]
    first, *others = (run.trace.steps for run in runs)
    assert all(steps == first for steps in others)


# Scapy's server fails on an empty last block, so on 512 bytes and on none
@pytest.mark.parametrize("size", [1, 511, 513, 1700])
def test_a_file_is_written_whole(worlds, size):
    world, cable = worlds(), Cable(IPCodec(TFTP))
    server = adopt(TFTP_WRQ_server)(ip="127.0.0.1", sport=6969, link=cable.link(1), **LOOPBACK)
    content = bytes(i % 251 for i in range(size))
    client = adopt(TFTP_write)(
        "f", content, "127.0.0.1", sport=4000, port=6969, link=cable.link(0), **LOOPBACK
    )
    world.start(server)
    world.start(client)
    world.run(server, limit=60)
    assert server.verdict() == (b"f", content)


def test_a_global_binding_is_undone_when_the_automaton_is_destroyed_early(worlds):
    def bound():
        return [fields["dport"] for fields, layer in UDP.payload_guess if layer is TFTP]

    before = bound()
    client = adopt(TFTP_read)("f", "127.0.0.1", sport=4000, link=Cable(IPCodec(TFTP)).link(0), **LOOPBACK)
    worlds().start(client)
    assert bound() == [*before, 4000]
    client.destroy()
    assert bound() == before
