"""What a topology can be asked to do, one method ``do_<operation>`` each.

Knows one topology and no test.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from . import census, kernel, listening, messages
from .home import Home, Wires
from .journal import Pipe
from .peers import Program
from .stage import stage

Reply = tuple[dict[str, Any], list[int]]  # answer, and descriptors to send along
RECEIVE_BUFFER = 8 << 20  # bytes: some ten thousand frames that come while the tester does something else


class Loop(Protocol):
    """Who calls us when a descriptor is readable."""

    def watch(self, fd: int, reader: Callable[[], object]) -> None: ...

    def forget(self, fd: int) -> None: ...


class Operations:
    """The state of a topology, and what can be done to it."""

    def __init__(self, loop: Loop, home: Home) -> None:
        self._loop = loop
        self._peers = home.peers
        self._journal = home.journal
        self._home = home
        self._kept: list[int] = []
        self._folders: list[str] = []
        self._pipes: list[Pipe] = []
        self._network: Wires
        if self._journal.syslog is not None:
            self._loop.watch(self._journal.syslog.fileno(), self._journal.take_syslog)

    def reap(self) -> None:
        """Some child has ended."""
        self._peers.reap()

    def do_build(self, fds: list[int], plan: Any) -> Reply:
        """Wire the network; sends the log's file along."""
        self._network = self._home.network(plan)
        for responder in self._network.responders:
            self._loop.watch(responder.socket.fileno(), responder.serve)
        return {}, [os.dup(self._journal.file)]

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
                kernel.enlarge_receive_buffer(made, RECEIVE_BUFFER)
                # The last close waits 16 ms for RCU: let it be ours, when nobody waits any more.
                self._kept.append(os.dup(made.fileno()))
            return {}, [made.detach()]

    def do_start(
        self, fds: list[int], namespace: str, numbers: list[int], logged: dict[str, str], **program: Any
    ) -> Reply:
        """Start a program; `numbers` are those which the received descriptors shall have in it, `logged` those
        of its own that become streams of the log."""
        self._network[namespace].enter()
        pipes = {int(number): Pipe(self._journal, stream) for number, stream in logged.items()}
        everything = dict(zip(numbers, fds, strict=True)) | {n: pipe.inlet for n, pipe in pipes.items()}
        try:
            pid, pidfd = self._peers.start(Program(fds=everything, **program))
        except OSError:
            messages.close_all([pipe.outlet for pipe in pipes.values()])
            raise
        finally:
            messages.close_all([pipe.inlet for pipe in pipes.values()])
        for pipe in pipes.values():
            pipe.pid = pid
            self._pipes.append(pipe)
            self._loop.watch(pipe.outlet, partial(self._read, pipe))
        return {"pid": pid}, [os.dup(pidfd)]

    def do_folder(self, fds: list[int], name: str, size: int) -> Reply:
        """Make a folder that anybody may write, holding at most `size` bytes; sends it along."""
        with stage("folder in memory"):
            path = self._home.folder(name, size)
            self._folders.append(path)
            return {"path": path}, [os.open(path, os.O_DIRECTORY | os.O_CLOEXEC)]

    def do_clean(self, fds: list[int], keep: list[int]) -> Reply:
        """Back to how it was when it was built, but for the programs `keep` and their sessions."""
        self._peers.kill_all_but(keep)
        self._drain()
        self._journal.clear()
        for path in self._folders:
            _empty(path)
        for responder in self._network.responders:
            responder.answers.clear()
        kept, self._kept = self._kept, []
        threading.Thread(target=messages.close_all, args=(kept,), daemon=True).start()  # 16 ms each
        return {}, []

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
            "bound": listening.bound(protocol, port),
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

    def do_drain(self, fds: list[int]) -> Reply:
        """Answers when all that was said until now is in the log's file."""
        self._drain()
        return {}, []

    def do_answers(self, fds: list[int]) -> Reply:
        """What the responders answered in the tester's place."""
        return {"answers": [answer for r in self._network.responders for answer in r.answers]}, []

    def _read(self, pipe: Pipe) -> None:
        if pipe.read() == 0:
            self._loop.forget(pipe.outlet)
            os.close(pipe.outlet)
            self._pipes.remove(pipe)

    def _drain(self) -> None:
        for pipe in self._pipes:
            pipe.drain()
        self._journal.drain_syslog()


def _empty(folder: str) -> None:
    for where, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(where, name))
        for name in folders:
            path = os.path.join(where, name)
            (os.unlink if os.path.islink(path) else os.rmdir)(path)
