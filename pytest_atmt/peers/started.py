"""A peer's command in a topology: started, awaited until it serves, listened to, asked how it ended.

It lives under a virtual or scaled clock where that was wished and can be had.  Knows no statement and no verdict.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atmt.errors import NoVirtualTime
from atmt.lab import Topology
from atmt.lab.plans import Endpoint
from atmt.lab.process import Process
from atmt.lab.vtime import TICKS, PeerClock

from .overheard import OverheardClock
from .paced import Paced

Wait = Callable[[Topology, Endpoint, Process, float], object]

RATE = 10.0  # as fast as real time, where a statement does not say
READY_LIMIT = 5.0  # seconds of real time
_MOST_QUOTED = 2000  # characters


class Started(Paced):
    """One command that runs, under a clock of its own if that was wished and can be had."""

    def __init__(
        self,
        net: Topology,
        command: Sequence[str],
        wish: str = "real",
        rate: float = RATE,
        ready: Sequence[Wait] = (),
        why_real: str = "",
        oversleep: float = 0.0,
        **how: Any,
    ) -> None:
        """Start it at the topology's peer and return when it is `ready`; `how` is for `Topology.start`.

        `wish` is the clock wished for, `why_real` why it is not to have a virtual one all the same, `oversleep` by how
        many seconds a wait under that one ends late, `rate` how fast a scaled one is.  Raises `ProgramMissing` and
        `PeerNotReady`.
        """
        super().__init__(net)
        self.why_real = why_real
        self._command, self._ready, self._how = list(command), ready, how
        self._oversleep = oversleep
        process = self._start_virtual() if wish == "virtual" and not why_real else None
        if wish == "scaled":
            self.scale(rate, self._command[0], self._how)
        self.process = process or self._start()

    def last_words(self) -> str:
        """What was said last, to be put behind a sentence."""
        return last_words(self._net)

    def ending(self) -> str:
        """How it ended, such as "was killed by SIGSEGV"; "" while it runs."""
        return self.process.ending

    def leftovers(self) -> list[str]:
        """Stop it; command lines of the processes that it leaves running all the same."""
        self.process.stop()
        return self._net.leftovers()

    def _start_virtual(self) -> Process | None:
        """Under a virtual clock; None, with the reason noted, where it cannot be."""
        try:
            clock = PeerClock()
        except NoVirtualTime as error:
            self.why_real = str(error)
            return None
        process = None
        try:
            process = clock.start(self._net, self._net.peer, self._command, **self._how)
            for wait in self._ready:
                clock.wait_ready(_bound(wait, self._net, process), process, READY_LIMIT)
        except (NoVirtualTime, TimeoutError) as error:
            self.why_real = str(error)
            clock.close()
            if process is not None:
                process.stop()
            return None
        except BaseException:
            clock.close()
            raise
        self._stepped = OverheardClock(clock, self._net, self._oversleep)
        return process

    def _start(self) -> Process:
        process = self._net.start(self._net.peer, self._command, **self._how)
        for wait in self._ready:
            wait(self._net, self._net.peer, process, READY_LIMIT)
        return process


def ready(settings: Mapping[str, Any], port: int) -> list[Wait]:
    """What the keys ``ready_*`` of a statement ask to be waited for; else that UDP `port` is served."""
    waits: list[Wait] = []
    if "ready_tcp" in settings:
        waits.append(lambda net, at, process, limit: net.wait_tcp(at, settings["ready_tcp"], process, limit))
    if "ready_connect" in settings:
        waits.append(
            lambda net, at, process, limit: net.wait_connect(at, settings["ready_connect"], process, limit)
        )
    if "ready_log" in settings:
        waits.append(lambda net, at, process, limit: net.wait_log(settings["ready_log"], process, limit))
    if "ready_udp" in settings or not waits:
        waits.append(
            lambda net, at, process, limit: net.wait_udp(at, settings.get("ready_udp", port), process, limit)
        )
    return waits


def surroundings(settings: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement's ``env``, ``cwd`` and ``ticks`` mean for `Topology.start`; `words` are filled in.

    What the program writes into temporary files goes to the folder that is the word "tmp", and with it.
    """
    own = {k: str(v).format_map(words) for k, v in settings.get("env", {}).items()}
    if settings.get("ticks"):
        own[TICKS] = "1"
    how: dict[str, Any] = {"env": os.environ | {"TMPDIR": str(words["tmp"])} | own}
    if "cwd" in settings:
        how["cwd"] = str(settings["cwd"]).format_map(words)
    return how


def last_words(net: Topology) -> str:
    """What was said last in a topology, to be put behind a sentence ("" if nothing was)."""
    return quoted(net.log.text())


def quoted(text: str) -> str:
    """Words of a program, to be put behind a sentence: the last line, as that tells most, and beneath it all."""
    told = text[-_MOST_QUOTED:].strip()
    last = told.rpartition("\n")[2]
    return f"; it said: {told if last == told else f'{last}{chr(10)}{told}'}" if told else ""


def _bound(wait: Wait, net: Topology, process: Process) -> Callable[[float], object]:
    return lambda limit: wait(net, net.peer, process, limit)
