"""Streams as links: framings, ends, and automata that talk over them."""

from __future__ import annotations

import socket
import threading

import pytest

from atmt import ATMT, Automaton, EnvironmentFault, PeerClosed
from atmt.links.tcp import Delimited, LengthPrefixed, StreamLink, Unframed, connect


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
