"""One isolated network with programs and sockets in it, for as long as it is open.

Knows no protocol: what goes over its links is up to whoever uses them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from errno import EACCES, EAFNOSUPPORT, EPERM
from pathlib import Path
from socket import AF_INET, AF_PACKET, SOCK_RAW, SOCK_STREAM, SOL_SOCKET
from socket import socket as Socket
from typing import Any, NamedTuple

from atmt.errors import LabUnavailable, ProgramMissing
from atmt.lab import programs, readiness
from atmt.lab.agent import kernel, seccomp
from atmt.lab.agent.census import Seen, Thread
from atmt.lab.agent.neighbours import Answer
from atmt.lab.agent.stage import Refused
from atmt.lab.channel import Channel
from atmt.lab.log import Line, Log
from atmt.lab.plans import NEEDS_NAMESPACES, NEEDS_PACKETS, SHARED, Endpoint, Shape, endpoints, loopback
from atmt.lab.process import Process
from atmt.lab.remedies import explain
from atmt.lab.wiring import plan
from atmt.links import filters

ETH_P_ALL = 0x0003
STREAMS = {1: "stdout", 2: "stderr"}
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

    def __init__(self, control: Callable[[], Socket], mode: str, shape: Shape) -> None:
        """Build it; raises LabUnavailable and ValueError.  Meant to be called by `Lab.topology`."""
        self.on_loopback = mode == "loopback"
        everyone = loopback(shape) if self.on_loopback else endpoints(shape)
        planned = None if self.on_loopback else plan(shape, everyone)
        self.tester = everyone[0]
        self.mtu = shape.mtu
        self.peers: Mapping[str, Endpoint] = {
            name: next(end for end in everyone if end.namespace == name) for name in shape.names
        }
        self._ends = {(end.namespace, end.network): end for end in everyone}
        self._mode = mode
        self._sockets: list[Socket] = []
        self._starts: dict[Process, dict[str, Any]] = {}
        self._folders: list[int] = []
        self._channel = Channel(control())
        try:
            _, fds = self._channel.call("build", plan=planned)
        except BaseException as error:
            self._channel.close()
            if isinstance(error, Refused):
                raise explain(error) from None
            raise
        self.log = Log(fds[0], lambda: self._channel.call("drain"))

    @property
    def peer(self) -> Endpoint:
        """The only peer, or the first."""
        return next(iter(self.peers.values()))

    def end(self, name: str, network: int = 0) -> Endpoint:
        """The endpoint of "tester" or a peer on one of several networks.  Raises KeyError if it has none there."""
        return self._ends[name, network]

    def packet_socket(self, at: Endpoint, filter: Sequence[kernel.Instruction] | str | None = None) -> Socket:
        """A raw Ethernet socket on an endpoint's interface, closed with the topology.

        It receives what comes in, not what is sent there, with the kernel's time stamps (SO_TIMESTAMPNS), and
        only what `filter` lets through: an expression as tcpdump takes it, or a classic BPF program as
        (code, jt, jf, k) tuples.  Raises LabUnavailable on loopback, and where the kernel refuses such sockets.
        """
        if self.on_loopback:
            raise LabUnavailable(f"{SHARED} carries no raw packets", NEEDS_NAMESPACES)
        if isinstance(filter, str):
            filter = filters.compile(filter)
        try:
            made = self._socket(at, AF_PACKET, SOCK_RAW, 0, (at.interface, ETH_P_ALL), PACKET_OPTIONS, filter)
        except OSError as error:
            if error.errno not in (EPERM, EACCES, EAFNOSUPPORT):
                raise
            raise LabUnavailable(f"AF_PACKET is refused: {error.strerror}", NEEDS_PACKETS) from None
        self._sockets.append(made)
        return made

    def socket(self, at: Endpoint, family: int, type: int, proto: int = 0, bind: Any = None) -> Socket:
        """Any socket, made inside an endpoint's namespace and bound to `bind`; closed with the topology.

        Raises OSError as making or binding it here would.
        """
        made = self._socket(at, family, type, proto, bind)
        self._sockets.append(made)
        return made

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
        terminal: bool = False,
    ) -> Process:
        """Start a program in an endpoint's namespace, in a session of its own; it runs when this returns.

        `cwd` and `env` are the tester's own unless given; `stdout` and `stderr` are descriptors (unless given,
        what is written there goes to the `log`), `fds` more of them by their number in the program, 0 for
        stdin, which with `terminal` is one that the program shall control.  With `pretend_ids` the program
        believes that it changed its user and owners of files; by default where it could not do so in truth.
        Raises ProgramMissing when there is no such program or it cannot be executed.
        """
        given = {key: value for key, value in locals().items() if key != "self"}
        environment = dict(os.environ if env is None else env)
        if pretend_ids is None:
            pretend_ids = seccomp.supported() and (
                self._mode == "single" or (self.on_loopback and not kernel.has_capability(kernel.CAP_SETUID))
            )
        directory = os.path.abspath(os.curdir if cwd is None else cwd)
        program = {
            "path": programs.resolve(argv[0], environment.get("PATH", os.defpath), directory),
            "argv": list(argv),
            "cwd": directory,
            "env": environment,
            "pretend_ids": pretend_ids,
            "terminal": terminal,
        }
        here = {**(fds or {})}
        here |= {number: fd for number, fd in ((1, stdout), (2, stderr)) if fd is not None}
        process = self._start(at, program, here)
        self._starts[process] = given
        return process

    def restart(self, process: Process) -> Process:
        """Stop a program and start it again as it was started; descriptors it was given must still be open."""
        given = self._starts[process]
        process.stop()
        return self.start(**given)

    def folder(self, name: str, size: int = 64 << 20) -> Folder:
        """A folder in memory for the topology's programs, at most `size` bytes, gone with the topology.

        On loopback it is on disk, and as large as that allows.
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

    def wait_connect(
        self, at: Endpoint, port: int, process: Process | None = None, timeout: float = 5.0
    ) -> None:
        """Return as soon as a program at `at` accepts a TCP connection there, which is then closed.

        Unlike `wait_tcp` it sees that somebody accepts, and is seen by the program.  Raises as `wait_udp` does.
        """

        def probe() -> Socket:
            return self._socket(at, AF_INET, SOCK_STREAM)

        readiness.connect(probe, at, port, process, timeout)

    def wait_log(self, pattern: str, process: Process, timeout: float = 5.0) -> Line:
        """The first line of the log that the program has written and in which the pattern is found.

        Raises as `wait_udp` does.
        """
        return readiness.wait_log(self.log, pattern, process, timeout)

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

    def answers(self) -> list[Answer]:
        """What was asked of the tester's neighbourhood, and the lab answered in its place."""
        return [Answer(*row) for row in self._channel.call("answers")[0]["answers"]]

    def clean(self, keep: Collection[Process] = ()) -> None:
        """Make it fit for another test: programs killed, sockets closed, folders and log empty.

        Programs of `keep` live on, with what they have started.  Raises LabUnavailable if anything resists.
        """
        self._close_sockets()
        for process in self._starts.keys() - set(keep):
            process.abandon()
            del self._starts[process]
        try:
            self._channel.call("clean", keep=[process.number for process in keep])
        except Refused as error:
            raise explain(error) from None

    def close(self) -> None:
        """End every program, close every socket that was made here, and let the network vanish."""
        self._close_sockets()
        for process in self._starts:
            process.abandon()
        for descriptor in self._folders:
            os.close(descriptor)
        self._starts, self._folders = {}, []
        self.log.close()
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
        proto: int = 0,
        bind: Any = None,
        options: Sequence[tuple[int, int, int]] = (),
        filter: Sequence[kernel.Instruction] | None = None,
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
        return Socket(fileno=fds[0])

    def _close_sockets(self) -> None:
        for sock in self._sockets:
            sock.close()
        self._sockets = []

    def _start(self, at: Endpoint, program: Mapping[str, Any], fds: dict[int, int]) -> Process:
        logged = {number: stream for number, stream in STREAMS.items() if number not in fds}
        try:
            with open(os.devnull, "rb", buffering=0) as null:
                fds.setdefault(0, null.fileno())
                reply, received = self._channel.call(
                    "start",
                    list(fds.values()),
                    namespace=at.namespace,
                    numbers=list(fds),
                    logged=logged,
                    **program,
                )
        except Refused as error:
            raise ProgramMissing(
                f"{program['path']} could not be started in {program['cwd']}: {error.text}",
                "Check that both exist, that the file is executable and that its interpreter is installed",
            ) from None
        return Process(self._channel, reply["pid"], received[0], program["argv"], self.log)
