"""A worker ends with its controller, from before it loads anything else.

Imports nothing of atmt, which takes longer than it may take: it runs in every worker of every project that has
the plugin.  `atmt.lab.lifeline` is the same for whoever is no worker of xdist.
"""

from __future__ import annotations

import os
import signal

_PR_SET_PDEATHSIG = 1


def hold() -> None:
    """If this process is a worker of xdist, it is killed when its controller ends, in whatever way.

    Else it would outlive it until it next looks at its stdin: on a busy machine, and while a suite is being loaded,
    for seconds.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended just before
        os.kill(os.getpid(), signal.SIGKILL)
