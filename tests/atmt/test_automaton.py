"""What user code calls on an automaton, beyond its states."""

from __future__ import annotations

import logging

import pytest

from atmt import ATMT, Automaton, TesterFault
from atmt.links.memory import Cable

OF_TAKE = ["receive condition take leads to END, with act", "state END"]


class Talker(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        self.send("hello")

    @ATMT.receive_condition(A)
    def take(self, pkt):
        if pkt == "bye":
            raise self.END()

    @ATMT.action(take)
    def act(self): ...

    @ATMT.state(final=1)
    def END(self): ...

    def master_filter(self, pkt):
        return pkt != "noise"


@pytest.fixture
def talk(play):
    """A talker that has heard noise, something and goodbye; keyword arguments are the talker's."""

    def run(**kwargs):
        cable = Cable()
        talker, far = Talker(link=cable.link(0), **kwargs), cable.link(1)
        for word in ("noise", "what", "bye"):
            far.send(far.encode(word))
        return play(talker)

    return run


def test_the_trace_tells_what_was_sent_received_and_ignored(talk):
    trace = talk().trace
    assert [(e.direction, e.packet, e.via) for e in trace.exchanges] == [
        ("sent", "hello", ""),
        ("ignored", "noise", ""),
        ("received", "what", ""),
        ("received", "bye", "take"),
    ]
    assert [e.packet for e in trace.sent()] == ["hello"]
    assert [e.packet for e in trace.received()] == ["what", "bye"]


def test_packets_are_stored_only_when_asked_for(talk):
    pytest.importorskip("scapy.plist")
    assert list(talk().packets) == []
    assert list(talk(store=1).packets) == ["hello", "bye"]


def test_a_session_sees_each_packet_before_the_filter(talk):
    class Shouting:
        def process(self, pkt):
            return None if pkt == "what" else pkt.removesuffix("!")

    trace = talk(session=Shouting()).trace
    assert [e.packet for e in trace.exchanges] == ["hello", "noise", "bye"]


@pytest.mark.parametrize(
    ("level", "messages"),
    [
        (0, []),
        (1, ["state A", "state END"]),
        (2, ["state A", "receive condition take leads to END, with act", "state END"]),
        (
            3,
            ["state A", "sent in A: 'hello'", "received in A: 'what'", "received in A: 'bye'", *OF_TAKE],
        ),
    ],
)
def test_debug_levels_tell_more_and_more(talk, caplog, level, messages):
    caplog.set_level(logging.DEBUG, "atmt")
    talk(debug=level)
    assert caplog.messages == [f"Talker: {message}" for message in messages]


def test_debug_changes_no_configuration_of_logging(talk):
    root, ours = logging.getLogger(), logging.getLogger("atmt")
    before = root.level, ours.level, root.handlers[:], ours.handlers[:]
    talk(debug=5)
    assert (root.level, ours.level, root.handlers, ours.handlers) == before


def test_own_debug_messages_are_shown_by_level(talk, caplog):
    caplog.set_level(logging.DEBUG, "atmt")
    talker = talk(debug=2)
    caplog.clear()
    talker.debug(2, "seen")
    talker.debug(3, "unseen")
    assert caplog.messages == ["Talker: seen"]


def test_sending_without_a_link_in_a_simulation_is_an_error_that_says_so(play):
    with pytest.raises(TesterFault, match="Talker sends a packet but has no link; construct it with link="):
        play(Talker())


def test_an_overridden_my_send_is_noted_in_the_trace(play):
    class Own(Talker):
        def my_send(self, pkt, **kwargs):
            self.mine = pkt, kwargs

        @ATMT.state(initial=1)
        def A(self):
            self.send("x", to="y")
            raise self.END()

    own = play(Own())
    assert own.mine == ("x", {"to": "y"})
    assert [e.packet for e in own.trace.sent()] == ["x"]


def test_scapys_exceptions_are_found_on_the_class():
    assert issubclass(Automaton.ErrorState, Automaton.AutomatonException)
    assert issubclass(Automaton.Breakpoint, Automaton.AutomatonStopped)
    assert issubclass(Automaton.AutomatonException, Automaton.AutomatonError)
