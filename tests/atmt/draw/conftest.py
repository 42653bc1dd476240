"""An automaton that has everything which a drawing can show."""

from __future__ import annotations

import pytest

from atmt import ATMT, Automaton


class Sample(Automaton):
    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        raise self.OPEN()

    @ATMT.state()
    def OPEN(self) -> None: ...

    @ATMT.state(stop=True)
    def STOP(self) -> None:
        raise self.END()

    @ATMT.state(error=True)
    def FAULT(self) -> None: ...

    @ATMT.state(final=True)
    def END(self) -> None: ...

    @ATMT.receive_condition(OPEN, prio=2)
    def answered(self, pkt: object) -> None:
        raise self.END() if pkt else self.FAULT()

    @ATMT.timeout(OPEN, 2.5)
    def silent(self) -> None:
        raise self.OPEN()

    @ATMT.timer(OPEN, 0.5)
    def beat(self) -> None:
        raise self.OPEN()

    @ATMT.eof(OPEN)
    def closed(self) -> None:
        raise self.END()

    @ATMT.ioevent(OPEN, "stdin")
    def typed(self, pipe: object) -> None:
        raise self.END()

    @ATMT.action(silent)
    def repeat(self) -> None: ...


@pytest.fixture
def graph():
    return Sample.atmt_graph
