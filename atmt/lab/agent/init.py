"""Process 1 of a topology: builds it, then answers the tester's requests until the tester hangs up.

Knows one topology and no test.  Its end is the end of everything in it: the kernel kills the pid
namespace, and the network namespaces go with their last holder.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import socket
import traceback
from contextlib import suppress
from typing import Any, NoReturn

from . import census, kernel, messages
from .network import Network
from .peers import Peers, Program
from .stage import Refused, refusal, stage

Reply = tuple[dict[str, Any], list[int]]  # answer, and descriptors to send along
LISTENING = "0A"
SHARED_MEMORY = "/dev/shm"


def run(control: socket.socket) -> NoReturn:
    """Serve one topology over `control`; never returns."""
    init = Init(control)
    try:
        init.serve()
    finally:
        # At once, rather than after the RCU grace period that closing packet sockets below us costs.
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        os._exit(0)


class Init:
    """The state of a topology and its operations, one method ``do_<operation>`` each."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._wakeup = _wake_on_child_end()
        self._kept: list[int] = []
        self._network: Network

    def serve(self) -> None:
        """Answer requests and reap the dead until the control socket closes."""
        wakeup = self._wakeup
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(wakeup, select.POLLIN)
        while True:
            ready = [fd for fd, _ in poll.poll()]
            if wakeup.fileno() in ready:
                wakeup.recv(4096)
                self._peers.reap()
            if self._control.fileno() in ready and not self._answer():
                return

    def _answer(self) -> bool:
        request, fds = messages.receive(self._control)
        if request is None:
            return False
        reply, attached = self._perform(request, fds)
        messages.send(self._control, {**reply, "number": request["number"]}, attached)
        messages.close_all({*fds, *attached})
        return True

    def _perform(self, request: messages.Message, fds: list[int]) -> Reply:
        try:
            reply, attached = getattr(self, "do_" + request["operation"])(fds, **request["arguments"])
        except Refused as error:
            return error.message(), []
        except OSError as error:
            return refusal(error).message(), []
        except Exception:
            return {"crashed": traceback.format_exc()}, []
        return {"result": reply}, attached

    def do_build(self, fds: list[int], plan: Any) -> Reply:
        """Isolate this process from its siblings and wire the network."""
        with stage("mount and ipc namespaces"):
            kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
        self._private_memory = _mount_private()
        self._peers = Peers()
        self._network = Network(plan)
        return {}, []

    def do_socket(
        self,
        fds: list[int],
        namespace: str,
        family: int,
        type: int,
        proto: int,
        options: list[tuple[int, int, int]],
        filter: list[kernel.Instruction] | None,
        bind: Any,
    ) -> Reply:
        """Make a socket inside a namespace; bound last, so that nothing gets in before the filter is set."""
        self._network[namespace].enter()
        with socket.socket(family, type, proto) as made:
            for level, option, value in options:
                made.setsockopt(level, option, value)
            if filter is not None:
                kernel.attach_filter(made, filter)
            if bind is not None:
                made.bind(tuple(bind) if isinstance(bind, list) else bind)
            if family == socket.AF_PACKET:
                # The last close waits 16 ms for RCU: let it be ours, when nobody waits any more.
                self._kept.append(os.dup(made.fileno()))
            return {}, [made.detach()]

    def do_start(self, fds: list[int], namespace: str, numbers: list[int], **program: Any) -> Reply:
        """Start a program; `numbers` are those which the received descriptors shall have in it."""
        self._network[namespace].enter()
        pid, pidfd = self._peers.start(Program(fds=dict(zip(numbers, fds, strict=True)), **program))
        return {"pid": pid}, [os.dup(pidfd)]

    def do_folder(self, fds: list[int], name: str, size: int) -> Reply:
        """Make a folder in memory that anybody may write, holding at most `size` bytes; sends it along."""
        path = f"{SHARED_MEMORY}/{name}"
        with stage("folder in memory"):
            if not self._private_memory:
                raise PermissionError(errno.EPERM, f"{SHARED_MEMORY} could not be made private")
            os.mkdir(path)
            flags = kernel.MS_NOSUID | kernel.MS_NODEV
            kernel.mount("tmpfs", path, "tmpfs", flags, f"mode=0777,size={size}")
            return {"path": path}, [os.open(path, os.O_DIRECTORY | os.O_CLOEXEC)]

    def do_status(self, fds: list[int], pid: int) -> Reply:
        """How a program ended, None while it runs."""
        return {"status": self._peers.status(pid)}, []

    def do_signal(self, fds: list[int], pid: int, signal: int, session: bool) -> Reply:
        """Signal a program, or its whole session (with signal 0: count it)."""
        if session:
            return {"alive": self._peers.signal_session(pid, signal)}, []
        self._peers.signal_one(pid, signal)
        return {}, []

    def do_look(self, fds: list[int], namespace: str, protocol: str, port: int, pid: int | None) -> Reply:
        """What is known of a program that is to serve a port."""
        self._network[namespace].enter()
        return {
            "bound": _bound(protocol, port),
            "asleep": pid is None or self._peers.asleep(pid),
            "status": None if pid is None else self._peers.status(pid),
            "strays": len(self._peers.strays()),
        }, []

    def do_strays(self, fds: list[int]) -> Reply:
        """Command lines of what runs besides the programs that were started."""
        return {"commands": [entry.command for entry in self._peers.strays()]}, []

    def do_census(self, fds: list[int], numbers: list[int], mark: str) -> Reply:
        """Which threads of these live, and which processes have `mark` in their environment."""
        threads, marked = census.look(numbers, mark)
        return {"threads": list(threads.items()), "marked": list(marked.items())}, []


def _mount_private() -> bool:
    """Names in /dev/shm are often made of pids, which are alike in all topologies.  Returns whether it is ours."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    with suppress(OSError):
        kernel.mount("proc", "/proc", "proc", flags | kernel.MS_NOEXEC)
    try:
        kernel.mount("tmpfs", SHARED_MEMORY, "tmpfs", flags, "mode=1777")
    except OSError:
        return False
    return True


def _bound(protocol: str, port: int) -> bool:
    return any(
        _bound_in(f"/proc/self/net/{protocol}{version}", port, protocol == "tcp") for version in ("", "6")
    )


def _bound_in(path: str, port: int, must_listen: bool) -> bool:
    """Whether the kernel's table of sockets has one on `port`."""
    try:
        with open(path) as table:
            rows = [line.split(maxsplit=4) for line in table]
    except FileNotFoundError:
        return False  # a kernel without IPv6
    return any(
        row[1].endswith(f":{port:04X}") and not (must_listen and row[3] != LISTENING) for row in rows[1:]
    )


def _wake_on_child_end() -> socket.socket:
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reader
