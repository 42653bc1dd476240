"""How the agent gets the power to make network namespaces: as root, or through a user namespace.

Knows nothing of what the power is used for.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import subprocess
from contextlib import suppress

from . import kernel
from .stage import stage

NEEDED = (kernel.CAP_SYS_ADMIN, kernel.CAP_NET_ADMIN, kernel.CAP_NET_RAW)


def enter(mode: str) -> str:
    """Enter a user namespace unless root needs none; returns which way was taken.

    `mode` is "root", "single" (one id mapped), "subuid" (a range of ids, by the set-uid helpers of the uidmap
    package) or "auto" (root where possible, else single).  Raises Refused.
    """
    if mode == "auto":
        mode = "root" if kernel.has_capability(*NEEDED) else "single"
    {"root": _stay, "single": _map_one_id, "subuid": _map_a_range}[mode]()
    return mode


def _stay() -> None:
    with stage("capabilities"):
        if not kernel.has_capability(*NEEDED):
            raise PermissionError(
                errno.EPERM, "CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW are not all held"
            )


def _map_one_id() -> None:
    uid, gid = os.geteuid(), os.getegid()
    with stage("user namespace"):
        kernel.unshare(kernel.CLONE_NEWUSER)
    with stage("id mapping"):
        _write("/proc/self/setgroups", "deny")  # the kernel's condition for an unprivileged gid_map
        _write("/proc/self/uid_map", f"0 {uid} 1")
        _write("/proc/self/gid_map", f"0 {gid} 1")


def _map_a_range() -> None:
    with stage("subordinate ids"):
        commands = _range_commands()
    begin, done = os.pipe(), os.pipe()
    helper = os.fork()
    if helper == 0:  # stays in the parent user namespace, where alone the set-uid helpers have power
        _run_helpers(commands, begin, done)
    with stage("user namespace"):
        kernel.unshare(kernel.CLONE_NEWUSER)
    os.write(begin[1], b".")
    os.close(done[1])
    complaint = os.read(done[0], 4096)
    os.waitpid(helper, 0)
    for fd in (*begin, done[0]):
        os.close(fd)
    with stage("id mapping"):
        if complaint:
            raise PermissionError(errno.EPERM, complaint.decode(errors="replace").strip())
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        os.setgroups([])


def _range_commands() -> list[list[str]]:
    pid = str(os.getpid())
    return [
        [
            _helper("newuidmap"),
            pid,
            "0",
            str(os.geteuid()),
            "1",
            "1",
            *_subordinate("/etc/subuid", os.geteuid()),
        ],
        [
            _helper("newgidmap"),
            pid,
            "0",
            str(os.getegid()),
            "1",
            "1",
            *_subordinate("/etc/subgid", os.geteuid()),
        ],
    ]


def _run_helpers(commands: list[list[str]], begin: tuple[int, int], done: tuple[int, int]) -> None:
    os.close(begin[1])
    if os.read(begin[0], 1):
        for command in commands:
            outcome = subprocess.run(command, capture_output=True, check=False)
            if outcome.returncode:
                os.write(done[1], outcome.stderr or b"the helper failed without a word")
                break
    os._exit(0)


def _helper(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(errno.ENOENT, f"{name} is not installed")
    return path


def _subordinate(path: str, uid: int) -> tuple[str, str]:
    """First id and number of ids that the file grants to the user."""
    owners = {str(uid)}
    with suppress(KeyError):
        owners.add(pwd.getpwuid(uid).pw_name)
    with open(path) as lines:
        for line in lines:
            owner, first, count = line.strip().split(":")
            if owner in owners:
                return first, count
    raise FileNotFoundError(errno.ENOENT, f"{path} grants nothing to user {uid}")


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)
