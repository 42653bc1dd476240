"""What code written for Scapy finds where our own names and errors are others."""

from __future__ import annotations

import logging

import pytest
from scapy.automaton import ATMT, Automaton

from atmt import ErrorState
from atmt.compat import adopt


class Theirs(Automaton):
    @ATMT.state(initial=1)
    def BEGIN(self):
        self.debug(lvl=1, msg="began")

    @ATMT.timeout(BEGIN, 0)
    def late(self):
        raise self.FAULT()

    @ATMT.state(error=1)
    def FAULT(self):
        return "reason"


@pytest.fixture
def automaton():
    with adopt(Theirs)(debug=1) as made:
        yield made


def test_a_timer_that_is_not_there_is_none(automaton):
    assert automaton.timer_by_name("early") is None


def test_a_timers_delay_has_scapys_name_too(automaton):
    timer = automaton.timer_by_name("late")
    timer.set(0.5)
    assert (timer._timeout, timer.get()) == (0.5, 0.5)


def test_the_state_is_read_as_scapys_code_does(automaton):
    assert automaton.state is None
    with pytest.raises(ErrorState):
        automaton.run()
    assert (automaton.state.state, automaton.state.error, automaton.state.final) == ("FAULT", True, False)


def test_an_error_state_is_worded_as_scapy_does(automaton):
    with pytest.raises(ErrorState, match="Reached FAULT: ") as caught:
        automaton.run()
    assert (caught.value.state, caught.value.result) == ("FAULT", "reason")


def test_options_of_send_reach_the_socket():
    class Socket:
        def send(self, packet, **options):
            self.sent = packet, options

        def close(self): ...

    socket = Socket()
    with adopt(Theirs)(ll=lambda: socket, recvsock=lambda: None) as automaton:
        automaton.send("packet", ForceEncrypt=True)
    assert socket.sent == ("packet", {"ForceEncrypt": True})


def test_debug_takes_scapys_names(automaton, caplog):
    caplog.set_level(logging.DEBUG, "atmt")
    with pytest.raises(ErrorState):
        automaton.run()
    assert "Theirs: began" in caplog.messages
