"""The life of an automaton: run, stop, wait, run again; what drivers ask of it.

Holds the pieces of one run together (interpreter, clock, link, pipes).  Knows nothing of the user's
declarations; `automaton` adds what user code calls, `debug` what a debugger does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Event, get_ident
from types import MethodType
from typing import TYPE_CHECKING, Any, ClassVar

from .clock import Clock, MonotonicClock
from .drivers import blocking
from .errors import TesterFault
from .graph import Graph
from .interpreter import Interpreter, Outcome
from .links.base import Link
from .pipes import Pipes

if TYPE_CHECKING:
    from .drivers.thread import Background

_ALIVE = (Outcome.RUNNING, Outcome.HELD)
_NO_PIPES = Pipes((), {})


class Running:
    """What an `Automaton` is while nobody looks at its states."""

    atmt_graph: ClassVar[Graph]
    atmt_requests: ClassVar[tuple[tuple[str, Callable[..., Any]], ...]]
    atmt_pipes: ClassVar[tuple[str, ...]]
    interpreter: Interpreter
    stopping: bool
    at_eof: bool
    atmt_session: Any = None
    lateness: float

    def __init__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], link: Link | None, external: Mapping[str, Any]
    ) -> None:
        self.link = link
        self.clock: Clock = MonotonicClock()
        self.delays: dict[str, float] = {}
        self.pipes = Pipes(self.atmt_pipes, external) if self.atmt_pipes else _NO_PIPES
        self._arguments = args, kwargs
        self._engaged = self._forced = False
        self._wake: Callable[[], None] | None = None
        self._thread: int | None = None
        self._over: Event | None = None
        self._background: Background | None = None
        self._prepare()

    # -- what a subclass overrides

    def master_filter(self, pkt: Any) -> bool:
        """Whether a packet concerns this automaton at all; only those reach its receive conditions."""
        return True

    def kernel_filter(self) -> str | Sequence[tuple[int, int, int, int]] | None:
        """The flow that concerns it, where frames come through a packet socket; None: all that its link lets in.

        An expression as tcpdump takes it, or classic BPF for Ethernet frames (`atmt.links.flow`).  What the
        kernel drops costs nothing, and is not in the trace.  It is asked after `parse_args`.
        """
        return None

    # -- running

    def run(self, *args: Any, wait: bool = True, **kwargs: Any) -> Any:
        """Run to the end in the caller's thread; the value that the final state returned.

        Arguments, if any, go to `parse_args`.  Runs anew when it has run before; goes on when it is held by
        a breakpoint; collects the result of a run in the background.  Without `wait` it is `runbg`.  Raises
        `ErrorState`, `Stuck`, `Stopped` or `PeerClosed` if it ended elsewhere, and whatever user code raised.
        """
        if self._background is None or (self._background.over and not wait):
            self._background = None
            self._ready(args, kwargs)
            if wait and not self._needs_thread():
                blocking.run(self)
                return self.verdict()
        return self._in_background(args, kwargs, wait)

    def runbg(self, *args: Any, **kwargs: Any) -> None:
        """Run in a thread of its own; a later `run()` or `wait()` gives the result."""
        self.run(*args, wait=False, **kwargs)

    async def arun(self, *args: Any, **kwargs: Any) -> Any:
        """As `run`, on the running asyncio loop; cancelling it ends the run and leaves nothing behind."""
        from .drivers import aio

        self._ready(args, kwargs)
        await aio.run(self)
        return self.verdict()

    def wait(self, timeout: float | None = None) -> Any:
        """The result of the run in the background, or of the last one; raises what `run` would.

        Raises `TimeoutError` if it has not ended after `timeout` seconds, and goes on running.
        """
        if self._background is not None:
            return self._in_background((), {}, True, timeout)
        if self.interpreter.outcome in (Outcome.READY, Outcome.RUNNING):
            raise TesterFault(f"{type(self).__name__} is not running in the background; call runbg() first")
        return self.verdict()

    def start(self, *args: Any, **kwargs: Any) -> None:
        """Make ready for another run; arguments replace those of the constructor from the left."""
        if self.isrunning():
            raise TesterFault(f"{type(self).__name__} is running; stop it before it is started again")
        given, named = self._arguments
        self._arguments = args + given[len(args) :], {**named, **kwargs}
        self._background = None
        self._prepare()

    def stop(self, wait: bool = True) -> None:
        """End the run, through the stop state where there is one, and wait until it has ended.

        From its own code, or when a simulation or an asyncio loop runs it, the run ends soon after.  Does
        nothing to an automaton that is not running.
        """
        self._stop(wait, forced=self.atmt_graph.stop is None)

    def forcestop(self, wait: bool = True) -> None:
        """As `stop`, without the stop state."""
        self._stop(wait, forced=True)

    def restart(self, *args: Any, **kwargs: Any) -> None:
        """`stop`, then `start` with these arguments."""
        self.stop()
        self.start(*args, **kwargs)

    def isrunning(self) -> bool:
        """Whether a run has begun and not ended; one that a breakpoint holds has not."""
        return self.interpreter.outcome in _ALIVE or (
            self._background is not None and not self._background.over
        )

    def destroy(self, force: bool = True) -> None:
        """Give back what the automaton holds.  Asking twice, or before it has run, is harmless."""
        self.forcestop()
        if self.interpreter.outcome in _ALIVE:
            self.interpreter.abort(self.clock.now())
        self.release()
        if self.link is not None:
            self.link.close()

    # -- for drivers

    def driven(self, driven: bool) -> None:
        """A driver takes the automaton over, or lets go of it."""
        self._thread = get_ident() if driven else None
        if driven:
            self.engage()
        else:
            self.release()

    def engage(self) -> None:
        """It is about to run: the fast way into states, see `BoundState`, and open pipes."""
        for name, request in self.atmt_requests:
            setattr(self, name, MethodType(request, self))
        self._engaged = True
        self.pipes.open()

    def release(self) -> None:
        """It does not run any more: undo `engage`, and wake whoever waits for it."""
        if self._engaged:
            self._engaged = False
            for name, _ in self.atmt_requests:
                delattr(self, name)
        if self.interpreter.outcome not in _ALIVE:
            self.pipes.close()
            self.close_own_link()
        over, self._over = self._over, None
        if over is not None:
            over.set()

    def wakeable(self, wake: Callable[[], None] | None) -> None:
        """A driver says how to wake it while it waits (None: no more)."""
        self._wake = wake
        self.pipes.notify(wake)
        if wake is not None and self.stopping:
            wake()

    def obey(self, now: float) -> None:
        """Stop, as it was told to."""
        self.stopping = False
        if self._forced:
            self.interpreter.abort(now)
        else:
            self.interpreter.stop(now)

    def open_link(self, packet: Any = None) -> Link | None:
        """The automaton has no link and waits for packets, or wants to send `packet`: its own, if any."""
        return None

    def close_own_link(self) -> None:
        """Undo `open_link`."""

    def verdict(self) -> Any:
        """What the run came to: its result, or raises its error."""
        if self.interpreter.error is not None:
            raise self.interpreter.error
        return self.interpreter.result

    # -- machinery

    def _prepare(self) -> None:
        raise NotImplementedError

    def _needs_thread(self) -> bool:
        return False

    def _ready(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Make it ready, if a new run is what was asked for."""
        if self.interpreter.outcome is Outcome.RUNNING:
            raise TesterFault(f"{type(self).__name__} is running already")
        if args or kwargs or self.interpreter.outcome not in (Outcome.READY, Outcome.HELD):
            self.start(*args, **kwargs)

    def _in_background(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], wait: bool, timeout: float | None = None
    ) -> Any:
        from .drivers.thread import Background

        if self._background is None:
            self._background = Background(self)
            self._background.start()
        elif args or kwargs:
            raise TesterFault(f"{type(self).__name__} runs in the background; it takes no arguments now")
        if not wait:
            return None
        background = self._background
        if not background.wait(timeout):
            assert timeout is not None
            raise TimeoutError(f"{type(self).__name__} has not ended after {timeout:g} s")
        background.raise_interception()
        self._background = None
        return self.verdict()

    def _stop(self, wait: bool, forced: bool) -> None:
        background = self._background
        if not self.isrunning():
            self._background = None
            return
        over = self._over = self._over or Event()
        self._forced, self.stopping = forced, True
        self.interpreter.interrupt()
        if background is not None:
            background.abandon()
        if (wake := self._wake) is not None:
            wake()
        if self.interpreter.outcome is Outcome.HELD:
            self._end_held()
        elif wait and background is not None and background.join():
            self._background = None
        elif wait and self._thread not in (None, get_ident()):
            over.wait()

    def _end_held(self) -> None:
        """Nobody drives a run that is held, so whoever stops it does."""
        self.obey(self.clock.now())
        if self.interpreter.outcome is Outcome.RUNNING:
            blocking.run(self)
        self.release()
