"""Process 1 of a topology: answers the tester's requests, and whatever else wakes it, until the tester hangs up.

Knows one topology and no test; what it can be asked to do is in `operations`.  Its end is the end of
everything in it: the kernel kills the pid namespace, and the network namespaces go with their last holder.
Without namespaces it is process 1 of nothing, and does that itself.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import traceback
from collections.abc import Callable
from typing import NoReturn

from . import messages
from .home import Home
from .operations import Operations, Reply
from .stage import Refused, refusal


def run(bell: socket.socket, make_home: Callable[[], Home]) -> NoReturn:
    """Prepare, wait until `bell` brings a control socket, and serve one topology over it; never returns."""
    try:
        _live(bell, make_home)
    finally:
        os._exit(0)


def _live(bell: socket.socket, make_home: Callable[[], Home]) -> None:
    try:
        home = make_home()
    except Refused as error:
        if control := _await(bell):
            messages.send(control, {**error.message(), "number": None})
        return
    try:
        if control := _await(bell):
            Init(control, home).serve()
    finally:
        home.end()


class Init:
    """Waits, and hands out the work."""

    def __init__(self, control: socket.socket, home: Home) -> None:
        self._control = control
        self._poll = select.poll()
        self._readers: dict[int, Callable[[], object]] = {}
        self._open = True
        self._operations = Operations(self, home)
        self._wakeup = _wake_on_child_end()
        self.watch(control.fileno(), self._answer)
        self.watch(self._wakeup.fileno(), self._reap)

    def serve(self) -> None:
        """Until the control socket closes."""
        while self._open:
            for fd, _ in self._poll.poll():
                if reader := self._readers.get(fd):
                    reader()

    def watch(self, fd: int, reader: Callable[[], object]) -> None:
        """Call `reader` whenever `fd` is readable, or has come to its end."""
        self._readers[fd] = reader
        self._poll.register(fd, select.POLLIN)

    def forget(self, fd: int) -> None:
        """Watch it no longer."""
        del self._readers[fd]
        self._poll.unregister(fd)

    def _reap(self) -> None:
        self._wakeup.recv(4096)
        self._operations.reap()

    def _answer(self) -> None:
        request, fds = messages.receive(self._control)
        if request is None:
            self._open = False
            return
        reply, attached = self._perform(request, fds)
        messages.send(self._control, {**reply, "number": request["number"]}, attached)
        messages.close_all({*fds, *attached})

    def _perform(self, request: messages.Message, fds: list[int]) -> Reply:
        try:
            operation = getattr(self._operations, "do_" + request["operation"])
            reply, attached = operation(fds, **request["arguments"])
        except Refused as error:
            return error.message(), []
        except OSError as error:
            return refusal(error).message(), []
        except Exception:
            return {"crashed": traceback.format_exc()}, []
        return {"result": reply}, attached


def _await(bell: socket.socket) -> socket.socket | None:
    """None when the agent is gone before anybody needs us."""
    _, fds = messages.receive(bell)
    bell.close()
    return socket.socket(fileno=fds[0]) if fds else None


def _wake_on_child_end() -> socket.socket:
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reader
