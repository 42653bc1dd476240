"""Starts programs in a topology, remembers how they ended, and looks at those that run.

Knows no network: the caller is in the right namespace when it calls `start`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import termios
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple, NoReturn

from . import seccomp

KILL_LIMIT = 5.0  # seconds


class Program(NamedTuple):
    """What to start: `fds` maps descriptor numbers in the program to descriptors held here.

    With `terminal` its stdin is a terminal that it shall control, as a shell must to control jobs.
    """

    path: str
    argv: list[str]
    cwd: str
    env: dict[str, str]
    fds: dict[int, int]
    pretend_ids: bool
    terminal: bool = False


class Entry(NamedTuple):
    """A living process as /proc shows it."""

    pid: int
    state: str
    session: int
    parent: int
    command: str


class Peers:
    """The processes below this one, which must be pid 1 of its pid namespace and so inherits every orphan."""

    def __init__(self) -> None:
        self._own_proc = os.readlink("/proc/self") == str(os.getpid())
        self._namespace = os.readlink("/proc/self/ns/pid")
        self._level = len(_fields("/proc/self/status")["NSpid"].split()) - 1
        self._pidfds: dict[int, int] = {}
        self._statuses: dict[int, int] = {}
        self._started: set[int] = set()

    def start(self, program: Program) -> tuple[int, int]:
        """Returns pid and pidfd once the program has replaced our forked copy; OSError when it cannot."""
        report, complaint = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become(program, complaint)
        os.close(complaint)
        with os.fdopen(report, "rb") as pipe:
            refused = pipe.read()  # ends when exec closes the other end
        if refused:
            os.waitpid(pid, 0)
            raise OSError(int(refused), os.strerror(int(refused)), program.path)
        self._pidfds[pid] = os.pidfd_open(pid)
        self._started.add(pid)
        return pid, self._pidfds[pid]

    def reap(self) -> None:
        """Take note of everything that has ended, orphans included."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._remember(pid, status)

    def status(self, pid: int) -> int | None:
        """How a started program ended: its exit status, or minus the signal; None while it runs."""
        self.reap()
        return self._statuses.get(pid)

    def asleep(self, pid: int) -> bool:
        """Whether a program, or what it left behind when it went to the background, waits for something."""
        if self.status(pid) is None:
            return any(entry.pid == pid and entry.state == "S" for entry in self.entries())
        return all(entry.state == "S" for entry in self.strays())

    def signal_one(self, pid: int, number: int) -> None:
        """Signal a started program unless it has ended."""
        if self.status(pid) is None:
            os.kill(pid, number)

    def signal_session(self, pid: int, number: int) -> int:
        """Signal a program and all its offspring that did not leave its session; returns how many live."""
        members = [entry.pid for entry in self.entries() if entry.session == pid]
        for member in members:
            with suppress(ProcessLookupError):
                os.kill(member, number)
        return len(members)

    def kill_all_but(self, kept: Collection[int]) -> None:
        """Kill the programs started here, and their sessions, but for those of `kept`; with none, whatever runs."""
        doomed = self._started - set(kept)
        deadline = time.monotonic() + KILL_LIMIT
        while victims := [e.pid for e in self.entries() if not kept or e.session in doomed]:
            for victim in victims:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            self.reap()
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, f"{len(victims)} processes survive SIGKILL")
        self.reap()

    def strays(self) -> list[Entry]:
        """What runs besides the programs that were started here."""
        self.reap()
        return [entry for entry in self.entries() if entry.pid not in self._pidfds]

    def entries(self) -> Iterator[Entry]:
        """All living processes of the pid namespace but this one."""
        for name in os.listdir("/proc"):
            if (
                name.isdigit()
                and self._is_ours(name)
                and (entry := _entry(name, self._level))
                and entry.pid != os.getpid()
            ):
                yield entry

    def _is_ours(self, name: str) -> bool:
        """Where no /proc of our own could be mounted, the one there shows strangers too."""
        try:
            return self._own_proc or os.readlink(f"/proc/{name}/ns/pid") == self._namespace
        except OSError:
            return False

    def _remember(self, pid: int, status: int) -> None:
        pidfd = self._pidfds.pop(pid, None)
        if pidfd is not None:
            os.close(pidfd)
            self._statuses[pid] = os.waitstatus_to_exitcode(status)


def _entry(name: str, level: int) -> Entry | None:
    try:
        fields = _fields(f"/proc/{name}/status")
        with open(f"/proc/{name}/cmdline") as cmdline:
            command = cmdline.read().replace("\0", " ").strip()
    except OSError:
        return None  # it has just ended
    if fields["State"][0] in "ZX":
        return None
    # one number for each pid namespace that it is in: ours, and further ones that a program may have made
    pid, session = (int(fields[key].split()[level]) for key in ("NSpid", "NSsid"))
    return Entry(pid, fields["State"][0], session, int(fields["PPid"]), command or fields["Name"])


def _fields(path: str) -> dict[str, str]:
    with open(path) as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


def _become(program: Program, complaint: int) -> NoReturn:
    """In the forked child: shed everything of ours and turn into the program."""
    try:
        os.setsid()
        complaint = _arrange(program.fds, complaint)
        _default_signals()
        os.chdir(program.cwd)
        if program.terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if program.pretend_ids:
            seccomp.pretend_identity_changes()
        os.execve(program.path, program.argv, program.env)
    except OSError as error:
        os.write(complaint, str(error.errno).encode())
    finally:
        os._exit(127)


def _arrange(fds: Mapping[int, int], complaint: int) -> int:
    """Put the descriptors at their numbers and close all others; returns where `complaint` went."""
    free = max(*fds, *fds.values(), complaint) + 1
    moved = {number: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, free) for number, fd in fds.items()}
    complaint = fcntl.fcntl(complaint, fcntl.F_DUPFD_CLOEXEC, free)
    for number, fd in moved.items():
        os.dup2(fd, number)
    bounds = (-1, *sorted((*fds, complaint)), os.sysconf("SC_OPEN_MAX"))
    for below, above in pairwise(bounds):
        if above > below + 1:  # closerange(0, 0) would close everything
            os.closerange(below + 1, above)
    return complaint


def _default_signals() -> None:
    """Python ignores some signals and so would everything it starts."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
