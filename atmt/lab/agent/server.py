"""The agent: enters the namespaces once, then forks one process per topology until the tester is gone.

Knows no plan: each topology speaks to the tester over a socket of its own.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from . import devices, init, kernel, messages, userns
from .home import Home, OwnHome
from .shared import SharedHome
from .stage import Refused, refusal, stage

OUTER_NAMESPACES = (
    kernel.CLONE_NEWPID | kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
)


SHARED = "loopback"  # the mode without namespaces


def main(arguments: list[str]) -> NoReturn:
    """`arguments`: mode, descriptor of the control socket, pidfds of processes not to outlive."""
    mode, *numbers = arguments
    fds = [int(number) for number in numbers]
    for fd in fds:
        os.set_inheritable(fd, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the tester's business: we go when it goes
    control = socket.socket(fileno=fds[0])
    if mode == SHARED:
        _serve_shared(control, fds[1:])
    try:
        mode = userns.enter(mode)
        with stage("pid, mount, network, ipc and uts namespaces"):
            kernel.unshare(OUTER_NAMESPACES)
        inner = os.fork()
        if inner == 0:
            _be_process_one(control, fds[1:], mode)
    except Refused as error:
        messages.send(control, error.message())
        sys.exit(1)
    control.close()
    os.waitpid(inner, 0)
    sys.exit(0)


def _be_process_one(control: socket.socket, watched: list[int], mode: str) -> NoReturn:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # topologies end by themselves and nobody asks how
    # Slave: what is mounted outside later shows up here, and nothing of ours there.
    try:
        with stage("mount propagation"):
            kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_SLAVE)
        with suppress(OSError):  # in a container with a masked /proc, the one there has to do
            kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
        devices.redirect_log()
        messages.send(control, {"mode": mode})
        Server(control, watched, OwnHome).serve()
    except Refused as error:
        messages.send(control, error.message())
    finally:
        os._exit(0)


def _serve_shared(control: socket.socket, watched: list[int]) -> NoReturn:
    """Without namespaces; topologies, which are all of our process group, are told when it is over."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    messages.send(control, {"mode": SHARED})
    Server(control, watched, SharedHome).serve()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    with suppress(ChildProcessError):
        os.wait()  # for all of them, as their ends are ignored
    sys.exit(0)


class Server:
    """Turns a forked process into a topology whenever the tester sends the control socket of one.

    One is kept ready: forking and preparing it takes a third of the time that a test waits for its topology.
    """

    def __init__(self, control: socket.socket, watched: list[int], make_home: Callable[[], Home]) -> None:
        self._control = control
        self._watched = watched
        self._make_home = make_home
        self._nested = make_home is OwnHome
        self._own_pid_namespace = os.pidfd_open(os.getpid())
        self._spare: socket.socket | None = None

    def serve(self) -> None:
        """Returns when the tester hangs up or any of the watched processes has ended."""
        poll = select.poll()
        for fd in (self._control.fileno(), *self._watched):
            poll.register(fd, select.POLLIN)
        while [fd for fd, _ in poll.poll()] == [self._control.fileno()]:
            request, fds = messages.receive(self._control)
            if request is None:
                return
            self._hand_over(fds[0])
            messages.close_all(fds)
            with suppress(Refused):  # whoever needs it will be told
                self._spare = self._fork_spare()

    def _hand_over(self, control: int) -> None:
        """Have a process be the topology that is controlled by this socket."""
        spare, self._spare = self._spare, None
        try:
            with spare or self._fork_spare() as bell:
                messages.send(bell, {}, [control])
        except Refused as error:
            self._refuse(control, error)
        except OSError as error:  # killed, by who knows whom
            self._refuse(control, refusal(error, "waking the topology's process"))

    def _refuse(self, control: int, error: Refused) -> None:
        with socket.socket(fileno=os.dup(control)) as refused:
            messages.send(refused, {**error.message(), "number": None})

    def _fork_spare(self) -> socket.socket:
        """A process that waits for a control socket, which is to be sent to the end returned."""
        ours, theirs = messages.pair()
        try:
            with stage("nested pid namespace"):
                if self._nested:
                    kernel.unshare(kernel.CLONE_NEWPID)
                pid = os.fork()
        except Refused:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            ours.close()
            self._become_topology(theirs)
        theirs.close()
        if self._nested:
            kernel.setns(self._own_pid_namespace, kernel.CLONE_NEWPID)
        return ours

    def _become_topology(self, bell: socket.socket) -> NoReturn:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        messages.close_all([*self._watched, self._own_pid_namespace])
        init.run(bell, self._make_home)
