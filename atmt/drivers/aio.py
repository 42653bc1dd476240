"""Automata as tasks of an asyncio loop: one thread, any number of them, real time."""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import TYPE_CHECKING

from ..interpreter import Outcome
from .turn import advance, descriptors, give_up, wake_time

if TYPE_CHECKING:
    from ..running import Running

_TURNS = 32  # how many turns one automaton may take before the others have theirs


async def run(automaton: Running, limit: float | None = None) -> None:
    """As `blocking.run`, without blocking the loop.  Cancelling it ends the run."""
    interpreter, clock = automaton.interpreter, automaton.clock
    bell = _Bell(asyncio.get_running_loop())
    end = None if limit is None else clock.now() + limit
    automaton.driven(True)
    automaton.wakeable(bell.ring)
    try:
        interpreter.start(clock.now())
        turns = 0
        while interpreter.outcome is Outcome.RUNNING:
            now = clock.now()
            if end is not None and now >= end:
                give_up(automaton, "did not end in time")
            elif not advance(automaton, now):
                ready = frozenset(descriptors(automaton))  # first, since it may open the link
                wakes = [at for at in (wake_time(automaton), end) if at is not None]
                await bell.wait(ready, min(wakes, default=None))
            elif (turns := turns + 1) % _TURNS == 0:
                await asyncio.sleep(0)
    except BaseException as error:
        interpreter.fail(error)
        raise
    finally:
        bell.close()
        automaton.wakeable(None)
        automaton.driven(False)


class _Bell:
    """Wakes one task: for a descriptor, at a time, or when rung from any thread."""

    __slots__ = ("_loop", "_rung", "_thread", "_waiting", "_watched")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = get_ident()
        self._rung = False
        self._waiting: asyncio.Future[None] | None = None
        self._watched: frozenset[int] = frozenset()

    async def wait(self, watched: frozenset[int], until: float | None) -> None:
        """Wait for one of `watched` to be readable, until `until` (monotonic seconds; None: for ever)."""
        self._watch(watched)
        if not self._rung:
            self._waiting = self._loop.create_future()
            # the loop's clock is the monotonic one, so deadlines need no translation
            handle = None if until is None else self._loop.call_at(until, self._ring)
            try:
                await self._waiting
            finally:
                self._waiting = None
                if handle is not None:
                    handle.cancel()
        self._rung = False

    def ring(self) -> None:
        """End the wait, or the next one."""
        if get_ident() == self._thread:
            self._ring()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def close(self) -> None:
        self._watch(frozenset())

    def _ring(self) -> None:
        self._rung = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _watch(self, watched: frozenset[int]) -> None:
        for descriptor in self._watched - watched:
            self._loop.remove_reader(descriptor)
        for descriptor in watched - self._watched:
            self._loop.add_reader(descriptor, self._ring)
        self._watched = watched
