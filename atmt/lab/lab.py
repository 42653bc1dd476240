"""Opens a lab on this machine: an agent process in namespaces of its own that makes topologies.

Knows no peer and no test; what a topology can do is in `topology`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

from atmt.errors import LabUnavailable
from atmt.lab.agent import messages
from atmt.lab.agent.stage import Refused
from atmt.lab.channel import REMEDY_GONE, REMEDY_HUNG
from atmt.lab.plans import Neighbours, Shape
from atmt.lab.remedies import explain
from atmt.lab.topology import Topology

Mode = Literal["auto", "root", "single", "subuid", "loopback"]

START_LIMIT = 20.0  # seconds; it takes 0.03 to 0.1
END_LIMIT = 5.0
# -I -S: no site, no environment, 30 ms.  The agent's modules import one another by relative names, so that
# its package need only be found; appended, this folder can hide no module of the standard library.
START = "import sys; sys.path.append(sys.argv.pop(1)); from agent import server; server.main(sys.argv[1:])"


class Lab:
    """Isolated networks on this machine, for root and ordinary users alike.

    `mode` says where the power comes from: "root", a user namespace with a "single" id, one with a "subuid"
    range, or "auto", which takes root where the capabilities are held, else single.  "loopback" needs no
    power: a topology is then this machine's loopback interface, with one peer, without raw packets, and its
    folders are on disk.  The lab ends, with everything in it, when it is closed, and when this process or
    any of `watch` (pids) ends in whatever way.
    Raises LabUnavailable, with cause and remedy, when this machine allows none.
    """

    reduced: LabUnavailable | None = None  # why it is on loopback though it was meant to be more

    def __init__(self, mode: Mode = "auto", watch: Iterable[int] = ()) -> None:
        self._lock = threading.Lock()
        self._topologies: list[Topology] = []
        self._control, theirs = messages.pair()
        self._control.settimeout(START_LIMIT)
        with theirs:
            self._agent = _start_agent(mode, theirs, {os.getpid(), *watch})
        try:
            self.mode = self._greeting()
        except BaseException:
            self.close()
            raise

    @classmethod
    def at_best(cls, watch: Iterable[int] = (), mode: Mode = "auto") -> Lab:
        """A lab in namespaces, or on loopback where this machine allows none; `reduced` then says why.

        Whoever names a `mode` other than "auto" gets that one, or LabUnavailable.
        """
        try:
            return cls(mode, watch)
        except LabUnavailable as error:
            if mode != "auto":
                raise
            lab = cls("loopback", watch)
            lab.reduced = error
            return lab

    def topology(
        self,
        peers: int = 1,
        *,
        names: Sequence[str] | None = None,
        mtu: int = 1500,
        ipv6: bool = True,
        networks: Sequence[Sequence[str]] | None = None,
        addresses: Mapping[str, Sequence[str]] | None = None,
        routes: Mapping[str, Mapping[str, str]] | None = None,
        neighbours: Neighbours = "static",
        relayed: bool = False,
    ) -> Topology:
        """A new network: tester and peer on one cable, or tester and several peers on a switch.

        The peers are called `names`, by default "peer", or "peer1", "peer2", … where there are several; `mtu`
        is in bytes.  Instead of `names`, `networks` lists the members of several such networks, each with an
        IP subnet of its own; the tester is on all of them.  `addresses` are further ones by name ("tester"
        too).  `routes` gives by name where packets to a destination ("192.0.2.0/24", "default") go next: an
        address, or a name, which then forwards.  `neighbours`: whether the peers know each other and the
        tester without asking ("static"), ask and the lab answers for the tester ("answered"), or nobody
        does ("unanswered").  With `relayed` each peer has a cable of its own to the tester, who is to carry
        packets between them (`atmt.links.relay`).  Raises LabUnavailable, and ValueError for what cannot be.
        """
        if networks is None:
            several = [f"peer{number}" for number in range(1, peers + 1)]
            networks = [names if names is not None else ["peer"] if peers == 1 else several]
        shape = Shape(networks, mtu, ipv6, neighbours, relayed, addresses or {}, routes or {})
        made = Topology(self._control_socket, self.mode, shape)
        self._topologies.append(made)
        return made

    def close(self) -> None:
        """End the agent and with it everything in the lab; nothing of it is left when this returns."""
        for made in self._topologies:
            made.close()
        self._topologies = []
        self._control.close()
        try:
            self._agent.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self._agent.kill()
            self._agent.wait()

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _greeting(self) -> str:
        try:
            message, _ = messages.receive(self._control)
        except TimeoutError:
            raise LabUnavailable(f"the agent did not start within {START_LIMIT:g} s", REMEDY_HUNG) from None
        if message is None:
            raise LabUnavailable(
                f"the agent ended with status {self._agent.wait()} while it started", REMEDY_GONE
            )
        if refused := Refused.from_message(message):
            raise explain(refused)
        return cast(str, message["mode"])

    def _control_socket(self) -> socket.socket:
        """Of a new process that builds and holds a topology."""
        ours, theirs = messages.pair()
        try:
            with theirs, self._lock:
                messages.send(self._control, {}, [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise LabUnavailable(f"the lab's agent takes no more requests: {error}", REMEDY_GONE) from None
        return ours


def _start_agent(mode: Mode, control: socket.socket, watch: set[int]) -> subprocess.Popen[bytes]:
    """A fresh process, for one with threads, such as an xdist worker, may not enter a user namespace."""
    pidfds = [os.pidfd_open(pid) for pid in watch]
    fds = [control.fileno(), *pidfds]
    command = [sys.executable, "-I", "-S", "-c", START, str(Path(__file__).parent), mode, *map(str, fds)]
    try:
        # A session of its own: a signal to the tester's group must let the tester clean up first.
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=fds, start_new_session=True)
    finally:
        messages.close_all(pidfds)
