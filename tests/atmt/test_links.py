"""Links in memory and on loopback sockets."""

from __future__ import annotations

import select
import socket

import pytest
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from atmt import ATMT, Automaton, EnvironmentFault, PeerClosed, TesterFault
from atmt.links.codec import IPCodec
from atmt.links.guard import PortGuard
from atmt.links.memory import Cable
from atmt.links.payload import PayloadLink
from atmt.links.tcp import Delimited, LengthPrefixed, StreamLink, Unframed, connect
from atmt.links.udp import UdpLink, local_address


def test_a_cable_carries_objects_to_every_link_at_the_other_end():
    cable = Cable()
    near, far, too = cable.link(0), cable.link(1), cable.link(1)
    near.send(near.encode("x"))
    assert [far.receive().packet, too.receive().packet, near.receive()] == ["x", "x", None]


def test_a_link_takes_only_the_bytes_that_it_accepts():
    cable = Cable(IPCodec())
    near, far = cable.link(0), cable.link(1, lambda data: len(data) > 28)
    for content in (b"", b"x"):
        near.send(near.encode(IP(dst="127.0.0.1") / UDP() / content))
    assert far.receive().packet[Raw].load == b"x"
    assert far.receive() is None


def test_what_arrived_before_somebody_asked_is_told_at_once():
    cable, told = Cable(), []
    near, far = cable.link(0), cable.link(1)
    near.send(near.encode(1))
    far.notify(lambda: told.append(1))
    near.send(near.encode(2))
    assert told == [1, 1]


def test_an_unplugged_link_hears_nothing_more():
    cable = Cable()
    near, far = cable.link(0), cable.link(1)
    far.close()
    far.close()
    near.send(near.encode(1))
    assert far.receive() is None


@pytest.fixture
def peer():
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture
def udp():
    link = UdpLink(IPCodec(Raw), "127.0.0.1")
    yield link
    link.close()


def test_udp_leaves_from_the_port_it_names_and_comes_back_with_headers(udp, peer):
    port = peer.getsockname()[1]
    udp.send(udp.encode(IP(dst="127.0.0.1") / UDP(sport=41234, dport=port) / b"ping"))
    content, source = peer.recvfrom(100)
    assert (content, source) == (b"ping", ("127.0.0.1", 41234))
    peer.sendto(b"pong", source)
    select.select([udp], [], [], 5)
    packet = udp.receive().packet
    assert (packet[UDP].sport, packet[UDP].dport, packet[Raw].load) == (port, 41234, b"pong")
    assert udp.receive() is None


def test_a_udp_link_refuses_what_is_not_udp(udp):
    with pytest.raises(TesterFault, match="has no UDP layer"):
        udp.encode(IP(dst="127.0.0.1"))


def test_a_port_in_use_is_the_machines_fault(udp, peer):
    packet = IP(dst="127.0.0.1") / UDP(sport=peer.getsockname()[1], dport=9)
    with pytest.raises(EnvironmentFault, match="cannot be used: Address already in use"):
        udp.send(udp.encode(packet))


def test_the_address_towards_a_host_is_asked_without_sending():
    assert local_address("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("framing", "stream", "messages"),
    [
        (Unframed(), b"abc", [b"abc"]),
        (LengthPrefixed(2), b"\0\1a\0\2bc\0\0", [b"a", b"bc", b""]),
        (LengthPrefixed(4), b"\0\0\0\1a\0\0", [b"a"]),
        (Delimited(), b"one\r\n\r\ntwo", [b"one", b""]),
    ],
    ids=["unframed", "two", "four", "lines"],
)
def test_a_framing_cuts_a_stream_into_messages(framing, stream, messages):
    ours, theirs = socket.socketpair()
    with theirs:
        link = StreamLink(ours, framing)
        theirs.send(stream)
        assert [frame.data for frame in iter(link.receive, None)] == messages
        link.close()


def test_a_message_that_comes_in_pieces_is_put_together():
    ours, theirs = socket.socketpair()
    with theirs:
        link = StreamLink(ours, LengthPrefixed())
        for byte in b"\0\2ab":
            assert link.receive() is None
            theirs.send(bytes([byte]))
        assert link.receive().data == b"ab"
        link.close()


@pytest.mark.parametrize("framing", [Unframed(), LengthPrefixed(), Delimited()])
def test_what_one_end_sends_the_other_receives(framing):
    ours, theirs = (StreamLink(sock, framing) for sock in socket.socketpair())
    ours.send(ours.encode(b"hello"))
    assert theirs.receive().packet == b"hello"
    ours.close()
    with pytest.raises(EOFError, match=r"the peer closed the stream$"):
        theirs.receive()
    theirs.close()


def test_an_end_within_a_message_says_so():
    ours, theirs = socket.socketpair()
    theirs.send(b"\0\5ab")
    theirs.close()
    link = StreamLink(ours, LengthPrefixed())
    with pytest.raises(EOFError, match="within a message"):
        link.receive()
    link.close()


