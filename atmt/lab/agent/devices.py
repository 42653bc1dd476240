"""A /dev for the lab, in which /dev/log leads to each topology's own log instead of to the host's.

Knows nothing of who reads the log.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from . import kernel
from .journal import SYSLOG

DEV, LOG = "/dev", "log"
# What network programs use.  Not all there is: each is a mount, which every topology copies.
TAKEN = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "mqueue"}
TAKEN |= {"net", "ppp", "fuse", "kvm", "vsock", "vhost-net", "vhost-vsock"}


def redirect_log() -> None:
    """Put a /dev of ours over that of the host, where it lets us: else syslog(3) goes where it went before.

    The caller is in a mount namespace of its own, and then in the root folder.
    """
    try:
        os.chdir(DEV)  # by relative names the covered folder stays in reach
        kernel.mount("tmpfs", DEV, "tmpfs", kernel.MS_NOSUID | kernel.MS_NOEXEC, "mode=0755")
        try:
            _fill()
        except OSError:
            kernel.unmount(DEV)
    except OSError:
        return
    finally:
        os.chdir("/")


def _fill() -> None:
    for name in os.listdir("."):
        if name in TAKEN or (name != LOG and os.path.islink(name)):
            _take_over(name)
    os.symlink(SYSLOG, f"{DEV}/{LOG}")


def _take_over(name: str) -> None:
    """Have the entry of the covered folder in ours too."""
    target, mode = f"{DEV}/{name}", os.lstat(name).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(name), target)
        return
    if stat.S_ISDIR(mode):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o666))
    with suppress(FileNotFoundError):  # gone in between
        kernel.mount(name, target, None, kernel.MS_BIND | kernel.MS_REC)
