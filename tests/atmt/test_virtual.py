"""Automata as discrete events: exact, deterministic, and never without end."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton, DeadlineExceeded
from atmt.drivers.virtual import Simulation
from atmt.links.impairment import ImpairedLink, drop
from atmt.links.memory import Cable


class Ping(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        self.n = 0
        self.send(0)
        raise self.WAIT()

    @ATMT.state()
    def WAIT(self): ...

    @ATMT.receive_condition(WAIT)
    def take(self, n):
        self.n = n
        raise self.END() if n >= 10 else self.WAIT()

    @ATMT.action(take)
    def answer(self):
        self.send(self.n + 1)

    @ATMT.timeout(WAIT, 3)
    def again(self):
        raise self.WAIT()

    @ATMT.action(again)
    def resend(self):
        self.send(self.n)

    @ATMT.state(final=1)
    def END(self):
        return self.clock.now()


class Pong(Automaton):
    @ATMT.state(initial=1)
    def WAIT(self): ...

    @ATMT.receive_condition(WAIT)
    def take(self, n):
        self.send(n + 1)


def dialogue(*faults):
    world, cable = Simulation(), Cable()
    ping = Ping(link=ImpairedLink(cable.link(0), faults, world.clock))
    world.start(Pong(link=cable.link(1)))
    world.start(ping)
    world.run(ping, 60)
    world.close()
    return ping


def test_a_conversation_without_loss_takes_no_time():
    assert dialogue().interpreter.result == 0


def test_a_lost_packet_costs_exactly_its_timeout():
    assert dialogue(drop(nth=3, direction="received")).interpreter.result == 3


def test_every_repetition_gives_the_same_trace():
    runs = [dialogue(drop(nth=2, times=2)).trace for _ in range(20)]
    rows = [
        [(s.at, s.edge) for s in t.steps] + [(e.at, e.direction, e.packet) for e in t.exchanges] for t in runs
    ]
    assert all(row == rows[0] for row in rows)


def test_silence_without_a_timer_ends_the_run_with_the_reason():
    class Silent(Pong):
        pass

    world = Simulation()
    silent = Silent(link=Cable().link(0))
    world.start(silent)
    world.run(silent, 60)
    assert isinstance(silent.interpreter.error, DeadlineExceeded)
    assert "nothing more can happen" in str(silent.interpreter.error)
    assert silent.interpreter.error.state == "WAIT"


def test_a_limit_of_virtual_time_ends_the_run():
    world = Simulation()
    ping = Ping(link=Cable().link(0))
    world.start(ping)
    world.run(ping, 10)
    assert "did not end within 10 s; it was in WAIT" in str(ping.interpreter.error)


def test_a_peer_may_bring_others_to_life_while_the_world_runs():
    world, cable = Simulation(), Cable()

    class Admitting(Pong):
        @ATMT.state(initial=1)
        def WAIT(self):
            world.start(Pong(link=cable.link(1)))

        @ATMT.receive_condition(WAIT)
        def take(self, n): ...

    world.start(Admitting(link=cable.link(1)))
    ping = Ping(link=cable.link(0))
    world.start(ping)
    world.run(ping, 60)
    assert ping.interpreter.result == 0


def test_an_error_in_a_peer_reaches_the_caller():
    class Broken(Pong):
        @ATMT.receive_condition(Pong.WAIT)
        def take(self, n):
            raise RuntimeError("boom")

    world, cable = Simulation(), Cable()
    world.start(Broken(link=cable.link(1)))
    ping = Ping(link=cable.link(0))
    world.start(ping)
    with pytest.raises(RuntimeError, match="boom"):
        world.run(ping, 60)
    world.close()
    assert not ping.isrunning()


def test_a_thousand_automata_share_one_clock():
    class Sleeper(Automaton):
        def parse_args(self, seconds):
            self.seconds = seconds
            self.timer_by_name("wake").set(seconds)

        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timeout(A, 1)
        def wake(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return self.clock.now()

    world = Simulation()
    sleepers = [Sleeper(n / 10) for n in range(1000)]
    for sleeper in sleepers:
        world.start(sleeper)
    world.run(sleepers[-1], 1000)
    assert [s.interpreter.result for s in sleepers] == [n / 10 for n in range(1000)]


def test_after_the_world_has_ended_an_automaton_runs_in_real_time():
    class Short(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timeout(A, 0.001)
        def leave(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return "end"

    world, automaton = Simulation(), Short()
    world.start(automaton)
    world.run(automaton, 1)
    world.close()
    assert automaton.run() == "end"
