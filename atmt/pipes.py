"""Named pipes between an automaton (its side is `oi`) and whoever runs it (`io`).

Objects cross in memory; a descriptor is made only when somebody asks for one.  A pipe may instead lead to
a descriptor of the caller's (``external_fd``), which stays the caller's.  Knows no automaton.
"""

from __future__ import annotations

import os
import select
import socket
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from threading import Condition as Monitor
from types import SimpleNamespace
from typing import Any

_LARGEST = 65535


class Pipe:
    """One direction, of any number of objects.  `notify` is called with each that is sent."""

    def __init__(self) -> None:
        self._objects: deque[Any] = deque()
        self._monitor = Monitor()
        self._event = -1
        self._closed = False
        self.notify: Callable[[], None] | None = None

    def send(self, obj: Any) -> int:
        """Put `obj` in; never waits.  Returns its length (1 if it has none)."""
        with self._monitor:
            self._objects.append(obj)
            self._tell()
        if self.notify is not None:
            self.notify()
        return len(obj) if hasattr(obj, "__len__") else 1

    def recv(self, n: int | None = None) -> Any:
        """Take the oldest object out (`n` is not used); wait for one if there is none.

        Raises `EOFError` when there is none and there will be none, because the other side has ended.
        """
        with self._monitor:
            while not self._objects:
                if self._closed:
                    raise EOFError("the automaton at the other end of this pipe has ended")
                self._monitor.wait()
            obj = self._objects.popleft()
            if not self._objects and self._event >= 0 and not self._closed:
                os.eventfd_read(self._event)
            return obj

    def ready(self) -> bool:
        """Whether `recv` would return, or raise, at once."""
        return bool(self._objects) or self._closed

    def spent(self) -> bool:
        """Never: who runs the automaton may always send it something."""
        return False

    def fileno(self) -> int:
        """A descriptor that is readable while `ready`; made at the first call."""
        with self._monitor:
            if self._event < 0:
                self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
                if self.ready():
                    os.eventfd_write(self._event, 1)
            return self._event

    def close(self) -> None:
        """Nothing more will come; whoever waits in `recv` is told so."""
        with self._monitor:
            self._closed = True
            self._tell()

    def reopen(self) -> None:
        """Take objects again after `close`."""
        with self._monitor:
            if self._closed and self._event >= 0 and not self._objects:
                os.eventfd_read(self._event)
            self._closed = False

    def _tell(self) -> None:
        self._monitor.notify_all()
        if self._event >= 0:
            os.eventfd_write(self._event, 1)

    def __del__(self) -> None:
        if self._event >= 0:
            os.close(self._event)


class Descriptor:
    """A pipe's end in the caller's hands: a descriptor's number, a socket, or what has `recv` and `send`."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing
        self._spent = False

    def send(self, obj: Any) -> int:
        if isinstance(self._thing, int):
            return os.write(self._thing, obj)
        return int(self._thing.send(obj) or 0)

    def recv(self, n: int | None = None) -> Any:
        """What can be read, at most `n` bytes; b"" when the other side has closed it."""
        if isinstance(self._thing, int):
            return os.read(self._thing, n or _LARGEST)
        return self._thing.recv(n or _LARGEST)

    def ready(self) -> bool:
        """Whether something can be read; once only for the end, which would be found again for ever."""
        if self._spent:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN | select.POLLRDHUP)
        found = poll.poll(0)
        self._spent = bool(found) and self._at_end(found[0][1])
        return bool(found)

    def spent(self) -> bool:
        """Whether its end has been reported: there is nothing more to wait for."""
        return self._spent

    def fileno(self) -> int:
        return self._thing if isinstance(self._thing, int) else int(self._thing.fileno())

    def _at_end(self, events: int) -> bool:
        if isinstance(self._thing, socket.socket):
            return bool(events & select.POLLRDHUP) and not self._thing.recv(1, socket.MSG_PEEK)
        return (
            bool(events & (select.POLLHUP | select.POLLERR | select.POLLNVAL)) and not events & select.POLLIN
        )


class End:
    """One side of a named pipe: `recv` and `send` (`read` and `write` are other names for them)."""

    def __init__(self, name: str, inward: Pipe | Descriptor, outward: Pipe | Descriptor) -> None:
        self.name = self.ioname = name
        self.rd, self.wr = inward, outward
        self.recv = self.read = inward.recv
        self.send = self.write = outward.send
        self.fileno = inward.fileno


class Pipes:
    """All pipes of one automaton, by name.  `external` gives those that the caller provides: one thing for
    both directions, or a pair (read by the automaton, written by it), where None is an ordinary pipe."""

    def __init__(self, names: tuple[str, ...], external: Mapping[str, Any]) -> None:
        self._own: list[tuple[Pipe | Descriptor, Pipe | Descriptor]] = []
        inside, outside = {}, {}
        for name in names:
            given = external.get(name)
            pair = given if isinstance(given, tuple) else (given, given)
            inward, outward = (Pipe() if thing is None else Descriptor(thing) for thing in pair)
            inside[name], outside[name] = End(name, inward, outward), End(name, outward, inward)
            self._own.append((inward, outward))
        self.inside, self.outside = SimpleNamespace(**inside), SimpleNamespace(**outside)

    def ready(self, listeners: tuple[Any, ...]) -> list[End]:
        """The pipes of those `listeners` that have something to read, each once."""
        names = dict.fromkeys(listener.pipe for listener in listeners)
        return [end for name in names if (end := getattr(self.inside, name)).rd.ready()]

    def spent(self, listeners: tuple[Any, ...]) -> bool:
        """Whether all pipes of those `listeners` have come to their end."""
        return all(getattr(self.inside, listener.pipe).rd.spent() for listener in listeners)

    def descriptors(self, listeners: tuple[Any, ...]) -> Iterator[int]:
        """Descriptors of the caller's to wait on; the other pipes `notify`."""
        for listener in listeners:
            rd = getattr(self.inside, listener.pipe).rd
            if isinstance(rd, Descriptor) and not rd.spent():
                yield rd.fileno()

    def notify(self, arrived: Callable[[], None] | None) -> None:
        """Have `arrived` called with each object for the automaton."""
        for inward, _ in self._own:
            if isinstance(inward, Pipe):
                inward.notify = arrived

    def open(self) -> None:
        """The automaton is about to run."""
        for _, outward in self._own:
            if isinstance(outward, Pipe):
                outward.reopen()

    def close(self) -> None:
        """The automaton has ended: who waits for something from it waits in vain."""
        for _, outward in self._own:
            if isinstance(outward, Pipe):
                outward.close()
