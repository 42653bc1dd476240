"""A peer's program as the tester sees it: running, ended, how; and how to end it.

Knows no protocol and no network.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Sequence

from atmt.errors import LabUnavailable
from atmt.lab.agent import kernel
from atmt.lab.channel import Channel
from atmt.lab.log import Log

KILL_LIMIT = 5.0  # seconds; a killed process that is still there then hangs in the kernel
PAUSE = 0.001


class Process:
    """A program that was started in a topology.

    `pid` is its number outside the topology, for debuggers and /proc; -1 if it ended before a look.
    """

    def __init__(self, channel: Channel, number: int, pidfd: int, argv: Sequence[str], log: Log) -> None:
        self.argv = tuple(argv)
        self.log = log  # of the whole topology
        self.pid = kernel.process_behind(pidfd)
        self.number = number  # its pid inside the topology
        self._channel = channel
        self._pidfd = pidfd
        self._status: int | None = None
        self._abandoned = False

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._status is None and not self._ended_within(0)

    def fileno(self) -> int:
        """Something to wait on: readable once it has ended."""
        return self._pidfd

    @property
    def ending(self) -> str:
        """How it ended, in words, such as "was killed by SIGSEGV"; "" while it runs."""
        if self.running():
            return ""
        status = self.wait(0)
        if status >= 0:
            return f"exited with status {status}"
        try:
            return f"was killed by {signal.Signals(-status).name}"
        except ValueError:  # a real-time signal
            return f"was killed by signal {-status}"

    def said(self, most: int = 2000) -> str:
        """What it wrote last to stdout, stderr and syslog, at most so many characters."""
        return self.log.text(self.number)[-most:]

    def wait(self, timeout: float = 10.0) -> int:
        """Its exit status, or minus the number of the signal that ended it.

        Raises TimeoutError when it still runs after `timeout` seconds.
        """
        if self._status is None:
            if not self._ended_within(timeout):
                raise TimeoutError(f"{self.argv[0]} still runs after {timeout:g} s")
            self._status = self._ask_status()
        return self._status

    def signal(self, number: int) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if self.running():
            self._channel.call("signal", pid=self.number, signal=int(number), session=False)

    def stop(self, timeout: float = 2.0) -> int:
        """End it and all its offspring in its session: SIGTERM, and SIGKILL after `timeout` seconds.

        Returns its exit status as `wait` does.
        """
        if not self._abandoned and self._signal_session(signal.SIGTERM):
            self._await_session_end(timeout)
        return self.wait(KILL_LIMIT)

    def abandon(self) -> None:
        """Its topology is about to end: keep the status if it has one, else note that it was killed."""
        if self._status is None:
            try:
                self._status = -signal.SIGKILL if self.running() else self._ask_status()
            except LabUnavailable:
                self._status = -signal.SIGKILL
        self._abandoned = True
        os.close(self._pidfd)

    def _await_session_end(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        self._ended_within(timeout)
        while self._signal_session(0):
            if time.monotonic() > deadline:
                self._signal_session(signal.SIGKILL)
                return
            time.sleep(PAUSE)

    def _signal_session(self, number: int) -> int:
        alive: int = self._channel.call("signal", pid=self.number, signal=int(number), session=True)[0][
            "alive"
        ]
        return alive

    def _ask_status(self) -> int:
        status: int = self._channel.call("status", pid=self.number)[0]["status"]
        return status

    def _ended_within(self, timeout: float) -> bool:
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(max(timeout, 0) * 1000))
