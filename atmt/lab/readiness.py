"""Waits until a peer's program is really ready to talk, and explains why it is not.

Knows no protocol above UDP and TCP.  Ready means that the port is bound *and* the program sleeps: some lose
what arrives between binding and setting their socket options.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from atmt.errors import PeerNotReady
from atmt.lab.channel import Channel
from atmt.lab.log import Line, Log
from atmt.lab.plans import Endpoint
from atmt.lab.process import Process

PAUSE = 0.0003  # seconds between two looks


def wait(
    channel: Channel, protocol: str, at: Endpoint, port: int, process: Process | None, timeout: float
) -> None:
    """Return when `port` of "udp" or "tcp" is served at `at`; `timeout` in seconds.

    Raises PeerNotReady when the program has ended in failure or time is up.
    """
    deadline = time.monotonic() + timeout
    number = None if process is None else process.number
    while True:
        seen, _ = channel.call("look", namespace=at.namespace, protocol=protocol, port=port, pid=number)
        obstacle = _obstacle(seen)
        if not obstacle:
            return
        if _has_failed(seen) or time.monotonic() > deadline:
            raise _not_ready(
                f"serve {protocol.upper()} port {port} at {at.namespace}", process, obstacle, timeout
            )
        time.sleep(PAUSE)


def wait_log(log: Log, pattern: str, process: Process, timeout: float) -> Line:
    """The first line of the program's in which `pattern` is found; `timeout` in seconds, raises PeerNotReady."""
    expression = re.compile(pattern)
    deadline = time.monotonic() + timeout
    while True:
        failed = not process.running() and process.wait(0) != 0
        # asked before the log is read: what it wrote before its end is then in there
        lines = log.lines(process.number) if failed else log.so_far()
        for line in lines:
            if line.pid in (process.number, 0) and expression.search(line.text):
                return line
        if failed or time.monotonic() > deadline:
            obstacle = f"it {process.ending}" if failed else "no such line has come"
            raise _not_ready(f"log a line like /{pattern}/", process, obstacle, timeout)
        time.sleep(PAUSE)


def connect(
    probe: Callable[[], socket.socket], at: Endpoint, port: int, process: Process | None, timeout: float
) -> None:
    """Return when a TCP socket, as `probe` makes them, gets connected to `port`; raises PeerNotReady."""
    deadline = time.monotonic() + timeout
    while True:
        failed = process is not None and not process.running() and process.wait(0) != 0
        try:
            with probe() as sock:
                sock.settimeout(max(deadline - time.monotonic(), PAUSE))
                sock.connect((at.ipv4, port))
                return
        except OSError as error:
            if failed or time.monotonic() > deadline:
                obstacle = f"it {process.ending}" if failed and process else str(error)
                what = f"accept connections to TCP port {port} of {at.ipv4}"
                raise _not_ready(what, process, obstacle, timeout) from None
        time.sleep(PAUSE)


def _obstacle(seen: Mapping[str, Any]) -> str:
    if _has_failed(seen):
        return f"it ended with status {_status(seen['status'])}"
    if not seen["bound"]:
        return "nobody has bound the port"
    return "" if seen["asleep"] else "the port is bound, but the program is busy instead of waiting"


def _has_failed(seen: Mapping[str, Any]) -> bool:
    """A program that ended well but left others running has merely gone to the background."""
    return seen["status"] is not None and not (seen["status"] == 0 and seen["strays"])


def _status(status: int) -> str:
    return f"{status}" if status >= 0 else f"{status} (killed by signal {-status})"


def _not_ready(what: str, process: Process | None, obstacle: str, timeout: float) -> PeerNotReady:
    command = " ".join(process.argv) if process else "the peer's program"
    return PeerNotReady(
        f"`{command}` did not {what} within {timeout:g} s: {obstacle}",
        "Read what it wrote to stderr, run the same command by hand, and check its port and address",
    )
