"""One isolated network with programs and sockets in it, for as long as it is open.

Knows no protocol: what goes over its links is up to whoever uses them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from socket import AF_PACKET, SOCK_RAW, SOL_SOCKET
from socket import socket as Socket
from typing import Any, NamedTuple

from atmt.errors import ProgramMissing
from atmt.lab import programs, readiness
from atmt.lab.agent import kernel, messages, seccomp
from atmt.lab.agent.census import Seen, Thread
from atmt.lab.agent.stage import Refused
from atmt.lab.channel import Channel
from atmt.lab.plans import Endpoint, plan
from atmt.lab.process import Process
from atmt.lab.remedies import explain

ETH_P_ALL = 0x0003
PACKET_OPTIONS = (
    (kernel.SOL_PACKET, kernel.PACKET_IGNORE_OUTGOING, 1),
    (SOL_SOCKET, kernel.SO_TIMESTAMPNS, 1),
)


class Folder(NamedTuple):
    """A folder in memory: `inside` is its path for the topology's programs, `outside` for the tester."""

    inside: str
    outside: Path


class Topology:
    """A tester's end and one or more peers, wired, with a process id space of their own.

    Use it as a context manager, or `close` it; everything in it ends with it.
    """

    def __init__(self, control: Socket, mode: str, everyone: Sequence[Endpoint], mtu: int) -> None:
        """Build it; raises LabUnavailable.  Meant to be called by `Lab.topology`."""
        self.tester = everyone[0]
        self.peers: Mapping[str, Endpoint] = {end.namespace: end for end in everyone[1:]}
        self._mode = mode
        self._sockets: list[Socket] = []
        self._processes: list[Process] = []
        self._folders: list[int] = []
        self._channel = Channel(control)
        try:
            self._channel.call("build", plan=plan(everyone, mtu))
        except BaseException as error:
            self._channel.close()
            if isinstance(error, Refused):
                raise explain(error) from None
            raise

    @property
    def peer(self) -> Endpoint:
        """The only peer, or the first."""
        return next(iter(self.peers.values()))

    def packet_socket(self, at: Endpoint, filter: Sequence[kernel.Instruction] | None = None) -> Socket:
        """A raw Ethernet socket on an endpoint's interface, closed with the topology.

        It receives what comes in, not what is sent there, with the kernel's time stamps (SO_TIMESTAMPNS), and
        only what `filter` lets through: a classic BPF program as (code, jt, jf, k) tuples.
        """
        return self._socket(at, AF_PACKET, SOCK_RAW, 0, PACKET_OPTIONS, filter, (at.interface, ETH_P_ALL))

    def socket(self, at: Endpoint, family: int, type: int, proto: int = 0, bind: Any = None) -> Socket:
        """Any socket, made inside an endpoint's namespace and bound to `bind`; closed with the topology.

        Raises OSError as making or binding it here would.
        """
        return self._socket(at, family, type, proto, (), None, bind)

    def start(
        self,
        at: Endpoint,
        argv: Sequence[str],
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        pretend_ids: bool | None = None,
        fds: Mapping[int, int] | None = None,
    ) -> Process:
        """Start a program in an endpoint's namespace, in a session of its own; it runs when this returns.

        `cwd` and `env` are the tester's own unless given; `stdout` and `stderr` are descriptors (/dev/null
        unless given), `fds` more of them by their number in the program.  With `pretend_ids` the program
        believes that it changed its user and owners of files; by default where it could not do so in truth.
        Raises ProgramMissing when there is no such program or it cannot be executed.
        """
        environment = dict(os.environ if env is None else env)
        if pretend_ids is None:
            pretend_ids = self._mode == "single" and seccomp.supported()
        directory = os.path.abspath(os.curdir if cwd is None else cwd)
        path = programs.resolve(argv[0], environment.get("PATH", os.defpath), directory)
        program = {
            "path": path,
            "argv": list(argv),
            "cwd": directory,
            "env": environment,
            "pretend_ids": pretend_ids,
        }
        with open(os.devnull, "r+b", buffering=0) as null:
            here = {0: null.fileno(), 1: null.fileno(), 2: null.fileno(), **(fds or {})}
            here |= {number: fd for number, fd in ((1, stdout), (2, stderr)) if fd is not None}
            reply, received = self._start(at, program, here)
        process = Process(self._channel, reply["pid"], received[0], argv)
        self._processes.append(process)
        return process

    def folder(self, name: str, size: int = 64 << 20) -> Folder:
        """A folder in memory for the topology's programs, at most `size` bytes, gone with the topology.

        Raises LabUnavailable where no file system can be mounted.
        """
        try:
            reply, fds = self._channel.call("folder", name=name, size=size)
        except Refused as error:
            raise explain(error) from None
        self._folders.append(fds[0])
        return Folder(reply["path"], Path(f"/proc/self/fd/{fds[0]}"))

    def wait_udp(self, at: Endpoint, port: int, process: Process | None = None, timeout: float = 5.0) -> None:
        """Return as soon as a UDP port is bound and the program waits for packets.

        Raises PeerNotReady, saying why, when the program ends first or `timeout` seconds pass.
        """
        readiness.wait(self._channel, "udp", at, port, process, timeout)

    def wait_tcp(self, at: Endpoint, port: int, process: Process | None = None, timeout: float = 5.0) -> None:
        """Return as soon as a TCP port listens and the program waits; raises as `wait_udp` does."""
        readiness.wait(self._channel, "tcp", at, port, process, timeout)

    def look(self, numbers: Collection[int], mark: str) -> Seen:
        """Living threads of these ids (as they see themselves), and processes with `mark`, NAME=VALUE, in
        their environment."""
        reply, _ = self._channel.call("census", numbers=sorted(numbers), mark=mark)
        threads = {number: Thread(*row) for number, row in reply["threads"]}
        return Seen(threads, dict(reply["marked"]))

    def leftovers(self) -> list[str]:
        """Command lines of all processes that run here besides those that `start` returned."""
        commands: list[str] = self._channel.call("strays")[0]["commands"]
        return commands

    def close(self) -> None:
        """End every program, close every socket that was made here, and let the network vanish."""
        for sock in self._sockets:
            sock.close()
        for process in self._processes:
            process.abandon()
        for descriptor in self._folders:
            os.close(descriptor)
        self._sockets, self._processes, self._folders = [], [], []
        self._channel.close()

    def __enter__(self) -> Topology:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _socket(
        self,
        at: Endpoint,
        family: int,
        type: int,
        proto: int,
        options: Sequence[tuple[int, int, int]],
        filter: Sequence[kernel.Instruction] | None,
        bind: Any,
    ) -> Socket:
        try:
            _, fds = self._channel.call(
                "socket",
                namespace=at.namespace,
                family=int(family),
                type=int(type),
                proto=proto,
                options=options,
                filter=filter,
                bind=bind,
            )
        except Refused as error:
            raise OSError(error.errno, error.text) from None
        made = Socket(fileno=fds[0])
        self._sockets.append(made)
        return made

    def _start(
        self, at: Endpoint, program: Mapping[str, Any], fds: Mapping[int, int]
    ) -> tuple[messages.Message, list[int]]:
        try:
            return self._channel.call(
                "start", list(fds.values()), namespace=at.namespace, numbers=list(fds), **program
            )
        except Refused as error:
            raise ProgramMissing(
                f"{program['path']} could not be started in {program['cwd']}: {error.text}",
                "Check that both exist, that the file is executable and that its interpreter is installed",
            ) from None
