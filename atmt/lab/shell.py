"""A shell, or any command, inside a topology, at the person's own terminal.

Knows no test: whoever calls decides when and where it is opened.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import sys
import termios
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from atmt.lab.plans import Endpoint
from atmt.lab.process import Process
from atmt.lab.topology import Topology

STDIN, STDOUT, STDERR = 0, 1, 2
KILLED = 128  # plus the signal's number: what a shell says of a program that was killed


def run(net: Topology, at: Endpoint, argv: Sequence[str] = ()) -> int:
    """Run a command (none: the person's shell) at an endpoint until it ends; returns its exit status.

    Stdin, stdout and stderr are the tester's own.  Where those are a terminal it gets one of its own in
    between, so that jobs and Ctrl-C work.  Raises ProgramMissing.
    """
    command = list(argv) or [os.environ.get("SHELL") or "/bin/sh"]
    environment = environment_at(at)
    if os.isatty(STDIN) and os.isatty(STDOUT):
        status = _in_terminal(net, at, command, environment)
    else:
        fds, out, err = {0: STDIN}, STDOUT, STDERR
        process = net.start(at, command, env=environment, fds=fds, stdout=out, stderr=err)
        select.select([process], [], [])
        status = process.wait()
    return KILLED - status if status < 0 else status


def environment_at(at: Endpoint) -> dict[str, str]:
    """The tester's, with the place in ATMT_LAB, and in the prompt of Debian's shells."""
    return {**os.environ, "ATMT_LAB": at.namespace, "debian_chroot": f"atmt:{at.namespace}"}


def _in_terminal(net: Topology, at: Endpoint, command: list[str], environment: Mapping[str, str]) -> int:
    ours, theirs = os.openpty()
    try:
        with _follow_size(ours):
            fds, end = {0: theirs}, theirs
            try:
                process = net.start(
                    at, command, env=environment, fds=fds, stdout=end, stderr=end, terminal=True
                )
            finally:
                os.close(theirs)
            with _raw():
                _copy(process, ours)
        return process.wait()
    finally:
        os.close(ours)


def _copy(process: Process, terminal: int) -> None:
    """Carry what is typed there and what is shown back, until the program ends."""
    sources = [STDIN, terminal, process.fileno()]
    while True:
        ready = select.select(sources, [], [])[0]
        if terminal in ready:
            if data := _read(terminal):
                _write(STDOUT, data)
                continue  # show everything before looking whether it ended
            sources.remove(terminal)
        if process.fileno() in ready:
            return
        if STDIN in ready:
            if data := _read(STDIN):
                _write(terminal, data)
            else:
                sources.remove(STDIN)


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except OSError:  # EIO: nobody has the other end of the terminal any more
        return b""


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


@contextmanager
def _raw() -> Iterator[None]:
    """Every key goes through to the program."""
    sys.stdout.flush()
    before = termios.tcgetattr(STDIN)
    tty.setraw(STDIN, termios.TCSADRAIN)  # what was typed ahead is for the shell
    try:
        yield
    finally:
        termios.tcsetattr(STDIN, termios.TCSADRAIN, before)


@contextmanager
def _follow_size(terminal: int) -> Iterator[None]:
    """Its size is that of the person's window, also when that changes."""

    def follow(*_: object) -> None:
        size = fcntl.ioctl(STDIN, termios.TIOCGWINSZ, struct.pack("4H", 0, 0, 0, 0))
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)

    before = signal.signal(signal.SIGWINCH, follow)
    follow()
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
