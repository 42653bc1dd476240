"""A peer's virtual clock that also knows when, by it, the peer's programs said something."""

from __future__ import annotations

from atmt.errors import NoVirtualTime
from atmt.lab import Topology
from atmt.lab.vtime import PeerClock


class OverheardClock:
    """`clock`, which notes whenever it moves how much has been said by then.

    The log of a topology has real times, which mean nothing under a virtual clock.  `unfit` is why a program cannot
    be judged by this clock, as far as has been seen ("": it can), `busy` that it went on computing.  A wait of the
    program ends `oversleep` seconds after its deadline, as real ones end a little late.
    """

    def __init__(self, clock: PeerClock, net: Topology, oversleep: float = 0.0) -> None:
        self._clock, self._net, self._oversleep = clock, net, oversleep
        self._marks: list[tuple[int, float]] = []  # so many lines had been said until then
        self.unfit, self.busy = "", False
        self.now, self.close = clock.now, clock.close

    def next_deadline(self) -> float | None:
        at = self._clock.next_deadline()
        return None if at is None else at + self._oversleep

    def quiet(self) -> None:
        try:
            self._clock.quiet()
        except (NoVirtualTime, TimeoutError) as error:
            self.unfit, self.busy = str(error), isinstance(error, TimeoutError)
            raise

    def advance_to(self, now: float) -> None:
        lines = len(self._net.log.lines())
        if lines != (self._marks[-1][0] if self._marks else 0):
            self._marks.append((lines, self.now()))
        self._clock.advance_to(now)

    def forget(self) -> None:
        """The log has been emptied."""
        self._marks.clear()

    def times(self, count: int) -> list[float]:
        """When each of the first `count` lines was said."""
        found: list[float] = []
        for until, at in [*self._marks, (count, self.now())]:
            found += [at] * (min(until, count) - len(found))
        return found
