"""The base class of all automata: what user code declares and calls, under the names of Scapy's documentation.

Holds the pieces together (graph, interpreter, link, pipes) and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar

from . import graph as _graph
from .debug import Debuggable
from .declaration import ConditionMark
from .errors import (
    AtmtError,
    Breakpoint,
    ErrorState,
    InterceptionPoint,
    RunEnd,
    Singlestep,
    Stopped,
    Stuck,
    TesterFault,
)
from .frame import Frame
from .graph import State
from .interpreter import Interpreter
from .links import own
from .links.base import Link
from .log import show, show_row
from .supersocket import Opener
from .timers import Timer, find
from .trace import Trace


class Automaton(Debuggable):
    """A state machine that talks to a peer.

    Declare states, conditions and actions in a subclass with the `ATMT` decorators; take your own
    arguments in `parse_args`.  Arguments of the constructor go there, but for these: `link`, where its
    packets leave and arrive; or, as Scapy has it, `sock`, one connected stream or Scapy socket, or `ll` and
    `recvsock`, which open a Scapy socket each; `external_fd`, the pipes of io events, by name; `session`,
    whose ``process`` sees each packet first.  Without a link it opens one when a packet first moves.
    """

    debug_level = 0
    store_packets = 0
    socket_kargs: Mapping[str, Any] = MappingProxyType({})
    sock: Any
    is_atmt_socket = False
    atmt_socket: Any = None
    pkt_cls: ClassVar[Any] = None
    socketcls: ClassVar[Any] = staticmethod(own.stream)

    AutomatonException = RunEnd
    AutomatonError = AtmtError
    AutomatonStopped = Stopped
    Breakpoint = Breakpoint
    Singlestep = Singlestep
    InterceptionPoint = InterceptionPoint
    ErrorState = ErrorState
    Stuck = Stuck

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        graph = cls.atmt_graph = _graph.build(cls)
        cls.atmt_requests = tuple((name, getattr(cls, name).request) for name in graph.states)
        marks = list(_io_marks(graph.members.values()))
        cls.atmt_pipes = tuple(dict.fromkeys(mark.pipe for mark in marks if mark.pipe))
        for mark in marks:
            if mark.supersocket is not None:
                setattr(cls, mark.supersocket, Opener(cls, mark.pipe or ""))

    def __init__(self, *args: Any, link: Link | None = None, **kwargs: Any) -> None:
        self._own_link: Callable[[Any], Link | None] | None = None
        self._opened = False
        external: Mapping[str, Any] = {}
        if kwargs:
            self._own_link = own.opener(self, kwargs)
            self.is_atmt_socket = kwargs.pop("is_atmt_socket", False)
            self.atmt_socket = kwargs.pop("atmt_socket", None)
            self.atmt_session = kwargs.pop("session", None)
            external = kwargs.pop("external_fd", external)
        super().__init__(args, kwargs, link, external)

    # -- what a subclass overrides

    def parse_args(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of the constructor, or of the run that is about to start.

        `debug` (0 to 5) tells the logger ``atmt`` of states, transitions, packets and refused packets;
        `store` keeps `packets`; what remains are the arguments of `ll` and `recvsock`.
        """
        if args:
            raise TypeError(
                f"{type(self).__name__}.parse_args takes no positional arguments; it was given {args!r}"
            )
        self.debug_level = kwargs.pop("debug", type(self).debug_level)
        self.store_packets = kwargs.pop("store", 0)
        self.atmt_session = kwargs.pop("session", None) or self.atmt_session
        self.socket_kargs = kwargs

    def my_send(self, pkt: Any, **kwargs: Any) -> Frame | None:
        """Put a packet on the link.  `send` calls this and notes the packet in the trace."""
        link = self.link or self.open_link(pkt)
        if link is None:
            raise TesterFault(
                f"{type(self).__name__} sends a packet but has no link; construct it with link=..., or run it "
                "against a peer"
            )
        frame = link.encode(pkt)
        link.send(frame)
        return frame

    # -- what user code calls

    def send(self, pkt: Any, **kwargs: Any) -> None:
        """Send a packet, at once: order, exceptions and time stay exact."""
        if self.interception_points and (pkt := self.intercepted(pkt)) is None:
            return
        now = self.clock.now()
        frame = self.my_send(pkt, **kwargs)
        if frame is None:
            frame = Frame(None, None, pkt)
        self.interpreter.sent(frame, now)
        frame.forget()

    def timer_by_name(self, name: str) -> Timer:
        """The timeout or timer whose function is called `name`, to read or set its delay for this automaton.

        Raises `UnknownTimer`, which lists those there are.
        """
        return find(self.atmt_graph, self.delays, name)

    def update_sock(self, sock: Any) -> None:
        """Go on with another socket, as after an eof: a Scapy socket or a connected stream."""
        if self.link is not None:
            self.link.close()
        self.sock = sock
        self.link, self._opened, self.at_eof = own.around(sock, self.pkt_cls), True, False
        if (wake := self._wake) is not None:
            wake()

    @property
    def oi(self) -> SimpleNamespace:
        """The automaton's side of its pipes, by name."""
        return self.pipes.inside

    @property
    def io(self) -> SimpleNamespace:
        """The other side of its pipes, by name: `send` to the automaton, `recv` from it."""
        return self.pipes.outside

    @property
    def ioin(self) -> dict[str, Any]:
        """What the automaton reads from, by pipe."""
        return {name: end.rd for name, end in vars(self.pipes.inside).items()}

    @property
    def ioout(self) -> dict[str, Any]:
        """What the automaton writes to, by pipe."""
        return {name: end.wr for name, end in vars(self.pipes.inside).items()}

    def debug(self, level: int, message: str) -> None:
        """Log `message` where `debug_level` is at least `level`."""
        if self.debug_level >= level:
            show(self, message)

    # -- many of them

    @classmethod
    def spawn(
        cls, port: int, iface: str | None = None, local_ip: str | None = None, bg: bool = False, **kw: Any
    ) -> Any:
        """Listen on a TCP port and run an automaton in the background for each client; see `spawn.serve`."""
        from .spawn import serve

        return serve(cls, port, local_ip, iface, bg, kw)

    # -- looking

    @property
    def state(self) -> State | None:
        """The state it is in (None before the first)."""
        return self.interpreter.state

    @property
    def trace(self) -> Trace:
        """All that happened in this run."""
        return self.interpreter.trace

    @property
    def packets(self) -> Any:
        """With ``store=1``: the packets sent, and those received that a receive condition took (a PacketList)."""
        from scapy.plist import PacketList

        stored = self.trace.stored() if self.store_packets else []
        return PacketList([exchange.packet for exchange in stored], name=type(self).__name__)

    @classmethod
    def build_graph(cls) -> str:
        """The drawing of this class as Graphviz's DOT text."""
        from .draw import dot

        return dot(cls.atmt_graph)

    @classmethod
    def graph(cls, target: str | None = None, type: str = "svg", string: bool = False) -> str:
        """Draw this class into the file `target`, or on the screen; `atmt.draw.show` tells more."""
        from .draw import show

        return show(cls.atmt_graph, target, type, string)

    def __enter__(self) -> Automaton:
        return self

    def __exit__(self, *exc: object) -> None:
        self.destroy()

    # -- its own link

    def open_link(self, packet: Any = None) -> Link | None:
        link = self._own_link(packet) if self._own_link else own.default(self, packet)
        if link is not None:
            self.link, self._opened = link, True
        return link

    def close_own_link(self) -> None:
        if self._opened and self.link is not None:
            self.link.close()
            self.link, self._opened = None, False

    def _prepare(self) -> None:
        args, kwargs = self._arguments
        self.stopping = self.at_eof = False
        self.lateness = 0.0
        self.interpreter = Interpreter(self, self.atmt_graph, self.delays)
        self.parse_args(*args, **kwargs)
        if (flow := self.kernel_filter()) is not None and (narrow := getattr(self.link, "narrow", None)):
            narrow(flow)
        if self.debug_level:
            self.interpreter.observe(partial(show_row, self))
        if self.breakpoints:
            self._arm()


def _io_marks(members: Iterable[Any]) -> Iterable[ConditionMark]:
    for member in members:
        for mark in getattr(member, "atmt_conditions", ()):
            if mark.pipe is not None:
                yield mark