def test_more_than_the_kernel_holds_is_sent_whole():
    import threading

    ours, theirs = socket.socketpair()
    got = bytearray()

    def read():
        while data := theirs.recv(65536):
            got.extend(data)

    thread = threading.Thread(target=read)
    thread.start()
    link = StreamLink(ours)
    link.send(link.encode(b"x" * 3_000_000))
    link.close()
    thread.join(5)
    theirs.close()
    assert len(got) == 3_000_000


def test_no_server_is_the_machines_fault():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EnvironmentFault, match=f"no TCP connection to 127.0.0.1 port {port}"):
        connect("127.0.0.1", port)


class Lines(Automaton):
    """Collects messages until the peer closes, in a later state than the first."""

    @ATMT.state(initial=1)
    def A(self):
        self.got = []

    @ATMT.receive_condition(A)
    def take(self, data):
        self.got.append(data)
        raise self.B()

    @ATMT.state()
    def B(self): ...

    @ATMT.receive_condition(B)
    def more(self, data):
        self.got.append(data)

    @ATMT.eof(B)
    def ended(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.got


def test_a_stream_given_as_sock_is_read_to_its_end_and_closed():
    ours, theirs = socket.socketpair()
    theirs.send(b"one")
    theirs.close()
    automaton = Lines(sock=ours)
    assert automaton.run() == [b"one"]
    assert ours.fileno() == -1


def test_an_eof_that_nobody_declared_ends_the_run_with_peer_closed():
    ours, theirs = socket.socketpair()
    theirs.close()
    with pytest.raises(PeerClosed, match="the peer closed the stream in A"):
        Lines(sock=ours).run()


def test_a_state_entered_after_the_eof_meets_it_too():
    class Twice(Lines):
        @ATMT.eof(Lines.A)
        def early(self):
            raise self.B()

    ours, theirs = socket.socketpair()
    theirs.close()
    assert Twice(sock=ours).run() == []


def test_another_socket_goes_on_after_an_eof():
    class Reconnecting(Lines):
        @ATMT.eof(Lines.A)
        def again(self):
            again, peer = socket.socketpair()
            peer.send(b"second")
            peer.close()
            self.update_sock(again)
            raise self.A()

    ours, theirs = socket.socketpair()
    theirs.close()
    assert Reconnecting(sock=ours).run() == [b"second"]


def test_packets_wait_for_a_state_that_listens(play):
    cable = Cable()

    class Later(Automaton):
        @ATMT.state(initial=1)
        def DEAF(self): ...

        @ATMT.timeout(DEAF, 5)
        def wake(self):
            raise self.OPEN()

        @ATMT.state()
        def OPEN(self): ...

        @ATMT.receive_condition(OPEN)
        def take(self, pkt):
            raise self.END(pkt)

        @ATMT.state(final=1)
        def END(self, pkt):
            return pkt, self.clock.now()

    later, far = Later(link=cable.link(0)), cable.link(1)
    far.send(far.encode("early"))
    assert play(later).interpreter.result == ("early", 5)


def test_a_payload_link_carries_bytes_and_tells_where_they_came_from(peer):
    link = PayloadLink(peer.getsockname())
    link.send(link.encode(b"ping"))
    content, source = peer.recvfrom(100)
    peer.sendto(content.upper(), ("127.0.0.1", source[1]))
    select.select([link], [], [], 5)
    assert (link.receive().packet, link.source) == (b"PING", peer.getsockname())
    assert link.receive() is None
    link.close()


def test_a_payload_link_dissects_as_its_codec_says(peer):
    class Words:
        def encode(self, packet):
            return " ".join(packet).encode()

        def decode(self, data):
            return data.decode().split(), ""

    link = PayloadLink(peer.getsockname(), Words(), ("127.0.0.1", 0))
    link.send(link.encode(["a", "b"]))
    content, source = peer.recvfrom(100)
    peer.sendto(content, source)
    select.select([link], [], [], 5)
    assert link.receive().packet == ["a", "b"]
    link.close()


def test_a_payload_link_on_a_port_in_use_is_the_machines_fault(peer):
    with pytest.raises(EnvironmentFault, match="cannot be used: Address already in use"):
        PayloadLink(("127.0.0.1", 9), ours=peer.getsockname())


def test_a_guard_holds_the_port_of_forged_packets_and_lets_go(peer):
    guard, packet = PortGuard(), IP(src="127.0.0.1", dst="127.0.0.1") / UDP(sport=43210, dport=9)
    guard.hold(packet)
    guard.hold(packet)
    guard.hold("no packet")
    guard.hold(IP(src="192.0.2.1", dst="127.0.0.1") / UDP(sport=43211, dport=9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", 43210))
        guard.close()
        other.bind(("127.0.0.1", 43210))
