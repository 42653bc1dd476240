"""What a refusal by the machine most likely means, and which knob would change it.

Knows errno values and stages, and tries nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from atmt.errors import LabUnavailable
from atmt.lab.agent.stage import Refused

FORBIDDEN = (
    "Namespaces are forbidden to this user: look at kernel.apparmor_restrict_unprivileged_userns (set 0), "
    "kernel.unprivileged_userns_clone (set 1), a container's seccomp profile (--security-opt "
    "seccomp=unconfined or --cap-add SYS_ADMIN,NET_ADMIN) or a chroot; or run as root"
)
USED_UP = (
    "A limit on namespaces is 0 or used up: look at the sysctls user.max_user_namespaces, "
    "user.max_net_namespaces and user.max_pid_namespaces, or run fewer topologies at once"
)
LIKELY: Mapping[int | None, str] = {
    errno.EPERM: FORBIDDEN,
    errno.EACCES: FORBIDDEN,
    errno.ENOSPC: USED_UP,
    errno.EUSERS: USED_UP,
    errno.EINVAL: "This kernel lacks a kind of namespace: look for CONFIG_USER_NS, _NET_NS, _PID_NS",
    errno.ENOSYS: "This kernel or sandbox has no namespaces at all: run on another host",
    errno.EOPNOTSUPP: "This kernel lacks the kind of link (modprobe veth bridge), or IPv6 (use ipv6=False)",
    errno.EAFNOSUPPORT: "This kernel has no IPv6: make the topology with ipv6=False",
    errno.ENOENT: "Install the package uidmap and grant subordinate ids (usermod --add-subuids "
    "100000-165535 --add-subgids 100000-165535 USER), or use mode single",
    errno.ETIMEDOUT: "The machine is overloaded or slow to bring links up: run fewer workers at once",
}
UNKNOWN = "Run `atmt doctor` to see what this machine allows"


def explain(refused: Refused) -> LabUnavailable:
    """The error that tells a person what was refused, where, and what to do."""
    name = errno.errorcode.get(refused.errno or 0, "no errno")
    cause = f"the lab could not get past the stage '{refused.stage}': {name}, {refused.text}"
    return LabUnavailable(cause, LIKELY.get(refused.errno, UNKNOWN))
