"""A TCP server that runs an automaton for each client.  Knows nothing of what they talk about."""

from __future__ import annotations

import logging
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any

from .errors import EnvironmentFault

if TYPE_CHECKING:
    from .automaton import Automaton

_logger = logging.getLogger("atmt")
_BACKLOG = 128
_SO_BINDTODEVICE = 25


def serve(
    cls: type[Automaton],
    port: int,
    address: str | None,
    iface: str | None,
    background: bool,
    arguments: dict[str, Any],
) -> socket.socket | None:
    """Accept clients at `address` (None: any of `iface`, or of all) and `port`, each for an automaton.

    An automaton gets ``sock=``, made of the client's socket by the class's `socketcls` (None: the socket as
    it is), and `arguments`.  In the `background` the listening socket is returned at once, to be ended by
    ``shutdown(SHUT_RDWR)`` and ``close()``; else this goes on until it is interrupted (`KeyboardInterrupt`).
    Raises `EnvironmentFault` if the port cannot be had.
    """
    listener = _listen(port, address, iface)
    if background:
        Thread(
            target=_accept, args=(cls, listener, arguments), name=f"atmt {cls.__name__}.spawn", daemon=True
        ).start()
        return listener
    try:
        _accept(cls, listener, arguments)
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
    return None


def _listen(port: int, address: str | None, iface: str | None) -> socket.socket:
    family = socket.AF_INET6 if address and ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if iface is not None:
            listener.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, iface.encode() + b"\0")
        listener.bind((address or "", port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        where = f"TCP port {port}" + (f" of {address}" if address else "") + (f" on {iface}" if iface else "")
        raise EnvironmentFault(f"{where} cannot be used: {error.strerror}", "Choose another port.") from error
    return listener


def _accept(cls: type[Automaton], listener: socket.socket, arguments: dict[str, Any]) -> None:
    alive: list[Automaton] = []
    try:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # the listener was shut down or closed: the order to end
                return
            alive = [automaton for automaton in alive if automaton.isrunning()]
            try:
                sock = client if cls.socketcls is None else cls.socketcls(client, cls.pkt_cls)
                automaton = cls(sock=sock, **arguments)
            except OSError as error:  # this client is gone, or failed its TLS handshake; others will come
                _logger.info("%s: a client's connection failed: %s", cls.__name__, error)
                client.close()
                continue
            automaton.runbg()
            alive.append(automaton)
    finally:
        for automaton in alive:
            automaton.forcestop(wait=False)
