"""Scapy's TCP_client against the kernel's TCP, in a network of the lab, where no other TCP interferes."""

from __future__ import annotations

import sys

import pytest
from scapy.layers.inet import TCP, TCP_client

from atmt import EnvironmentFault
from atmt.compat import adopt
from atmt.lab import Lab
from atmt.links.codec import IPCodec
from atmt.links.packet import PacketLink

ECHO = """
import socket
with socket.create_server(("0.0.0.0", 7)) as listener:
    connection, _ = listener.accept()
    while data := connection.recv(65536):
        connection.sendall(data[::-1])
"""


@pytest.fixture
def net():
    try:
        with Lab() as lab, lab.topology() as made:
            yield made
    except EnvironmentFault as fault:
        pytest.skip(str(fault))


@pytest.fixture
def client(net):
    """Connected to a server that answers backwards."""
    server = net.start(net.peer, [sys.executable, "-I", "-S", "-c", ECHO])
    net.wait_tcp(net.peer, 7, server)
    codec = IPCodec(None, net.tester.ipv4)
    link = PacketLink(codec, net.packet_socket(net.tester), net.tester.mac, net.peer.mac)
    automaton = adopt(TCP_client)(net.peer.ipv4, 7, srcip=net.tester.ipv4, link=link)
    yield automaton
    automaton.destroy()


def test_it_connects_talks_and_closes(client):
    client.runbg()
    client.io.tcp.send(b"stressed")
    assert client.io.tcp.recv() == b"desserts"
    client.stop()
    assert client.trace.path == ["START", "SYN_SENT", "ESTABLISHED", ..., "STOP", ..., "CLOSED"]
    assert any(exchange.packet[TCP].flags.F for exchange in client.trace.received(TCP))
