"""Automata that were given no link: none is opened until a packet moves, and UDP holds its port."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from atmt import ATMT, Automaton
from atmt.links.udp import UdpLink


@pytest.fixture
def echo():
    """A UDP echo server on loopback; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve():
            while (received := sock.recvfrom(1000))[0] != b"end":
                sock.sendto(received[0].upper(), received[1])

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", sock.getsockname())
        thread.join(5)


class Asking(Automaton):
    def parse_args(self, port):
        self.port = port

    @ATMT.state(initial=1)
    def A(self):
        self.send(IP(dst="127.0.0.1") / UDP(sport=40404, dport=self.port) / b"hey")

    @ATMT.receive_condition(A)
    def take(self, pkt):
        self.link_seen = self.link
        raise self.END(pkt[Raw].load)

    @ATMT.state(final=1)
    def END(self, load):
        return load


def test_udp_needs_no_link_and_no_privilege_and_gives_everything_back(echo):
    before = os.listdir("/proc/self/fd")
    asking = Asking(echo)
    assert asking.run() == b"HEY"
    assert asking.run() == b"HEY"
    assert isinstance(asking.link_seen, UdpLink)
    assert asking.link is None
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_scapys_factories_are_used_when_they_are_given():
    class Fake:
        def __init__(self, log, **kwargs):
            self.log = log
            log.append(("open", kwargs))

        def send(self, pkt):
            self.log.append(("send", pkt))

        def close(self):
            self.log.append("close")

    class Sending(Automaton):
        @ATMT.state(initial=1, final=1)
        def A(self):
            self.send("x")

    log = []
    Sending(ll=lambda **kwargs: Fake(log, **kwargs), recvsock=lambda **kwargs: None, iface="lo").run()
    assert log == [("open", {"iface": "lo"}), ("send", "x"), "close"]


def test_no_socket_is_opened_while_no_packet_moves():
    def refuse(**kwargs):
        raise AssertionError("a socket was opened")

    class Quiet(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timeout(A, 0.001)
        def leave(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self): ...

    Quiet(ll=refuse, recvsock=refuse).run()


def test_a_scapy_stream_socket_serves_as_sock():
    from scapy.supersocket import StreamSocket

    ours, theirs = socket.socketpair()

    class Hearing(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.send(Raw(b"hi"))

        @ATMT.receive_condition(A)
        def take(self, pkt):
            self.got = pkt.load

        @ATMT.eof(A)
        def ended(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return self.got

    theirs.send(b"there")
    theirs.shutdown(socket.SHUT_WR)
    assert Hearing(sock=StreamSocket(ours, Raw)).run() == b"there"
    assert theirs.recv(9) == b"hi"
    theirs.close()


def test_spawn_runs_an_automaton_for_each_client():
    class Server(Automaton):
        socketcls = None

        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.receive_condition(A)
        def take(self, data):
            self.send(data[::-1])

        @ATMT.eof(A)
        def ended(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self): ...

    listener = Server.spawn(0, local_ip="127.0.0.1", bg=True, verb=False)
    clients = [socket.create_connection(listener.getsockname(), 5) for _ in range(3)]
    for n, client in enumerate(clients):
        client.send(b"ab%d" % n)
    assert [client.recv(9) for client in clients] == [b"0ba", b"1ba", b"2ba"]
    for client in clients:
        client.close()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_a_reset_stream_is_at_its_end():
    from atmt.links.supersocket import SuperSocketLink

    class Reset:
        def recv(self):
            raise ConnectionResetError

        def select(self, sockets, remain):
            return sockets

        def close(self): ...

    with pytest.raises(EOFError, match="the peer reset the stream"):
        SuperSocketLink(None, Reset()).receive()


def test_without_the_privilege_for_raw_sockets_the_error_says_what_to_do(monkeypatch):
    from atmt import EnvironmentFault
    from atmt.links import own

    def refuse(**kwargs):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(own, "_l2listen", refuse)
    monkeypatch.setattr(own, "_sender", lambda packet: lambda **kwargs: None)

    class Listening(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.receive_condition(A)
        def take(self, pkt): ...

    with pytest.raises(EnvironmentFault, match=r"Listening was given no link.*Construct it with link="):
        Listening().run()
