"""The link of an automaton that was given none: opened when a packet first moves, closed when the run ends.

UDP goes through the kernel's own sockets, which hold the port (a raw socket's answers would be refused with
ICMP by this machine's kernel) and need no privilege; everything else through Scapy's raw sockets.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..clock import MonotonicClock
from ..errors import EnvironmentFault
from .base import Link
from .tcp import StreamLink

if TYPE_CHECKING:
    from ..automaton import Automaton

Open = Callable[[Any], Link | None]


def opener(automaton: Automaton, kwargs: dict[str, Any]) -> Open | None:
    """How the arguments say that `automaton` comes to a link; takes them out of `kwargs`."""
    if "sock" in kwargs:
        sock = automaton.sock = kwargs.pop("sock")
        return lambda packet: around(sock, automaton.pkt_cls)
    if "ll" in kwargs or "recvsock" in kwargs:
        ll, recvsock = kwargs.pop("ll", _l3socket), kwargs.pop("recvsock", _l2listen)
        return lambda packet: _pair(ll(**automaton.socket_kargs), recvsock(**automaton.socket_kargs))
    return None


def around(sock: Any, pkt_cls: Any = None) -> Link | None:
    """A link on a socket of the caller's: a connected stream, or a Scapy socket."""
    if isinstance(sock, socket.socket):
        return StreamLink(sock)
    return _pair(sock, sock)


def stream(sock: socket.socket, pkt_cls: Any) -> Any:
    """Scapy's socket on a stream, which is dissected as `pkt_cls`."""
    from scapy.supersocket import StreamSocket

    return StreamSocket(sock, pkt_cls)


def _pair(out: Any, into: Any) -> Link | None:
    from .supersocket import SuperSocketLink

    return None if out is None and into is None else SuperSocketLink(out, into)


def default(automaton: Automaton, packet: Any) -> Link | None:
    """The link of an automaton whose arguments say nothing, for `packet` (None: it is waiting for one).

    None in virtual time, which real sockets do not keep.  Raises `EnvironmentFault` without the privilege.
    """
    if not isinstance(automaton.clock, MonotonicClock):
        return None
    if packet is not None and (target := _udp_target(packet)) is not None:
        from .codec import IPCodec
        from .udp import UdpLink, local_address

        address = local_address(target)
        if packet.src == address:
            return UdpLink(IPCodec(None, address), address)
    kwargs = automaton.socket_kargs
    try:
        return _pair(_sender(packet)(**kwargs), _l2listen(**kwargs))
    except PermissionError as error:
        raise EnvironmentFault(
            f"{type(automaton).__name__} was given no link, and its own, Scapy's raw sockets, need a privilege",
            "Construct it with link=..., let it send UDP first, or run it as root.",
        ) from error


def _udp_target(packet: Any) -> str | None:
    """Where a plain IP/UDP packet goes to, if an unprivileged socket could send it."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6

    if not isinstance(packet, IP | IPv6) or not isinstance(packet.payload, UDP):
        return None
    return str(packet.dst)


def _sender(packet: Any) -> Callable[..., Any]:
    """Scapy's socket for `packet`: packets for this machine itself must enter above the link layer."""
    from scapy.supersocket import L3RawSocket

    return L3RawSocket if str(getattr(packet, "dst", "")).startswith("127.") else _l3socket


def _l3socket(**kwargs: Any) -> Any:
    return _configured("L3socket")(**kwargs)


def _l2listen(**kwargs: Any) -> Any:
    return _configured("L2listen")(**kwargs)


def _configured(name: str) -> Any:
    import scapy.arch  # noqa: F401 - chooses the sockets of this platform
    from scapy.config import conf

    return getattr(conf, name)
