"""The stepped driver: what it does with a clock and a peer, whatever these are."""

from __future__ import annotations

import pytest
from scapy.packet import Raw

from atmt import ATMT, Automaton
from atmt.clock import VirtualClock
from atmt.drivers import stepped
from atmt.errors import DeadlineExceeded, NoVirtualTime
from atmt.frame import Frame
from atmt.links.impairment import ImpairedLink, delay
from atmt.links.memory import Cable


class FakePeer(VirtualClock):
    """Under a clock of its own: says something at each of its deadlines, which `link` gets."""

    def __init__(self, cable: Cable, *deadlines: float) -> None:
        super().__init__()
        self.mouth, self.deadlines = cable.link(1), list(deadlines)
        self.trouble: Exception | None = None

    def quiet(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        while self.deadlines and self.deadlines[0] <= self.now():
            self.mouth.send(Frame(None, None, Raw(b"%g" % self.deadlines.pop(0))))

    def next_deadline(self) -> float | None:
        return self.deadlines[0] if self.deadlines else None


class Listener(Automaton):
    """Collects what it hears and when; ends after two seconds of silence."""

    def parse_args(self, **rest: object) -> None:
        super().parse_args(**rest)
        self.heard: list[tuple[bytes, float]] = []

    @ATMT.state(initial=True)
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def hear(self, pkt: Raw) -> None:
        self.heard.append((pkt.load, self.clock.now()))
        raise self.LISTENING()

    @ATMT.timeout(LISTENING, 2)
    def silence(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> None: ...


@pytest.fixture
def cable() -> Cable:
    return Cable()


def test_the_earliest_deadline_of_both_comes_next(cable: Cable) -> None:
    listener = Listener(link=cable.link(0))
    peer = FakePeer(cable, 1, 2.5, 2.5, 4.25, 7)
    stepped.run(listener, peer)
    assert listener.heard == [(b"1", 1), (b"2.5", 2.5), (b"2.5", 2.5), (b"4.25", 4.25)]
    assert listener.trace.steps[-1].at == 6.25


def test_the_peer_hears_at_once_what_was_held_back(cable: Cable) -> None:
    class Speaker(Listener):
        @ATMT.state(initial=True)
        def LISTENING(self) -> None:
            if not self.trace.steps[1:]:
                self.send(Raw(b"late"))

    class Prompt(FakePeer):
        """Answers what it hears, and has planned something for much later."""

        def quiet(self) -> None:
            while (frame := self.mouth.receive()) is not None:
                self.mouth.send(Frame(None, None, Raw(b"to " + bytes(frame.packet))))
            super().quiet()

    peer = Prompt(cable, 1.5)
    speaker = Speaker(link=ImpairedLink(cable.link(0), [delay(0.5)], peer))
    stepped.run(speaker, peer)
    assert speaker.heard == [(b"to late", 0.5), (b"1.5", 1.5)]


def test_the_links_own_time_stamps_are_not_believed(cable: Cable) -> None:
    link = cable.link(0)
    listener = Listener(link=link)
    peer = FakePeer(cable, 1)
    received = link.receive

    def stamped() -> Frame | None:
        frame = received()
        if frame is not None:
            frame.at = 123456.0
        return frame

    link.receive = stamped  # type: ignore[method-assign]  # what the test is about
    stepped.run(listener, peer)
    assert [exchange.at for exchange in listener.trace.exchanges] == [1]
    assert listener.link is link


def test_a_run_ends_at_its_limit(cable: Cable) -> None:
    listener = Listener(link=cable.link(0))
    peer = FakePeer(cable, 1, 2, 3, 4, 5)
    stepped.run(listener, peer, limit=3.5)
    assert isinstance(listener.interpreter.error, DeadlineExceeded)
    assert peer.now() == 3.5


def test_a_run_in_which_nothing_more_can_happen_ends(cable: Cable) -> None:
    class Hopeful(Listener):
        @ATMT.timeout(Listener.LISTENING, 1)
        def silence(self) -> None: ...

    hopeful = Hopeful(link=cable.link(0))
    stepped.run(hopeful, FakePeer(cable, 0.5), limit=100)
    assert "nothing more can happen" in str(hopeful.interpreter.error)


def test_a_peer_that_computes_for_ever_ends_the_run(cable: Cable) -> None:
    listener, peer = Listener(link=cable.link(0)), FakePeer(cable)
    peer.trouble = TimeoutError("still computes after 10 s of real time: in.tftpd")
    stepped.run(listener, peer)
    assert isinstance(listener.interpreter.error, DeadlineExceeded)
    assert "in.tftpd" in str(listener.interpreter.error)


def test_a_peer_that_cannot_live_under_the_clock_is_nobodys_failure(cable: Cable) -> None:
    listener, peer = Listener(link=cable.link(0)), FakePeer(cable)
    peer.trouble = NoVirtualTime("it uses timer_create", "Use real time")
    with pytest.raises(NoVirtualTime, match="timer_create"):
        stepped.run(listener, peer)
