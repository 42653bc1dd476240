"""Writes all that passes an interface of a topology to a file, while it happens.

By tcpdump where it is installed, else by the tester himself.  Knows neither automata nor runs: a run's own
capture, with its states, is made from its trace.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atmt.errors import ProgramMissing
from atmt.lab.plans import Endpoint
from atmt.lab.topology import Topology
from atmt.links.capture import ETHERNET, PcapngWriter
from atmt.links.packet import FrameLink

TOOL = "tcpdump"


@contextmanager
def recording(net: Topology, at: Endpoint, path: Path) -> Iterator[str]:
    """Record what arrives at an endpoint, and with tcpdump also what leaves; yields who does it.

    Raises OSError when the file cannot be written.
    """
    with path.open("wb") as file:
        try:
            command = [TOOL, "-i", at.interface, "-n", "-U", "--immediate-mode", "-w", "-"]
            process = net.start(at, command, stdout=file.fileno())
        except ProgramMissing:
            process = None
    if process is not None:
        net.wait_log("listening on", process)
        yield "tcpdump"
        process.stop()
        return
    with _Recorder(net, at, path):
        yield "atmt"


class _Recorder:
    """A thread that writes what arrives."""

    def __init__(self, net: Topology, at: Endpoint, path: Path) -> None:
        self._link = FrameLink(net.packet_socket(at))
        self._file = PcapngWriter(path, ETHERNET, at.interface)
        self._stop, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        os.write(self._wake, b".")
        self._thread.join()
        self._file.close()
        os.close(self._stop)
        os.close(self._wake)

    def _work(self) -> None:
        since_epoch = time.time_ns() - int(time.monotonic() * 1e9)
        while True:
            ready = select.select([self._stop, self._link.fileno()], [], [])[0]
            while (frame := self._link.receive()) is not None:
                self._file.packet(frame.data or b"", since_epoch + int((frame.at or 0) * 1e9))
            if self._stop in ready:
                return
