"""Scapy's classes as ours."""

from __future__ import annotations

import pytest
from scapy.automaton import ATMT, Automaton

from atmt import Automaton as OurAutomaton
from atmt import TesterFault as Fault
from atmt.compat import adopt

_LIMIT = 20


class Parent(Automaton):
    """Grows a word."""

    def parse_args(self, word="a", **kargs):
        Automaton.parse_args(self, **kargs)
        self.word = word

    @ATMT.state(initial=1)
    def BEGIN(self):
        raise self.MAIN(self.word)

    @ATMT.state()
    def MAIN(self, word):
        return word

    @ATMT.condition(MAIN, prio=-1)
    def enough(self, word):
        if len(word) > _LIMIT:
            raise self.END(word).action_parameters(word)

    @ATMT.condition(MAIN)
    def grow(self, word):
        raise self.MAIN(word + "b")

    @ATMT.action(enough)
    def keep(self, word):
        self.kept = word

    @ATMT.state(final=1)
    def END(self, word):
        return word

    @property
    def short(self):
        return self.kept[:2]

    @staticmethod
    def double(word):
        return word * 2


class Child(Parent):
    def parse_args(self, *args, **kargs):
        super().parse_args(*args, **kargs)
        super(Child, self).parse_args(*args, **kargs)  # noqa: UP008 - spelled as older automata do
        self.kind = __class__

    @ATMT.state()
    def MAIN(self, word):
        return "c" + Parent.MAIN(self, word).run()


class Mixin:
    greeting = "hello"


class Mixed(Mixin, Child):
    pass


class Waiting(Automaton):
    @ATMT.state(initial=1)
    def BEGIN(self):
        pass

    @ATMT.timer(BEGIN, 0.25, prio=3)
    def tick(self):
        pass

    @ATMT.timeout(BEGIN, 2)
    def over(self):
        raise self.BEGIN()

    @ATMT.eof(BEGIN)
    def closed(self):
        raise self.BEGIN()

    @ATMT.ioevent(BEGIN, name="tst", prio=1)
    def typed(self, fd):
        pass


def test_an_adopted_class_runs_like_the_original():
    automaton = adopt(Parent)("x")
    assert automaton.run() == "x" + "b" * _LIMIT
    assert (automaton.kept, automaton.short, automaton.double("y")) == ("x" + "b" * _LIMIT, "xb", "yy")


def test_a_state_is_overridden_and_its_parents_still_called():
    assert adopt(Child)("a").run() == "c" * 11 + "a" + "b" * 10


def test_super_and_class_mean_the_adopted_classes():
    assert adopt(Child)().kind is adopt(Child)


def test_the_hierarchy_is_kept():
    assert adopt(Mixed).__mro__ == (
        adopt(Mixed),
        Mixin,
        adopt(Child),
        adopt(Parent),
        *adopt(Automaton).__mro__,
    )
    assert adopt(Mixed).greeting == "hello"
    assert issubclass(adopt(Automaton), OurAutomaton)


def test_a_class_is_adopted_once():
    assert adopt(Child) is adopt(Child)
    assert adopt(adopt(Child)) is adopt(Child)


def test_scapys_class_is_left_as_it_was():
    before = {name: (value, dict(getattr(value, "__dict__", {}))) for name, value in vars(Waiting).items()}
    adopt(Waiting)
    assert {
        name: (value, dict(getattr(value, "__dict__", {}))) for name, value in vars(Waiting).items()
    } == before


def test_a_global_that_changes_later_is_seen(monkeypatch):
    ours = adopt(Parent)
    monkeypatch.setitem(globals(), "_LIMIT", 5)
    assert ours("x").run() == "xbbbbb"


def test_timers_keep_their_delay_and_kind():
    begin = adopt(Waiting).atmt_graph["BEGIN"]
    assert {c.name: (c.kind.value, c.delay, c.prio) for c in begin.timers} == {
        "tick": ("timer", 0.25, 3),
        "over": ("timeout", 2.0, 0),
    }


def test_eof_and_io_events_are_taken_over():
    begin = adopt(Waiting).atmt_graph["BEGIN"]
    assert begin.eof.name == "closed"
    assert [(c.name, c.pipe, c.prio) for c in begin.ios] == [("typed", "tst", 1)]


@pytest.mark.parametrize("thing", [int, object(), "TFTP_read"])
def test_what_is_no_automaton_of_scapys_is_refused(thing):
    with pytest.raises(Fault, match="no automaton class of Scapy's"):
        adopt(thing)
