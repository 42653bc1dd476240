"""Faults by rule: which packet, how often, in which direction, when."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton
from atmt.clock import VirtualClock
from atmt.errors import TesterFault
from atmt.links.impairment import ImpairedLink, alter, corrupt, delay, drop, duplicate, reorder, truncate
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


@pytest.mark.parametrize(
    ("rule", "at_once", "later"),
    [
        (drop(every=2), [2], []),
        (drop(nth=2, every=2), [1, 3], []),
        (drop(every=2, times=1), [2, 3], []),
        (drop(where=lambda packet: packet.n > 1, nth=2), [1, 2], []),
        (drop(probability=1.0, times=3), [], []),
        (drop(probability=0.0), [1, 2, 3], []),
        (reorder(), [2, 1, 3], []),
        (reorder(2), [2, 3, 1], []),
        (reorder(3), [2, 3], [1]),
        (reorder(times=2), [3, 1, 2], []),
        (reorder(nth=3), [1, 2], [3]),
    ],
    ids=[
        "every",
        "nth-every",
        "every-times",
        "where",
        "certain",
        "never",
        "one",
        "two",
        "three",
        "both",
        "last",
    ],
)
@pytest.mark.parametrize("direction", ["sent", "received"])
def test_a_rule_chooses_and_reorders(wire, direction, rule, at_once, later):
    assert wire(direction, [rule], 5) == (at_once, later)


def test_chance_is_the_same_for_the_same_seed_and_as_often_as_it_says(wire):
    def lost(seed):
        cable = Cable()
        near = ImpairedLink(cable.link(0), [drop(probability=0.25, seed=seed)], VirtualClock())
        frames = [near.encode(Number(n)) for n in range(1000)]
        for frame in frames:
            near.send(frame)
        return [frame.note for frame in frames]

    assert lost(1) == lost(1) != lost(2)
    assert 200 < lost(1).count("dropped") < 300


class Octets:
    """A codec whose packets are bytes."""

    encode = staticmethod(bytes)

    def decode(self, data):
        return data, ""


@pytest.fixture
def octets():
    """What arrives of some bytes under a rule, what the sender's trace keeps, and the note."""

    def travel(rule, data, direction="sent"):
        cable = Cable(Octets())
        near, far = ImpairedLink(cable.link(0), [rule], VirtualClock()), cable.link(1)
        source, target = (near, far) if direction == "sent" else (far, near)
        frame = source.encode(data)
        source.send(frame)
        arrived = target.receive()
        return arrived and arrived.packet, frame.packet, (frame if direction == "sent" else arrived).note

    return travel


@pytest.mark.parametrize("direction", ["sent", "received"])
def test_one_bit_is_flipped_where_the_note_says(octets, direction):
    arrived, meant, note = octets(corrupt(at=2), b"abcd", direction)
    assert (arrived[:2], arrived[3:], (arrived[2] ^ ord("c")).bit_count()) == (b"ab", b"d", 1)
    assert (meant, note) == (b"abcd", f"corrupted in 1 bit (byte 2: 63 to {arrived[2]:02x})")


def test_so_many_bits_are_flipped_and_always_the_same(octets):
    arrived = [octets(corrupt(12, seed=seed), bytes(100))[0] for seed in (1, 1, 2)]
    assert {sum(byte.bit_count() for byte in data) for data in arrived} == {12}
    assert arrived[0] == arrived[1] != arrived[2]


def test_more_bits_than_there_are_flip_all(octets):
    assert octets(corrupt(99), b"\0")[0] == b"\xff"
    assert octets(corrupt(at=9), b"\0")[0] == b"\0"


@pytest.mark.parametrize("direction", ["sent", "received"])
def test_a_packet_is_cut(octets, direction):
    assert octets(truncate(2), b"abcd", direction) == (b"ab", b"abcd", "cut to 2 bytes")


def test_a_function_alters_or_drops(octets):
    def upper(data):
        return data.upper()

    def lose(data):
        return None

    assert octets(alter(upper), b"abcd") == (
        b"ABCD",
        b"abcd",
        "altered by upper (byte 0: 61 to 41, byte 1: 62 to 42, byte 2: 63 to 43, byte 3: 64 to 44)",
    )
    assert octets(alter(lose), b"abcd") == (None, b"abcd", "altered by lose, which dropped it")


def test_objects_have_no_bits_to_corrupt():
    near = ImpairedLink(Cable().link(0), [corrupt()], VirtualClock())
    with pytest.raises(TesterFault, match="objects, not bytes"):
        near.send(near.encode(Number(1)))


def test_a_rule_without_conditions_dissects_nothing():
    class Never(Octets):
        def decode(self, data):
            raise AssertionError("nobody looked")

    cable = Cable(Never())
    near, far = ImpairedLink(cable.link(0), [drop(nth=2)], VirtualClock()), cable.link(1)
    far.send(far.encode(b"x"))
    assert near.receive().data == b"x"


def test_a_packet_that_comes_late_came_late():
    clock, cable = VirtualClock(), Cable()
    near, far = ImpairedLink(cable.link(0), [delay(3)], clock), cable.link(1)
    frame = far.encode(Number(1))
    far.send(frame)
    assert near.receive() is None
    assert near.deadline == 3
    clock.advance_to(3.0)
    assert near.receive().note == "delayed by 3 s"
