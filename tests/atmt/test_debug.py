"""Breakpoints, single steps and interception."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, TesterFault, UnknownState
from atmt.links.memory import Cable


class Three(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        raise self.B()

    @ATMT.state()
    def B(self): ...

    @ATMT.condition(B)
    def leave(self):
        raise self.C()

    @ATMT.state(final=1)
    def C(self):
        return "end"


class Sender(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        self.send("one")
        self.send("two")
        raise self.B()

    @ATMT.state(final=1)
    def B(self):
        self.send("three")
        return "end"


@pytest.fixture
def sender():
    cable = Cable()
    automaton = Sender(link=cable.link(0))
    far = cable.link(1)
    automaton.arrived = lambda: [frame.packet for frame in iter(far.receive, None)]
    yield automaton
    automaton.destroy()


def broken(automaton):
    with pytest.raises(automaton.Breakpoint) as error:
        automaton.run()
    return error.value.state


def test_a_breakpoint_holds_the_run_before_its_state_and_run_goes_on():
    automaton = Three()
    automaton.add_breakpoints("B")
    assert broken(automaton) == "B"
    assert automaton.trace.path == ["A"]
    assert automaton.run() == "end"


def test_breakpoints_belong_to_one_automaton_and_can_be_taken_away():
    automaton, other = Three(), Three()
    automaton.C.breaks()
    assert other.run() == "end"
    automaton.C.unbreaks()
    assert automaton.run() == "end"


def test_a_breakpoint_outlives_a_restart():
    automaton = Three()
    automaton.add_breakpoints(automaton.B, Three.C)
    for _ in range(2):
        assert broken(automaton) == "B"
        assert broken(automaton) == "C"
        assert automaton.run() == "end"


def test_a_breakpoint_on_the_initial_state_holds_before_anything_runs():
    automaton = Three()
    automaton.A.breaks()
    assert broken(automaton) == "A"
    assert automaton.trace.path == []


def test_a_breakpoint_in_the_background_is_told_to_who_waits():
    automaton = Three()
    automaton.B.breaks()
    automaton.runbg()
    with pytest.raises(automaton.Breakpoint):
        automaton.wait(5)
    assert automaton.run() == "end"


def test_a_misspelt_breakpoint_is_refused():
    with pytest.raises(UnknownState, match="Three has no state 'X'; it has A, B, C"):
        Three().add_breakpoints("X")


def test_next_makes_one_step_and_names_the_next_state():
    automaton = Three()
    for name in "BC":
        with pytest.raises(automaton.Singlestep) as error:
            next(automaton)
        assert error.value.state == name
    assert next(automaton) == "end"


def test_after_single_steps_the_run_goes_on_to_the_end():
    automaton = Three()
    with pytest.raises(automaton.Singlestep):
        automaton.next()
    assert automaton.run() == "end"


def test_iteration_gives_each_state_once():
    assert [state.name for state in Three()] == ["A", "B", "C"]


@pytest.mark.parametrize("how", ["stop", "forcestop"])
def test_a_held_automaton_can_be_stopped(how):
    automaton = Three()
    automaton.B.breaks()
    broken(automaton)
    getattr(automaton, how)()
    assert not automaton.isrunning()
    assert broken(automaton) == "B"


def test_stopping_a_held_automaton_drives_it_through_its_stop_state():
    class Orderly(Three):
        @ATMT.state(stop=1)
        def STOP(self):
            raise self.C()

    automaton = Orderly()
    with pytest.raises(automaton.Singlestep):
        automaton.next()
    automaton.stop()
    assert automaton.trace.path == ["A", "STOP", "C"]


def test_an_intercepted_packet_waits_until_it_is_accepted(sender):
    sender.A.intercepts()
    with pytest.raises(sender.InterceptionPoint) as error:
        sender.run()
    assert (error.value.packet, error.value.state, sender.arrived()) == ("one", "A", [])
    with pytest.raises(sender.InterceptionPoint):
        sender.accept_packet(wait=True)
    assert sender.arrived() == ["one"]
    sender.accept_packet()
    assert sender.run() == "end"
    assert sender.arrived() == ["two", "three"]


def test_an_intercepted_packet_can_be_replaced_or_rejected(sender):
    sender.add_interception_points("A")
    for decide in (lambda: sender.accept_packet("other"), sender.reject_packet):
        with pytest.raises(sender.InterceptionPoint):
            sender.run()
        decide()
    assert sender.run() == "end"
    assert sender.arrived() == ["other", "three"]
    assert [e.packet for e in sender.trace.sent()] == ["other", "three"]


def test_stop_while_a_packet_is_intercepted_rejects_it(sender):
    sender.A.intercepts()
    with pytest.raises(sender.InterceptionPoint):
        sender.run()
    sender.stop()
    assert sender.arrived() == []
    assert not sender.isrunning()


def test_nothing_can_be_decided_when_nothing_is_intercepted(sender):
    with pytest.raises(TesterFault, match="no packet of Sender is intercepted"):
        sender.accept_packet()


def test_interception_where_nobody_decides_is_an_error_and_no_hang(sender, play):
    sender.A.intercepts()
    with pytest.raises(TesterFault, match="nobody is there to decide"):
        play(sender)


def test_interception_can_be_taken_away(sender):
    sender.A.intercepts()
    sender.A.unintercepts()
    assert sender.run() == "end"


def test_a_debugged_run_takes_the_same_steps():
    automaton = Three()
    assert [str(state) for state in automaton]
    stepped = [step.edge for step in automaton.trace.steps]
    automaton.run()
    assert stepped == [step.edge for step in automaton.trace.steps]
