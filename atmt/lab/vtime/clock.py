"""A clock for a peer's programs that stands still until the tester moves it.

Starts programs under it, tells when all of them wait, and until when.  Knows no packets.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from atmt.errors import NoVirtualTime, PeerNotReady
from atmt.lab import programs
from atmt.lab.plans import Endpoint
from atmt.lab.process import Process
from atmt.lab.topology import Topology
from atmt.lab.vtime import build, suitable
from atmt.lab.vtime.onlooker import Here, Onlooker
from atmt.lab.vtime.page import NEVER, RESERVED, Page, Slot

DESCRIPTOR = 731  # its number in the programs: out of the way, and below the usual limit of 1024
VARIABLE = "ATMT_VTIME"
TICKS = "ATMT_VTIME_TICKS"  # if it is in the environment, a program reads no time twice, but by nanoseconds
SECOND = 10**9
START = 1000 * SECOND  # as on a machine that has been up for a while
# A date on a whole second: programs that look at seconds only must find the same phase in each run.
EPOCH = 1_900_000_000 * SECOND - START

PATIENCE = 10.0  # seconds of real time; waits are noticed in less than a millisecond
PAUSE = 50e-6
FIRST_DOUBT, LONGEST_DOUBT = 0.0005, 0.02  # seconds without an answer before we ask whether it still lives
LOADING = 2.0  # seconds that a program may take from exec to its first instruction of ours
STARTING = 0.3  # seconds to wait for a port before the clock is moved for the sake of a program that sleeps
AT_REST = 0.25  # seconds to catch a program asleep that, under the clock, waits in slices

_serial = count(1)
Census = tuple[tuple[int, int], ...]  # (thread, number of its wait) of all


class PeerClock:
    """Virtual time for the programs that `start` starts.  Seconds since the clock was made.

    Raises NoVirtualTime where this machine cannot have one, and later where a program cannot live under it.
    """

    def __init__(self, onlooker: Onlooker | None = None) -> None:
        self._library = build.library()
        self._page = Page(START, EPOCH)
        self._value = f"{DESCRIPTOR}:{os.getpid()}.{next(_serial)}"
        self._mark = f"{VARIABLE}={self._value}"
        self._onlooker: Onlooker = onlooker or Here()
        self._known: set[int] = set()

    # -- programs under it

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment."""
        return {"LD_PRELOAD": str(self._library), VARIABLE: self._value}

    @property
    def descriptors(self) -> dict[int, int]:
        """What a program needs, by the number in the program."""
        return {DESCRIPTOR: self._page.descriptor}

    def start(
        self,
        net: Topology,
        at: Endpoint,
        argv: list[str],
        env: Mapping[str, str] | None = None,
        fds: Mapping[int, int] | None = None,
        **rest: Any,
    ) -> Process:
        """As `net.start`, under this clock.  Raises NoVirtualTime for a program that cannot be."""
        environment = dict(os.environ if env is None else env)
        path = programs.resolve(argv[0], environment.get("PATH", os.defpath), rest.get("cwd") or os.curdir)
        suitable.check(path)
        self._onlooker = net
        return net.start(
            at, argv, env=environment | self.environment, fds={**(fds or {}), **self.descriptors}, **rest
        )

    def wait_udp(
        self, net: Topology, at: Endpoint, port: int, process: Process, timeout: float = 5.0
    ) -> None:
        """As `net.wait_udp`, for a program that may sleep before it serves the port."""
        self.wait_ready(lambda limit: net.wait_udp(at, port, process, limit), process, timeout)

    def wait_ready(self, wait: Callable[[float], object], process: Process, timeout: float = 5.0) -> None:
        """Return when `wait` does, moving the clock while it does not, and the program then waits.

        `wait` takes a limit in seconds of real time and raises PeerNotReady, as those of a topology do.
        """
        end = time.monotonic() + timeout
        while True:
            try:
                wait(min(STARTING, timeout))
                break
            except PeerNotReady:
                if time.monotonic() > end or not process.running():
                    raise
                # It may only have been slow to start: all that it does before it waits belongs to this moment.
                self.quiet()
                if _holds(wait):
                    break
                self._step()
        self.quiet()

    # -- the clock

    def now(self) -> float:
        """Seconds since the clock was made."""
        return _seconds(self._page.header.now)

    def next_deadline(self) -> float | None:
        """When the first of the programs' waits ends by itself; None if none does.  Ask when it is quiet."""
        deadlines = [slot.deadline for slot in self._page.slots() if slot.deadline != NEVER]
        return _seconds(min(deadlines)) if deadlines else None

    def advance_to(self, now: float) -> None:
        """Go on to `now` (seconds); a time that has passed is left as it is."""
        header = self._page.header
        header.now = max(header.now, _nanoseconds(now))

    def quiet(self, timeout: float = PATIENCE) -> None:
        """Return when every thread of the programs waits, and would go on waiting though it looked again.

        Raises NoVirtualTime when one waits in a way that the clock does not cover, and TimeoutError when
        one still computes after `timeout` seconds of real time.
        """
        end = time.monotonic() + timeout
        before = None
        while True:
            census, freed = self._ask(end)
            # Nobody waited anew between two rounds: so at the time of the second question all were waiting,
            # and as nobody ran since, nobody has made an event that another has not seen.  One alone has
            # nobody to hear from, unless somebody has just gone.
            if census == before or (len(census) == 1 and not freed):
                break
            before = census
        self._admit(end)

    def close(self) -> None:
        """The programs, if they still run, stand still for ever."""
        self._page.close()

    # -- machinery

    def _ask(self, end: float) -> tuple[Census, bool]:
        """Have every thread look again; returns who they are and whether any was found dead."""
        asked = self._page.ask()
        doubt = FIRST_DOUBT * (1 + len(self._known) / 4)  # many take longer to answer
        doubts_at, freed = time.monotonic() + doubt, False
        while True:
            slots = self._page.slots()
            late = [slot for slot in slots if slot.seen != asked or slot.thread == RESERVED]
            if reason := self._page.refusal():
                raise _unsuitable(reason)
            if slots and not late:
                return tuple((slot.thread, slot.waits) for slot in slots), freed
            now = time.monotonic()
            if now > doubts_at:
                freed = self._bury(late, {slot.thread for slot in slots if slot.seen == asked}) or freed
                if not slots and self._ended(now > end):
                    return (), freed
                if now > end:
                    raise self._explain(late)
                doubt = min(2 * doubt, LONGEST_DOUBT)
                doubts_at = now + doubt
            time.sleep(PAUSE)

    def _bury(self, late: list[Slot], answered: set[int]) -> bool:
        """Free the slots of those that have ended; whether there were any.

        And of those that have another one: a spawned program may be faster to take a slot than its parent
        is to give it the one that it had reserved.
        """
        living = self._onlooker.look([slot.thread for slot in late], self._mark).threads.keys() - answered
        dead = [slot for slot in late if slot.thread != RESERVED and slot.thread not in living]
        for slot in dead:
            self._page.free(slot)
        return bool(dead)

    def _ended(self, overdue: bool) -> bool:
        """Nobody has a slot: whether all have ended, rather than not yet begun."""
        marked = self._onlooker.look((), self._mark).marked
        if marked and overdue:
            raise _unsuitable(f"the shim was not loaded into {next(iter(marked.values()))}")
        return not marked

    def _admit(self, end: float) -> None:
        """New processes have come: make sure that none lives outside of this clock."""
        processes = {slot.process for slot in self._page.slots()}
        loading = min(end, time.monotonic() + LOADING)
        while not processes <= self._known:
            marked = self._onlooker.look((), self._mark).marked
            processes = {slot.process for slot in self._page.slots()}
            strangers = [command for number, command in marked.items() if number not in processes]
            if not strangers:
                self._known = processes
            elif time.monotonic() > loading:
                raise _unsuitable(f"the shim was not loaded into {strangers[0]}")
            else:
                time.sleep(PAUSE)

    def _step(self) -> None:
        """Go on to the next deadline, if there is one."""
        if (at := self.next_deadline()) is not None:
            self.advance_to(at)

    def _explain(self, late: list[Slot]) -> Exception:
        living = self._onlooker.look([slot.thread for slot in late], self._mark).threads
        asleep = [thread for thread in living.values() if thread.state == "S"]
        if asleep and len(asleep) == len(living):
            place = f" ({asleep[0].place} in the kernel)" if asleep[0].place else ""
            return _unsuitable(
                f"`{asleep[0].command}` waits in a way that the virtual clock does not cover{place}"
            )
        busy = ", ".join(thread.command for thread in living.values()) or "a process that is being born"
        return TimeoutError(f"still computes after {PATIENCE:g} s of real time: {busy}")


def _holds(wait: Callable[[float], object]) -> bool:
    try:
        wait(AT_REST)
    except PeerNotReady:
        return False
    return True


def _seconds(at: int) -> float:
    return (at - START) / SECOND


def _nanoseconds(at: float) -> int:
    """The first nanosecond at which `_seconds` says `at` or later."""
    found = START + round(at * SECOND)
    return found if _seconds(found) >= at else found + math.ceil(max(1.0, math.ulp(at) * SECOND))


def _unsuitable(reason: str) -> NoVirtualTime:
    cause = f"the peer cannot live under a virtual clock: {reason}"
    return NoVirtualTime(cause, f"Look into docs/vtime.md, {build.FALL_BACK}")
