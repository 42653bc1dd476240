"""Faults by rule: which packet, how often, in which direction, when."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton
from atmt.clock import VirtualClock
from atmt.links.impairment import ImpairedLink, delay, drop, duplicate
from atmt.links.memory import Cable


class Number:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return str(self.n)


@pytest.fixture
def wire():
    """What arrives of 1, 2, 3 at once and after some seconds, on their way out ("sent") or in."""

    def travel(direction, rules, seconds):
        clock, cable = VirtualClock(), Cable()
        near, far = ImpairedLink(cable.link(0), rules, clock), cable.link(1)
        for n in (1, 2, 3):
            source = near if direction == "sent" else far
            source.send(source.encode(Number(n)))
        target = far if direction == "sent" else near
        arrived = [frame.packet.n for frame in iter(target.receive, None)]
        clock.advance_to(seconds)
        near.flush(seconds)
        return arrived, [frame.packet.n for frame in iter(target.receive, None)]

    return travel


@pytest.mark.parametrize("direction", ["sent", "received"])
@pytest.mark.parametrize(
    ("rule", "at_once", "later"),
    [
        (drop(n=2), [1, 3], []),
        (drop(), [2, 3], []),
        (drop(nth=2, times=2), [1], []),
        (drop(nth=9), [1, 2, 3], []),
        (duplicate(nth=3), [1, 2, 3, 3], []),
        (delay(5, nth=1), [2, 3], [1]),
        (delay(5, times=3), [], [1, 2, 3]),
        (delay(0, nth=1), [1, 2, 3], []),
    ],
    ids=str,
)
def test_a_rule_takes_the_packets_it_names(wire, direction, rule, at_once, later):
    assert wire(direction, [rule], 5) == (at_once, later)


def test_a_rule_for_one_direction_leaves_the_other_alone(wire):
    assert wire("received", [drop(direction="sent", times=3)], 0)[0] == [1, 2, 3]
    assert wire("sent", [drop(direction="sent", times=3)], 0)[0] == []


def test_the_first_rule_takes_a_packet_and_the_others_still_count_it(wire):
    assert wire("sent", [drop(n=1), drop(nth=2)], 0)[0] == [3]


def test_what_was_done_is_noted_on_the_frame():
    cable = Cable()
    near = ImpairedLink(cable.link(0), [drop(), delay(2, nth=2)], VirtualClock())
    frames = [near.encode(Number(n)) for n in (1, 2, 3)]
    for frame in frames:
        near.send(frame)
    assert [frame.note for frame in frames] == ["dropped", "delayed by 2 s", ""]


def test_a_delayed_packet_leaves_though_its_sender_does_not_listen(play, simulation):
    cable = Cable()

    class Sender(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.send("late")

        @ATMT.timeout(A, 10)
        def leave(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self): ...

    class Hearer(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.receive_condition(A)
        def take(self, pkt):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return self.clock.now()

    hearer = Hearer(link=cable.link(1))
    sender = Sender(link=ImpairedLink(cable.link(0), [delay(3)], simulation.clock))
    assert play(hearer, sender).interpreter.result == 3


def test_closing_closes_what_is_beneath():
    cable = Cable()
    ImpairedLink(cable.link(0), [], VirtualClock()).close()
    cable.link(1).send(cable.link(1).encode("x"))
