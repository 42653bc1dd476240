"""What a topology's process needs of its own before it knows which topology it will be.

Knows no network and no tester, so that it can be made before anybody asks for it.
"""

from __future__ import annotations

from contextlib import suppress

from . import kernel
from .journal import Journal
from .peers import Peers
from .stage import stage

SHARED_MEMORY = "/dev/shm"


class Home:
    """Mounts, processes and log of the calling process, from now on apart from everybody else's."""

    def __init__(self) -> None:
        with stage("mount and ipc namespaces"):
            kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC)
        self.private_memory = _mount_private()
        self.peers = Peers()
        self.journal = Journal(with_syslog=self.private_memory)


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
