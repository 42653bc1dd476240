"""The time that programs in a topology keep, real, virtual or scaled, and what follows from it for automata.

Starts nothing and knows no statement.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any, cast

from atmt.clock import Clock, MonotonicClock, ScaledClock
from atmt.drivers import blocking, stepped
from atmt.errors import NoVirtualTime
from atmt.lab import Topology, programs, scaled
from atmt.links.base import Link
from atmt.links.retimed import RetimedLink
from atmt.running import Running

from .base import Said
from .overheard import OverheardClock


class Paced:
    """Programs of one topology, which keep one clock.

    `clock` is that, `clock_kind` ("virtual", "scaled" or "real") what it is, and `why_real` why it is real though
    another was wished for.
    """

    def __init__(self, net: Topology) -> None:
        self._net = net
        self.why_real = ""
        self._stepped: OverheardClock | None = None
        self._scaled: ScaledClock | None = None

    @property
    def clock(self) -> Clock:
        return self._stepped or self._scaled or MonotonicClock()

    @property
    def clock_kind(self) -> str:
        return "virtual" if self._stepped else "scaled" if self._scaled else "real"

    @property
    def unfit(self) -> tuple[str, bool]:
        """Why the programs cannot be judged by their virtual clock, as far as has been seen ("": they can), and
        whether it is only that they went on computing, which may be a defect of theirs.
        """
        return (self._stepped.unfit, self._stepped.busy) if self._stepped is not None else ("", False)

    def retimed(self, link: Link) -> Link:
        """A link to them, with the times of their clock."""
        return link if self._scaled is None else cast(Link, RetimedLink(link, self._scaled.of))

    def drive(self, automaton: Running, limit: float) -> None:
        """Run an automaton that talks to them, for at most `limit` seconds of their time."""
        if self._stepped is None:
            blocking.run(automaton, limit)
        else:
            stepped.run(automaton, self._stepped, limit)

    def rest(self) -> None:
        """Return when the programs have done what is to be done now, if their clock stands still meanwhile."""
        if self._stepped is not None:
            with contextlib.suppress(NoVirtualTime, TimeoutError):  # the clock has noted it
                self._stepped.quiet()

    def said(self) -> list[Said]:
        """What was written by whatever ran in the topology."""
        lines = self._net.log.lines()
        if self._stepped is not None:
            at = self._stepped.times(len(lines))
        else:
            at = [self._scaled.of(line.at) if self._scaled else line.at for line in lines]
        return [(when, line.stream, line.text) for when, line in zip(at, lines, strict=True)]

    def scale(self, rate: float, program: str, how: dict[str, Any]) -> None:
        """Change `how` so that `program`, started in that way, lives `rate` times as fast; or note why it cannot."""
        environ = how.get("env") or dict(os.environ)
        try:
            path = programs.resolve(program, environ.get("PATH", os.defpath), os.curdir)
            how["env"] = {**environ, **scaled.environment(path, rate)}
        except NoVirtualTime as error:
            self.why_real = str(error)
        else:
            self._scaled = ScaledClock(rate)

    def forget(self) -> None:
        """What was said until now belongs to nobody: the topology's log has been emptied."""
        if self._stepped is not None:
            self._stepped.forget()

    def close(self) -> None:
        """Give up the clock; programs end with their topology."""
        if self._stepped is not None:
            self._stepped.close()
