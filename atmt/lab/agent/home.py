"""What a topology's process needs of its own before it knows which topology it will be.

Knows no network and no tester, so that it can be made before anybody asks for it.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from . import kernel
from .journal import Journal
from .neighbours import Responder
from .network import Network
from .peers import Peers
from .plan import Plan
from .stage import stage

SHARED_MEMORY = "/dev/shm"


class Where(Protocol):
    """A network namespace."""

    def enter(self) -> None:
        """Whatever the process creates from now on is in it."""


class Wires(Protocol):
    """A network that was built: its namespaces by name, and who answers in the tester's place."""

    @property
    def responders(self) -> Sequence[Responder]: ...

    def __getitem__(self, name: str) -> Where: ...


class Home(Protocol):
    """The processes of a topology, their log, and what else they get."""

    peers: Peers
    journal: Journal

    def network(self, plan: Plan) -> Wires:
        """Build what was planned."""

    def folder(self, name: str, size: int) -> str:
        """Path of a new folder that anybody may write, holding at most `size` bytes."""

    def end(self) -> None:
        """Let nothing of it be left."""


class OwnHome:
    """Mounts, processes and log of the calling process, from now on apart from everybody else's."""

    def __init__(self) -> None:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        with stage("mount and ipc namespaces"):
            kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
        self._private_memory = _mount_private()
        self.peers = Peers()
        self.journal = Journal(with_syslog=self._private_memory)

    def network(self, plan: Plan) -> Network:
        """Build what was planned, in namespaces of its own."""
        return Network(plan)

    def folder(self, name: str, size: int) -> str:
        """Path of a new folder in memory that anybody may write, holding at most `size` bytes."""
        path = f"{SHARED_MEMORY}/{name}"
        if not self._private_memory:
            raise PermissionError(errno.EPERM, f"{SHARED_MEMORY} could not be made private")
        os.mkdir(path)
        flags = kernel.MS_NOSUID | kernel.MS_NODEV
        kernel.mount("tmpfs", path, "tmpfs", flags, f"mode=0777,size={size}")
        return path

    def end(self) -> None:
        """Kill all at once, rather than after the RCU grace period that closing packet sockets costs."""
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)


def _mount_private() -> bool:
    """Names in /dev/shm are often made of pids, which are alike in all topologies.  Returns whether it is ours."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    with suppress(OSError):
        kernel.mount("proc", "/proc", "proc", flags | kernel.MS_NOEXEC)
    try:
        kernel.mount("tmpfs", SHARED_MEMORY, "tmpfs", flags, "mode=1777")
    except OSError:
        return False
    return True
