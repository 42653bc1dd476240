"""Transitions per second: two states and two conditions, ours, Scapy's, and a bare raise/except loop.

Run as a script: ``python tests/bench/transitions.py``.
"""

from __future__ import annotations

from common import best, report

N = 50_000
IDLE = {"ll": lambda **_: None, "recvsock": lambda **_: None}


def pingpong(ATMT, Automaton):
    class PingPong(Automaton):
        @ATMT.state(initial=1)
        def PING(self):
            self.left = N
            raise self.PONG()

        @ATMT.state()
        def PONG(self):
            self.left -= 1

        @ATMT.condition(PONG)
        def again(self):
            if self.left:
                raise self.PONG()
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            pass

    return PingPong


def ours() -> int:
    from atmt import ATMT, Automaton

    pingpong(ATMT, Automaton)().run()
    return N


def scapys() -> int:
    import scapy.all  # noqa: F401 - its automata do not run without
    from scapy.automaton import ATMT, Automaton

    automaton = pingpong(ATMT, Automaton)(**IDLE)
    automaton.run()
    return N


class Request(Exception):
    pass


def bare() -> int:
    """The same calls and the same raise, with nobody who keeps a trace or looks for conditions."""

    def requests(function):
        def request(self, /, *args, **kwargs):
            return Request(function, self, args, kwargs)

        return request

    class Machine:
        def _pong(self):
            self.left -= 1

        PONG = requests(_pong)

        def again(self):
            if self.left:
                raise self.PONG()
            raise StopIteration

    machine = Machine()
    machine.left = N
    function, args, kwargs = Machine._pong, (), {}
    try:
        while True:
            try:
                function(machine, *args, **kwargs)
                machine.again()
            except Request as request:
                function, _, args, kwargs = request.args
    except StopIteration:
        return N


if __name__ == "__main__":
    import scapy.all  # noqa: F401 - its automata do not run without

    report("transition through a condition", "step", best(ours), best(scapys, 3), best(bare))
