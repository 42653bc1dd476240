"""Pipes of io events: objects, descriptors, and the ends of both."""

from __future__ import annotations

import os
import select
import socket
import threading

import pytest

from atmt import ATMT, Automaton, Stuck
from atmt.pipes import Pipe


class Echo(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.ioevent(A, "talk")
    def heard(self, pipe):
        word = pipe.recv()
        if word in ("bye", b"bye", b""):
            raise self.END(word)
        self.oi.talk.send(word * 2)

    @ATMT.state(final=1)
    def END(self, word):
        return word


class Deaf(Automaton):
    """Never reads what its io event tells it of."""

    @ATMT.state(initial=1)
    def A(self):
        self.calls = 0

    @ATMT.ioevent(A, "talk")
    def heard(self, pipe):
        self.calls += 1

    @ATMT.timeout(A, 0.02)
    def leave(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.calls


def test_an_io_event_hears_what_is_sent_and_answers():
    automaton = Echo()
    automaton.runbg()
    automaton.io.talk.send("a")
    assert automaton.io.talk.recv() == "aa"
    automaton.io.talk.send("bye")
    assert automaton.wait(5) == "bye"


def test_what_was_sent_before_the_run_is_heard_in_it(play):
    automaton = Echo()
    automaton.io.talk.send("ab")
    automaton.io.talk.send("bye")
    assert play(automaton).interpreter.result == "bye"
    assert automaton.io.talk.recv() == "abab"


def test_io_events_happen_in_virtual_time_too(simulation):
    class Teller(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timeout(A, 5)
        def tell(self):
            echo.io.talk.send("bye")
            raise self.END()

        @ATMT.state(final=1)
        def END(self): ...

    echo = Echo()
    simulation.start(echo)
    simulation.start(Teller())
    simulation.run(echo, 10)
    assert echo.trace.steps[-1].at == 5


def test_the_end_of_the_automaton_wakes_who_waits_for_it():
    automaton, ended = Echo(), []

    def wait():
        with pytest.raises(EOFError, match="has ended"):
            automaton.io.talk.recv()
        ended.append(True)

    automaton.runbg()
    thread = threading.Thread(target=wait)
    thread.start()
    automaton.stop()
    thread.join(5)
    assert ended == [True]


def test_pipes_work_again_in_the_next_run():
    automaton = Echo()
    for _ in range(2):
        automaton.runbg()
        automaton.io.talk.send("x")
        assert automaton.io.talk.recv() == "xx"
        automaton.stop()


def test_a_descriptor_of_the_callers_is_read_and_left_open():
    reader, writer = os.pipe()
    automaton = Echo(external_fd={"talk": (reader, None)})
    os.write(writer, b"bye")
    assert automaton.run() == b"bye"
    automaton.destroy()
    os.fstat(reader)
    os.close(reader)
    os.close(writer)


def test_a_sockets_end_is_heard_as_empty_bytes():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"ab")
        automaton = Echo(external_fd={"talk": ours})
        automaton.runbg()
        assert theirs.recv(9) == b"abab"
        theirs.shutdown(socket.SHUT_WR)
        assert automaton.wait(5) == b""


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_an_io_event_on_a_closed_pipe_does_not_spin(kind):
    if kind == "pipe":
        reader, writer = os.pipe()
        os.close(writer)
        automaton = Deaf(external_fd={"talk": (reader, None)})
        assert automaton.run() == 1
        os.close(reader)
    else:
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours:
            assert Deaf(external_fd={"talk": ours}).run() == 1


def test_a_pipe_holds_any_number_of_objects():
    pipe = Pipe()
    for n in range(100_000):
        pipe.send(n)
    assert [pipe.recv() for _ in range(100_000)] == list(range(100_000))


def test_a_pipes_descriptor_is_readable_exactly_while_something_is_in_it():
    pipe = Pipe()

    def readable():
        return bool(select.select([pipe.fileno()], [], [], 0)[0])

    pipe.send(1)
    assert readable()
    pipe.send(2)
    pipe.recv()
    assert readable()
    pipe.recv()
    assert not readable()
    pipe.close()
    assert readable()
    pipe.reopen()
    assert not readable()


def test_pipes_make_no_descriptor_until_asked():
    before = len(os.listdir("/proc/self/fd"))
    automata = [Echo() for _ in range(50)]
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(automata) == 50


def test_a_supersocket_runs_the_automaton_and_carries_its_pipe():
    class Linked(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.seen = self.is_atmt_socket

        @ATMT.ioevent(A, "talk", as_supersocket="talklink")
        def heard(self, pipe):
            pipe.send(pipe.recv() + (b"!" if self.seen else b"?"))

    sock = Linked.talklink(bytes.upper)
    sock.send(b"hey")
    assert sock.recv() == b"HEY!"
    assert sock.atmt.isrunning()
    sock.atmt.stop()
    with pytest.raises(EOFError):
        sock.recv()
    sock.close()
    sock.close()
    assert not sock.atmt.isrunning()


def test_a_state_whose_pipes_are_all_closed_is_stuck_and_does_not_hang():
    class Waiting(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.ioevent(A, "talk")
        def heard(self, pipe):
            pipe.recv()

    reader, writer = os.pipe()
    os.close(writer)
    with pytest.raises(Stuck, match="stuck in A: the pipes that it waits for are closed"):
        Waiting(external_fd={"talk": (reader, None)}).run()
    os.close(reader)
